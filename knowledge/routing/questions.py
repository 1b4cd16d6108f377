"""Which question to put next: the one whose answer changes the way to go most.

For every open question of `content/asks.yml` the possible answers are played through the rules. An answer that leads to
another first road weighs most; a question whose answers all lead to the same roads is not asked. Pure.
"""

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Protocol, TypeVar

from knowledge.slots import BY_NAME, UNKNOWN, Facts, as_listed

# Roads by rank, best first: what a set of answers is compared by.
Outcome = tuple[Hashable, ...]

MOST_ASKS = 2

_NOTHING = 1e-6
_REST_OF_THE_ROADS = 0.25  # how much the roads behind the first one count


class _Option(Protocol):
    @property
    def value(self) -> str: ...


class Ask(Protocol):
    """A question about one slot, as asks.yml has it."""

    @property
    def slot(self) -> str: ...
    @property
    def required_for_routing(self) -> bool: ...
    @property
    def always_ask(self) -> bool: ...
    @property
    def options(self) -> Iterable[_Option]: ...


Chosen = TypeVar("Chosen", bound=Ask)


def select_questions(
    candidates: Iterable[Chosen], facts: Facts, outcome: Callable[[Facts], Outcome]
) -> tuple[Chosen, ...]:
    """At most two questions, one a slot: those first without which the body or the role is open, then what a lawyer
    always asks, then by what the answer is worth.

    `candidates`: in the order of the book, which breaks ties; `outcome`: the roads that facts lead to.
    """
    first_of_slot: dict[str, Chosen] = {}
    for ask in candidates:
        first_of_slot.setdefault(ask.slot, ask)
    chosen: list[Chosen] = []
    # Playing answers through the rules takes most of a turn: what stands below a full pair is not played.
    for tier in (
        lambda ask: ask.required_for_routing,
        lambda ask: not ask.required_for_routing and ask.always_ask,
        lambda ask: not (ask.required_for_routing or ask.always_ask),
    ):
        if len(chosen) >= MOST_ASKS:
            break
        weighed = [
            (ask, information_gain(ask, facts, outcome))
            for ask in first_of_slot.values()
            if tier(ask)
        ]
        wanted = [
            (ask, bits) for ask, bits in weighed if ask.required_for_routing or bits > _NOTHING
        ]
        wanted.sort(key=lambda one: -round(one[1], 6))
        chosen += [ask for ask, _ in wanted]
    return tuple(chosen[:MOST_ASKS])


def information_gain(ask: Ask, facts: Facts, outcome: Callable[[Facts], Outcome]) -> float:
    """How far the answers lead apart, in bits: 0 when every answer leads to the same roads."""
    values = [option.value for option in ask.options if option.value != UNKNOWN]
    if not values:
        return _gain(ask.slot)
    outcomes = [outcome({**facts, ask.slot: answered(ask.slot, value)}) for value in values]
    split = _entropy(one[:1] for one in outcomes) + _REST_OF_THE_ROADS * _entropy(outcomes)
    return max(split, _gain(ask.slot))


def answered(slot: str, value: str) -> Any:
    """The fact that an option stands for."""
    return as_listed(slot, value)


def _entropy(outcomes: Iterable[Hashable]) -> float:
    counts = Counter(outcomes)
    total = sum(counts.values())
    return -sum(n / total * math.log2(n / total) for n in counts.values())


def _gain(slot: str) -> float:
    return BY_NAME[slot].gain if slot in BY_NAME else 0.0
