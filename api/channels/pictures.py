"""Pictures that a contact sent: kept nowhere until he says so, then with his ticket.

Only the channel's id of a picture waits with the contact, no longer than the channel keeps it.
"""

import asyncio
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from api.channels.bubbles import Told
from api.channels.choices import Offer, numbered
from api.channels.incoming import Media, MediaGone, MediaSource, MediaUnavailable
from api.channels.words import channel_words, turn_words
from api.clock import Clock
from api.contacts import service as contacts
from api.contacts.models import Contact
from api.database import Database, DatabaseUnavailable
from api.errors import HelplineError
from api.evidence import service as evidence
from api.evidence.schemas import NewFile
from api.tickets import service as tickets

KEPT_FOR = timedelta(
    days=3
)  # by WeChat (developers.weixin.qq.com, 获取临时素材); others keep longer
MOST_WAITING = 12  # as many as a ticket takes
# What a number says that chooses about pictures; no visitor sees it, and the bot hears of neither.
KEEP, DROP = "own:pictures:keep", "own:pictures:drop"


def wait_for_word(contact: Contact, media_id: str, at: datetime) -> None:
    """Let a picture wait; the caller commits."""
    kept = [*waiting(contact, at), {"media_id": media_id, "until": (at + KEPT_FOR).isoformat()}]
    contact.pictures = kept[-MOST_WAITING:]


def waiting(contact: Contact, at: datetime) -> list[dict[str, Any]]:
    """The pictures that still wait."""
    return [one for one in contact.pictures or [] if datetime.fromisoformat(one["until"]) > at]


async def question(session: AsyncSession, contact: Contact, at: datetime) -> Told | None:
    """Whether what waits is to be kept with the open ticket; None where nothing waits, or there is
    no such ticket.
    """
    waits, words = waiting(contact, at), channel_words()
    if not waits or contact.conversation_id is None:
        return None
    ticket = await tickets.still_open(session, contact.conversation_id)
    if ticket is None:
        return None
    shape = words.picture_ask if len(waits) == 1 else words.picture_ask_many
    return _asked(shape.format(number=ticket.number, count=len(waits)))


async def keep(
    database: Database, clock: Clock, sources: Mapping[str, MediaSource], contact_id: int
) -> Told:
    """Fetch what waits and keep it with the open ticket; what is told of it."""
    async with database.reading() as session:
        contact = await session.get_one(Contact, contact_id)
        waits = waiting(contact, clock.now())
    said: list[str] = []
    number, kept = "", 0
    for count, picture in enumerate(waits, 1):
        try:
            media = await sources[contact.channel].fetch(contact.account, picture["media_id"])
            number = await _kept(database, clock, contact, media, count)
            kept += 1
        except MediaUnavailable:
            return _asked(channel_words().picture_unavailable)
        except DatabaseUnavailable:
            raise
        except MediaGone:
            said.append(channel_words().picture_gone)
        except HelplineError as refused:
            said.append(refused.detail)
        await _waits_no_longer(database, contact_id, [picture["media_id"]])
    return Told((*_told_kept(number, kept), *dict.fromkeys(said)))


async def drop(database: Database, contact_id: int) -> Told:
    """Forget what waits; what is told of it."""
    await _waits_no_longer(database, contact_id, None)
    return Told((channel_words().picture_dropped,))


def _asked(text: str) -> Told:
    words = channel_words()
    offered = (Offer(words.picture_yes, KEEP), Offer(words.picture_no, DROP))
    return Told(("\n".join([text, turn_words().choose, numbered(offered)]),), offered)


def _told_kept(number: str, kept: int) -> tuple[str, ...]:
    words = channel_words()
    if not kept:
        return ()
    shape = words.picture_kept if kept == 1 else words.picture_kept_many
    return (shape.format(number=number, count=kept),)


async def _kept(
    database: Database, clock: Clock, contact: Contact, media: Media, count: int
) -> str:
    """Keep one picture; the number of its ticket. Raises what `evidence` raises."""
    new = NewFile(name=f"图片{count}", type="image/jpeg", data=b64encode(media.content).decode())
    picture = await asyncio.to_thread(evidence.picture_of, new)
    async with database.session() as session:
        assert contact.conversation_id is not None  # asked in a conversation with a ticket
        added = await evidence.add(session, contact.conversation_id, picture, at=clock.now())
    return added.ticket


async def _waits_no_longer(
    database: Database, contact_id: int, media_ids: Sequence[str] | None
) -> None:
    async with database.session() as session:
        contact = await contacts.locked(session, contact_id)
        contact.pictures = [
            one
            for one in contact.pictures or []
            if media_ids is not None and one["media_id"] not in media_ids
        ]
