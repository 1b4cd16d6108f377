"""Deleting what is older than the settings allow, and saying beforehand what that would be."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import Conversation, ConversationToken, Message
from api.conversations.service import DELETED
from api.database import Database
from api.dictionaries import service as dictionaries
from api.dictionaries.models import StoredDictionary
from api.events.models import DeskEvent
from api.events.service import KEPT
from api.experts.models import Expert
from api.moving.models import MoveCode
from api.privacy import contacts, service
from api.privacy.models import Deletion
from api.privacy.service import By
from api.settings import Settings
from api.tickets.models import Ticket
from api.tickets.status import ENDED

AT_ONCE = 50  # conversations in one unit of work: others write in between
EXPERTS = timedelta(days=30)  # without consent; a default of ours
LEFTOVERS = timedelta(days=1)  # how long a conversation stays that its visitor deleted

# Kind → what an operator reads.
KINDS = {
    "conversations": "没有工单的对话",
    "leftovers": "访客删除后剩下的空记录",
    "tickets": "已办结或关闭的工单里的内容",
    "deletions": "删除记录",
    "events": "工作台事件",
    "codes": "过期的接续码",
    "tokens": "过期的接续口令",
    "outbox": "已送到、不再发送的推送记录",
    "inbound": "其他渠道发来的记录",
    "contacts": "不再关注的联系账号",
    "experts": "没有同意或同意到期的专家",
    "dictionaries": "没有内容再用到的词典",
    "logs": "日志文件",
}


@dataclass(frozen=True)
class Due:
    """The moments before which something is due, by kind."""

    now: datetime
    conversations: datetime
    tickets: datetime
    deletions: datetime
    logs: datetime
    events: datetime

    @classmethod
    def at(cls, now: datetime, settings: Settings) -> "Due":
        def before(days: int) -> datetime:
            return now - timedelta(days=days)

        return cls(
            now,
            before(settings.keep_conversations_days),
            before(settings.keep_tickets_days),
            before(settings.keep_deletions_days),
            before(settings.keep_logs_days),
            now - KEPT,
        )


async def count(database: Database, settings: Settings, *, at: datetime) -> dict[str, int]:
    """How much would go at this moment, by kind."""
    due = Due.at(at, settings)
    async with database.reading() as session:
        counts = {
            kind: await _number(session, select(Conversation.id).where(is_due(due)))
            for kind, is_due in _CONVERSATIONS.items()
        }
        old = select(Deletion.id).where(Deletion.deleted_at < due.deletions)
        counts["deletions"] = await _number(session, old)
        told = select(DeskEvent.id).where(DeskEvent.at < due.events)
        counts["events"] = await _number(session, told)
        counts["codes"] = await _number(session, select(MoveCode.id).where(_codes(due)))
        counts["tokens"] = await _number(session, select(ConversationToken.id).where(_tokens(due)))
        counts["experts"] = await _number(session, select(Expert.id).where(_experts(due)))
        for kind, (table, is_old) in contacts.old(at).items():
            counts[kind] = await _number(session, select(table.id).where(is_old))
        counts["dictionaries"] = len(await dictionaries.unused(session, at=at))
    return {**counts, "logs": len(_old_logs(settings.var, due))}


async def sweep(database: Database, settings: Settings, by: By, *, at: datetime) -> dict[str, int]:
    """Delete all that is due and record the run, also one that found nothing.

    Returns how much went, by kind.
    """
    due = Due.at(at, settings)
    counts = {
        kind: await _sweep_conversations(database, is_due(due))
        for kind, is_due in _CONVERSATIONS.items()
    }
    counts["logs"] = sweep_logs(settings, at=at)
    old = contacts.old(at)
    async with database.reading() as session:  # it reads much, and holds up nobody who writes
        unused = StoredDictionary.id.in_(await dictionaries.unused(session, at=at))
    async with database.session() as session:
        for kind, doomed in (
            ("deletions", delete(Deletion).where(Deletion.deleted_at < due.deletions)),
            ("events", delete(DeskEvent).where(DeskEvent.at < due.events)),
            ("codes", delete(MoveCode).where(_codes(due))),
            ("tokens", delete(ConversationToken).where(_tokens(due))),
            ("experts", delete(Expert).where(_experts(due))),
            ("dictionaries", delete(StoredDictionary).where(unused)),
            *((kind, delete(table).where(is_old)) for kind, (table, is_old) in old.items()),
        ):
            gone: Any = await session.execute(doomed)
            counts[kind] = int(gone.rowcount)
        service.record(session, "retention", by, "retention", counts, at=at)
    return counts


def sweep_logs(settings: Settings, *, at: datetime) -> int:
    """Delete the log files that nobody wrote to for long; returns how many."""
    old = _old_logs(settings.var, Due.at(at, settings))
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _old_logs(var: Path, due: Due) -> list[Path]:
    files = [path for path in (var / "log").glob("*.log*") if path.is_file()]
    return [path for path in files if path.stat().st_mtime < due.logs.timestamp()]


async def _sweep_conversations(database: Database, is_due: ColumnElement[bool]) -> int:
    """Forget every conversation of a kind, a few in one unit of work."""
    swept = 0
    while True:
        async with database.session() as session:
            some = select(Conversation).where(is_due).order_by(Conversation.id).limit(AT_ONCE)
            # Locked: nobody says something in a conversation while it is being forgotten.
            rows = (await session.scalars(some.with_for_update())).all()
            for conversation in rows:
                found = await service.find(session, conversation.id)
                await service.forget(session, found)
        swept += len(rows)
        if len(rows) < AT_ONCE:
            return swept


def _idle_conversations(due: Due) -> ColumnElement[bool]:
    return and_(
        ~_has_ticket(), Conversation.state != DELETED, _nothing_said_since(due.conversations)
    )


def _leftovers(due: Due) -> ColumnElement[bool]:
    return and_(
        ~_has_ticket(),
        Conversation.state == DELETED,
        _nothing_said_since(due.now - LEFTOVERS),
    )


def _closed_tickets(due: Due) -> ColumnElement[bool]:
    still_needed = or_(Ticket.status.not_in(ENDED), Ticket.updated_at >= due.tickets)
    return and_(_has_ticket(), ~_has_ticket(still_needed), Conversation.state != DELETED)


def _codes(due: Due) -> ColumnElement[bool]:
    return MoveCode.expires_at < due.now


def _tokens(due: Due) -> ColumnElement[bool]:
    return ConversationToken.expires_at < due.now


def _experts(due: Due) -> ColumnElement[bool]:
    """Who never agreed, or whose consent has been over for so long."""
    before = due.now - EXPERTS
    never = and_(Expert.consent_on.is_(None), Expert.changed_at < before)
    return or_(never, Expert.consent_until < before.date())


def _has_ticket(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Ticket.conversation_id == Conversation.id, *which)


def _nothing_said_since(moment: datetime) -> ColumnElement[bool]:
    said = exists().where(Message.conversation_id == Conversation.id, Message.said_at >= moment)
    return and_(Conversation.opened_at < moment, ~said)


_CONVERSATIONS: dict[str, Callable[[Due], ColumnElement[bool]]] = {
    "conversations": _idle_conversations,
    "leftovers": _leftovers,
    "tickets": _closed_tickets,
}


async def _number(session: AsyncSession, rows: Select[Any]) -> int:
    return await session.scalar(select(func.count()).select_from(rows.subquery())) or 0
