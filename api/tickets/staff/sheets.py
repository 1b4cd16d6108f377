"""Referral sheets: a ticket handed on to another body with what its visitor agreed to share, and
the receipt for it; the caller commits.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.access import Staff
from api.errors import HelplineError
from api.tickets import clocks, record
from api.tickets.labels import fact_label, labelled_value
from api.tickets.models import ReferralSheet, Ticket
from api.tickets.staff.changing import touched
from api.tickets.staff.schemas import NewSheet, Receipt, Share
from api.tickets.staff.showing import files
from knowledge.drafts.word import fill_template
from knowledge.office.office import Office
from knowledge.reviewed import CONTENT
from knowledge.slots import as_shown

TEMPLATE = CONTENT / "sheets" / "referral_sheet.docx"
TO: Mapping[str, str] = {
    "mediation": "调解组织",
    "protection_centre": "保护中心",
    "regulator": "行政机关",
}
_SHARED: Mapping[Share, str] = {
    "summary": "事情的摘要",
    "contact": "联系方式",
    "facts": "已知情况",
    "files": "附件清单",
}


class NotAgreed(HelplineError):
    code = "not_agreed"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "还没有同意"
    detail = "转交要来访者本人同意。请先问清楚他同意转交哪些内容，再勾选并确认。"


class SheetUnknown(HelplineError):
    code = "sheet_unknown"
    status = HTTPStatus.NOT_FOUND
    title = "没有这份转交单"
    detail = "这张工单没有这份转交单，请刷新再看。"


async def make(
    session: AsyncSession,
    ticket: Ticket,
    new: NewSheet,
    staff: Staff,
    office: Office,
    *,
    at: datetime,
) -> ReferralSheet:
    """Hand a ticket on. What is shared is kept as it stands at this moment; raises NotAgreed."""
    if not new.agreed:
        raise NotAgreed
    share = [one for one in _SHARED if one in new.share]
    sheet = ReferralSheet(
        id=str(uuid4()),
        ticket_id=ticket.id,
        to=new.to,
        body=new.body,
        share=share,
        content=await _content(session, ticket, share),
        made_by=staff.display_name,
        made_at=at,
    )
    session.add(sheet)
    record.change(session, ticket, "referral", None, new.body, staff=staff, at=at)
    said = f"按您的同意，已把这件事转交给{new.body}。"
    await record.note(session, ticket, said, staff=staff, at=at)
    await clocks.answered(session, ticket, office, at=at)
    await touched(session, ticket, staff, at=at)
    return sheet


async def find(session: AsyncSession, ticket: Ticket, sheet_id: str) -> ReferralSheet:
    """A sheet of this ticket; raises SheetUnknown."""
    sheet: ReferralSheet | None = await session.scalar(
        select(ReferralSheet).where(
            ReferralSheet.id == sheet_id, ReferralSheet.ticket_id == ticket.id
        )
    )
    if sheet is None:
        raise SheetUnknown
    return sheet


async def receive(
    session: AsyncSession,
    ticket: Ticket,
    sheet: ReferralSheet,
    receipt: Receipt,
    staff: Staff,
    *,
    at: datetime,
) -> None:
    """Keep that the other body has it; its visitor is told."""
    sheet.received_on, sheet.receipt_number = receipt.received_on, receipt.number
    sheet.receipt_note = receipt.note
    day = f"{receipt.received_on:%Y年%m月%d日}"
    numbered = f"，编号 {receipt.number}" if receipt.number else ""
    record.change(session, ticket, "receipt", None, f"{sheet.body} {day}", staff=staff, at=at)
    said = f"{sheet.body}已于{day}收到转交{numbered}。"
    await record.note(session, ticket, said, staff=staff, at=at)
    await touched(session, ticket, staff, at=at)


def document(number: str, sheet: ReferralSheet) -> bytes:
    """The sheet as a Word file. Plain computing, for a thread."""
    shared = "、".join(_SHARED[share] for share in _SHARED if share in sheet.share)
    values = {
        "number": number,
        "to": TO[sheet.to],
        "body": sheet.body,
        "made_on": f"{sheet.made_at:%Y年%m月%d日}",
        "made_by": sheet.made_by,
        "shared": shared or "只转交工单号",
        **{name: sheet.content.get(name) for name in ("summary", "contact", "facts", "files")},
    }
    return fill_template(_template(), values)[0]


async def _content(session: AsyncSession, ticket: Ticket, share: list[Share]) -> dict[str, Any]:
    """What the visitor agreed to, and nothing else; the contact is no fact here."""
    content: dict[str, Any] = {}
    if "summary" in share:
        content["summary"] = ticket.summary
    if "contact" in share:
        content["contact"] = ticket.contact or "没有留联系方式"
    if "facts" in share:
        content["facts"] = [
            {"label": fact_label(slot), "value": _as_text(labelled_value(slot, value))}
            for slot, value in as_shown(ticket.facts).items()
            if slot != "contact"
        ]
    if "files" in share:
        content["files"] = [
            {
                "name": file.name,
                "sha256": file.sha256,
                "added_at": f"{file.added_at:%Y-%m-%d %H:%M}",
            }
            for file in await files(session, ticket.id)
        ]
    return content


def _as_text(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()
