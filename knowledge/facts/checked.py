"""Facts that somebody writes down by hand: each is held against the table of slots and the
vocabulary.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from knowledge.slots import BY_NAME, LIST_SLOTS, UNKNOWN, Facts, Kind, as_listed

LONGEST = 200  # characters of a fact in free words
MOST = 20  # values of a fact that holds several

Vocabulary = Mapping[str, Mapping[str, str]]


class WrongFact(ValueError):
    """A fact that cannot be so; says in Chinese which and why."""


def checked(facts: Mapping[str, Any], vocabulary: Vocabulary) -> Facts:
    """The facts in the form in which they are kept; None where one is forgotten. Raises WrongFact.

    `unknown` may stand for any: the visitor was asked and does not know.
    """
    return {slot: _value(slot, value, vocabulary) for slot, value in facts.items()}


def _value(slot: str, value: Any, vocabulary: Vocabulary) -> Any:
    told = BY_NAME.get(slot)
    if told is None or told.derived:
        raise WrongFact(f"没有「{slot[:40]}」这一项情况")
    if value in (None, "", []):
        return None
    if value == UNKNOWN:
        return value
    if slot in LIST_SLOTS:
        return _several(slot, told.kind, as_listed(slot, value), vocabulary)
    return _one(slot, told.kind, value, vocabulary)


def _several(slot: str, kind: Kind, values: Any, vocabulary: Vocabulary) -> list[Any]:
    if not isinstance(values, list) or len(values) > MOST:
        raise WrongFact(f"「{slot}」应是最多 {MOST} 个词")
    one = Kind.CHOICE if kind is Kind.CHOICES else Kind.TEXT
    return [_one(slot, one, value, vocabulary) for value in values]


def _one(slot: str, kind: Kind, value: Any, vocabulary: Vocabulary) -> Any:
    if kind is Kind.NUMBER:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise WrongFact(f"「{slot}」应是数字")
        return value
    if not isinstance(value, str) or len(value) > LONGEST:
        raise WrongFact(f"「{slot}」应是不超过 {LONGEST} 个字的文字")
    if kind is Kind.CHOICE and value not in vocabulary.get(slot, {}):
        raise WrongFact(f"「{slot}」没有「{value[:40]}」这个取值")
    if kind is Kind.DATE:
        _check_day(slot, value)
    return value


def _check_day(slot: str, value: str) -> None:
    try:
        date.fromisoformat(value)
    except ValueError:
        raise WrongFact(f"「{slot}」应是日期，写成 2026-11-22 这样") from None
