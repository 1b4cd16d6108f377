"""What is kept of a visitor who writes over another channel: contacts, what came in, what is to be
sent, codes and tokens that move a case; the caller commits.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Result, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.contacts import service as contacts
from api.contacts.inbound import State as InboundState
from api.contacts.models import Contact, Inbound
from api.conversations.models import Conversation, Turn
from api.outbox import service as outbox
from api.outbox.models import OutboxItem
from api.outbox.states import State

KEPT = timedelta(days=30)  # what was dealt with, and who is reached no more; a default of ours

_STATE = {
    State.PENDING: "待发送",
    State.LEASED: "正在发送",
    State.HELD: "等下次联系时送到",
    State.SENT: "已送到",
    State.DEAD: "没有送到",
    State.DROPPED: "不再发送",
}


async def forget(session: AsyncSession, conversation_id: str) -> dict[str, int]:
    """Write to nobody about a conversation any more, and empty what he sent; what he sends just
    now is not part of it yet. Returns how many rows, by table.
    """
    its_turns = select(Turn.id).where(Turn.conversation_id == conversation_id)
    its_contact = select(Contact.id).where(Contact.conversation_id == conversation_id)
    came_in = update(Inbound).where(
        or_(Inbound.contact_id.in_(its_contact), Inbound.turn_id.in_(its_turns)),
        Inbound.state != InboundState.ACCEPTED,
    )
    emptied = await _number(session, came_in.values(body={}, reply=None))
    his = update(Contact).where(Contact.conversation_id == conversation_id)
    unbound = await _number(session, his.values(pictures=None))
    await contacts.unbind(session, conversation_id)
    await outbox.drop_all(session, conversation_id)
    return {"contacts": unbound, "inbound": emptied}


async def export(session: AsyncSession, conversation: Conversation) -> dict[str, Any]:
    """Everything that the other channels keep, with Chinese labels."""
    contact = await session.get(Contact, conversation.contact_id or 0)
    return {
        "联系账号": _contact(contact) if contact else None,
        "发来的": await _came_in(session, contact.id) if contact else [],
        "发出的": await _sent(session, conversation.id),
    }


def old(moment: datetime) -> dict[str, tuple[type[Any], ColumnElement[bool]]]:
    """What is due to go at a moment: kind → table and condition, each before what it refers to."""
    before = moment - KEPT
    reached_no_more = and_(
        ~Contact.subscribed,
        Contact.conversation_id.is_(None),
        func.coalesce(Contact.last_inbound_at, Contact.made_at) < before,
    )
    theirs = select(Contact.id).where(reached_no_more)
    done = and_(OutboxItem.state.in_((State.SENT, State.DROPPED)), OutboxItem.made_at < before)
    return {
        "outbox": (OutboxItem, or_(done, OutboxItem.contact_id.in_(theirs))),
        "inbound": (Inbound, or_(Inbound.received_at < before, Inbound.contact_id.in_(theirs))),
        "contacts": (Contact, reached_no_more),
    }


def _contact(contact: Contact) -> dict[str, Any]:
    return {
        "渠道": contact.channel,
        "公众号": contact.account,
        "账号标识": contacts.peer_of(contact),
        "还在关注": "是" if contact.subscribed else "否",
        "同意的隐私说明": contact.notice_version,
        "同意的时间": _moment(contact.consented_at),
        "最近发来": _moment(contact.last_inbound_at),
        "等您决定的图片": len(contact.pictures or []),
    }


async def _came_in(session: AsyncSession, contact_id: int) -> list[dict[str, Any]]:
    his = select(Inbound).where(Inbound.contact_id == contact_id).order_by(Inbound.id)
    return [
        {
            "时间": _moment(row.received_at),
            "种类": row.kind,
            "内容": row.body,
            "当时回复": row.reply,
        }
        for row in await session.scalars(his)
    ]


async def _sent(session: AsyncSession, conversation_id: str) -> list[dict[str, Any]]:
    its = select(OutboxItem).where(OutboxItem.conversation_id == conversation_id)
    return [
        {
            "时间": _moment(item.made_at),
            "渠道": item.channel,
            "状态": _STATE[State(item.state)],
            "送到": _moment(item.sent_at),
            "收件": (item.payload or {}).get("to"),
            "内容": (item.payload or {}).get("texts", []),
        }
        for item in await session.scalars(its.order_by(OutboxItem.id))
    ]


async def _number(session: AsyncSession, statement: Any) -> int:
    result: Result[Any] = await session.execute(statement)
    return int(getattr(result, "rowcount", 0))


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
