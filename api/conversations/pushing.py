"""What of a conversation is put into the outbox, for a visitor who speaks by a contact; the caller
commits.
"""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from api.contacts import inbound
from api.contacts.models import Contact, Inbound
from api.conversations.models import Conversation, Turn
from api.outbox import service as outbox

# So long after something came in, the channel's own request may still carry the answer.
CARRIED = timedelta(seconds=4.5)


async def turn(session: AsyncSession, answered: Turn, *, at: datetime) -> None:
    """Send what a turn was answered with to the contact who asked; nothing to a page."""
    asked = await inbound.of_turn(session, answered.id)
    if asked is None or not (answered.answer or {}).get("messages"):
        return
    await _put(
        session,
        await session.get_one(Contact, asked.contact_id),
        answered.conversation_id,
        outbox.TURN,
        answered.id,
        at=at,
        inbound_id=asked.id,
        due_at=_due(asked, at),
    )


async def message(
    session: AsyncSession, conversation: Conversation, message_id: str, *, at: datetime
) -> None:
    """Send what was said beside any turn, as long as the visitor speaks by his contact."""
    if conversation.contact_id is None or not conversation.speaks_by_contact:
        return
    contact = await session.get_one(Contact, conversation.contact_id)
    await _put(session, contact, conversation.id, outbox.MESSAGE, message_id, at=at)


async def news(session: AsyncSession, conversation_id: str, news_id: int, *, at: datetime) -> None:
    """Let a contact hear of news, also while he speaks on a page: it may be closed by then."""
    conversation = await session.get(Conversation, conversation_id)
    if conversation is None or conversation.contact_id is None:
        return
    contact = await session.get_one(Contact, conversation.contact_id)
    await _put(session, contact, conversation_id, outbox.NEWS, str(news_id), at=at)


def _due(asked: Inbound, at: datetime) -> datetime:
    """Later while the channel's own request may carry it; a clock that was put back must not make
    it wait for long.
    """
    if asked.state != inbound.State.ACCEPTED:
        return at
    return min(max(at, asked.received_at + CARRIED), at + CARRIED)


async def _put(
    session: AsyncSession,
    contact: Contact,
    conversation_id: str,
    kind: str,
    ref: str,
    *,
    at: datetime,
    inbound_id: int | None = None,
    due_at: datetime | None = None,
) -> None:
    await outbox.put(
        session,
        lane=outbox.lane_of(contact.id),
        channel=contact.channel,
        contact_id=contact.id,
        conversation_id=conversation_id,
        kind=kind,
        ref=ref,
        at=at,
        inbound_id=inbound_id,
        due_at=due_at,
    )
