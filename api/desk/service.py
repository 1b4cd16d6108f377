"""What operators do with conversations; the caller commits. Each act stands in the audit log."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from http import HTTPStatus

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts import audit
from api.accounts.access import Staff
from api.accounts.roles import MAY, Permission
from api.clock import Clock
from api.conversations import handoffs
from api.conversations import service as conversations
from api.conversations.handoffs import Elsewhere, NotYours, Person
from api.conversations.models import Conversation
from api.conversations.states import State
from api.desk import duty
from api.desk.models import ConversationNote, ConversationTag, ConversationWatcher
from api.errors import HelplineError
from api.events import service as events

CONVERSATION = "conversation"  # what the audit log calls it
REACHABLE = timedelta(minutes=2)  # a colleague who gave no sign for longer is given nothing


class ColleagueAway(HelplineError):
    code = "colleague_away"
    status = HTTPStatus.CONFLICT
    title = "同事不在线"
    detail = "这位同事现在不在线，转过去会让来访者白等。请转给在线的同事，或登记工单。"


class ToHimself(HelplineError):
    code = "already_yours"
    status = HTTPStatus.CONFLICT
    title = "已经由他接待"
    detail = "这段对话已经由这位同事接待，不用再转。"


def person_of(staff: Staff) -> Person:
    """Somebody of the staff as visitors see him."""
    return Person(staff.id, staff.display_name)


def oversees(staff: Staff) -> bool:
    """Whether somebody may act on what colleagues have."""
    return Permission.OVERSEE in MAY[staff.role]


async def at_hand(session: AsyncSession, conversation_id: str, staff: Staff) -> Conversation:
    """The conversation, locked, for whoever has it or oversees; raises NotYours."""
    conversation = await conversations.going_on(session, conversation_id)
    if conversation.assignee_id != staff.id and not oversees(staff):
        raise NotYours
    return conversation


async def at_hand_or_over(
    session: AsyncSession, conversation_id: str, staff: Staff
) -> Conversation:
    """The same, also where it has ended, so that nobody has it."""
    conversation = await conversations.going_on(session, conversation_id)
    if conversation.state == State.CLOSED:
        return conversation
    return await at_hand(session, conversation_id, staff)


async def check_his(session: AsyncSession, conversation_id: str, staff: Staff) -> None:
    """Raises NotYours where somebody else has the conversation, or nobody."""
    conversation = await session.get(Conversation, conversation_id)
    if conversation is None or conversation.assignee_id != staff.id:
        raise NotYours


async def claim(session: AsyncSession, conversation_id: str, staff: Staff, *, at: datetime) -> None:
    """Take a conversation; raises ClaimedByOther, MoveNotAllowed."""
    await handoffs.claim(session, conversation_id, person_of(staff), at=at)
    await record(session, staff, "claim", conversation_id, at=at)


async def transfer(
    session: AsyncSession,
    conversation_id: str,
    to_user: int,
    reason: str,
    staff: Staff,
    clock: Clock,
) -> None:
    """Give a conversation to a colleague who is there; the reason is noted for him.

    Raises ColleagueAway, ToHimself, NotYours, MoveNotAllowed.
    """
    at = clock.now()
    conversation = await at_hand(session, conversation_id, staff)
    there = await duty.taking(session, to_user, REACHABLE, clock)
    if there is None:
        raise ColleagueAway
    if conversation.state == State.OPERATOR and conversation.assignee_id == to_user:
        raise ToHimself
    to = Person(there.id, there.display_name)
    await handoffs.transfer(session, conversation_id, to, person_of(staff), at=at)
    await note(session, conversation_id, f"转给{to.name}：{reason}", staff, at=at)
    await record(session, staff, "transfer", conversation_id, at=at, to_user=to.id)


async def refer_elsewhere(
    session: AsyncSession,
    conversation_id: str,
    to: Elsewhere,
    kind: str,
    staff: Staff,
    *,
    at: datetime,
) -> None:
    """Send a matter to another body of this kind, and end the conversation; raises NotYours,
    MoveNotAllowed.
    """
    await at_hand(session, conversation_id, staff)
    await handoffs.refer_elsewhere(session, conversation_id, to, person_of(staff), at=at)
    await record(session, staff, "refer", conversation_id, at=at, to_body=kind)


async def hand_back(
    session: AsyncSession, conversation_id: str, words: str | None, staff: Staff, *, at: datetime
) -> None:
    """Let the bot answer again; raises NotYours, MoveNotAllowed."""
    await at_hand(session, conversation_id, staff)
    await handoffs.hand_back(session, conversation_id, person_of(staff), at=at, note=words)
    await record(session, staff, "hand_back", conversation_id, at=at)


async def close(
    session: AsyncSession, conversation_id: str, words: str | None, staff: Staff, *, at: datetime
) -> None:
    """End a conversation; raises NotYours, MoveNotAllowed."""
    await at_hand(session, conversation_id, staff)
    await handoffs.close(session, conversation_id, person_of(staff), at=at, note=words)
    await record(session, staff, "close", conversation_id, at=at)


async def read(session: AsyncSession, conversation_id: str, staff: Staff, *, at: datetime) -> None:
    """Somebody opened a conversation; what its operator has seen is no longer unread."""
    conversation = await conversations.going_on(session, conversation_id)
    if conversation.assignee_id == staff.id:
        conversation.read_position = conversation.last_position
    await record(session, staff, "read", conversation_id, at=at)


async def watch(
    session: AsyncSession, conversation_id: str, staff: Staff, *, at: datetime, watches: bool
) -> None:
    """Read along in a conversation, or no longer."""
    conversation = await conversations.going_on(session, conversation_id)
    key = (conversation_id, staff.id)
    watching = await session.get(ConversationWatcher, key)
    if watches and watching is None:
        session.add(ConversationWatcher(conversation_id=conversation_id, staff_id=staff.id))
    elif not watches and watching is not None:
        await session.delete(watching)
    await session.flush()
    number = select(func.count()).where(ConversationWatcher.conversation_id == conversation_id)
    conversation.watched = bool(await session.scalar(number))
    await record(session, staff, "watch" if watches else "unwatch", conversation_id, at=at)


async def set_tags(
    session: AsyncSession, conversation_id: str, tags: Iterable[str], staff: Staff, *, at: datetime
) -> None:
    """Put these tags in the place of those that a conversation has."""
    await conversations.going_on(session, conversation_id)
    await session.execute(
        delete(ConversationTag).where(ConversationTag.conversation_id == conversation_id)
    )
    for tag in sorted(set(tags)):
        session.add(ConversationTag(conversation_id=conversation_id, tag=tag))
    await _tell_of_tags(session, conversation_id, staff, at=at)
    await record(session, staff, "tag", conversation_id, at=at)


async def note(
    session: AsyncSession, conversation_id: str, text: str, staff: Staff, *, at: datetime
) -> ConversationNote:
    """Note something for colleagues; the visitor does not see it."""
    await conversations.going_on(session, conversation_id)
    row = ConversationNote(
        conversation_id=conversation_id,
        author_id=staff.id,
        author=staff.display_name,
        text=text,
        written_at=at,
    )
    session.add(row)
    await session.flush()
    await _tell_of_tags(session, conversation_id, staff, at=at)
    await record(session, staff, "note", conversation_id, at=at)
    return row


async def record(
    session: AsyncSession,
    staff: Staff,
    what: str,
    conversation_id: str,
    *,
    at: datetime,
    **detail: str | int,
) -> None:
    """Write an act on a conversation into the audit log."""
    await audit.record(
        session,
        staff,
        f"{CONVERSATION}.{what}",
        CONVERSATION,
        conversation_id,
        at=at,
        detail=detail,
    )


async def _tell_of_tags(
    session: AsyncSession, conversation_id: str, staff: Staff, *, at: datetime
) -> None:
    """Tags and notes changed: whoever has the conversation open reads them again."""
    await events.publish(
        session,
        "conversation.tags",
        conversation_id=conversation_id,
        staff_id=staff.id,
        at=at,
    )
