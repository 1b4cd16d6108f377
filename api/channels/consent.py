"""The privacy notice on a channel: sent with a link, agreed to by going on; the caller commits."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api.channels.words import channel_words
from api.contacts import service as contacts
from api.contacts.models import Contact
from api.conversations import service as conversations
from api.conversations.models import Conversation
from api.conversations.service import DELETED
from api.protection.notice import Notice


def is_due(contact: Contact, notice: Notice) -> bool:
    """Whether the contact has yet to be sent the notice as it stands."""
    return contact.notice_version != notice.version


def sent(contact: Contact, notice: Notice) -> None:
    """The notice goes to the contact: what he says from then on agrees to it."""
    contact.notice_version, contact.consented_at = notice.version, None


def withdrawn(contact: Contact) -> None:
    """What the contact agreed to save is gone: he is told the notice anew."""
    contact.notice_version = contact.consented_at = contact.pictures = None


def text(contact: Contact, notice: Notice, link: str | None) -> str:
    """The notice in short; told as new where the contact knows an older one."""
    words, is_new = channel_words(), contact.notice_version not in (None, notice.version)
    if link:
        shape = words.notice_again_link if is_new else words.notice_link
        return shape.format(short=notice.short, link=link)
    return (words.notice_again if is_new else words.notice).format(short=notice.short)


async def conversation_of(
    session: AsyncSession, contact: Contact, notice: Notice, *, at: datetime
) -> str:
    """The id of the contact's conversation, opened where he has none that goes on.

    The contact is locked. What he says agrees to the notice that he was sent; who was not sent it
    yet agrees by what he says after it.
    """
    conversation = await _going_on(session, contact)
    if conversation is None and contact.consented_at is not None:
        withdrawn(contact)
    agrees = contact.consented_at is None and not is_due(contact, notice)
    if agrees:
        contact.consented_at = at
    if conversation is None:
        conversation = await _opened(session, contact, at)
    if agrees or conversation.consented_at is None:
        conversation.consented_at = contact.consented_at
        conversation.consent_version = contact.notice_version if contact.consented_at else None
    return conversation.id


async def _opened(session: AsyncSession, contact: Contact, at: datetime) -> Conversation:
    """A conversation of the contact's own, of which it is not known yet that he agreed."""
    opened = await conversations.open_conversation(
        session, contact.channel, True, at=at, greets=False
    )
    await contacts.bind(session, contact, opened.id, at=at)
    conversation = await session.get_one(Conversation, opened.id)
    conversation.consented_at = None
    return conversation


async def _going_on(session: AsyncSession, contact: Contact) -> Conversation | None:
    if contact.conversation_id is None:
        return None
    conversation = await session.get(Conversation, contact.conversation_id, with_for_update=True)
    return conversation if conversation and conversation.state != DELETED else None
