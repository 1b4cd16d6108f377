"""The figures of docs/sizing.md, which stand there between `<!-- NAME -->` and `<!-- / -->`."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from statistics import mean
from typing import Any

from limits import parse

from api.settings import Settings
from evaluation.growth.crowd import nearest
from evaluation.growth.queueing import Outcome
from evaluation.growth.sizing import (
    EVERY_S,
    HOURS,
    KINDS,
    TARGET,
    Need,
    at_rest,
    connections_of_one,
    crowded,
    memory_of_one,
    writes,
)

# What the page has marks for.
MARKS = ("machine", "message", "points", "model", "needs", "cost", "breaks")
# What `./helpline cluster` starts at most, and makes room for: kept in step by a test.
MOST_SERVICES, CONNECTIONS = 16, 20
MANY_CONNECTIONS = 500  # of one PostgreSQL; above that a pooler is usual
MANY_CORES = 32  # of one PostgreSQL server


def filled(page: str, figures: Mapping[str, str]) -> str:
    """The page with new figures; raises KeyError where it has a mark that nothing fills."""

    def new(mark: "re.Match[str]") -> str:
        return f"<!-- {mark[1]} -->\n{figures[mark[1]]}\n<!-- / -->"

    return re.sub(r"<!-- (\w+) -->\n(?:.*?\n)??<!-- / -->", new, page, flags=re.DOTALL)


def figures(
    measured: Mapping[str, Any],
    checks: Sequence[tuple[Mapping[str, Any], Outcome]],
    needs: Sequence[Need],
) -> dict[str, str]:
    """Every figure of the page, by its mark."""
    told = (
        *(_machine(measured), _message(measured), _points(measured["points"])),
        *(_model(checks), _needs(needs), _cost(measured, needs), _breaks(measured)),
    )
    return dict(zip(MARKS, told, strict=True))


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table of Markdown."""
    names = list(head)
    lines = [names, ["---"] * len(names), *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _machine(measured: Mapping[str, Any]) -> str:
    machine, load = measured["machine"], measured["load"]
    busy = (
        " Times by the clock are therefore upper bounds. Processor time suffers less, but it does: "
        "on a machine as busy as this it was seen to differ by half from one take to the next, so "
        "that what is reckoned from it is an upper bound, too."
    )
    return (
        f"Measured on {measured['day']} on a virtual machine of {machine['cores']} cores (x86-64, "
        f"{machine['processor']}), which runs services, engines, PostgreSQL, nginx and the crowd "
        f"together, and whatever else it has to do: load average {load[0]} before the first "
        f"cluster started, {load[-1]} at the end.{busy if load[0] > machine['cores'] else ''}"
    )


def _message(measured: Mapping[str, Any]) -> str:
    samples, rows = measured["samples_ms"], []
    anyhow = measured["points"][0]["idle_ms_per_s"]
    for kind in KINDS:
        ordered = sorted(one[kind] for one in samples)
        told = [mean(ordered), nearest(ordered, 0.5), nearest(ordered, 0.95)]
        rows.append([kind, *(f"{ms:.1f}" for ms in told), anyhow[kind]])
    parts = ", ".join(f"{part:.0%}" for part in measured["parts"])
    head = ("processor ms a message", "mean", "p50", "p95", "ms a second without anybody")
    return (
        f"{table(head, rows)}\n\n{len(samples)} messages one after the other; of a service's work "
        f"{parts} lie before the engine, in its action, and after it."
    )


def _points(points: Sequence[Mapping[str, Any]]) -> str:
    head = (
        *(
            "services × engines",
            "clients",
            "a second",
            "p50 / p95",
            "failed tries",
            "without an engine",
        ),
        *("service", "engine", "database", "nginx"),
        *("rows", "log KB", "disk KB", "connections"),
        *("foreign threads",),
    )
    rows = []
    for one in points:
        told, cost = one["database"], one["cpu_ms"]
        rows.append(
            (
                f"{one['size']} × {one['size']}",
                *(one["clients"], f"{one['per_s']:.1f}"),
                f"{one['p50_ms'] / 1000:.2f} / {one['p95_ms'] / 1000:.2f} s",
                *(one["failed"], f"{one['fallback']:.0%}"),
                *(f"{cost[kind]:.0f}" for kind in KINDS),
                f"{told['rows']:.0f}",
                *(f"{told['log_bytes'] / 1000:.0f}", f"{told['size'] / 1000:.1f}"),
                *(told["most"], f"{one['others']:.1f}"),
            )
        )
    each = writes({"points": points})
    return (
        f"{table(head, rows)}\n\nOver all points a message writes {each['rows']:.0f} rows, "
        f"{each['log_bytes'] / 1000:.0f} KB of the log (WAL) in {each['syncs']:.1f} syncs, grows "
        f"the database by {each['size'] / 1000:.1f} KB, and is {each['events']:.2f} events of the "
        "desk (events tell operators: only who speaks to people makes many)."
    )


def _model(checks: Sequence[tuple[Mapping[str, Any], Outcome]]) -> str:
    head = (
        *("services × engines", "clients", "a second: measured", "simulated"),
        *("p50: measured", "simulated", "p95: measured", "simulated"),
    )
    rows = [
        (
            f"{point['size']} × {point['size']}",
            point["clients"],
            *(f"{point['per_s']:.1f}", f"{one.per_s:.1f}"),
            *(f"{point['p50_ms'] / 1000:.2f} s", f"{one.p50_ms / 1000:.2f} s"),
            *(f"{point['p95_ms'] / 1000:.2f} s", f"{one.p95_ms / 1000:.2f} s"),
        )
        for point, one in checks
    ]
    ratios = sorted(one.per_s / point["per_s"] for point, one in checks)
    return (
        f"{table(head, rows)}\n\nOf the messages a second that were measured the model tells "
        f"{ratios[0]:.2f} to {ratios[-1]:.2f} times as many."
    )


def _needs(needs: Sequence[Need]) -> str:
    rows = (
        ("messages a second", [f"{one.per_s:,.0f}" for one in needs]),
        ("services, a core each", [f"{one.services:,}" for one in needs]),
        ("dialogue engines, a core each", [f"{one.engines:,}" for one in needs]),
        ("cores of PostgreSQL", [f"{one.database_cores:,}" for one in needs]),
        ("cores of nginx", [f"{one.proxy_cores:,}" for one in needs]),
        ("**cores in all**", [f"**{one.cores:,}**" for one in needs]),
        ("memory of services and engines", [f"{one.memory_gb:,.0f} GB" for one in needs]),
        ("connections to PostgreSQL", [f"{one.connections:,}" for one in needs]),
        ("rows written a second", [f"{one.rows_per_s:,.0f}" for one in needs]),
        ("log (WAL) a second", [f"{one.log_mb_per_s:,.1f} MB" for one in needs]),
        ("syncs of the log a second", [f"{one.syncs_per_s:,.0f}" for one in needs]),
        ("disk, an hour like this", [f"{one.disk_gb_per_hour:,.2f} GB" for one in needs]),
        (f"disk, a month of {HOURS} such hours", [f"{n.disk_gb_per_month:,.0f} GB" for n in needs]),
        (
            "an answer, p50 / p95 (simulated)",
            [f"{one.waits.p50_ms / 1000:.2f} / {one.waits.p95_ms / 1000:.2f} s" for one in needs],
        ),
    )
    head = ("visitors at once", *(f"{one.visitors:,}" for one in needs))
    return table(head, ([name, *cells] for name, cells in rows))


def _cost(measured: Mapping[str, Any], needs: Sequence[Need]) -> str:
    ms = crowded(measured)
    each = writes(measured)
    lines = [
        f"- {one.visitors:,} visitors: {one.cores:,} × 730 × `CORE_HOUR` + "
        f"{one.memory_gb:,.0f} × 730 × `GB_HOUR` + "
        f"{one.disk_gb_per_month:,.0f} × `KEPT_MONTHS` × `DISK_GB_MONTH`"
        for one in needs
    ]
    hours = sum(ms.values()) / 1000 / 3600 * 1e6 / TARGET
    return (
        "\n".join(lines)
        + f"\n\nA million messages take {hours:.0f} core-hours at {TARGET:.0%} use, and "
        f"{each['size'] * 1e6 / 1e9:.1f} GB of disk."
    )


def _breaks(measured: Mapping[str, Any]) -> str:
    ms, idle = crowded(measured), at_rest(measured)
    a_service = (TARGET * 1000 - idle["service"]) / ms["service"] * EVERY_S
    an_engine = (TARGET * 1000 - idle["engine"]) / ms["engine"] * EVERY_S
    limit = parse(Settings.model_fields["limit_messages"].default)
    an_address = limit.amount / limit.get_expiry() * EVERY_S
    most = math.ceil(connections_of_one(measured))
    memory = memory_of_one(measured)
    pooled = MANY_CONNECTIONS / CONNECTIONS * a_service
    one_database = TARGET * 1000 * MANY_CORES / ms["database"] * EVERY_S
    found = (
        (
            an_address,
            f"behind **one address**, `HELPLINE_LIMIT_MESSAGES` ({limit.amount} in "
            f"{limit.get_expiry() // 60} minutes) refuses the next one: raise it where a large "
            "office or a mobile network stands behind one",
        ),
        (
            a_service,
            f"**one service** has used its share of a core; the next one takes "
            f"{memory['service']:,.0f} MB",
        ),
        (
            an_engine,
            f"**one engine** has; the next one takes {memory['engine']:,.0f} MB",
        ),
        (
            MOST_SERVICES * a_service,
            f"the most services that `./helpline cluster` starts, {MOST_SERVICES}, are used up: "
            "from here on units or containers on several machines",
        ),
        (
            pooled,
            f"PostgreSQL has {MANY_CONNECTIONS} connections (it makes room for {CONNECTIONS} of a "
            f"service, {most} were seen): a pooler is wanted, and none was tried",
        ),
        (
            one_database,
            f"**one PostgreSQL** of {MANY_CORES} cores is used up. Writes go to one server, so "
            "that growing by more processes ends here: conversations would have to be spread over "
            "several databases, which nothing here does",
        ),
    )
    return "\n".join(f"1. {_about(at)} visitors: {what}." for at, what in sorted(found))


def _about(number: float) -> str:
    return f"{float(f'{number:.2g}'):,.0f}"
