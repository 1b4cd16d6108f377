"""Everything that is stored about a visitor, in one JSON document with Chinese labels."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import Conversation, Message
from api.evidence import service as evidence
from api.privacy.service import Found
from api.referrals.models import RecordedReferral
from api.suggestions.models import StoredSet, StoredSuggestion
from api.tickets.models import Ticket, TicketNote
from api.tickets.service import STATUS_TEXT
from knowledge.reviewed import CONTENT
from knowledge.slots import as_shown

_WHO = {"bot": "自动助理", "visitor": "来访者", "operator": "工作人员", "system": "系统"}
_PRIORITY = {"normal": "普通", "urgent": "紧急"}
_USE = {"offered": "没有采用", "used": "采用", "edited": "改后采用", "rejected": "不采用"}
_STATE = {"bot": "由自动助理回答", "waiting": "等人工", "deleted": "已删除"}
_SLOT_LABELS = {
    "right": "权利",
    "situation": "出了什么事",
    "right_status": "权利状态",
    "other_status": "对方的权利状态",
    "unused": "三年没有使用",
    "venue": "在哪里发生",
    "goal": "想要的结果",
    "field": "领域",
    "circumstances": "有关的情形",
    "proceeding": "在走的程序",
    "doc_received": "收到的文书",
    "evidence": "手上的证据",
    "urgency": "为什么急",
    "amount": "数额",
    "years_registered": "注册年数",
    "classes": "类别",
    "registration_number": "注册号、申请号",
    "city": "市",
    "county": "县区",
    "own_city": "来访者所在市",
    "their_city": "对方所在市",
    "doc_received_on": "收到文书的日子",
    "published_on": "公告的日子",
    "registered_on": "注册的日子",
    "acted_on": "行为发生的日子",
    "contact": "联系方式",
}


async def export(session: AsyncSession, found: Found, *, at: datetime) -> dict[str, Any]:
    """The document; `at` is the moment that it says it was made."""
    return {
        "说明": "这里是系统里保存的关于这段对话的全部内容。",
        "导出时间": at.isoformat(timespec="seconds"),
        "对话": _conversation(found.conversation),
        "已知情况": labelled(found.conversation.facts),
        "说过的话": await _messages(session, found.conversation.id),
        "给出的建议": await _referrals(session, found.conversation.id),
        "给工作人员的答复建议": await _suggestions(session, found.conversation.id),
        "工单": [await _ticket(session, ticket) for ticket in found.tickets],
    }


def labelled(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as a person reads them: Chinese names, and the vocabulary's words for values."""
    return {
        _SLOT_LABELS.get(slot, slot): _words(slot, value) for slot, value in as_shown(facts).items()
    }


def _words(slot: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_words(slot, one) for one in value]
    if slot == "contact" and value == "refused":
        return "不留"
    if value == "unknown":
        return "不清楚"
    return _vocabulary().get(slot, {}).get(value, value) if isinstance(value, str) else value


@cache
def _vocabulary() -> dict[str, dict[str, str]]:
    text = (CONTENT / "vocabulary.yml").read_text(encoding="utf-8")
    words: dict[str, dict[str, str]] = yaml.safe_load(text)
    return words


def _conversation(conversation: Conversation) -> dict[str, Any]:
    return {
        "编号": conversation.id,
        "渠道": conversation.channel,
        "开始时间": _moment(conversation.opened_at),
        "状态": _STATE.get(conversation.state, conversation.state),
        "要人工的原话": conversation.handoff_reason,
        "同意的隐私说明": conversation.consent_version,
        "同意的时间": _moment(conversation.consented_at),
    }


async def _messages(session: AsyncSession, conversation_id: str) -> list[dict[str, Any]]:
    said: Iterable[Message] = await session.scalars(
        select(Message).where(Message.conversation_id == conversation_id).order_by(Message.position)
    )
    return [
        {
            "时间": _moment(message.said_at),
            "谁": _WHO.get(message.role, message.role),
            "内容": message.text,
            "按钮": [button["title"] for button in message.buttons],
            "依据": [f"{one['law']}{one['article']}" for one in message.citations],
        }
        for message in said
    ]


async def _referrals(session: AsyncSession, conversation_id: str) -> list[dict[str, Any]]:
    recorded: Iterable[RecordedReferral] = await session.scalars(
        select(RecordedReferral)
        .where(RecordedReferral.conversation_id == conversation_id)
        .order_by(RecordedReferral.id)
    )
    return [
        {
            "时间": _moment(row.recorded_at),
            "办法": [remedy.get("name") for remedy in row.body.get("remedies", [])],
            "走不通的": [remedy.get("name") for remedy in row.body.get("ruled_out", [])],
            "全文": row.body,
        }
        for row in recorded
    ]


async def _suggestions(session: AsyncSession, conversation_id: str) -> list[dict[str, Any]]:
    offered = (
        select(StoredSuggestion, StoredSet.made_at)
        .join(StoredSet, StoredSet.turn_id == StoredSuggestion.turn_id)
        .where(StoredSet.conversation_id == conversation_id)
        .order_by(StoredSet.made_at, StoredSuggestion.position)
    )
    return [
        {
            "时间": _moment(made_at),
            "内容": one.text,
            "理由": one.why,
            "结果": _USE.get(one.state, one.state),
        }
        for one, made_at in await session.execute(offered)
    ]


async def _ticket(session: AsyncSession, ticket: Ticket) -> dict[str, Any]:
    notes: Iterable[TicketNote] = await session.scalars(
        select(TicketNote).where(TicketNote.ticket_id == ticket.id).order_by(TicketNote.id)
    )
    return {
        "单号": ticket.number,
        "状态": STATUS_TEXT.get(ticket.status, ticket.status),
        "缓急": _PRIORITY.get(ticket.priority, ticket.priority),
        "摘要": ticket.summary,
        "情况": labelled(ticket.facts),
        "联系方式": ticket.contact,
        "分派给": ticket.dispatch_to,
        "下一步": ticket.next_step,
        "期限": ticket.next_due.isoformat() if ticket.next_due else None,
        "证据清单": ticket.checklist or [],
        "登记时间": _moment(ticket.created_at),
        "最近变动": _moment(ticket.updated_at),
        "进展": [{"时间": _moment(note.written_at), "内容": note.text} for note in notes],
        "图片": [
            {
                "名称": file.name,
                "格式": file.media_type,
                "大小（字节）": file.size,
                "时间": _moment(file.added_at),
                "内容（Base64）": b64encode(file.content).decode(),
            }
            for file in await evidence.pictures_of_ticket(session, ticket.id)
        ],
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
