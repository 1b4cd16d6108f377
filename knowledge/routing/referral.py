"""A referral: which remedies are open, which are ruled out and why, what to ask next. Values only.

`as_dict` gives them as the chat API shows them; its field names are part of that contract.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from knowledge.law.citations import Citation
from knowledge.law.deadlines import Deadline
from knowledge.places.institutions import Body
from knowledge.routing.rules import AskRule, Evidence, PriorityRule


@dataclass(frozen=True)
class OpenRemedy:
    """A remedy that is open, with the rule that opened it and the priorities that moved it forward.

    `drafts`: (key, title) of papers that can be prefilled for it.
    """

    key: str
    name: str
    rule: str
    rank: int
    why: str
    can_do: str
    cannot_do: str
    basis: tuple[Citation, ...]
    body: Body
    materials: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    deadlines: tuple[Deadline, ...]
    duration: str | None
    fees: str | None
    goes_with: tuple[str, ...]
    order: tuple[PriorityRule, ...]
    drafts: tuple[tuple[str, str], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The remedy as the chat API shows it."""
        return {
            "key": self.key,
            "name": self.name,
            "rule": self.rule,
            "why": self.why,
            "gives": self.can_do,
            "limits": self.cannot_do,
            "basis": [citation.as_dict() for citation in self.basis],
            "body": {
                "kind": self.body.kind,
                "name": self.body.name,
                "city": self.body.city,
                "county": self.body.county,
                "note": self.body.note,
                "unverified": self.body.unverified,
            },
            "materials": list(self.materials),
            "evidence": [one.model_dump() for one in self.evidence],
            "deadlines": [deadline.as_dict() for deadline in self.deadlines],
            "duration": self.duration,
            "fees": self.fees,
            "goes_with": list(self.goes_with),
            "order": [{"id": rule.id, "why": rule.why} for rule in self.order],
            "drafts": [{"key": key, "title": title} for key, title in self.drafts],
        }


@dataclass(frozen=True)
class ExcludedRemedy:
    """A remedy that people may take for right, with the rule that rules it out."""

    key: str
    name: str
    rule: str
    why: str
    basis: tuple[Citation, ...]

    def as_dict(self) -> dict[str, Any]:
        """The remedy as the chat API shows it."""
        return {
            "key": self.key,
            "name": self.name,
            "rule": self.rule,
            "why": self.why,
            "basis": [citation.as_dict() for citation in self.basis],
        }


@dataclass(frozen=True)
class Referral:
    """What the helpline tells a visitor to do, on the law of one day. Remedies come best first.

    `acted_on` is the day of the act where it is known: articles in force on that day may be cited
    too.
    """

    scope: Literal["in", "clarify", "out", "service"]
    remedies: tuple[OpenRemedy, ...]
    ruled_out: tuple[ExcludedRemedy, ...]
    asks: tuple[AskRule, ...]
    notices: tuple[str, ...]
    as_of: date
    acted_on: date | None = None

    def as_dict(self) -> dict[str, Any]:
        """The referral as the chat API shows it, days in ISO form."""
        return {
            "scope": self.scope,
            "remedies": [remedy.as_dict() for remedy in self.remedies],
            "ruled_out": [remedy.as_dict() for remedy in self.ruled_out],
            "asks": [
                {
                    "slot": ask.slot,
                    "question": ask.question,
                    "options": [option.title for option in ask.options],
                }
                for ask in self.asks
            ],
            "notices": list(self.notices),
            "as_of": self.as_of.isoformat(),
            "acted_on": self.acted_on.isoformat() if self.acted_on else None,
        }
