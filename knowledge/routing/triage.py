"""Whether a ticket is urgent, by rules that a lawyer can read."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from knowledge.reviewed import CONTENT, Strict, load
from knowledge.routing.conditions import When
from knowledge.routing.referral import Referral
from knowledge.slots import Facts

URGENT_DAYS = 15


class UrgentRule(Strict):
    id: str
    when: When
    why: str


class TriageRules(Strict):
    urgent: tuple[UrgentRule, ...]

    @classmethod
    def load(cls, content: Path = CONTENT) -> "TriageRules":
        """Read triage.yml; raises ContentError."""
        return load(content / "triage.yml", cls)


@dataclass(frozen=True)
class Triage:
    """How urgent a ticket is: `reason` says it in Chinese, empty where it is not urgent.

    `due` is the next day to act by, `what` is to be done until then.
    """

    priority: Literal["normal", "urgent"]
    reason: str
    what: str | None
    due: date | None


def triage(facts: Facts, referral: Referral, rules: TriageRules) -> Triage:
    """How urgent a ticket about these facts is on the day of the referral."""
    days = [
        (one.act_by, one.what)
        for remedy in referral.remedies
        for one in remedy.deadlines
        if one.act_by
    ]
    ahead = [(day, what) for day, what in days if day >= referral.as_of]
    due, what = min(ahead, default=(None, None))
    rule = next((rule for rule in rules.urgent if rule.when.holds(facts)), None)
    if rule:
        return Triage("urgent", rule.why, what, due)
    if due and (due - referral.as_of).days <= URGENT_DAYS:
        return Triage("urgent", f"{what}最迟{due}要办。", what, due)
    return Triage("normal", "", what, due)
