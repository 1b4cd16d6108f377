"""Texts in as few messages of so many bytes as keep their order.

Source: developers.weixin.qq.com, 发送客服消息;
developer.work.weixin.qq.com, 微信客服 发送消息. Both take 2,048 bytes.
"""

import re
import unicodedata
from collections.abc import Sequence

FULL = 2000  # bytes at which we end a text; 2,048 are taken
BETWEEN = "\n\n"  # bubbles that share a message

_NEVER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# Where a text may end, the best place first; what comes after the match begins the next one.
_ENDS = tuple(
    re.compile(end)
    for end in (
        r"\n[ \t]*\n+",
        r"\n+",
        r"[。！？…][”’」』）》]*|[.!?](?=\s)",
        r"[；，、：]|\s+",
    )
)
_JOINS_BEFORE = ("\u200d", "\ufe0f", "\u20e3")  # parts of an emoji with what stands before them
_JOINS_AFTER = "\u200d"


def fitted(texts: Sequence[str]) -> list[str]:
    """The same words in as few messages of at most FULL bytes as keep their order."""
    pieces = [piece for text in texts for piece in _split(_NEVER.sub("", text).strip())]
    messages: list[str] = []
    for piece in pieces:
        together = f"{messages[-1]}{BETWEEN}{piece}" if messages else piece
        if messages and _size(together) <= FULL:
            messages[-1] = together
        else:
            messages.append(piece)
    return messages


def _split(text: str) -> list[str]:
    """Pieces of a text that fit, without the blanks between them; none of an empty text."""
    pieces: list[str] = []
    while _size(text) > FULL:
        cut = _cut(text)
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [piece for piece in [*pieces, text] if piece]


def _cut(text: str) -> int:
    """Where to cut a text that is too long: at the best end in the second half of what fits."""
    # All characters up to here fit, however the last one is torn.
    most = len(text.encode()[:FULL].decode(errors="ignore"))
    for end in _ENDS:
        places = [found.end() for found in end.finditer(text, 0, most) if found.end() < len(text)]
        if places and _size(text[: places[-1]]) * 2 >= FULL:
            return places[-1]
    return _between_characters(text, most)


def _between_characters(text: str, most: int) -> int:
    """The last place up to `most` that tears nothing that is read as one character."""
    cut = most
    while cut > 1 and (_belongs_to_the_one_before(text[cut]) or text[cut - 1] == _JOINS_AFTER):
        cut -= 1
    return cut if cut > 1 else most


def _belongs_to_the_one_before(character: str) -> bool:
    return character in _JOINS_BEFORE or unicodedata.combining(character) != 0


def _size(text: str) -> int:
    return len(text.encode())
