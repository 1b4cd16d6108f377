"""Searching over conversations, tickets and callers.

Pairs of characters only narrow down what may hold the words. What is shown was opened, and holds
them.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import Conversation
from api.lookup import grams, index
from api.lookup.models import SearchDocument, SearchGram
from api.lookup.schemas import Found, FoundCaller, FoundConversation, FoundTicket
from api.protection.keys import as_searched
from api.tickets import service as tickets
from api.tickets.labels import labelled_value
from api.tickets.models import Ticket
from api.tickets.staff.contacts import masked
from api.tickets.status import LABELS, Status

MOST_HITS = 20  # of conversations, and of tickets
MOST_OPENED = 300  # documents that are opened for one question, the newest first
AT_ONCE = 20  # of them at a time
MOST_PAIRS = 24  # of a question that are looked up
AROUND = 20  # characters on either side of what was found

_SHORTEST_CONTACT = 6


@dataclass
class _Hits:
    tickets: list[FoundTicket] = field(default_factory=list)
    conversations: list[FoundConversation] = field(default_factory=list)

    @property
    def are_enough(self) -> bool:
        return max(len(self.tickets), len(self.conversations)) >= MOST_HITS


async def search(session: AsyncSession, question: str) -> Found:
    """What holds every word of a question, the newest first. Words are parted by blanks; one of a
    single character finds nothing.
    """
    words = [word for word in map(grams.folded, question.split()) if word]
    hits, opened = _Hits(), 0
    async for document in _candidates(session, words):
        opened += 1
        await _open(session, document, words, hits)
        if hits.are_enough:
            break
    cut = hits.are_enough or opened >= MOST_OPENED
    return Found(
        tickets=hits.tickets,
        conversations=hits.conversations,
        callers=await _callers(session, question),
        complete=not cut,
    )


async def _candidates(session: AsyncSession, words: Sequence[str]) -> AsyncIterator[SearchDocument]:
    """The documents in which all pairs of the words stand, the newest first."""
    pairs = sorted(set().union(*(grams.pairs(word) for word in words)))[:MOST_PAIRS]
    if not pairs or any(len(word) < grams.SHORTEST for word in words):
        return
    wanted = list(grams.hashed(pairs, index.keys_for(session)))
    have_all = (
        select(SearchGram.document_id)
        .where(SearchGram.gram.in_(wanted))
        .group_by(SearchGram.document_id)
        .having(func.count() == len(set(wanted)))
    )
    found = (
        select(SearchDocument)
        .where(SearchDocument.id.in_(have_all))
        .order_by(SearchDocument.newest_at.desc(), SearchDocument.id.desc())
    )
    for first in range(0, MOST_OPENED, AT_ONCE):
        some = (await session.scalars(found.offset(first).limit(AT_ONCE))).all()
        for document in some:
            yield document
        if len(some) < AT_ONCE:
            return


async def _open(
    session: AsyncSession, document: SearchDocument, words: Sequence[str], hits: _Hits
) -> None:
    if document.kind == index.TICKET:
        ticket = await session.get(Ticket, int(document.ref))
        texts = await index.texts_of_ticket(session, ticket) if ticket else []
        if ticket and (excerpt := _excerpt(texts, words)):
            hits.tickets.append(
                FoundTicket(
                    number=ticket.number,
                    status_text=LABELS[Status(ticket.status)],
                    summary=ticket.summary,
                    excerpt=excerpt,
                    opened_on=ticket.opened_on,
                )
            )
        return
    conversation = await session.get(Conversation, document.ref)
    said = await index.texts_of_conversation(session, document.ref)
    noted = await index.notes_of_conversation(session, document.ref)
    texts = [one.text for one in said] + [one.text for one in noted]
    if conversation and (excerpt := _excerpt(texts, words)):
        hits.conversations.append(
            FoundConversation(
                id=conversation.id,
                channel=conversation.channel,
                opened_at=conversation.opened_at,
                last_at=document.newest_at,
                summary=_about(conversation),
                excerpt=excerpt,
            )
        )


def _about(conversation: Conversation) -> str | None:
    facts = conversation.facts
    named = [labelled_value(slot, facts.get(slot)) for slot in ("situation", "right")]
    places = [facts.get(slot) for slot in ("city", "own_city") if facts.get(slot)]
    return " · ".join(str(one) for one in (*named, *places[:1]) if one) or None


def _excerpt(texts: Sequence[str], words: Sequence[str]) -> str | None:
    """The surroundings of the first word, where all words stand somewhere in the texts."""
    folded = [grams.folded(text) for text in texts]
    if not all(any(word in text for text in folded) for word in words):
        return None
    text = next(text for text, plain in zip(texts, folded, strict=True) if words[0] in plain)
    line = " ".join(text.split())
    here = max(line.casefold().find(words[0]), 0)  # folding may have taken a blank out of it
    start, end = max(here - AROUND, 0), here + len(words[0]) + AROUND
    return f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"


async def _callers(session: AsyncSession, question: str) -> list[FoundCaller]:
    """Whoever left exactly this contact, however it is spelt."""
    contact = as_searched(question)
    if len(contact) < _SHORTEST_CONTACT:
        return []
    theirs = await tickets.of_contact(session, contact)
    if not theirs:
        return []
    return [
        FoundCaller(
            contact_masked=masked(theirs[0].contact) or "",
            tickets=[ticket.number for ticket in theirs],
            conversations=list(dict.fromkeys(ticket.conversation_id for ticket in theirs)),
        )
    ]
