"""What the rules say of every remedy, for what is known and after one more answer.

A question is worth what its answers change, so every answer to every open question is played
through the rules. That would take most of a turn. A rule is therefore asked once, for what is
known. An answer changes one slot: a rule with two unmet conditions stays shut whatever the answer
is, and of the others only the condition on that slot is asked again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from knowledge.routing.conditions import When
from knowledge.routing.rulebook import Rulebook
from knowledge.routing.rules import ApplyRule, ExcludeRule, PriorityRule, Remedy
from knowledge.slots import Facts

MOST_REMEDIES = 5


class _Conditional(Protocol):
    @property
    def when(self) -> When: ...


_Rule = TypeVar("_Rule", bound=_Conditional)


@dataclass(frozen=True)
class _Near(Generic[_Rule]):
    """A rule that holds, or that lacks one fact only: `lacks` names its slot."""

    rule: _Rule
    lacks: str | None


_Holds = Callable[[_Near[Any]], bool]


@dataclass(frozen=True)
class Verdict:
    """What the rules say of one remedy: a remedy that is ruled out is not open, whatever opens it.

    `opened_by`: of the rules that open it, the one of the best rank; `excluded_by`: the first of
    those that rule it out.
    """

    remedy: Remedy
    opened_by: ApplyRule | None
    excluded_by: ExcludeRule | None


class Verdicts:
    """The rules, asked for some facts. Days play no part here: `refer.py` finds what has lapsed.

    An answer is played as it is: what is derived from a day or an amount is not derived again.
    """

    def __init__(self, facts: Facts, rules: Rulebook) -> None:
        self.facts, self.rules = facts, rules
        self._remedies = [
            (remedy, _near(remedy.applies_when, facts), _near(remedy.excluded_when, facts))
            for remedy in rules.remedies
        ]
        self._priorities = _near(rules.priorities, facts)

    def all(self) -> list[Verdict]:
        """The verdict on every remedy, in the order of the files."""
        return [
            Verdict(
                remedy,
                min(_holding(applying, _holds_now), key=lambda rule: rule.rank, default=None),
                next(iter(_holding(excluding, _holds_now)), None),
            )
            for remedy, applying, excluding in self._remedies
        ]

    def priorities(self) -> list[PriorityRule]:
        """The priorities whose conditions hold, whichever remedies they move."""
        return _holding(self._priorities, _holds_now)

    def open_remedies(self) -> tuple[str, ...]:
        """The keys of the open remedies, best first, by the rules alone."""
        return self._best_first(_holds_now, self.facts.get("goal"))

    def after(self, slot: str, fact: Any) -> tuple[str, ...]:
        """The keys of the remedies that would be open if this slot held that fact, best first."""

        def holds(near: _Near[Any]) -> bool:
            lacks_no_other = near.lacks is None or near.lacks == slot
            return lacks_no_other and near.rule.when.is_met_by(slot, fact)

        return self._best_first(holds, fact if slot == "goal" else self.facts.get("goal"))

    def _best_first(self, holds: _Holds, goal: Any) -> tuple[str, ...]:
        priorities = _holding(self._priorities, holds)
        ranked = []
        for remedy, applying, excluding in self._remedies:
            ranks = [rule.rank for rule in _holding(applying, holds)]
            if ranks and not _holding(excluding, holds):
                boost = sum(one.boost for one in priorities if _names(one, remedy, goal))
                ranked.append((min(ranks) - boost, self.rules.position[remedy.key], remedy.key))
        return tuple(key for _, _, key in sorted(ranked))[:MOST_REMEDIES]


def open_remedies(facts: Facts, rules: Rulebook) -> tuple[str, ...]:
    """The keys of the open remedies, best first: no law is looked up, no period counted."""
    return Verdicts(facts, rules).open_remedies()


def moves(rule: PriorityRule, remedy: Remedy, goal: Any, days_left: Iterable[int]) -> bool:
    """Whether a priority whose condition holds moves this remedy forward.

    `days_left`: until each of the days to act by that the remedy has.
    """
    if rule.remedies == "dated":
        return any(left >= 0 and (rule.within is None or left <= rule.within) for left in days_left)
    return _names(rule, remedy, goal)


def _names(rule: PriorityRule, remedy: Remedy, goal: Any) -> bool:
    """Whether a priority names this remedy, by its key or by the goal that it serves."""
    if rule.remedies == "serves_goal":
        return goal in remedy.for_goals
    return rule.remedies != "dated" and remedy.key in rule.remedies


def _near(rules: Iterable[_Rule], facts: Facts) -> list[_Near[_Rule]]:
    """The rules that hold or lack one fact only."""
    found = []
    for rule in rules:
        unmet = rule.when.unmet(facts, at_most=2)
        if len(unmet) < 2:
            found.append(_Near(rule, unmet[0] if unmet else None))
    return found


def _holding(near: Iterable[_Near[_Rule]], holds: _Holds) -> list[_Rule]:
    return [one.rule for one in near if holds(one)]


def _holds_now(near: _Near[Any]) -> bool:
    return near.lacks is None
