"""How content visitors were, once their matter or conversation has ended; the caller commits."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations import service as conversations
from api.errors import HelplineError
from api.protection.numbers import without_refused
from api.tickets.models import Satisfaction, Ticket
from api.tickets.status import ENDED
from api.visitor_text import clean

CONVERSATION = "conversation"  # what is judged where it is no ticket
_WITH_A_PERSON = ("waiting", "operator")  # states of a conversation that goes on


class NotEndedYet(HelplineError):
    code = "not_ended_yet"
    status = HTTPStatus.CONFLICT
    title = "还没有办完"
    detail = "事情还在办，办结以后再请您评价。"


def _kept(value: object) -> object:
    return (without_refused(clean(value)).strip() or None) if isinstance(value, str) else value


class Judgement(BaseModel):
    """A score, and words if there are any. A later one takes the place of the one before."""

    score: int = Field(ge=1, le=5, strict=True, description="1 is bad, 5 is good.")
    words: Annotated[str | None, BeforeValidator(_kept)] = Field(default=None, max_length=500)


class JudgementByCode(Judgement):
    code: str = Field(max_length=20, description="The ticket's look-up code.")


class Judged(BaseModel):
    about: str = Field(description="A ticket's number, or conversation.")
    score: int


async def judge_ticket(
    session: AsyncSession, ticket: Ticket, judgement: Judgement, *, at: datetime
) -> Judged:
    """Keep how content the visitor is with a ticket; raises NotEndedYet."""
    if ticket.status not in ENDED:
        raise NotEndedYet
    return await _keep(session, ticket.conversation_id, ticket.number, judgement, at)


async def judge_conversation(
    session: AsyncSession, conversation_id: str, judgement: Judgement, *, at: datetime
) -> Judged:
    """Keep how content the visitor is with a conversation; raises NotEndedYet while a person is
    asked for or speaks in it, ConversationDeleted.
    """
    conversation = await conversations.going_on(session, conversation_id)
    if conversation.state in _WITH_A_PERSON:
        raise NotEndedYet
    return await _keep(session, conversation.id, CONVERSATION, judgement, at)


async def _keep(
    session: AsyncSession, conversation_id: str, about: str, judgement: Judgement, at: datetime
) -> Judged:
    of_this = (Satisfaction.conversation_id == conversation_id, Satisfaction.about == about)
    kept = await session.scalar(select(Satisfaction).where(*of_this).with_for_update())
    if kept is None:
        kept = Satisfaction(conversation_id=conversation_id, about=about)
        session.add(kept)
    kept.score, kept.words, kept.said_at = judgement.score, judgement.words, at
    await session.flush()
    return Judged(about=about, score=kept.score)
