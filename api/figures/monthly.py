"""The monthly report as a Word file, in the form in which offices write it.

Every figure is counted from the rows of the month; what is not known is said, and what people have
to judge is left to them as a gap.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from statistics import median
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from api.figures import details as detailed
from api.figures import schemas, service, tables
from api.figures.about import abouts
from api.figures.details import Labels
from api.figures.service import Period
from api.figures.small_cells import FEWEST
from api.figures.used import used
from api.figures.words import share, spoken
from knowledge.drafts.word import fill_template, to_fill_in
from knowledge.reviewed import CONTENT

TEMPLATE = CONTENT / "sheets" / "monthly_report.docx"
MOST_USED = 5  # of each kind
FEWEST_TO_COMPARE = 20  # of fewer a change in percent says nothing


@dataclass(frozen=True)
class Sums:
    """What of a month is compared with the month before."""

    conversations: int
    deflected: int
    handoffs: int
    claimed: int
    abandoned: int
    tickets: int

    @classmethod
    def of(cls, days: Sequence[schemas.Day]) -> "Sums":
        return cls(**{one.name: sum(getattr(day, one.name) for day in days) for one in fields(cls)})


NAMES: Mapping[str, str] = {
    "conversations": "受理咨询（段）",
    "deflected": "其中：自动应答办完（段）",
    "handoffs": "转人工（次）",
    "claimed": "其中：人工接起（次）",
    "abandoned": "其中：没等到人工（次）",
    "tickets": "登记工单（张）",
}


@dataclass(frozen=True)
class Month:
    """Everything that the report tells of a month."""

    period: Period
    days: Sequence[schemas.Day]
    before: Sums
    first_reply_s: float | None
    topics: Sequence[schemas.Topic]
    details: schemas.Details
    satisfaction: schemas.Contentment


async def month(session: AsyncSession, period: Period, labels: Labels, *, at: datetime) -> Month:
    """Count a month, and the one before it. Small numbers are told as one, whoever asks: a paper
    goes from hand to hand.
    """
    earlier = Period.of_month(service.day_before(period.first), period.first)
    found = await abouts(session, service.facts_within(period))
    spans = [one for some in (await service.reply_spans(session, period)).values() for one in some]
    return Month(
        period=period,
        days=await service.days(session, period, at=at),
        before=Sums.of(await service.days(session, earlier, at=at)),
        first_reply_s=median(spans) if spans else None,
        topics=service.topics(found, labels.situations, FEWEST),
        details=schemas.Details(
            hours=await detailed.hours(session, period),
            cities=detailed.cities(found, FEWEST),
            rights=detailed.rights(found, labels.rights, FEWEST),
            outcomes=await detailed.outcomes(session, period),
            kept=await detailed.kept(session, period, at=at),
            used=await used(session, period, labels.titles, FEWEST),
        ),
        satisfaction=await service.satisfaction(session, period, FEWEST),
    )


def document(found: Month, operator: str, kept_days: int, today: date) -> bytes:
    """The report; `operator` runs the helpline, `kept_days` a conversation without a ticket is
    kept. Plain computing, for a thread.
    """
    sums, first, last = Sums.of(found.days), found.period.first, found.period.last
    is_whole = service.day_after(last).day == 1
    values: dict[str, Any] = {
        "month": f"{first.year}年{first.month}月",
        "operator": operator or to_fill_in("单位名称"),
        "made_on": f"{today.year}年{today.month}月{today.day}日",
        "days": f"{first.month}月{first.day}日至{last.month}月{last.day}日",
        "overall": _overall(sums, found.before, is_whole),
        "sums": _compared(sums, found.before, is_whole),
        "channels": [
            {"name": name, "conversations": conversations, "handoffs": handoffs, "tickets": tickets}
            for name, conversations, handoffs, tickets in tables.channels(found.days)
        ],
        "hours": _busiest(found.details.hours),
        "cities": _shares(found.details.cities),
        "topics": _shares(found.topics),
        "rights": _shares(found.details.rights),
        "outcomes": _outcomes(found.details.outcomes),
        "noted": _noted(found.details.outcomes),
        "first_reply": _first_reply(found.first_reply_s),
        "kept": [_kept(one) for one in found.details.kept],
        "satisfaction": _content(found.satisfaction),
        "scores": [
            {"name": f"{score}分", "count": count}
            for score, count in sorted(found.satisfaction.by_score.items(), reverse=True)
        ],
        "used": [_used(one) for kind in tables.KINDS for one in _most(found.details.used, kind)],
        "problems": to_fill_in("本月发现的问题"),
        "advice": to_fill_in("下一步的建议"),
        "notes": _notes(is_whole, last, first, kept_days, today),
    }
    return fill_template(_template(), values)[0]


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def _overall(sums: Sums, before: Sums, is_whole: bool) -> str:
    if sums == Sums.of([]):
        return "本月没有受理记录。"
    said = (
        f"本月共受理咨询 {sums.conversations} 段，其中自动应答办完 {sums.deflected} 段，"
        f"占 {share(sums.deflected, sums.conversations)}；转人工 {sums.handoffs} 次，"
        f"接起 {sums.claimed} 次；登记工单 {sums.tickets} 张。"
    )
    if not is_whole:
        return f"{said}本月还没有过完，不与上月比较。"
    if before.conversations == 0:
        return f"{said}上月没有受理记录，不作比较。"
    change = sums.conversations - before.conversations
    if change == 0:
        return f"{said}受理咨询与上月持平。"
    word = "增加" if change > 0 else "减少"
    is_telling = before.conversations >= FEWEST_TO_COMPARE
    by = f"（{share(abs(change), before.conversations)}）" if is_telling else ""
    return f"{said}受理咨询比上月{word} {abs(change)} 段{by}。"


def _compared(sums: Sums, before: Sums, is_whole: bool) -> list[dict[str, Any]]:
    rows = []
    for name, label in NAMES.items():
        now, then = getattr(sums, name), getattr(before, name)
        change = f"{now - then:+d}" if is_whole and before.conversations else "—"
        rows.append({"name": label, "now": now, "before": then, "change": change})
    return rows


def _busiest(hours: Sequence[schemas.Hour]) -> str:
    most = max(hours, key=lambda one: (one.count, -one.hour))
    if most.count == 0:
        return "本月没有受理记录，不分时段。"
    return f"受理最多的时段是 {most.hour} 时至 {most.hour + 1} 时，共 {most.count} 段。"


def _shares(cells: Sequence[schemas.Cell | schemas.Topic]) -> list[dict[str, Any]]:
    whole = sum(one.count for one in cells)
    return [
        {"name": one.label, "count": one.count, "share": share(one.count, whole)} for one in cells
    ]


def _outcomes(found: schemas.Outcomes) -> list[dict[str, Any]]:
    return _shares(found.told) if any(one.count for one in found.told) else []


def _noted(found: schemas.Outcomes) -> str:
    whole = sum(one.count for one in found.told)
    rest = f"另有 {found.not_noted} 条由人工接待，或在开始记录以前，不在内。"
    if whole == 0:
        return f"自动应答没有记下处理结果。{rest if found.not_noted else ''}"
    return f"自动应答处理来访者的话 {whole} 条，结果见下表。{rest if found.not_noted else ''}"


def _first_reply(seconds: float | None) -> str:
    if seconds is None:
        return "本月没有人工答复的记录，首次人工答复用时没有数据。"
    return f"从要求人工到人工第一次答复，用时的中位数是 {spoken(seconds)}。"


def _kept(one: schemas.Kept) -> dict[str, Any]:
    over = one.in_time + one.late + one.overdue
    return {
        "name": one.label,
        "in_time": one.in_time,
        "late": one.late,
        "overdue": one.overdue,
        "running": one.running,
        "rate": share(one.in_time, over),
        "median": spoken(one.median_s),
    }


def _content(found: schemas.Contentment) -> str:
    if found.mean is None:
        return f"评价少于 {FEWEST} 份，不作统计。"
    content = sum(count for score, count in found.by_score.items() if score >= 4)
    return (
        f"本月收到评价 {found.count} 份，平均 {found.mean:.2f} 分（满分 5 分），"
        f"4 分以上占 {share(content, found.count)}。"
    )


def _most(used: Sequence[schemas.Used], kind: str) -> list[schemas.Used]:
    return [one for one in used if one.kind == kind][:MOST_USED]


def _used(one: schemas.Used) -> dict[str, Any]:
    return {
        "kind": tables.KINDS.get(one.kind, one.kind),
        "title": one.title,
        "told": one.told + one.by_operators,
        "mean": "评价太少" if one.mean is None else f"{one.mean:.2f}",
    }


def _notes(is_whole: bool, last: date, first: date, kept_days: int, today: date) -> list[str]:
    """What the figures do not tell."""
    notes = [
        f"数字由热线的记录数出。少于 {FEWEST} 的归入「其他」；来访者没有说的，归入「没有说」"
        "或「还不清楚」。",
        "地市是来访者说的所在地，没有说的按事情发生地。",
        "「自动应答办完」指一小时没有再说话、没有要人工、没有登记工单的对话，不等于事情已经解决。",
    ]
    if not is_whole:
        notes.append(f"本月还没有过完，数字只到{last.month}月{last.day}日。")
    if (today - Period.of_month(service.day_before(first), first).first).days >= kept_days:
        notes.append(
            f"没有工单的对话保存 {kept_days} 天后删除，本月和上月有一部分可能已经删除，数字会偏少。"
        )
    return notes
