"""The index over sealed words: what changed is indexed anew; the caller commits.

A conversation and a ticket are a document each. Its pairs of characters lie there as keyed hashes.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVarTuple

from sqlalchemy import Select, and_, cast, delete, func, insert, or_, select
from sqlalchemy import String as Text
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import Conversation, Message
from api.conversations.service import DELETED
from api.desk.models import ConversationNote
from api.lookup import grams
from api.lookup.models import SearchDocument, SearchGram
from api.protection.columns import keys_of
from api.protection.keys import DataKeys
from api.tickets.models import Ticket, TicketNote

CONVERSATION, TICKET = "conversation", "ticket"
AT_ONCE = 20  # documents in one unit of work: others write in between
_SAID_BY_PEOPLE = ("visitor", "operator")
_Row = TypeVarTuple("_Row")
_ROWS_AT_ONCE = 10_000  # of pairs that one statement stores: within what both databases take


def keys_for(session: AsyncSession) -> DataKeys:
    """The data keys of the database that a session belongs to."""
    return keys_of(session.get_bind().dialect)


async def bring_up_to_date(session: AsyncSession) -> int:
    """Index some of what is new or has changed, the newest first; returns how many documents.

    Raises IntegrityError where another process indexes the same at the same moment.
    """
    conversations = (await session.execute(_locked(_conversations()))).all()
    for conversation, come_to, document in conversations:
        await _index_conversation(session, conversation, come_to, document)
    tickets = (await session.execute(_locked(_tickets()))).all()
    for ticket, document in tickets:
        await _index_ticket(session, ticket, document)
    return len(conversations) + len(tickets)


async def is_behind(session: AsyncSession) -> bool:
    """Whether something is new or has changed."""
    for changed in (_conversations(), _tickets()):
        if (await session.execute(changed.limit(1))).first() is not None:
            return True
    return False


async def forget(session: AsyncSession, conversation_id: str) -> None:
    """Nothing of a conversation and its tickets is found any more."""
    of_this = SearchDocument.conversation_id == conversation_id
    documents = select(SearchDocument.id).where(of_this)
    await session.execute(delete(SearchGram).where(SearchGram.document_id.in_(documents)))
    await session.execute(delete(SearchDocument).where(of_this))


async def texts_of_conversation(session: AsyncSession, conversation_id: str) -> Sequence[Message]:
    """What was said in a conversation and can be searched, in order."""
    found = await session.scalars(
        select(Message)
        .where(
            Message.conversation_id == conversation_id, Message.role.in_(("visitor", "operator"))
        )
        .order_by(Message.position)
    )
    return found.all()


async def notes_of_conversation(
    session: AsyncSession, conversation_id: str
) -> Sequence[ConversationNote]:
    """What the staff wrote beside a conversation, in order."""
    found = await session.scalars(
        select(ConversationNote)
        .where(ConversationNote.conversation_id == conversation_id)
        .order_by(ConversationNote.id)
    )
    return found.all()


async def texts_of_ticket(session: AsyncSession, ticket: Ticket) -> list[str]:
    """Everything of a ticket that can be searched."""
    notes = await session.scalars(
        select(TicketNote.text).where(TicketNote.ticket_id == ticket.id).order_by(TicketNote.id)
    )
    facts = [one for value in ticket.facts.values() for one in _words(value)]
    told = (ticket.summary, ticket.number, ticket.next_step, ticket.contact, ticket.dispatch_to)
    return [*(one for one in told if one), *(ticket.tags or []), *facts, *notes]


def _words(value: Any) -> Iterable[str]:
    """The Chinese words among a fact's values; codes of the vocabulary are no words."""
    values = value if isinstance(value, list) else [value]
    return (one for one in values if isinstance(one, str) and not one.isascii())


def _locked(found: Select[*_Row]) -> Select[*_Row]:
    """The same, with the conversations locked: what is being deleted is not indexed once more."""
    return found.with_for_update(of=Conversation, skip_locked=True)


def _conversations() -> Select[Conversation, str, SearchDocument]:
    """Conversations in which something was said or noted since they were indexed, the newest first:
    each with how far it has come, and its document if it has one.
    """
    of_it = and_(SearchDocument.kind == CONVERSATION, SearchDocument.ref == Conversation.id)
    noted = (
        select(ConversationNote.conversation_id, func.max(ConversationNote.id).label("newest"))
        .group_by(ConversationNote.conversation_id)
        .subquery()
    )
    newest_note = func.coalesce(noted.c.newest, 0)
    come_to = cast(Conversation.last_position, Text) + "/" + cast(newest_note, Text)
    return (
        select(Conversation, come_to, SearchDocument)
        .outerjoin(noted, noted.c.conversation_id == Conversation.id)
        .outerjoin(SearchDocument, of_it)
        .where(
            or_(SearchDocument.id.is_(None), SearchDocument.seen != come_to),
            Conversation.state != DELETED,
            Conversation.last_position > 0,
        )
        .order_by(Conversation.opened_at.desc())
        .limit(AT_ONCE)
    )


def _tickets() -> Select[Ticket, SearchDocument]:
    """The same of tickets that changed."""
    of_it = and_(SearchDocument.kind == TICKET, SearchDocument.ref == cast(Ticket.id, Text))
    changed = SearchDocument.newest_at < Ticket.updated_at
    return (
        select(Ticket, SearchDocument)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .outerjoin(SearchDocument, of_it)
        .where(or_(SearchDocument.id.is_(None), changed), Conversation.state != DELETED)
        .order_by(Ticket.id.desc())
        .limit(AT_ONCE)
    )


async def _index_conversation(
    session: AsyncSession,
    conversation: Conversation,
    come_to: str,
    document: SearchDocument | None,
) -> None:
    """Only what was said and noted since the last time is read."""
    position, _, note = (document.seen if document else "0").partition("/")
    said = await texts_of_conversation(session, conversation.id)
    new = [one for one in said if one.position > int(position)]
    notes = await notes_of_conversation(session, conversation.id)
    new_notes = [one for one in notes if one.id > int(note or 0)]
    if document is None:
        document = SearchDocument(
            kind=CONVERSATION,
            ref=conversation.id,
            conversation_id=conversation.id,
            newest_at=conversation.opened_at,
        )
    document.newest_at = max([document.newest_at, *(one.said_at for one in new)])
    document.seen = come_to
    texts = [one.text for one in new] + [one.text for one in new_notes]
    await _add(session, document, texts)


async def _index_ticket(
    session: AsyncSession, ticket: Ticket, document: SearchDocument | None
) -> None:
    if document is not None:
        await session.execute(delete(SearchGram).where(SearchGram.document_id == document.id))
    document = document or SearchDocument(
        kind=TICKET, ref=str(ticket.id), conversation_id=ticket.conversation_id, seen=""
    )
    document.newest_at = ticket.updated_at
    await _add(session, document, await texts_of_ticket(session, ticket))


async def _add(session: AsyncSession, document: SearchDocument, texts: Iterable[str]) -> None:
    session.add(document)
    await session.flush()
    found = set().union(*(grams.pairs(text) for text in texts))
    held = set(
        await session.scalars(select(SearchGram.gram).where(SearchGram.document_id == document.id))
    )
    new = set(grams.hashed(found, keys_for(session))) - held
    rows = [{"gram": gram, "document_id": document.id} for gram in sorted(new)]
    for first in range(0, len(rows), _ROWS_AT_ONCE):
        await session.execute(insert(SearchGram), rows[first : first + _ROWS_AT_ONCE])
