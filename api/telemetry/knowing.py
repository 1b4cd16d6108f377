"""The library's searches and referrals as spans; the library itself knows of none."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from api.telemetry import spans
from knowledge.base import KnowledgeBase
from knowledge.routing.referral import Referral
from knowledge.search.cards import Found
from knowledge.search.searcher import Hit


class Watched(KnowledgeBase):
    """A knowledge base of which is told how long it searches and routes."""

    @classmethod
    def of(cls, knowledge: KnowledgeBase) -> "Watched":
        """The same knowledge, watched."""
        return cls(**{one.name: getattr(knowledge, one.name) for one in fields(knowledge)})

    def search(self, query: str, on: date, limit: int) -> list[Hit]:
        with spans.span("search"):
            return super().search(query, on, limit)

    def find_answers(self, query: str, limit: int = 8, matter: str = "") -> list[Found]:
        with spans.span("search"):
            return super().find_answers(query, limit, matter)

    def referral(self, facts: Mapping[str, Any], on: date) -> Referral:
        with spans.span("route"):
            return super().referral(facts, on)
