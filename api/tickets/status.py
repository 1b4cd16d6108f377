"""The states of a ticket and every move between them: one table, which all that changes a ticket
asks.
"""

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus

from api.errors import HelplineError


class Status(StrEnum):
    """Where a ticket stands; the value is what the database keeps."""

    NEW = "new"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"  # for material from the visitor
    DONE = "done"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class By(StrEnum):
    """Who makes a move."""

    STAFF = "staff"
    REOPENING = "reopening"  # staff too, who say why
    VISITOR = "visitor"


ENDED = (Status.DONE, Status.CLOSED, Status.WITHDRAWN)

_WITHDRAWS = {Status.WITHDRAWN: By.VISITOR}
_REOPENS = {Status.IN_PROGRESS: By.REOPENING}

# From → to → who may.
MOVES: Mapping[Status, Mapping[Status, By]] = {
    Status.NEW: {
        Status.ASSIGNED: By.STAFF,
        Status.IN_PROGRESS: By.STAFF,
        Status.CLOSED: By.STAFF,
        **_WITHDRAWS,
    },
    Status.ASSIGNED: {
        Status.IN_PROGRESS: By.STAFF,
        Status.WAITING: By.STAFF,
        Status.DONE: By.STAFF,
        Status.CLOSED: By.STAFF,
        **_WITHDRAWS,
    },
    Status.IN_PROGRESS: {
        Status.ASSIGNED: By.STAFF,
        Status.WAITING: By.STAFF,
        Status.DONE: By.STAFF,
        Status.CLOSED: By.STAFF,
        **_WITHDRAWS,
    },
    Status.WAITING: {
        Status.IN_PROGRESS: By.STAFF,
        Status.DONE: By.STAFF,
        Status.CLOSED: By.STAFF,
        **_WITHDRAWS,
    },
    Status.DONE: {Status.CLOSED: By.STAFF, **_REOPENS},
    Status.CLOSED: _REOPENS,
    Status.WITHDRAWN: {Status.NEW: By.VISITOR, **_REOPENS},
}

# What staff read.
LABELS: Mapping[Status, str] = {
    Status.NEW: "待分派",
    Status.ASSIGNED: "已分派",
    Status.IN_PROGRESS: "办理中",
    Status.WAITING: "等材料",
    Status.DONE: "已办结",
    Status.CLOSED: "已关闭",
    Status.WITHDRAWN: "来访者撤回",
}

# Visitors, the bot and outside integrators know five words.
_PUBLIC: Mapping[Status, str] = {
    Status.IN_PROGRESS: "assigned",
    Status.WITHDRAWN: "closed",
}

# What the visitor is told when staff make a move.
MOVE_NOTES: Mapping[Status, str] = {
    Status.ASSIGNED: "工单已分派，等待工作人员办理。",
    Status.IN_PROGRESS: "工作人员已开始办理。",
    Status.WAITING: "需要您补充材料，材料到了接着办。",
    Status.DONE: "工单已办结。",
    Status.CLOSED: "工单已关闭。",
}
REOPENED_NOTE = "工单已重新打开，继续办理。"


class MoveNotAllowed(HelplineError):
    code = "move_not_allowed"
    status = HTTPStatus.CONFLICT
    title = "不能这样改状态"

    def __init__(self, before: Status, after: Status) -> None:
        offered = "、".join(LABELS[to] for to in allowed(before))
        can = f"可以改成：{offered}" if offered else "要继续办，请用「重新打开」"
        super().__init__(
            f"这张工单现在是「{LABELS[before]}」，不能改成「{LABELS[after]}」。{can}。"
        )


def allowed(before: Status, by: By = By.STAFF) -> list[Status]:
    """Where a ticket may be moved from here, in the order in which work goes on."""
    return [after for after, who in MOVES[before].items() if who is by]


def check(before: Status, after: Status, by: By = By.STAFF) -> None:
    """Raises MoveNotAllowed where there is no such move."""
    if MOVES[before].get(after) is not by:
        raise MoveNotAllowed(before, after)


def public(status: str) -> str:
    """The word that visitors know a status by."""
    return _PUBLIC.get(Status(status), status)
