"""One ticket with everything that staff may see of it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import Conversation
from api.tickets import clocks
from api.tickets import service as tickets
from api.tickets.labels import fact_label, labelled_value
from api.tickets.models import (
    ReferralSheet,
    Satisfaction,
    Ticket,
    TicketChange,
    TicketFile,
    TicketLink,
    TicketNote,
)
from api.tickets.staff import schemas
from api.tickets.staff.listing import brief
from api.tickets.status import LABELS, By, Status, allowed
from knowledge.office.office import Office
from knowledge.slots import as_shown

MOST_NOTES = 1000  # of one ticket and those merged into it, the newest
PICTURE_KINDS = ("image/jpeg", "image/png", "image/webp")
WHAT = {
    "status": "状态",
    "assignee": "承办人",
    "queue": "队列",
    "priority": "缓急",
    "next_step": "下一步",
    "next_due": "期限",
    "tags": "标签",
    "checklist": "证据清单",
    "reopened": "重新打开",
    "merged": "合并",
    "split": "拆分",
    "linked": "关联",
    "unlinked": "取消关联",
    "referral": "转交",
    "receipt": "回执",
}
_PRIORITY = {"normal": "普通", "urgent": "紧急"}
# How a link reads from its other end.
_FROM_THE_OTHER_END = {"caused_by": "causes"}


async def find(session: AsyncSession, number: str) -> Ticket:
    """The ticket with a number; raises TicketNotFound."""
    number = number.strip().upper()[: tickets.LONGEST_NUMBER]
    wanted = select(Ticket).where(Ticket.number == number)
    found = await session.scalar(wanted) if number.isprintable() else None
    if found is None:
        raise tickets.TicketNotFound("没有这个单号的工单，请核对单号。")
    return found


async def lock(session: AsyncSession, *numbers: str) -> list[Ticket]:
    """The tickets with these numbers, locked; raises TicketNotFound.

    Their conversations are locked first, as everybody does who writes to both, and several in one
    order: so nobody waits in a circle.
    """
    found = [await find(session, number) for number in numbers]
    for conversation_id in sorted({ticket.conversation_id for ticket in found}):
        await session.get(Conversation, conversation_id, with_for_update=True)
    for ticket in sorted(set(found), key=lambda one: one.id):
        await session.refresh(ticket, with_for_update=True)
    return found


async def full(
    session: AsyncSession, ticket: Ticket, office: Office, *, at: datetime
) -> schemas.FullTicket:
    """Everything of it."""
    running = await clocks.of_ticket(session, ticket.id)
    status = Status(ticket.status)
    merged_into = await session.get(Ticket, ticket.merged_into_id or 0)
    return schemas.FullTicket.model_validate(
        {
            **brief(ticket, running, office, at),
            "contact": ticket.contact,
            "facts": _facts(ticket),
            "dispatch_to": ticket.dispatch_to,
            "checklist": ticket.checklist or [],
            "notes": await _notes(session, ticket),
            "history": await _history(session, ticket, office),
            "links": await _links(session, ticket),
            "files": await files(session, ticket.id),
            "referrals": await sheets(session, ticket.id),
            "moves": [{"status": to, "status_text": LABELS[to]} for to in allowed(status)],
            "can_reopen": bool(allowed(status, By.REOPENING)) and merged_into is None,
            "merged_into": merged_into.number if merged_into else None,
            "satisfaction": await _satisfaction(session, ticket),
            "created_at": ticket.created_at,
        }
    )


async def files(session: AsyncSession, ticket_id: int) -> list[schemas.StaffFile]:
    """What was added to a ticket, the oldest first."""
    found = await session.scalars(
        select(TicketFile)
        .where(TicketFile.ticket_id == ticket_id)
        .order_by(TicketFile.added_at, TicketFile.id)
    )
    return [shown_file(one) for one in found]


def shown_file(file: TicketFile) -> schemas.StaffFile:
    return schemas.StaffFile(
        id=file.id,
        name=file.name,
        size=file.size,
        media_type=file.media_type,
        sha256=file.sha256,
        added_at=file.added_at,
        added_by=file.added_by,
        is_picture=file.media_type in PICTURE_KINDS,
    )


async def sheets(session: AsyncSession, ticket_id: int) -> list[schemas.Sheet]:
    """The referral sheets of a ticket, the oldest first."""
    found = await session.scalars(
        select(ReferralSheet)
        .where(ReferralSheet.ticket_id == ticket_id)
        .order_by(ReferralSheet.made_at, ReferralSheet.id)
    )
    return [schemas.Sheet.model_validate(one, from_attributes=True) for one in found]


def _facts(ticket: Ticket) -> list[schemas.Fact]:
    return [
        schemas.Fact(slot=slot, label=fact_label(slot), value=labelled_value(slot, value))
        for slot, value in as_shown(ticket.facts).items()
    ]


async def _notes(session: AsyncSession, ticket: Ticket) -> list[schemas.StaffNote]:
    of_these = or_(Ticket.id == ticket.id, Ticket.merged_into_id == ticket.id)
    found = await session.execute(
        select(TicketNote, Ticket.number)
        .join(Ticket, Ticket.id == TicketNote.ticket_id)
        .where(of_these)
        .order_by(TicketNote.written_at.desc(), TicketNote.id.desc())
        .limit(MOST_NOTES)
    )
    notes = [
        schemas.StaffNote.model_validate(
            {
                "id": note.id,
                "text": note.text,
                "public": note.public,
                "by": note.by,
                "author": note.author,
                "at": note.written_at,
                "ticket": number if note.ticket_id != ticket.id else None,
            }
        )
        for note, number in found
    ]
    return notes[::-1]


async def _history(
    session: AsyncSession, ticket: Ticket, office: Office
) -> Sequence[schemas.Change]:
    found = await session.scalars(
        select(TicketChange).where(TicketChange.ticket_id == ticket.id).order_by(TicketChange.id)
    )
    return [
        schemas.Change(
            what=one.what,
            what_text=WHAT.get(one.what, one.what),
            before=_read(one.what, one.before, office),
            after=_read(one.what, one.after, office),
            author=one.author,
            at=one.changed_at,
        )
        for one in found
    ]


def _read(what: str, value: str | None, office: Office) -> str | None:
    """A value of the history as a person reads it."""
    if value is None:
        return None
    if what == "status":
        return LABELS[Status(value)]
    if what == "queue":
        return office.queue_label(value)
    return _PRIORITY.get(value, value) if what == "priority" else value


async def _links(session: AsyncSession, ticket: Ticket) -> list[schemas.Link]:
    links = await session.scalars(
        select(TicketLink)
        .where(or_(TicketLink.ticket_id == ticket.id, TicketLink.other_id == ticket.id))
        .order_by(TicketLink.id)
    )
    kinds = {
        (one.other_id, one.kind)
        if one.ticket_id == ticket.id
        else (one.ticket_id, _FROM_THE_OTHER_END.get(one.kind, one.kind))
        for one in links
    }
    if ticket.split_from_id:
        kinds.add((ticket.split_from_id, "split_from"))
    others = await session.scalars(
        select(Ticket).where(
            or_(
                Ticket.id.in_([other for other, _ in kinds]),
                Ticket.split_from_id == ticket.id,
                Ticket.merged_into_id == ticket.id,
            )
        )
    )
    by_id = {other.id: other for other in others}
    kinds |= {(id, "split") for id, one in by_id.items() if one.split_from_id == ticket.id}
    kinds |= {(id, "merged") for id, one in by_id.items() if one.merged_into_id == ticket.id}
    return [_link(by_id[id], kind) for id, kind in sorted(kinds)]


def _link(other: Ticket, kind: str) -> schemas.Link:
    status = Status(other.status)
    return schemas.Link.model_validate(
        {
            "number": other.number,
            "kind": kind,
            "status": status,
            "status_text": LABELS[status],
            "summary": other.summary,
        }
    )


async def _satisfaction(session: AsyncSession, ticket: Ticket) -> schemas.Score | None:
    found = await session.scalar(
        select(Satisfaction).where(
            Satisfaction.conversation_id == ticket.conversation_id,
            Satisfaction.about == ticket.number,
        )
    )
    return schemas.Score(score=found.score, words=found.words, at=found.said_at) if found else None
