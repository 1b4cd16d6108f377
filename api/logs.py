"""Logging in which no personal data stands: whatever is logged, and by whom, is masked on its way
out.
"""

import json
import logging
import re
import secrets
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

from api.protection.masking import mask
from api.telemetry import spans


class PersonalDataFilter(logging.Filter):
    """Masks the message and the traceback of every record that passes."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = mask(record.getMessage()), ()
        if record.exc_info and record.exc_info[0]:
            record.exc_text = mask("".join(traceback.format_exception(*record.exc_info)).rstrip())
        if record.stack_info:
            record.stack_info = mask(record.stack_info)
        return True


PROBES = ("/healthz", "/readyz", "/metrics")
NONE = "-"  # what stands in a line that belongs to no request or to no turn
_request: ContextVar[str] = ContextVar("request", default=NONE)
_turn: ContextVar[str] = ContextVar("turn", default=NONE)
_CALLED = re.compile(r"( /channels/[^ ?]*)\?[^ ]*")  # in an access line
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")


def begin_request(handed_on: str | None) -> str:
    """Name the request that this task serves; every later line of the task carries its id.

    `handed_on` is an id that somebody trusted gave it already. It is kept when it looks like one
    and holds nothing personal.
    """
    sane = handed_on and _SANE.fullmatch(handed_on) and mask(handed_on) == handed_on
    name = handed_on if handed_on and sane else secrets.token_hex(8)
    _request.set(name)
    return name


@contextmanager
def of_turn(turn_id: str) -> Iterator[None]:
    """Every line of the block, and of the threads that it starts, carries this turn's id."""
    before = _turn.set(turn_id)
    try:
        yield
    finally:
        _turn.reset(before)


class ContextFilter(logging.Filter):
    """Gives every record the ids of its request, its turn and its trace."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request, record.turn = _request.get(), _turn.get()
        record.trace = spans.trace_id() or NONE
        return True


class NoProbes(logging.Filter):
    """Keeps the access lines of monitors out: what they find is told when it changes."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not any(f" {path} " in record.getMessage() for path in PROBES)


class NoPeers(logging.Filter):
    """Keeps the query of a channel's calls out of access lines: it names who wrote to us."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _CALLED.sub(r"\1", record.getMessage()), ()
        return True


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, request, turn, trace, message, and a
    traceback.
    """

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "request": getattr(record, "request", NONE),
            "turn": getattr(record, "turn", NONE),
            "trace": getattr(record, "trace", NONE),
            "message": record.getMessage(),
        }
        if record.exc_text:
            line["traceback"] = record.exc_text
        return json.dumps(line, ensure_ascii=False)


class Outage:
    """Tells once when something begins to fail, with the cause, and once when it is back.

    Who meets the failure calls `begins`, who sees it work calls `ends`; in between nothing is
    logged, however many requests fail.
    """

    def __init__(self, what: str) -> None:
        self._what, self._lasts = what, False

    def begins(self, cause: str) -> None:
        if not self._lasts:
            self._lasts = True
            logging.getLogger(__name__).error("%s fails: %s", self._what, cause)

    def ends(self) -> None:
        if self._lasts:
            self._lasts = False
            logging.getLogger(__name__).warning("%s works again", self._what)


TEXT = "%(asctime)s %(levelname)s %(name)s [%(request)s %(turn)s] %(message)s"


def configure(level: str, form: Literal["text", "json"] = "text") -> None:
    """Send everything that is logged in this process to standard error, masked last of all."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else logging.Formatter(TEXT))
    handler.addFilter(ContextFilter())
    handler.addFilter(PersonalDataFilter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for kept_out in (NoProbes(), NoPeers()):
        logging.getLogger("uvicorn.access").addFilter(kept_out)
    # A line for each call to Rasa and each look at the database's revision says nothing new.
    for chatty in ("httpx", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
