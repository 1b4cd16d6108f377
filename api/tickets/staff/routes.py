"""The calls of the desk about tickets: lists, one ticket, what is changed of it."""

import asyncio
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response, status

from api.accounts import audit
from api.answers.service import AppKnowledge
from api.errors import HelplineError
from api.outgoing import guarded
from api.tickets.staff import changing, listing, schemas, spreadsheet
from api.tickets.staff.access import AppDesk
from knowledge.law.citation_guard import CitationGuard, Days

router = APIRouter(prefix="/api/desk", tags=["desk: tickets"])

CSV = "text/csv; charset=utf-8"


class NoteCitesWrong(HelplineError):
    code = "note_cites_wrong"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "引用的法条不对"
    detail = "这条进展里引用的法条没有通过核对（没有这一条，或者现在不施行），请改正后再发。"


async def _filters(
    status: schemas.StatusWord | None = None,
    assignee: Annotated[
        str | None, Query(pattern=r"^(me|none|\d{1,9})$", description="me, none, or an id.")
    ] = None,
    queue: Annotated[str | None, Query(pattern=r"^[a-z_]{1,30}$")] = None,
    priority: schemas.Priority | None = None,
    overdue: bool = False,
    tag: Annotated[str | None, Query(max_length=20)] = None,
    q: Annotated[
        str | None, Query(max_length=100, description="A number, a contact, or words.")
    ] = None,
) -> listing.Filters:
    return listing.Filters(status, assignee, queue, priority, overdue, tag, q)


Filters = Annotated[listing.Filters, Depends(_filters)]


@router.get("/tickets")
async def list_tickets(
    filters: Filters,
    desk: AppDesk,
    sort: schemas.Sort = "updated",
    before: Annotated[str | None, Query(pattern=r"^[\dA-Z-]{1,20}$")] = None,
) -> schemas.TicketPage:
    """Tickets, 50 a page: by the last change, by their opening, or what is due first."""
    return await desk.readings.fresh(
        lambda session: listing.page(
            session, filters, sort, before, desk.staff, desk.office, at=desk.at
        )
    )


@router.get("/tickets.csv", response_class=Response, responses={200: {"content": {CSV: {}}}})
async def export_tickets(filters: Filters, desk: AppDesk) -> Response:
    """The same as a table for a spreadsheet, without contacts; no cell is a formula."""
    items = await desk.readings.fresh(
        lambda session: listing.exported(session, filters, desk.staff, desk.office, at=desk.at)
    )
    async with desk.database.session() as session:
        await audit.record(
            session,
            desk.staff,
            "tickets.export",
            "tickets",
            "",
            at=desk.at,
            detail={"rows": len(items)},
        )
    table = await asyncio.to_thread(spreadsheet.table, items)
    name = f"tickets-{desk.at:%Y%m%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(table, media_type=CSV, headers=headers)


@router.get("/tickets/board")
async def show_board(desk: AppDesk) -> schemas.Board:
    """What is worked on, in columns by status, what is due first on top."""
    return await desk.readings.fresh(
        lambda session: listing.board(session, desk.staff, desk.office, at=desk.at)
    )


@router.get("/tickets/queues")
async def list_queues(desk: AppDesk) -> list[schemas.QueueInfo]:
    """The queues that a ticket may lie in."""
    return [
        schemas.QueueInfo(key=key, label=queue.label, does=queue.does)
        for key, queue in desk.office.dispatch.queues.items()
    ]


@router.get("/tickets/{number}")
async def show_ticket(number: str, desk: AppDesk) -> schemas.FullTicket:
    """Everything of a ticket, the contact in clear; that it was read is written into the audit
    log.
    """
    async with desk.ticket(number, "ticket.read") as (session, ticket):
        return await desk.shown(session, ticket)


@router.patch("/tickets/{number}")
async def change_ticket(number: str, wanted: schemas.Patch, desk: AppDesk) -> schemas.FullTicket:
    """Change a ticket; 409 where somebody changed it since `version`."""
    detail = {"fields": sorted(wanted.model_fields_set - {"version"})}
    async with desk.ticket(number, "ticket.change", detail) as (session, ticket):
        await changing.patch(session, ticket, wanted, desk.staff, desk.office, at=desk.at)
        return await desk.shown(session, ticket)


@router.post("/tickets/{number}/notes", status_code=status.HTTP_201_CREATED)
async def add_note(
    number: str, new: schemas.NewNote, desk: AppDesk, knowledge: AppKnowledge
) -> schemas.StaffNote:
    """Write a note. A public one is progress that the visitor reads and is told of; the articles
    that it cites are held against the statutes.
    """
    if new.public:
        await asyncio.to_thread(_check_citations, new.text, knowledge.guard, Days(desk.at.date()))
    async with desk.ticket(number, "ticket.note", {"public": new.public}) as (session, ticket):
        note = await changing.add_note(session, ticket, new, desk.staff, desk.office, at=desk.at)
    return schemas.StaffNote(
        id=note.id,
        text=note.text,
        public=note.public,
        by="staff",
        author=note.author,
        at=note.written_at,
        ticket=None,
    )


@router.put("/tickets/{number}/checklist/{index}")
async def tick_item(
    number: str, index: int, body: schemas.Done, desk: AppDesk
) -> schemas.FullTicket:
    """Note that an item of the evidence checklist is there, or is not."""
    async with desk.ticket(number, "ticket.checklist", {"index": index}) as (session, ticket):
        await changing.tick(session, ticket, index, body.done, desk.staff, at=desk.at)
        return await desk.shown(session, ticket)


@router.post("/tickets/{number}/reopen")
async def reopen_ticket(number: str, body: schemas.Reopen, desk: AppDesk) -> schemas.FullTicket:
    """Work on an ended ticket again."""
    async with desk.ticket(number, "ticket.reopen") as (session, ticket):
        await changing.reopen(session, ticket, body.reason, desk.staff, desk.office, at=desk.at)
        return await desk.shown(session, ticket)


def _check_citations(text: str, guard: CitationGuard, days: Days) -> None:
    if not guarded.whole([text], guard, days, "a note of the desk"):
        raise NoteCitesWrong
