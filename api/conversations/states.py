"""The states of a conversation and the moves between them: one table."""

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus

from api.errors import HelplineError


class State(StrEnum):
    """Who answers; the value is what the database keeps."""

    BOT = "bot"
    WAITING = "waiting"  # for a person
    OPERATOR = "operator"
    CLOSED = "closed"
    DELETED = "deleted"  # nothing is left of what was said


class Move(StrEnum):
    """What leads from one state to another."""

    ASK = "ask"  # the visitor wants a person
    CANCEL = "cancel"  # ... and waits no longer
    ABANDON = "abandon"  # he gave no sign for long
    EXPIRE = "expire"  # nobody is on duty any more
    CLAIM = "claim"
    TRANSFER = "transfer"  # to a colleague
    REFER = "refer"  # to another body
    LEAVE = "leave"  # the operator gave no sign for long
    HAND_BACK = "hand_back"
    CLOSE = "close"
    SPEAK = "speak"  # the visitor says something


MOVES: Mapping[tuple[State, Move], State] = {
    (State.BOT, Move.ASK): State.WAITING,
    (State.BOT, Move.CLAIM): State.OPERATOR,
    (State.BOT, Move.SPEAK): State.BOT,
    (State.WAITING, Move.ASK): State.WAITING,
    (State.WAITING, Move.CLAIM): State.OPERATOR,
    (State.WAITING, Move.TRANSFER): State.OPERATOR,
    (State.WAITING, Move.CANCEL): State.BOT,
    (State.WAITING, Move.ABANDON): State.BOT,
    (State.WAITING, Move.EXPIRE): State.BOT,
    (State.WAITING, Move.SPEAK): State.WAITING,
    (State.OPERATOR, Move.ASK): State.OPERATOR,
    (State.OPERATOR, Move.TRANSFER): State.OPERATOR,
    (State.OPERATOR, Move.REFER): State.CLOSED,
    (State.OPERATOR, Move.LEAVE): State.WAITING,
    (State.OPERATOR, Move.HAND_BACK): State.BOT,
    (State.OPERATOR, Move.CLOSE): State.CLOSED,
    (State.OPERATOR, Move.SPEAK): State.OPERATOR,
    (State.CLOSED, Move.ASK): State.WAITING,
    (State.CLOSED, Move.SPEAK): State.BOT,
}
WITH_PEOPLE = (State.WAITING, State.OPERATOR)  # the bot says nothing

_IN_WORDS = {
    State.BOT: "由自动应答在回答",
    State.WAITING: "在排队等人工",
    State.OPERATOR: "由工作人员在接待",
    State.CLOSED: "已经结束",
    State.DELETED: "已按来访者的要求删除",
}


class MoveNotAllowed(HelplineError):
    code = "move_not_allowed"
    status = HTTPStatus.CONFLICT
    title = "现在不能这样做"
    detail = "对话的状态已经变了，请刷新后再看。"


def after(state: str, move: Move) -> State:
    """The state that a move leads to; raises MoveNotAllowed."""
    try:
        return MOVES[State(state), move]
    except KeyError:
        now = _IN_WORDS[State(state)]
        raise MoveNotAllowed(f"这段对话现在{now}，不能这样做；请刷新后再看。") from None
