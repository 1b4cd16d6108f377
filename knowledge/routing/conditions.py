"""What the `when` of a rule means: each is compiled once, when the content is loaded.

| a lawyer writes | it is met by |
| --- | --- |
| `right: trademark` | that value |
| `right: [trademark, patent]` | any of these values |
| `right: {not: [trademark]}` | another value, and a fact that is absent or unknown |
| `right: {known: true}`, `{known: false}` | a known fact; one that is absent, unknown or empty |
| `years_registered: {gte: 3, lt: 5}` | a known number within these bounds |

All conditions of a `when` must be met; an empty `when` always is. Of a slot that holds several
values one is enough. An absent or unknown fact meets only `not` and `known: false`: nothing is
assumed.
"""

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from knowledge.slots import LIST_SLOTS, TEXT_SLOTS, UNKNOWN

_Test = Callable[[Any], bool]  # of the fact that one slot holds, None where it is absent

_BOUNDS: dict[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}
_WORDS = {"known", "not", *_BOUNDS}


class When(Mapping[str, Any]):
    """The `when` of a rule: slot → condition as the lawyer wrote it, with its predicate.

    A content schema takes it as the type of a field; a word that no condition has is then a fault
    of the content.
    """

    def __init__(self, written: Mapping[str, Any]) -> None:
        self._written = dict(written)
        self._tests = {slot: _compiled(slot, one) for slot, one in self._written.items()}

    def holds(self, facts: Mapping[str, Any]) -> bool:
        """Whether these facts meet every condition."""
        return not self.unmet(facts, at_most=1)

    def unmet(self, facts: Mapping[str, Any], at_most: int) -> list[str]:
        """The slots whose conditions these facts do not meet; the search ends at `at_most`."""
        found = []
        for slot, meets in self._tests.items():
            if not meets(facts.get(slot)):
                found.append(slot)
                if len(found) == at_most:
                    break
        return found

    def is_met_by(self, slot: str, fact: Any) -> bool:
        """Whether this fact meets the condition on one slot; always where there is none."""
        meets = self._tests.get(slot)
        return meets is None or meets(fact)

    def __getitem__(self, slot: str) -> Any:
        return self._written[slot]

    def __iter__(self) -> Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)

    def __repr__(self) -> str:
        return f"When({self._written})"

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        condition = core_schema.no_info_after_validator_function(
            _understood, core_schema.any_schema()
        )
        return core_schema.no_info_after_validator_function(
            cls, core_schema.dict_schema(core_schema.str_schema(), condition)
        )


def listed(condition: Any) -> list[Any]:
    """A condition's values, where one may stand for a list of one."""
    return condition if isinstance(condition, list) else [condition]


def _understood(condition: Any) -> Any:
    """The condition, unless it has a word that means nothing here."""
    if isinstance(condition, dict) and (strange := set(condition) - _WORDS):
        raise PydanticCustomError("condition", f"看不懂条件「{strange.pop()}」")
    return condition


def _compiled(slot: str, condition: Any) -> _Test:
    """The test that a fact must pass under one condition."""
    if not isinstance(condition, dict):
        return _any_of(slot, listed(condition))
    tests = [_of_word(slot, word, bound) for word, bound in condition.items()]
    return tests[0] if len(tests) == 1 else lambda fact: all(meets(fact) for meets in tests)


def _of_word(slot: str, word: str, bound: Any) -> _Test:
    if word == "known":
        return _known if bound else lambda fact: not _known(fact)
    if word == "not":
        is_one_of = _any_of(slot, listed(bound))
        return lambda fact: not is_one_of(fact)
    compare = _BOUNDS[word]
    return lambda fact: _known(fact) and compare(fact, bound)


def _any_of(slot: str, values: list[Any]) -> _Test:
    """Whether a known fact is, holds or names one of these values, as the slot's kind has it."""
    if slot in TEXT_SLOTS:
        return lambda fact: _known(fact) and any(_names(value, fact) for value in values)
    if slot in LIST_SLOTS:
        return lambda fact: _known(fact) and any(value in fact for value in values)
    accepted = tuple(value for value in values if value != UNKNOWN)
    return lambda fact: fact is not None and fact in accepted


def _names(value: str, fact: Any) -> bool:
    """Whether the visitor's words name it: a rule may name a part of what he calls a thing."""
    return any(value in words for words in (fact if isinstance(fact, list) else [fact]))


def _known(fact: Any) -> bool:
    return fact is not None and fact != UNKNOWN and fact != []
