"""The calls of the desk about tickets that belong together, go elsewhere, or are opened by hand."""

import asyncio
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Response, status

from api.accounts import audit
from api.answers.service import AppKnowledge
from api.conversations.models import Conversation
from api.conversations.service import ConversationUnknown
from api.tickets.staff import combining, opening, schemas, sheets
from api.tickets.staff.access import AppDesk

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

router = APIRouter(prefix="/api/desk", tags=["desk: tickets"])


@router.post("/conversations/{conversation_id}/ticket", status_code=status.HTTP_201_CREATED)
async def open_ticket(
    conversation_id: UUID, new: schemas.OpenByHand, desk: AppDesk, knowledge: AppKnowledge
) -> schemas.Opened:
    """Open a ticket about a conversation; the visitor reads its number and code in his chat."""
    case = str(conversation_id)
    async with desk.database.reading() as session:
        conversation = await session.get(Conversation, case)
        if conversation is None:
            raise ConversationUnknown
        facts = dict(conversation.facts)
    assessed = await asyncio.to_thread(opening.assess, facts, knowledge, desk.at)
    async with desk.database.session() as session:
        opened = await opening.open_by_hand(
            session, case, new, assessed, desk.staff, desk.office, at=desk.at
        )
        detail = {"conversation": case}
        await audit.record(
            session, desk.staff, "ticket.open", "ticket", opened.number, at=desk.at, detail=detail
        )
    return opened


@router.post("/tickets/{number}/split", status_code=status.HTTP_201_CREATED)
async def split_ticket(number: str, new: schemas.Split, desk: AppDesk) -> schemas.Opened:
    """Make a second ticket of a part of this one; the notes that are named go along."""
    async with desk.ticket(number, "ticket.split") as (session, ticket):
        return await opening.split(session, ticket, new, desk.staff, desk.office, at=desk.at)


@router.post("/tickets/{number}/merge")
async def merge_ticket(number: str, body: schemas.Merge, desk: AppDesk) -> schemas.FullTicket:
    """Close this ticket in favour of another of the same visitor; answers with the other."""
    async with desk.both(number, body.into, "ticket.merge") as (session, ticket, into):
        await combining.merge(session, ticket, into, desk.staff, at=desk.at)
        return await desk.shown(session, into)


@router.post("/tickets/{number}/links")
async def link_ticket(number: str, new: schemas.NewLink, desk: AppDesk) -> schemas.FullTicket:
    """Tie this ticket to another: a duplicate of it, related to it, or caused by it."""
    async with desk.both(number, new.other, "ticket.link") as (session, ticket, other):
        await combining.link(session, ticket, other, new.kind, desk.staff, at=desk.at)
        return await desk.shown(session, ticket)


@router.delete("/tickets/{number}/links/{other}")
async def unlink_ticket(number: str, other: str, desk: AppDesk) -> schemas.FullTicket:
    """Untie this ticket from another."""
    async with desk.both(number, other, "ticket.unlink") as (session, ticket, second):
        await combining.unlink(session, ticket, second, desk.staff, at=desk.at)
        return await desk.shown(session, ticket)


@router.post("/tickets/{number}/referrals", status_code=status.HTTP_201_CREATED)
async def hand_on(number: str, new: schemas.NewSheet, desk: AppDesk) -> schemas.Sheet:
    """Hand a ticket on to another body with what the visitor agreed to share; the sheet is a Word
    file.
    """
    detail = {"to": new.to, "share": new.share}
    async with desk.ticket(number, "ticket.refer", detail) as (session, ticket):
        sheet = await sheets.make(session, ticket, new, desk.staff, desk.office, at=desk.at)
        return schemas.Sheet.model_validate(sheet, from_attributes=True)


@router.get(
    "/tickets/{number}/referrals/{sheet_id}.docx",
    response_class=Response,
    responses={200: {"content": {WORD: {}}, "description": "A Word file."}},
)
async def download_sheet(number: str, sheet_id: UUID, desk: AppDesk) -> Response:
    """The referral sheet."""
    async with desk.ticket(number, "ticket.sheet", {"sheet": str(sheet_id)}) as (session, ticket):
        sheet = await sheets.find(session, ticket, str(sheet_id))
    document = await asyncio.to_thread(sheets.document, ticket.number, sheet)
    name = quote(f"转交单 {ticket.number}.docx")
    disposition = f"attachment; filename=\"{ticket.number}.docx\"; filename*=UTF-8''{name}"
    return Response(document, media_type=WORD, headers={"Content-Disposition": disposition})


@router.put("/tickets/{number}/referrals/{sheet_id}/receipt")
async def keep_receipt(
    number: str, sheet_id: UUID, receipt: schemas.Receipt, desk: AppDesk
) -> schemas.Sheet:
    """Keep that the other body has the sheet; the visitor is told."""
    async with desk.ticket(number, "ticket.receipt") as (session, ticket):
        sheet = await sheets.find(session, ticket, str(sheet_id))
        await sheets.receive(session, ticket, sheet, receipt, desk.staff, at=desk.at)
        return schemas.Sheet.model_validate(sheet, from_attributes=True)
