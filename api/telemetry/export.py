"""Sends spans to a collector, cleared of all that is not on a list.

It brings OpenTelemetry's SDK along: imported only where a collector is set.
"""

import asyncio
import logging
import threading
from collections.abc import Sequence
from typing import Protocol

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import SpanContext, Status

# What may leave. None of it holds anything that a visitor or a member of staff sent: not the path
# with its ids, nor the query with its codes, nor the words of an error.
ATTRIBUTES = frozenset(
    {
        *("http.request.method", "http.route", "http.response.status_code", "error.type"),
        *("db.system.name", "db.query.text"),
        *("helpline.turn", "helpline.engine", "helpline.action"),
    }
)
END_S = 5.0  # so long the end of the service waits for the last spans to be taken
# Where the exporter and its queue log what is told here once, by the outage.
_EXPORTER = logging.getLogger("opentelemetry.exporter.otlp.proto.http.trace_exporter")
_QUEUE = logging.getLogger("opentelemetry.sdk._shared_internal")


class Outage(Protocol):
    """Tells once when something begins to fail, and once when it works again."""

    def begins(self, cause: str) -> None: ...
    def ends(self) -> None: ...


class Traces:
    """What spans are made with, on their way to an exporter. They are sent behind, by a thread of
    their own; what the collector does not take is lost, and no request waits or fails for it.

    `instance` tells this process from others.
    """

    def __init__(self, exporter: SpanExporter, instance: str, outage: Outage) -> None:
        own = Resource({"service.name": "helpline", "service.instance.id": instance})
        # OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win.
        self.provider = TracerProvider(
            resource=own.merge(OTELResourceDetector().detect()), shutdown_on_exit=False
        )
        self.provider.add_span_processor(BatchSpanProcessor(Cleared(exporter, outage)))
        self.tracer = self.provider.get_tracer("helpline")

    async def close(self) -> None:
        """Send what is left, for at most END_S seconds."""
        # A thread that is not waited for: the exporter may try for longer.
        ending = threading.Thread(target=self.provider.shutdown, daemon=True)
        ending.start()
        await asyncio.to_thread(ending.join, END_S)


def exporter_to(url: str) -> SpanExporter:
    """Speaks OTLP over HTTP to a collector's base address; raises ValueError where one of the
    variables OTEL_EXPORTER_OTLP_… cannot be used.
    """
    return OTLPSpanExporter(endpoint=f"{url}/v1/traces")


class Cleared(SpanExporter):
    """Hands on what is on the list. Never raises; an outage is told once, with its cause."""

    def __init__(self, exporter: SpanExporter, outage: Outage) -> None:
        self._exporter, self._outage = exporter, outage
        self._said = _Said()
        for logger in (_EXPORTER, _QUEUE):
            logger.addFilter(self._said)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        try:
            result = self._exporter.export([cleared(span) for span in spans])
        except Exception as error:  # noqa: BLE001 - a trace that is lost disturbs nobody
            self._said.cause = self._said.cause or type(error).__name__
            result = SpanExportResult.FAILURE
        if result is SpanExportResult.SUCCESS:
            self._outage.ends()
        else:
            self._outage.begins(self._said.cause or "no cause was told")
        self._said.cause = ""
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()
        for logger in (_EXPORTER, _QUEUE):
            logger.removeFilter(self._said)


class _Said(logging.Filter):
    """Keeps from the log what is tried again and again; the first of it is the cause."""

    cause = ""

    def filter(self, record: logging.LogRecord) -> bool:
        self.cause = self.cause or record.getMessage()
        return False


def cleared(span: ReadableSpan) -> ReadableSpan:
    """The same span with its name, times, place in the trace, and the attributes on the list.

    What a caller may have put into `tracestate` goes no further either.
    """
    return ReadableSpan(
        name=span.name,
        context=_bare(span.context),
        parent=_bare(span.parent),
        resource=span.resource,
        attributes={
            name: value for name, value in (span.attributes or {}).items() if name in ATTRIBUTES
        },
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _bare(one: SpanContext | None) -> SpanContext | None:
    if one is None:
        return None
    return SpanContext(one.trace_id, one.span_id, one.is_remote, one.trace_flags)
