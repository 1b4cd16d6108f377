"""A conversation as operators see it: what was said, what is known, and what colleagues noted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.access import Staff
from api.conversations import service as conversations
from api.conversations.models import Conversation, Message
from api.desk.inbox import assignee_of
from api.desk.models import ConversationNote, ConversationTag, ConversationWatcher
from api.desk.schemas import (
    DeskConversation,
    DeskMessage,
    EarlierConversation,
    InternalNote,
    OpenQuestion,
    Page,
    Person,
)
from api.desk.viewing import Viewers
from api.outbox import view as outbox
from api.outbox.courier import Courier
from api.referrals import service as referrals
from api.tickets.models import Ticket

NEWEST = 50  # messages that are shown at first
MOST = 200  # in one page
REFUSED = "refused"  # what the fact `contact` holds where none was left


@dataclass(frozen=True)
class Look:
    """What of a conversation stands beside the database: who has it open, and who carries what is
    said over other channels.
    """

    viewers: Viewers
    couriers: Mapping[str, Courier]


async def _look_of(request: Request) -> Look:
    return Look(request.app.state.viewers, request.app.state.outbox.couriers)


AppLook = Annotated[Look, Depends(_look_of)]


async def conversation(
    session: AsyncSession,
    found: Conversation,
    staff: Staff,
    look: Look,
    *,
    at: datetime,
) -> DeskConversation:
    """The conversation with its newest messages."""
    page = await messages(session, found.id, most=NEWEST)
    own = await _tickets(session, found.id)
    snapshot = await conversations.show(session, found, at=at, messages=[])
    return DeskConversation.model_validate(
        {
            **snapshot.model_dump(mode="json", by_alias=True, exclude={"messages"}),
            "messages": page.messages,
            "more": page.more,
            "channel": found.channel,
            "opened_at": found.opened_at,
            "assignee": assignee_of(found),
            "waiting_since": found.waiting_since,
            "viewers": look.viewers.of(found.id),
            "watching": await session.get(ConversationWatcher, (found.id, staff.id)) is not None,
            "history": await _history(session, found),
            "tickets": [ticket.number for ticket in own],
            "tags": await tags(session, found.id),
            "notes": await notes(session, found.id),
            "memory_open_questions": await _open_questions(session, found),
            "contact": await outbox.reached(
                session,
                found.contact_id,
                look.couriers,
                by_contact=found.speaks_by_contact,
                at=at,
            ),
        }
    )


async def messages(
    session: AsyncSession, conversation_id: str, *, before: str | None = None, most: int = NEWEST
) -> Page:
    """The newest messages, or those before the one with an id; oldest first."""
    newest = select(Message).where(Message.conversation_id == conversation_id)
    if before is not None:
        of_it = select(Message.position).where(
            Message.id == before, Message.conversation_id == conversation_id
        )
        newest = newest.where(Message.position < of_it.scalar_subquery())
    found = (await session.scalars(newest.order_by(Message.position.desc()).limit(most + 1))).all()
    found_here = [_shown(message) for message in reversed(found[:most])]
    return Page(messages=found_here, more=len(found) > most)


def _shown(message: Message) -> DeskMessage:
    told = conversations.shown(message).model_dump()
    state = "held" if message.held else None
    return DeskMessage.model_validate({**told, "state": state, "turn_id": message.turn_id})


async def tags(session: AsyncSession, conversation_id: str) -> list[str]:
    """The tags of a conversation."""
    found = select(ConversationTag.tag).where(ConversationTag.conversation_id == conversation_id)
    return list(await session.scalars(found.order_by(ConversationTag.tag)))


async def notes(session: AsyncSession, conversation_id: str) -> list[InternalNote]:
    """What colleagues noted, oldest first."""
    found = select(ConversationNote).where(ConversationNote.conversation_id == conversation_id)
    return [shown_note(row) for row in await session.scalars(found.order_by(ConversationNote.id))]


def shown_note(row: ConversationNote) -> InternalNote:
    """A note as the console shows it."""
    author = Person(id=row.author_id, name=row.author)
    return InternalNote(id=row.id, author=author, text=row.text, at=row.written_at)


async def _tickets(session: AsyncSession, conversation_id: str) -> Sequence[Ticket]:
    own = select(Ticket).where(Ticket.conversation_id == conversation_id)
    return (await session.scalars(own.order_by(Ticket.id.desc()))).all()


async def _history(session: AsyncSession, found: Conversation) -> list[EarlierConversation]:
    """Tickets of other conversations in which the same contact was left, the newest first."""
    contact = found.facts.get("contact")
    if not contact or contact == REFUSED:
        return []
    others = (
        select(Ticket, Conversation.opened_at)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(Ticket.contact_hash == contact, Ticket.conversation_id != found.id)
        .order_by(Ticket.id.desc())
        .limit(NEWEST)
    )
    return [
        EarlierConversation(
            conversation_id=ticket.conversation_id,
            opened_at=opened_at,
            summary=ticket.summary,
            ticket=ticket.number,
        )
        for ticket, opened_at in await session.execute(others)
    ]


async def _open_questions(session: AsyncSession, found: Conversation) -> list[OpenQuestion]:
    """What the newest referral still asks and nobody has answered."""
    newest: Mapping[str, Any] = await referrals.latest(session, found.id) or {}
    return [
        OpenQuestion.model_validate(one)
        for one in newest.get("asks", [])
        if found.facts.get(one["slot"]) in (None, "", [])
    ]
