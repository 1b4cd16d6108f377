"""Numbers that choose among the options that a visitor was shown last. Pure.

A channel without buttons shows them as a numbered list. What is no plain choice is left to the bot.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.chinese.numerals import whole_number

_NUMBER = r"(?P<n>\d{1,2}|[一二三四五六七八九十]{1,3})"
_UNIT = "(?:个|项|条|种|样)"
_LEAD = "我?(?:就|想)?(?:选择|选项|选|要|回复|回)?"
_SOFT = r"(?:吧|哈|呢|了|的)?"
_BY_PLACE = re.compile(f"{_LEAD}第{_NUMBER}(?:{_UNIT}|号|选项)?{_SOFT}")
_BY_NUMBER = re.compile(f"{_LEAD}{_NUMBER}{_SOFT}")
_FROM_BEHIND = re.compile(f"{_LEAD}(?:最后一?|倒数第(?P<n>[一二三1-3])){_UNIT}{_SOFT}")
_SEVERAL = re.compile(r"\d{1,2}(?:[、,，和跟/\s]+\d{1,2})+")
_AROUND = " \t\n。.、,，!！?？:：;；()（）[]【】「」“”\"'"


@dataclass(frozen=True)
class Offer:
    """An option as it was shown: its title, and what choosing it says."""

    title: str
    payload: str


@dataclass(frozen=True)
class Miss:
    """A choice that chooses nothing: a number that is not in the list, or several at once."""

    several: bool


def choice(
    text: str, offered: Sequence[Offer], *, awaits_words: bool = False
) -> Offer | Miss | None:
    """The option that a text chooses; a Miss where it means to choose and does not; None where it
    is to be read as words.

    `awaits_words`: beside the list something was asked that a number may answer, such as a day.
    """
    if not offered:
        return None
    said = unicodedata.normalize("NFKC", text).strip(_AROUND)
    by_title = next((one for one in offered if one.title == text.strip()), None)
    if by_title:
        return by_title
    if _SEVERAL.fullmatch(said) and not awaits_words:
        numbers = [int(one) for one in re.findall(r"\d+", said)]
        return Miss(several=True) if all(_is_in(one, offered) for one in numbers) else None
    number = _number_in(said, len(offered))
    if number is None:
        return None
    if _is_in(number, offered):
        return offered[number - 1]
    return None if awaits_words else Miss(several=False)


def numbered(offered: Sequence[Offer], first: int = 1) -> str:
    """Options as a visitor sees them, one a line, counted from `first`."""
    return "\n".join(f"{number} {one.title}" for number, one in enumerate(offered, first))


def _is_in(number: int, offered: Sequence[Offer]) -> bool:
    return 1 <= number <= len(offered)


def _number_in(said: str, length: int) -> int | None:
    if behind := _FROM_BEHIND.fullmatch(said):
        from_behind = (whole_number(behind["n"]) or 1) if behind["n"] else 1
        return length + 1 - from_behind
    found = _BY_PLACE.fullmatch(said) or _BY_NUMBER.fullmatch(said)
    return whole_number(found["n"]) if found else None
