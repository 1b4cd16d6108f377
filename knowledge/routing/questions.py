"""Which question to put next: the one whose answer changes the way to go most.

For every open question of `content/asks.yml` the possible answers are played through the rules.
An answer that leads to another first remedy weighs most; a question whose answers all lead to the
same remedies is not asked. Pure.
"""

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from knowledge.routing.rulebook import Rulebook
from knowledge.routing.rules import AskRule
from knowledge.routing.verdicts import Verdicts
from knowledge.slots import BY_NAME, UNKNOWN, Facts, as_listed

Outcome = tuple[Hashable, ...]  # remedies, best first: what answers are compared by
Play = Callable[[str, Any], Outcome]  # slot and the fact that an answer gives it → what it leads to

MOST_ASKS = 2
MOST_BRANCHES = 4

_NOTHING = 1e-6
_REST_OF_THE_REMEDIES = 0.25  # how much the remedies behind the first one count


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


_Ask = TypeVar("_Ask", bound=Ask)


@dataclass(frozen=True)
class Branch:
    """Answers to a question, as its buttons say them, that lead to the same first remedy."""

    titles: tuple[str, ...]
    remedy: str


def next_asks(verdicts: Verdicts) -> tuple[AskRule, ...]:
    """The questions that change the answer most; never one that was answered with 不清楚."""
    return select_questions(open_asks(verdicts.facts, verdicts.rules), verdicts.after)


def open_asks(facts: Facts, rules: Rulebook) -> list[AskRule]:
    """The questions that may be put about these facts, in the order of the rulebook."""
    return [ask for ask in rules.asks if ask.slot not in facts and ask.when.holds(facts)]


def select_questions(candidates: Iterable[_Ask], play: Play) -> tuple[_Ask, ...]:
    """At most two questions, one a slot.

    First those without which the body or the role is open, then what a lawyer always asks, then
    by what the answer is worth. `candidates` come in the order of the rulebook, which breaks
    ties.
    """
    first_of_slot: dict[str, _Ask] = {}
    for ask in candidates:
        first_of_slot.setdefault(ask.slot, ask)
    tiers: tuple[list[_Ask], list[_Ask], list[_Ask]] = ([], [], [])
    for ask in first_of_slot.values():
        tiers[0 if ask.required_for_routing else 1 if ask.always_ask else 2].append(ask)
    chosen: list[_Ask] = []
    for tier in tiers:
        if len(chosen) < MOST_ASKS:  # what stands below a full pair need not be played
            chosen += _worth_asking(tier, play)
    return tuple(chosen[:MOST_ASKS])


def information_gain(ask: Ask, play: Play) -> float:
    """How far the answers lead apart, in bits: 0 when every answer leads to the same remedies.

    A slot may be worth more than its answers change, as the table of facts says.
    """
    at_least = BY_NAME[ask.slot].gain if ask.slot in BY_NAME else 0.0
    values = [option.value for option in ask.options if option.value != UNKNOWN]
    if not values:
        return at_least
    outcomes = [play(ask.slot, as_listed(ask.slot, value)) for value in values]
    first = _entropy(outcome[:1] for outcome in outcomes)
    return max(first + _REST_OF_THE_REMEDIES * _entropy(outcomes), at_least)


def branches(slot: str, facts: Facts, rules: Rulebook) -> tuple[Branch, ...]:
    """Where each answer to the question about `slot` would lead.

    Empty where all lead to the same first remedy.
    """
    known = {name: fact for name, fact in facts.items() if name != slot}
    ask = next((ask for ask in rules.asks if ask.slot == slot and ask.when.holds(known)), None)
    if ask is None:
        return ()
    verdicts = Verdicts(known, rules)
    titles: dict[str, list[str]] = {}
    for option in ask.options:
        if option.value == UNKNOWN:
            continue
        if remedies := verdicts.after(slot, as_listed(slot, option.value)):
            titles.setdefault(remedies[0], []).append(option.title)
    if len(titles) < 2:
        return ()
    names = rules.vocabulary["remedy"]
    found = tuple(Branch(tuple(answers), names[key]) for key, answers in titles.items())
    return found[:MOST_BRANCHES]


def _worth_asking(asks: Iterable[_Ask], play: Play) -> list[_Ask]:
    """Those that change something or must be asked, what is worth most first."""
    weighed = [(ask, information_gain(ask, play)) for ask in asks]
    wanted = [(ask, bits) for ask, bits in weighed if ask.required_for_routing or bits > _NOTHING]
    wanted.sort(key=lambda one: -round(one[1], 6))
    return [ask for ask, _ in wanted]


def _entropy(outcomes: Iterable[Hashable]) -> float:
    counts = Counter(outcomes)
    total = sum(counts.values())
    return -sum(n / total * math.log2(n / total) for n in counts.values())
