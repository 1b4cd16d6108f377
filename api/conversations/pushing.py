"""What of a conversation is put into the outbox, for a visitor who speaks by a contact; the caller
commits.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api.contacts import inbound
from api.contacts.models import Contact
from api.conversations.models import Conversation, Turn
from api.outbox import service as outbox


async def turn(session: AsyncSession, answered: Turn, *, at: datetime) -> None:
    """Send what a turn was answered with to the contact who asked; nothing to a page."""
    # Not by the conversation's contact, which is gone where just this turn had the data deleted.
    asked = await inbound.of_turn(session, answered.id)
    if asked is None or not (answered.answer or {}).get("messages"):
        return
    await outbox.put_for(
        session,
        await session.get_one(Contact, asked.contact_id),
        outbox.TURN,
        answered.id,
        at=at,
        conversation_id=answered.conversation_id,
        inbound_id=asked.id,
        due_at=inbound.due_of_answer(asked, at),
    )


async def message(
    session: AsyncSession, conversation: Conversation, message_id: str, *, at: datetime
) -> None:
    """Send what was said beside any turn, as long as the visitor speaks by his contact."""
    if conversation.contact_id is None or not conversation.speaks_by_contact:
        return
    contact = await session.get_one(Contact, conversation.contact_id)
    await outbox.put_for(
        session, contact, outbox.MESSAGE, message_id, at=at, conversation_id=conversation.id
    )


async def news(session: AsyncSession, conversation_id: str, news_id: int, *, at: datetime) -> None:
    """Let a contact hear of news, also while he speaks on a page: it may be closed by then."""
    conversation = await session.get(Conversation, conversation_id)
    if conversation is None or conversation.contact_id is None:
        return
    contact = await session.get_one(Contact, conversation.contact_id)
    await outbox.put_for(
        session, contact, outbox.NEWS, str(news_id), at=at, conversation_id=conversation_id
    )
