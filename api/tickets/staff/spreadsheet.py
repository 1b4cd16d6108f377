"""Tickets as a table for a spreadsheet."""

from collections.abc import Iterable, Mapping

from api.outgoing.csv_cells import BOM, line
from api.tickets.labels import labelled_value
from api.tickets.schemas import SlaClock
from api.tickets.staff.schemas import TicketItem

HEADINGS = (
    *("单号", "状态", "缓急", "队列", "承办人", "摘要", "市", "权利", "出了什么事", "登记日期"),
    *("下一步", "期限", "首次答复期限", "首次答复按时", "办结期限", "办结按时", "已超期"),
    *("标签", "最近变动"),
)
_PRIORITY: Mapping[str, str] = {"normal": "普通", "urgent": "紧急"}
_MET: Mapping[bool | None, str] = {True: "是", False: "否", None: ""}


def table(items: Iterable[TicketItem]) -> bytes:
    """The whole file, in UTF-8; no cell is a formula."""
    return "".join((BOM, line(HEADINGS), *(line(_cells(item)) for item in items))).encode()


def _cells(item: TicketItem) -> list[object]:
    first, solution = item.sla.first, item.sla.solution
    clocks = [one for one in (first, item.sla.next, solution) if one]
    return [
        item.number,
        item.status_text,
        _PRIORITY[item.priority],
        item.queue_text,
        item.assignee.name if item.assignee else None,
        item.summary,
        item.city,
        labelled_value("right", item.right),
        labelled_value("situation", item.situation),
        item.opened_on,
        item.next_step,
        item.next_due,
        *_promise(first),
        *_promise(solution),
        _MET[True] if any(one.overdue for one in clocks) else None,
        "、".join(item.tags),
        f"{item.updated_at:%Y-%m-%d %H:%M}",
    ]


def _promise(clock: SlaClock | None) -> tuple[str | None, str | None]:
    return (f"{clock.due:%Y-%m-%d %H:%M}", _MET[clock.met]) if clock else (None, None)
