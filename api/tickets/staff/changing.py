"""What staff change of a ticket: fields, notes, checklist, its being open; the caller commits."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.access import Staff
from api.accounts.roles import MAY, Permission
from api.errors import HelplineError
from api.tickets import clocks, record
from api.tickets import service as tickets
from api.tickets.models import Ticket, TicketNote
from api.tickets.staff import colleagues
from api.tickets.staff.schemas import NewNote, Patch
from api.tickets.status import ENDED, MOVE_NOTES, REOPENED_NOTE, By, Status, check
from knowledge.office.office import Office


class ChangedMeanwhile(HelplineError):
    code = "changed_meanwhile"
    status = HTTPStatus.CONFLICT
    title = "别人刚改过"
    detail = "这张工单在您打开之后有人改过，您的改动没有保存。请看一眼现在的内容再改。"


class TicketOfColleague(HelplineError):
    code = "ticket_of_colleague"
    status = HTTPStatus.FORBIDDEN
    title = "这是同事的工单"

    def __init__(self, name: str) -> None:
        super().__init__(f"这张工单由{name}承办。您可以接过来自己办，转给别人请班长操作。")


class QueueUnknown(HelplineError):
    code = "queue_unknown"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "没有这个队列"
    detail = "没有这个队列，请从队列名单里选。"


class ItemUnknown(HelplineError):
    code = "item_unknown"
    status = HTTPStatus.NOT_FOUND
    title = "清单里没有这一项"
    detail = "证据清单里没有这一项，清单可能刚刚变过，请刷新再勾。"


class TicketEnded(HelplineError):
    code = "ticket_ended"
    status = HTTPStatus.CONFLICT
    title = "工单已经结束"
    detail = "这张工单已经结束，要继续办请先重新打开。"


class AnotherOpen(HelplineError):
    code = "another_open"
    status = HTTPStatus.CONFLICT
    title = "已有在办的工单"

    def __init__(self, number: str) -> None:
        super().__init__(
            f"这段对话已有在办的工单 {number}，请在那张里继续办；需要的话把两张关联起来。"
        )


class WasMerged(HelplineError):
    code = "was_merged"
    status = HTTPStatus.CONFLICT
    title = "工单已并入别的工单"
    detail = "这张工单已并入另一张，请到那一张里继续办。"


async def patch(
    session: AsyncSession,
    ticket: Ticket,
    wanted: Patch,
    staff: Staff,
    office: Office,
    *,
    at: datetime,
) -> None:
    """Change what is asked for, all of it or nothing.

    Raises ChangedMeanwhile, MoveNotAllowed, ColleagueUnknown, TicketOfColleague, QueueUnknown.
    """
    if wanted.version != ticket.version:
        raise ChangedMeanwhile
    named = wanted.model_fields_set
    before = Status(ticket.status)
    if "assignee" in named:
        await _assign(session, ticket, wanted.assignee, staff, at)
    if "queue" in named and wanted.queue is not None:
        _choose_queue(session, ticket, wanted.queue, staff, office, at)
    if "priority" in named and wanted.priority is not None:
        await _prioritise(session, ticket, wanted.priority, staff, office, at)
    for field in ("next_step", "next_due", "tags"):
        if field in named:
            _set(session, ticket, field, getattr(wanted, field), staff, at)
    if "status" in named and wanted.status is not None:
        _move(session, ticket, Status(wanted.status), staff, at)
    if ticket.status != before:
        await clocks.moved(session, ticket, before, office, at=at)
        note = MOVE_NOTES[Status(ticket.status)]
        await record.note(session, ticket, note, staff=staff, at=at)
    await touched(session, ticket, staff, at=at)


async def touched(session: AsyncSession, ticket: Ticket, staff: Staff, *, at: datetime) -> None:
    """The ticket is another one now: who has it open as it was must look again."""
    ticket.version, ticket.updated_at = ticket.version + 1, at
    await session.flush()
    await record.publish(session, "ticket.changed", ticket, staff=staff, at=at)


async def add_note(
    session: AsyncSession,
    ticket: Ticket,
    new: NewNote,
    staff: Staff,
    office: Office,
    *,
    at: datetime,
) -> TicketNote:
    """Write a note; a public one answers the visitor."""
    note = await record.note(session, ticket, new.text, public=new.public, staff=staff, at=at)
    if new.public:
        await clocks.answered(session, ticket, office, at=at)
    ticket.updated_at = at
    return note


async def tick(
    session: AsyncSession, ticket: Ticket, index: int, done: bool, staff: Staff, *, at: datetime
) -> None:
    """Note that an item of the checklist is there, or is not; raises ItemUnknown."""
    listed = [dict(item) for item in ticket.checklist or []]
    if not 0 <= index < len(listed):
        raise ItemUnknown
    if listed[index]["done"] == done:
        return
    listed[index]["done"] = done
    ticket.checklist = listed
    what = str(listed[index]["what"])
    before, after = (what, f"{what} ✓") if done else (f"{what} ✓", what)
    record.change(session, ticket, "checklist", before, after, staff=staff, at=at)
    await touched(session, ticket, staff, at=at)


async def reopen(
    session: AsyncSession,
    ticket: Ticket,
    reason: str,
    staff: Staff,
    office: Office,
    *,
    at: datetime,
) -> None:
    """Work on an ended ticket again; raises MoveNotAllowed, WasMerged, AnotherOpen."""
    before = Status(ticket.status)
    check(before, Status.IN_PROGRESS, By.REOPENING)
    if ticket.merged_into_id is not None:
        raise WasMerged
    other = await tickets.still_open(session, ticket.conversation_id)
    if other and other.split_from_id is None and ticket.split_from_id is None:
        raise AnotherOpen(other.number)
    record.change(session, ticket, "status", before, Status.IN_PROGRESS, staff=staff, at=at)
    ticket.status = Status.IN_PROGRESS
    await clocks.moved(session, ticket, before, office, at=at)
    said = f"重新打开的原因：{reason}"
    await record.note(session, ticket, said, public=False, staff=staff, at=at)
    await record.note(session, ticket, REOPENED_NOTE, staff=staff, at=at)
    await touched(session, ticket, staff, at=at)


def still_worked_on(ticket: Ticket) -> None:
    """Raises TicketEnded."""
    if ticket.status in ENDED:
        raise TicketEnded


async def _assign(
    session: AsyncSession, ticket: Ticket, named: int | str | None, staff: Staff, at: datetime
) -> None:
    person = await colleagues.person(session, staff, named) if named is not None else None
    others = ticket.assignee_id not in (None, staff.id)
    takes_it = person is not None and person.id == staff.id
    if others and not takes_it and Permission.OVERSEE not in MAY[staff.role]:
        raise TicketOfColleague(ticket.assignee or "同事")
    now = person.name if person else None
    if (person.id if person else None) == ticket.assignee_id:
        return
    record.change(session, ticket, "assignee", ticket.assignee, now, staff=staff, at=at)
    ticket.assignee_id, ticket.assignee = (person.id, person.name) if person else (None, None)
    if person and ticket.status == Status.NEW:
        _move(session, ticket, Status.ASSIGNED, staff, at)


def _choose_queue(
    session: AsyncSession, ticket: Ticket, queue: str, staff: Staff, office: Office, at: datetime
) -> None:
    if queue not in office.dispatch.queues:
        raise QueueUnknown
    _set(session, ticket, "queue", queue, staff, at)
    ticket.queue_chosen = True


async def _prioritise(
    session: AsyncSession, ticket: Ticket, priority: str, staff: Staff, office: Office, at: datetime
) -> None:
    if priority == ticket.priority:
        return
    _set(session, ticket, "priority", priority, staff, at)
    if priority == "urgent":
        await clocks.hasten(session, ticket, office.dues(priority, at), at=at)
    else:
        await clocks.relax(session, ticket, office)


def _set(
    session: AsyncSession, ticket: Ticket, field: str, value: Any, staff: Staff, at: datetime
) -> None:
    value = (value if value is not None else []) if field == "tags" else (value or None)
    before = getattr(ticket, field)
    if (before or None) == (value or None):
        return
    read: Callable[[Any], Any] = (
        (lambda one: "、".join(one or [])) if field == "tags" else (lambda one: one)
    )
    record.change(session, ticket, field, read(before), read(value), staff=staff, at=at)
    setattr(ticket, field, value)


def _move(session: AsyncSession, ticket: Ticket, after: Status, staff: Staff, at: datetime) -> None:
    before = Status(ticket.status)
    if after is before:
        return
    check(before, after)
    record.change(session, ticket, "status", before, after, staff=staff, at=at)
    ticket.status = after
