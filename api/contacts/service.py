"""Finding contacts, and whose conversation they have; the caller commits.

Contacts are locked so that rows which refer to them can be written meanwhile (FOR NO KEY UPDATE).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.contacts.models import Contact
from api.database import Base, insert_once
from api.events import service as events

CHANGED = "outbox.changed"  # who is written to, what he may be sent, or what waits for him


def address_of(channel: str, account: str, peer: str) -> str:
    """What a contact is found by."""
    return f"{channel}:{account}:{peer}"


def peer_of(contact: Contact) -> str:
    """The visitor's id on his channel, which is needed to send."""
    return contact.contact.split(":", 2)[2]


async def find(session: AsyncSession, channel: str, account: str, peer: str) -> Contact | None:
    """The contact, locked; None where he was never heard of."""
    address = address_of(channel, account, peer)
    found: Contact | None = await session.scalar(
        select(Contact).where(Contact.contact_hash == address).with_for_update(key_share=True)
    )
    return found


async def find_or_make(
    session: AsyncSession, channel: str, account: str, peer: str, *, at: datetime
) -> Contact:
    """The contact, locked, with a row of his own from now on."""
    found = await find(session, channel, account, peer)
    if found is not None:
        return found
    address = address_of(channel, account, peer)
    new = {"channel": channel, "account": account, "contact": address, "contact_hash": address}
    await insert_once(session, Contact, {**new, "made_at": at})
    found = await find(session, channel, account, peer)
    assert found is not None
    return found


async def locked(session: AsyncSession, contact_id: int) -> Contact:
    """The contact as he stands now, kept so until the unit of work ends."""
    return await session.get_one(Contact, contact_id, with_for_update={"key_share": True})


async def bind(
    session: AsyncSession, contact: Contact, conversation_id: str, *, at: datetime
) -> None:
    """Move the contact to a conversation, whose messages he is pushed from then on. A conversation
    has one contact: the former one is unbound.
    """
    conversation = _conversation()
    contact.last_inbound_at = contact.last_inbound_at or at
    await unbind(session, conversation_id)
    if contact.conversation_id is not None:
        await _set(session, conversation.id == contact.conversation_id, None)
    contact.conversation_id = conversation_id
    await session.flush()
    await _set(session, conversation.id == conversation_id, contact.id)
    await events.publish(session, CHANGED, conversation_id=conversation_id, at=at)


async def unbind(session: AsyncSession, conversation_id: str) -> None:
    """Nobody is written to about this conversation any more."""
    his = update(Contact).where(Contact.conversation_id == conversation_id)
    await session.execute(his.values(conversation_id=None))
    await _set(session, _conversation().id == conversation_id, None)


async def _set(session: AsyncSession, which: Any, contact_id: int | None) -> None:
    values: dict[str, Any] = {"contact_id": contact_id}
    if contact_id is None:
        values["speaks_by_contact"] = False
    await session.execute(update(_conversation()).where(which).values(**values))


def _conversation() -> Any:
    """The class of conversations. Their room builds on this one and cannot be imported here; the
    foreign key names their table as well.
    """
    table = Base.metadata.tables["conversations"]
    return next(one.class_ for one in Base.registry.mappers if one.local_table is table)
