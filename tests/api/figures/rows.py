"""Rows that figures are counted from, made by hand."""

from datetime import datetime

from api.conversations.models import Conversation, ToldContent, Turn
from api.tickets.models import Satisfaction
from tests.api.figures.test_figures import conversation, turn


def outcome(of: Conversation, at: datetime, what: str | None) -> Turn:
    row = turn(of, at)
    row.outcome = what
    return row


def told(of: Conversation, kind: str, key: str, at: datetime) -> ToldContent:
    return ToldContent(conversation_id=of.id, kind=kind, key=key, told_at=at)


def rating(
    of: Conversation,
    score: int,
    at: datetime,
    words: str | None = None,
    about: str = "conversation",
) -> Satisfaction:
    return Satisfaction(conversation_id=of.id, about=about, score=score, words=words, said_at=at)


def several(count: int, opened: datetime, **facts: str) -> list[Conversation]:
    return [conversation(opened, facts=dict(facts)) for _ in range(count)]
