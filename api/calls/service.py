"""What happens to calls; the caller commits."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts import audit
from api.accounts.access import Staff
from api.accounts.models import User
from api.calls import schemas
from api.calls.models import Call
from api.conversations import handoffs
from api.conversations import service as conversations
from api.conversations.models import Conversation
from api.conversations.service import StoredMessage
from api.conversations.states import State
from api.desk import service as desk
from api.errors import HelplineError
from api.events.service import Event
from api.tickets import service as tickets
from api.tickets.labels import labelled_value
from api.tickets.models import Ticket
from api.tickets.service import STATUS_TEXT
from api.tickets.status import public

CHANNEL = "phone"
RINGING = "call.ringing"
MOST = 50
_TOLD = ("situation", "right", "city")  # what a call is recognised by


class CallUnknown(HelplineError):
    code = "call_unknown"
    status = HTTPStatus.NOT_FOUND
    title = "没有这通电话"
    detail = "没有找到这通电话，请刷新后再看。"


class CallConsentRequired(HelplineError):
    code = "call_consent_required"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "要先征得同意"
    detail = (
        "请先告诉来电者会记下什么、用来做什么，对方同意了再开始记；不同意就只口头答复，不做记录。"
    )


async def begin(
    session: AsyncSession, new: schemas.NewCall, version: str, staff: Staff, *, at: datetime
) -> schemas.BegunCall:
    """Open a conversation for a call, which whoever took it has; raises CallConsentRequired.

    `version`: of the privacy notice whose gist the caller was told.
    """
    if not new.consent:
        raise CallConsentRequired
    opened = await conversations.open_conversation(
        session, CHANNEL, True, at=at, consent_version=version, greets=False
    )
    await desk.claim(session, opened.id, staff, at=at)
    if new.caller:
        known = {"contact": new.caller}
        await conversations.learn(session, opened.id, known, known, at=at, staff_id=staff.id)
    session.add(
        Call(
            conversation_id=opened.id,
            cti_id=new.call_id,
            staff_id=staff.id,
            contact=new.caller,
            contact_hash=new.caller,
            began_at=at,
        )
    )
    await session.flush()
    return schemas.BegunCall(id=opened.id, caller=new.caller)


async def note(
    session: AsyncSession, call_id: str, heard: schemas.Heard, staff: Staff, *, at: datetime
) -> tuple[StoredMessage, bool]:
    """Store what the caller said, and whether it is new.

    Raises CallUnknown, NotYours, TextEmpty, TextTooLong.
    """
    await _call(session, call_id)
    await desk.check_his(session, call_id, staff)
    conversation = await conversations.going_on(session, call_id)
    message_id = str(heard.client_message_id)
    stored = await conversations.store_message(session, conversation, heard.text, message_id, at=at)
    if stored.answer is not None:
        return stored, False
    return await handoffs.pass_on(session, stored, at=at), True


async def end(
    session: AsyncSession, call_id: str, words: str | None, staff: Staff, *, at: datetime
) -> None:
    """The call is over; one that is over stays so. Raises CallUnknown, NotYours."""
    call = await _call(session, call_id)
    conversation = await desk.at_hand_or_over(session, call_id, staff)
    if conversation.state == State.OPERATOR:
        await desk.close(session, call_id, words, staff, at=at)
    call.ended_at = call.ended_at or at


async def earlier(
    session: AsyncSession, caller: str | None, staff: Staff, *, at: datetime
) -> schemas.Earlier:
    """What a caller turned to the helpline with before; without one, one's own latest calls."""
    found = select(Call, Conversation).join(Conversation, Conversation.id == Call.conversation_id)
    if caller is None:
        found = found.where(Call.staff_id == staff.id)
    else:
        found = found.where(Call.contact_hash == caller)
        await audit.record(session, staff, "caller.search", "caller", "", at=at)
    newest = found.order_by(Call.began_at.desc()).limit(MOST)
    rows = (await session.execute(newest)).all()
    return schemas.Earlier(
        calls=[_shown(call, conversation) for call, conversation in rows],
        tickets=[_ticket(one) for one in await _tickets(session, caller)],
    )


async def rings(session: AsyncSession, told: schemas.TelephoneEvent) -> Event | None:
    """What the person with this extension is told of a call; None where nobody has it.

    It holds the caller's number, and is stored nowhere.
    """
    who = select(User.id).where(User.extension == told.extension, User.active)
    staff_id = await session.scalar(who.limit(1))
    if staff_id is None:
        return None
    known = await _tickets(session, told.caller)
    return Event(
        None,
        RINGING,
        staff_id=staff_id,
        data={
            "call_id": told.call_id,
            "caller": told.caller,
            "state": told.state,
            "tickets": [ticket.number for ticket in known],
        },
    )


async def _call(session: AsyncSession, call_id: str) -> Call:
    call = await session.get(Call, call_id)
    if call is None:
        raise CallUnknown
    return call


async def _tickets(session: AsyncSession, caller: str | None) -> Sequence[Ticket]:
    return (await tickets.of_contact(session, caller))[:MOST] if caller else ()


def _shown(call: Call, conversation: Conversation) -> schemas.EarlierCall:
    return schemas.EarlierCall(
        id=call.conversation_id,
        opened_at=call.began_at,
        operator_id=call.staff_id,
        summary=_summary(conversation.facts),
        ended=call.ended_at is not None,
    )


def _summary(facts: dict[str, Any]) -> str:
    return " · ".join(str(labelled_value(slot, facts[slot])) for slot in _TOLD if facts.get(slot))


def _ticket(ticket: Ticket) -> schemas.TicketOfCaller:
    return schemas.TicketOfCaller(
        number=ticket.number,
        status_text=STATUS_TEXT[public(ticket.status)],
        summary=ticket.summary,
        opened_on=ticket.opened_on,
    )
