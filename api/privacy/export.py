"""Everything that is stored about a visitor, in one JSON document with Chinese labels."""

from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.asked.models import AskedTurn
from api.asked.reasons import Reason
from api.conversations.models import (
    Conversation,
    ConversationToken,
    Handoff,
    Message,
    ToldContent,
)
from api.conversations.outcomes import ANSWER, REMEDY
from api.desk.models import ConversationNote, ConversationTag
from api.evidence import service as evidence
from api.labels.models import Sentence
from api.moving.models import MoveCode
from api.privacy import contacts
from api.privacy.service import Found
from api.referrals.models import RecordedReferral
from api.suggestions.models import StoredSet, StoredSuggestion
from api.tickets.labels import labelled
from api.tickets.models import ReferralSheet, Satisfaction, Ticket, TicketNote
from api.tickets.satisfaction import CONVERSATION
from api.tickets.service import STATUS_TEXT
from api.tickets.status import public

_WHO = {"bot": "自动助理", "visitor": "来访者", "operator": "工作人员", "system": "系统"}
_PRIORITY = {"normal": "普通", "urgent": "紧急"}
_USE = {"offered": "没有采用", "used": "采用", "edited": "改后采用", "rejected": "不采用"}
_CONTENT = {ANSWER: "问答", REMEDY: "办法"}
_ASKED_WHY = {
    Reason.UNANSWERED: "没有答上",
    Reason.ASKED_BACK: "反复追问",
    Reason.REJECTED: "建议被否定",
    Reason.CORRECTED: "答复被改写",
    Reason.ABANDONED: "问后离开",
    Reason.BADLY_RATED: "评价不好",
}
_MADE_BY = {"visitor": "来访者", "contact": "来访者", "staff": "工作人员"}
_ORIGIN = {"link": "链接", "code": "接续码"}
_STATE = {
    "bot": "由自动助理回答",
    "waiting": "等人工",
    "operator": "由工作人员接待",
    "closed": "人工服务已结束",
    "deleted": "已删除",
}
_ENDING = {
    "handed_back": "交回自动应答",
    "closed": "工作人员结束",
    "abandoned": "离开，没有等到",
    "cancelled": "不等了",
    "ticket": "没有人在线，请登记工单",
    "transferred": "请找别的机关",
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
        "讲过的问答和办法": await _told(session, found.conversation.id),
        "转人工": await _handoffs(session, found.conversation.id),
        "接续码": await _codes(session, found.conversation.id),
        "在别处接着办": await _tokens(session, found.conversation.id),
        "坐席备注": await _notes(session, found.conversation.id),
        "标签": await _tags(session, found.conversation.id),
        "给工作人员的答复建议": await _suggestions(session, found.conversation.id),
        "归入大家在问的": await _asked(session, found.conversation.id),
        "供训练的句子": await _sentences(session, found.conversation.id),
        "工单": [await _ticket(session, ticket) for ticket in found.tickets],
        "其他渠道": await contacts.export(session, found.conversation),
        "评价": await _satisfaction(session, found.conversation.id),
    }


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
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.held.is_(False))
        .order_by(Message.position)
    )
    return [
        {
            "时间": _moment(message.said_at),
            "谁": message.author or _WHO.get(message.role, message.role),
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


async def _told(session: AsyncSession, conversation_id: str) -> list[dict[str, Any]]:
    told: Iterable[ToldContent] = await session.scalars(
        select(ToldContent)
        .where(ToldContent.conversation_id == conversation_id)
        .order_by(ToldContent.id)
    )
    return [
        {"时间": _moment(one.told_at), "是": _CONTENT.get(one.kind, one.kind), "编号": one.key}
        for one in told
    ]


async def _handoffs(session: AsyncSession, conversation_id: str) -> list[dict[str, Any]]:
    asked: Iterable[Handoff] = await session.scalars(
        select(Handoff).where(Handoff.conversation_id == conversation_id).order_by(Handoff.id)
    )
    return [
        {
            "要求的时间": _moment(row.asked_at),
            "原话": row.reason,
            "紧急": "是" if row.urgent else "否",
            "接待的时间": _moment(row.claimed_at),
            "第一次答复": _moment(row.first_reply_at),
            "结束的时间": _moment(row.ended_at),
            "怎样结束": _ENDING.get(row.ending or "", row.ending),
            "坐席写的": row.note,
        }
        for row in asked
    ]


async def _codes(session: AsyncSession, conversation_id: str) -> list[dict[str, Any]]:
    made = select(MoveCode).where(MoveCode.conversation_id == conversation_id)
    return [
        {
            "谁要的": _MADE_BY.get(row.made_by, row.made_by),
            "时间": _moment(row.made_at),
            "到期": _moment(row.expires_at),
            "用掉的时间": _moment(row.used_at),
        }
        for row in await session.scalars(made.order_by(MoveCode.id))
    ]


async def _tokens(session: AsyncSession, conversation_id: str) -> list[dict[str, Any]]:
    given = select(ConversationToken).where(ConversationToken.conversation_id == conversation_id)
    return [
        {
            "凭": _ORIGIN.get(row.origin, row.origin),
            "时间": _moment(row.made_at),
            "到期": _moment(row.expires_at),
        }
        for row in await session.scalars(given.order_by(ConversationToken.id))
    ]


async def _notes(session: AsyncSession, conversation_id: str) -> list[dict[str, Any]]:
    """What colleagues noted about a visitor is about him: he may read it."""
    written = select(ConversationNote).where(ConversationNote.conversation_id == conversation_id)
    return [
        {"时间": _moment(row.written_at), "谁": row.author, "内容": row.text}
        for row in await session.scalars(written.order_by(ConversationNote.id))
    ]


async def _tags(session: AsyncSession, conversation_id: str) -> list[str]:
    found = select(ConversationTag.tag).where(ConversationTag.conversation_id == conversation_id)
    return list(await session.scalars(found.order_by(ConversationTag.tag)))


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
        select(TicketNote)
        .where(TicketNote.ticket_id == ticket.id, TicketNote.public)
        .order_by(TicketNote.id)
    )
    return {
        "单号": ticket.number,
        "状态": STATUS_TEXT[public(ticket.status)],
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
                "SHA-256": file.sha256,
                "工作人员放入的": file.added_by is not None,
                "内容（Base64）": b64encode(file.content).decode(),
            }
            for file in await evidence.pictures_of_ticket(session, ticket.id)
        ],
        "转交": await _sheets(session, ticket.id),
    }


async def _asked(session: AsyncSession, conversation_id: str) -> list[dict[str, Any]]:
    rows: Iterable[AskedTurn] = await session.scalars(
        select(AskedTurn)
        .where(AskedTurn.conversation_id == conversation_id)
        .order_by(AskedTurn.asked_at)
    )
    return [
        {
            "时间": _moment(one.asked_at),
            "原因": [name for bit, name in _ASKED_WHY.items() if one.reasons & bit],
        }
        for one in rows
    ]


async def _sentences(session: AsyncSession, conversation_id: str) -> list[dict[str, Any]]:
    rows: Iterable[Sentence] = await session.scalars(
        select(Sentence).where(Sentence.conversation_id == conversation_id).order_by(Sentence.id)
    )
    return [{"时间": _moment(one.added_at), "内容": one.text} for one in rows]


async def _sheets(session: AsyncSession, ticket_id: int) -> list[dict[str, Any]]:
    sheets: Iterable[ReferralSheet] = await session.scalars(
        select(ReferralSheet)
        .where(ReferralSheet.ticket_id == ticket_id)
        .order_by(ReferralSheet.made_at, ReferralSheet.id)
    )
    return [
        {
            "时间": _moment(sheet.made_at),
            "转给": sheet.body,
            "同意转交的内容": sheet.content,
            "收到日期": sheet.received_on.isoformat() if sheet.received_on else None,
            "回执编号": sheet.receipt_number,
        }
        for sheet in sheets
    ]


async def _satisfaction(session: AsyncSession, conversation_id: str) -> list[dict[str, Any]]:
    scores: Iterable[Satisfaction] = await session.scalars(
        select(Satisfaction)
        .where(Satisfaction.conversation_id == conversation_id)
        .order_by(Satisfaction.id)
    )
    return [
        {
            "时间": _moment(one.said_at),
            "关于": "对话" if one.about == CONVERSATION else f"工单 {one.about}",
            "分数": one.score,
            "原话": one.words,
        }
        for one in scores
    ]


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
