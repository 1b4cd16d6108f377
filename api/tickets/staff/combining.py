"""Tickets that belong together: merged, or linked; the caller commits."""

from datetime import datetime
from http import HTTPStatus

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.access import Staff
from api.errors import HelplineError
from api.tickets import clocks, record
from api.tickets.models import Ticket, TicketLink
from api.tickets.staff.changing import WasMerged, still_worked_on, touched
from api.tickets.staff.schemas import LinkKind
from api.tickets.status import Status

MERGED_NOTE = "这张工单与您的另一张工单合并办理，进展请看那一张。"


class SameTicket(HelplineError):
    code = "same_ticket"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "是同一张工单"
    detail = "不能和自己合并或关联，请换一个单号。"


class DifferentPeople(HelplineError):
    """What one visitor is told must not be told to another."""

    code = "different_people"
    status = HTTPStatus.CONFLICT
    title = "不是同一位来访者"
    detail = "两张工单既不是同一段对话，联系方式也不一样，不能合并；请改用「关联」。"


class LinkUnknown(HelplineError):
    code = "link_unknown"
    status = HTTPStatus.NOT_FOUND
    title = "没有这个关联"
    detail = "这两张工单没有关联，请刷新再看。"


async def merge(
    session: AsyncSession, ticket: Ticket, into: Ticket, staff: Staff, *, at: datetime
) -> None:
    """Close a ticket in favour of another of the same visitor. Its notes are read there by staff;
    its own look-up code goes on showing what was told under it, and nothing of the other.

    Raises SameTicket, WasMerged, TicketEnded, DifferentPeople.
    """
    if ticket.id == into.id:
        raise SameTicket
    if ticket.merged_into_id is not None or into.merged_into_id is not None:
        raise WasMerged
    still_worked_on(ticket)
    still_worked_on(into)
    if not _same_visitor(ticket, into):
        raise DifferentPeople
    record.change(session, ticket, "merged", None, into.number, staff=staff, at=at)
    record.change(session, into, "merged", ticket.number, into.number, staff=staff, at=at)
    ticket.merged_into_id, ticket.status = into.id, Status.CLOSED
    if into.split_from_id == ticket.id:  # it stands by itself from now on
        into.split_from_id = None
    clocks.stop((await clocks.of_ticket(session, ticket.id)).values(), at=at)
    await record.note(session, ticket, MERGED_NOTE, staff=staff, at=at)
    said = f"工单 {ticket.number} 并入这一张。"
    await record.note(session, into, said, public=False, staff=staff, at=at)
    await touched(session, ticket, staff, at=at)
    await touched(session, into, staff, at=at)


async def link(
    session: AsyncSession,
    ticket: Ticket,
    other: Ticket,
    kind: LinkKind,
    staff: Staff,
    *,
    at: datetime,
) -> None:
    """Tie two tickets together; said again, the kind is another one. Raises SameTicket."""
    if ticket.id == other.id:
        raise SameTicket
    await session.execute(delete(TicketLink).where(_between(ticket, other)))
    session.add(TicketLink(ticket_id=ticket.id, other_id=other.id, kind=kind, linked_at=at))
    record.change(session, ticket, "linked", None, other.number, staff=staff, at=at)
    await touched(session, ticket, staff, at=at)


async def unlink(
    session: AsyncSession, ticket: Ticket, other: Ticket, staff: Staff, *, at: datetime
) -> None:
    """Untie two tickets; raises LinkUnknown."""
    if await session.scalar(select(TicketLink.id).where(_between(ticket, other))) is None:
        raise LinkUnknown
    await session.execute(delete(TicketLink).where(_between(ticket, other)))
    record.change(session, ticket, "unlinked", other.number, None, staff=staff, at=at)
    await touched(session, ticket, staff, at=at)


def _same_visitor(one: Ticket, other: Ticket) -> bool:
    same_contact = one.contact_hash is not None and one.contact_hash == other.contact_hash
    return one.conversation_id == other.conversation_id or same_contact


def _between(one: Ticket, other: Ticket) -> ColumnElement[bool]:
    return or_(
        and_(TicketLink.ticket_id == one.id, TicketLink.other_id == other.id),
        and_(TicketLink.ticket_id == other.id, TicketLink.other_id == one.id),
    )
