"""What the service counts and times, for Prometheus: every name, label and function in one place.

Labels take their values from short fixed lists or from names in the code; no label ever holds
anything that a visitor sent. The functions are cheap, never fail and can be called from any thread.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from api.telemetry import spans

Outcome = Literal["engine", "fallback", "people", "repeated", "refused", "failed"]
Stage = Literal["store", "queue", "engine", "actions", "guard", "answer", "suggest"]
Cause = Literal["away", "slow", "silent", "circuit_open", "queue_full"]
# Why a replica was not read from: it does not answer, is behind, takes too long, is no replica of
# our database, or could not keep the rows that a query still read.
Miss = Literal["away", "behind", "slow", "wrong", "conflict"]

disable_created_metrics()  # the moments when counters began tell nobody anything
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)  # memory, processor time, open files

_turns = Counter("helpline_turns", "Visitors' messages by outcome", ["outcome"], registry=REGISTRY)
_stages = Histogram(
    "helpline_stage_seconds",
    "Seconds that a message spent in each stage",
    ["stage"],
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 2, 4, 8, 16, 32),
    registry=REGISTRY,
)
_waiting = Gauge(
    "helpline_queue_length", "Messages that wait for the dialogue engine", registry=REGISTRY
)
_fallbacks = Counter(
    "helpline_engine_fallbacks",
    "Messages answered without the dialogue engine, by cause",
    ["cause"],
    registry=REGISTRY,
)
_circuits = Gauge(
    "helpline_circuit_open",
    "1 while a dialogue engine is not even asked",
    ["engine"],
    registry=REGISTRY,
)
_engines = Gauge(
    "helpline_engine_ready",
    "1 where a dialogue engine read a sentence at the last look",
    ["engine"],
    registry=REGISTRY,
)
_asked = Counter(
    "helpline_engine_turns",
    "Turns that a dialogue engine was given, by what became of them",
    ["engine", "outcome"],
    registry=REGISTRY,
)
_at_work = Gauge(
    "helpline_engine_at_work",
    "Turns that a dialogue engine thinks about",
    ["engine"],
    registry=REGISTRY,
)
_rejections = Counter(
    "helpline_guard_rejections", "Citations that the guard did not let leave", registry=REGISTRY
)
_errors = Counter("helpline_errors", "Refusals and errors by code", ["code"], registry=REGISTRY)
_tickets = Counter(
    "helpline_tickets_opened", "Tickets opened by priority", ["priority"], registry=REGISTRY
)
_handoffs = Gauge(
    "helpline_handoffs_waiting", "Conversations that wait for a person", registry=REGISTRY
)
_moves = Counter(
    "helpline_handoffs", "Moves of conversations to and from a person", ["move"], registry=REGISTRY
)
_streams = Gauge("helpline_streams", "Streams of events that are open", registry=REGISTRY)
_limited = Counter(
    "helpline_rate_limited", "Requests turned down by a rate limit", ["limit"], registry=REGISTRY
)
_sent = Counter(
    "helpline_outbox_sent",
    "What was sent by the outbox, by channel",
    ["channel"],
    registry=REGISTRY,
)
_outbox = Gauge(
    "helpline_outbox_items", "What stands in the outbox, by state", ["state"], registry=REGISTRY
)
_oldest = Gauge(
    "helpline_outbox_oldest_seconds", "Age of the oldest item that is to be sent", registry=REGISTRY
)
_lag = Gauge(
    "helpline_replica_lag_seconds", "How far the replica is behind the database", registry=REGISTRY
)
_unused = Gauge(
    "helpline_replica_unused", "1 while the replica is not read from", registry=REGISTRY
)
_misses = Counter(
    "helpline_replica_fallbacks",
    "Reads for the replica that the database answered, and why",
    ["why"],
    registry=REGISTRY,
)
_parts = Gauge("helpline_part_ready", "What /readyz says of a part", ["part"], registry=REGISTRY)


def turn(outcome: Outcome) -> None:
    """A message was dealt with: by the engine or without it, passed on to people, as a repetition
    of one that was answered, or it was refused or failed.
    """
    _turns.labels(outcome).inc()


@contextmanager
def stage(name: Stage) -> Iterator[None]:
    """Time the block as one stage of a message, also when it raises; in a trace it is a span."""
    with spans.span(name), _stages.labels(name).time():
        yield


@contextmanager
def queued() -> Iterator[None]:
    """A message waits for the dialogue engine while the block runs; the wait is timed as well."""
    _waiting.inc()
    try:
        with stage("queue"):
            yield
    finally:
        _waiting.dec()


def fallback(cause: Cause) -> None:
    """A message is answered without the dialogue engine."""
    _fallbacks.labels(cause).inc()


@contextmanager
def asked(engine: int) -> Iterator[None]:
    """The dialogue engine of this number thinks about a turn while the block runs; where it raises,
    the engine gave no answer.
    """
    name, outcome = str(engine), "failed"
    _at_work.labels(name).inc()
    try:
        yield
        outcome = "answered"
    finally:
        _at_work.labels(name).dec()
        _asked.labels(name, outcome).inc()


def circuits(are_open: Mapping[int, bool]) -> None:
    """Which of the dialogue engines in service, by their numbers, are left alone."""
    _of_engines(_circuits, are_open)


def engines_ready(ready: Mapping[int, bool]) -> None:
    """Which of the dialogue engines in service, by their numbers, read a sentence."""
    _of_engines(_engines, ready)


def _of_engines(gauge: Gauge, told: Mapping[int, bool]) -> None:
    gauge.clear()  # what is no longer in service is told no more
    for number, value in told.items():
        gauge.labels(str(number)).set(value)


def rejected(citations: int) -> None:
    """The guard kept back so many citations."""
    _rejections.inc(citations)


def error(code: str) -> None:
    """An error left the service; `code` is that of a HelplineError."""
    _errors.labels(code).inc()


def ticket_opened(priority: Literal["normal", "urgent"]) -> None:
    """A ticket was opened, not only added to."""
    _tickets.labels(priority).inc()


def handoffs_waiting(number: int) -> None:
    """So many conversations wait for a person."""
    _handoffs.set(number)


def handoff(move: str) -> None:
    """A conversation moved to or from a person; `move` is one of api.conversations.states, or
    `offline` where nobody was on duty.
    """
    _moves.labels(move).inc()


def outbox_sent(channel: str) -> None:
    """Something was sent over a channel, by its name in the code."""
    _sent.labels(channel).inc()


def outbox(items: Mapping[str, int], oldest_s: float) -> None:
    """So many items stand in each state of the outbox that is no good end, and so old is the oldest
    that is to be sent.
    """
    for state, number in items.items():
        _outbox.labels(state).set(number)
    _oldest.set(oldest_s)


def streams(number: int) -> None:
    """So many streams of events are open."""
    _streams.set(number)


def rate_limited(limit: str) -> None:
    """A rate limit turned a request down."""
    _limited.labels(limit).inc()


def replica(lag_s: float, unused: bool) -> None:
    """The last look at the replica: how far it is behind (NaN where nobody knows), and whether it
    is left alone.
    """
    _lag.set(lag_s)
    _unused.set(unused)


def replica_fallback(cause: Miss) -> None:
    """The database answered what was meant for the replica."""
    _misses.labels(cause).inc()


def parts_ready(parts: Mapping[str, bool]) -> None:
    """What the last look at the parts of the helpline found."""
    for name, ready in parts.items():
        _parts.labels(name).set(ready)


def exposition() -> tuple[bytes, str]:
    """Everything in Prometheus' text form, and its media type."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
