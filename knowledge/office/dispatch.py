"""Which queue a ticket goes to, by rules that the office can read."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from knowledge.reviewed import CONTENT, ContentError, Strict, line_of, load
from knowledge.routing.checks import check_ids, check_remedies, check_when
from knowledge.routing.conditions import When
from knowledge.routing.rulebook import load_vocabulary
from knowledge.routing.rules import ALWAYS

OWN = "helpline"  # the queue of what no rule names


class Queue(Strict):
    label: str
    does: str


class DispatchRule(Strict):
    """Holds where the facts meet `when` and the first way is one of `remedies`, if there are
    any.
    """

    id: str
    when: When = ALWAYS
    remedies: tuple[str, ...] = ()
    queue: str

    def holds(self, facts: Mapping[str, Any], remedy: str | None) -> bool:
        return (not self.remedies or remedy in self.remedies) and self.when.holds(facts)


class Dispatch(Strict):
    """The queues and the rules that lead to them."""

    queues: dict[str, Queue]
    rules: tuple[DispatchRule, ...] = Field(min_length=1)

    @classmethod
    def load(cls, content: Path = CONTENT) -> "Dispatch":
        """Read dispatch.yml; raises ContentError."""
        path = content / "dispatch.yml"
        dispatch = load(path, cls)
        vocabulary = load_vocabulary(content)
        check_ids(path, "rules", [rule.id for rule in dispatch.rules])
        for index, rule in enumerate(dispatch.rules):
            check_when(path, ("rules", index, "when"), rule.when, vocabulary)
            check_remedies(path, ("rules", index, "remedies"), rule.remedies, vocabulary)
            if rule.queue not in dispatch.queues:
                line = line_of(path, "rules", index, "queue")
                raise ContentError(path, line, f"没有「{rule.queue}」这个队列")
        if OWN not in dispatch.queues:
            raise ContentError(path, line_of(path, "queues"), f"缺少队列 {OWN}")
        return dispatch

    def queue_for(self, facts: Mapping[str, Any], remedy: str | None) -> str:
        """The queue of a ticket about these facts; `remedy` is the first way of its referral."""
        found = (rule.queue for rule in self.rules if rule.holds(facts, remedy))
        return next(found, OWN)
