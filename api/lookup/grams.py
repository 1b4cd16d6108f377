"""Texts as pairs of characters, and the pairs as keyed hashes."""

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise

from api.protection.keys import DataKeys

BITS = 63  # of a hash that are kept: what an integer of both databases holds
SHORTEST = 2  # characters of what can be searched


def folded(text: str) -> str:
    """One spelling: full-width and capital letters, blanks and signs make no difference."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(ch for ch in plain if ch.isalnum())


def pairs(text: str) -> set[str]:
    """Every two characters that stand beside each other in the folded text."""
    return {a + b for a, b in pairwise(folded(text))}


def hashed(found: Iterable[str], keys: DataKeys) -> Iterator[int]:
    """Each pair as a number that only the data key makes again."""
    for pair in found:
        yield int(keys.hashed(f"pair {pair}"), 16) >> (256 - BITS)
