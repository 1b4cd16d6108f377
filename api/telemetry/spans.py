"""Where a message spends its time, as spans of one trace (OpenTelemetry).

Off until `use` is given a tracer: until then a block costs a look at a variable. Names are names in
the code, attributes are those of `api.telemetry.export`; neither ever holds anything that a visitor
sent. Nothing here fails, and all of it can be called from any thread.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import context, trace
from opentelemetry.trace import INVALID_SPAN, Span, SpanKind, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

HEADER = "traceparent"  # W3C Trace Context; the same word carries it in the metadata of a turn
OURS = "helpline."  # begins the names of our own attributes

_W3C = TraceContextTextMapPropagator()
_tracer: Tracer | None = None


def use(tracer: Tracer | None) -> None:
    """Make spans with this tracer from here on; None makes none."""
    global _tracer
    _tracer = tracer


def are_made() -> bool:
    """Whether anybody wants spans."""
    return _tracer is not None


@contextmanager
def span(name: str, **attributes: str | int) -> Iterator[None]:
    """The block is a span; what is raised in it is told by its kind alone."""
    if _tracer is None:
        yield
        return
    told = {OURS + key: value for key, value in attributes.items()}
    with _tracer.start_as_current_span(
        name, attributes=told, record_exception=False, set_status_on_exception=False
    ) as made:
        try:
            yield
        except BaseException as error:
            failed(made, error)
            raise


def tell(**attributes: str | int) -> None:
    """Tell more of the span that the caller is in."""
    if _tracer is not None:
        current = trace.get_current_span()
        current.set_attributes({OURS + key: value for key, value in attributes.items()})


def begin(name: str, attributes: dict[str, str]) -> Span:
    """A span of a call to somewhere else, which the caller ends; one that is nothing where no trace
    is under way: what the service does by itself is no part of a message.
    """
    if _tracer is None or not trace.get_current_span().is_recording():
        return INVALID_SPAN
    return _tracer.start_span(name, kind=SpanKind.CLIENT, attributes=attributes)


def failed(made: Span, error: BaseException) -> None:
    """The span ended in an error, of which its kind is told: its words may hold anything."""
    made.set_attribute("error.type", type(error).__qualname__)
    made.set_status(StatusCode.ERROR)


def carried() -> dict[str, str]:
    """What lets somebody else go on with the trace: `traceparent`, or nothing."""
    if _tracer is None:
        return {}
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return {HEADER: carrier[HEADER]} if HEADER in carrier else {}


@contextmanager
def joined(traceparent: str) -> Iterator[None]:
    """The block goes on with the trace that was `carried` here; a word that is none begins one."""
    if _tracer is None:
        yield
        return
    token = context.attach(_W3C.extract({HEADER: traceparent}))
    try:
        yield
    finally:
        context.detach(token)


def trace_id() -> str:
    """The trace that the caller is in, 32 hexadecimal digits; empty where it is in none."""
    if _tracer is None:
        return ""
    current = trace.get_current_span().get_span_context()
    return trace.format_trace_id(current.trace_id) if current.is_valid else ""
