"""What visitors type, made fit to be stored and understood."""

import re
import unicodedata

# Characters that change the direction of the text around them: they make a line read otherwise than
# it is stored.
_DIRECTION = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def clean(text: str) -> str:
    """`text` without NUL, control characters, lone surrogates and direction marks, stripped; line
    breaks stay.
    """
    text = text.replace("\r\n", "\n").replace("\t", " ").translate(_DIRECTION)
    kept = "".join(
        ch for ch in text if ch == "\n" or unicodedata.category(ch) not in {"Cc", "Cs"}
    ).strip()
    # Zero-width characters alone are nothing that anybody could read.
    return kept if any(ch.isprintable() and not ch.isspace() for ch in kept) else ""


def without_command(text: str) -> str:
    """`text` without the leading slashes that would make the dialogue engine take it for a
    command.
    """
    return re.sub(r"^(?:[\s/／]|[\u200b-\u200f\u2060\ufeff])+", "", text)
