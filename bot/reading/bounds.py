"""How much of a visitor's text is read at all.

Everything behind it may assume a bounded text: native code (jieba, opencc, the tokenizer) as much
as patterns, whose time grows faster than the text. The search reads by the same bound.
"""

import unicodedata
from typing import Text

# Code points after compatibility folding. A message has at most 2,000 characters, and ordinary
# writing folds to as many; one character of the Arabic ligatures alone folds to eighteen.
LONGEST = 4000
_KEPT_CONTROLS = "\n\r\t"


def bounded(text: Text) -> Text:
    """The beginning of `text` that folds (NFKC) to at most LONGEST code points.

    Control characters and lone surrogates are left out: native code takes NUL for an end, and no
    UTF-8 holds half a pair. An ordinary text comes back as it is.
    """
    kept = "".join(filter(_readable, text[:LONGEST]))
    if kept.isascii():
        return kept
    folded = 0
    for number, character in enumerate(kept):
        folded += len(unicodedata.normalize("NFKC", character))
        if folded > LONGEST:
            return kept[:number]
    return kept


def _readable(character: Text) -> bool:
    return character in _KEPT_CONTROLS or unicodedata.category(character) not in ("Cc", "Cs")
