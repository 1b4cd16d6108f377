"""The figures as tables for spreadsheets: rows of cells below their headings. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from api.figures import schemas
from api.figures.words import channel
from api.outgoing import csv_cells

Row = Sequence[object]
Name = Literal["hours", "cities", "rights", "outcomes", "kept", "used", "topics", "satisfaction"]

DAYS = {
    "day": "日期",
    "channel": "渠道",
    "conversations": "对话",
    "deflected": "自动应答办完",
    "handoffs": "转人工",
    "claimed": "已接",
    "abandoned": "没等到",
    "first_reply_median_s": "首次答复中位秒数",
    "closed": "人工结束",
    "tickets": "工单",
}
KEPT = {
    "label": "承诺",
    "in_time": "按期",
    "late": "超期办完",
    "overdue": "超期未办",
    "running": "还在办",
    "stopped": "中止",
    "median_s": "用时中位秒数",
}
USED = {
    "kind": "类别",
    "key": "编号",
    "title": "内容",
    "told": "自动应答讲过",
    "conversations": "在几段对话里",
    "by_operators": "坐席采用",
    "ratings": "评价数",
    "mean": "平均分",
    "content": "4分以上占比（%）",
}
KINDS: Mapping[str, str] = {"answer": "问答", "remedy": "办法"}
HEADINGS: Mapping[str, str] = {
    "cities": "地市",
    "rights": "权利",
    "outcomes": "处理结果",
    "topics": "主题",
    "satisfaction": "评分",
}


def csv_text(rows: Iterable[Row]) -> str:
    """The rows as CSV that spreadsheets read as Chinese, and in which no cell is a formula."""
    return csv_cells.BOM + "".join(csv_cells.line(row) for row in rows)


def days(found: Iterable[schemas.Day]) -> list[Row]:
    """What happened on each day over each channel."""
    return [list(DAYS.values()), *([getattr(day, name) for name in DAYS] for day in found)]


def of_figures(name: Literal["topics", "satisfaction"], found: schemas.Figures) -> list[Row]:
    """The topics, or what visitors said of the service."""
    if name == "topics":
        return _cells(name, ((one.label, one.count) for one in found.topics))
    return _cells(name, sorted(found.satisfaction.by_score.items(), reverse=True))


def of_details(name: Name, found: schemas.Details) -> list[Row]:
    """One of the tables of the details."""
    return _OF_DETAILS[name](found)


def comments(found: Iterable[schemas.Comment]) -> list[Row]:
    """What visitors wrote beside their ratings, masked."""
    rows = ((one.at, one.conversation_id, one.about, one.score, one.words) for one in found)
    return [("时间", "对话", "关于", "评分", "评语"), *rows]


def _cells(name: str, cells: Iterable[tuple[object, int]]) -> list[Row]:
    return [(HEADINGS[name], "次数"), *cells]


def _labelled(name: str, cells: Iterable[schemas.Cell]) -> list[Row]:
    return _cells(name, ((one.label, one.count) for one in cells))


def _outcomes(found: schemas.Details) -> list[Row]:
    rows = _labelled("outcomes", found.outcomes.told)
    return [*rows, ("没有记下（由人工接待，或在开始记录以前）", found.outcomes.not_noted)]


def _hours(found: schemas.Details) -> list[Row]:
    return [("时段", "对话"), *((f"{one.hour:02}:00", one.count) for one in found.hours)]


def _kept(found: schemas.Details) -> list[Row]:
    return [list(KEPT.values()), *([getattr(one, name) for name in KEPT] for one in found.kept)]


def _used(found: schemas.Details) -> list[Row]:
    rows = [
        [KINDS.get(one.kind, one.kind), *(getattr(one, name) for name in list(USED)[1:])]
        for one in found.used
    ]
    return [list(USED.values()), *rows]


_OF_DETAILS: Mapping[str, Callable[[schemas.Details], list[Row]]] = {
    "hours": _hours,
    "cities": lambda found: _labelled("cities", found.cities),
    "rights": lambda found: _labelled("rights", found.rights),
    "outcomes": _outcomes,
    "kept": _kept,
    "used": _used,
}


def channels(found: Iterable[schemas.Day]) -> list[tuple[str, int, int, int]]:
    """Channel, conversations, handoffs and tickets of the days together, the busiest first."""
    sums: dict[str, tuple[int, int, int]] = {}
    for day in found:
        conversations, handoffs, tickets = sums.get(day.channel, (0, 0, 0))
        sums[day.channel] = (
            conversations + day.conversations,
            handoffs + day.handoffs,
            tickets + day.tickets,
        )
    ordered = sorted(sums.items(), key=lambda one: (-one[1][0], one[0]))
    return [(channel(name), *counts) for name, counts in ordered]
