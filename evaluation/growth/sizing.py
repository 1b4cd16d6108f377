"""From what a message costs to what many visitors need: arithmetic, and the model's waits."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

from evaluation.growth.conversations import THINK_MEDIAN_S, THINK_SIGMA
from evaluation.growth.queueing import Demand, Outcome, Plan, closed, drawn_from, poisson

VISITORS = (1_000, 10_000, 100_000)
# A visitor's own pause between two messages, on average: the mean of the log-normal.
EVERY_S = THINK_MEDIAN_S * math.exp(THINK_SIGMA**2 / 2)
KEPT_UP = 0.05  # of the messages: where no more are answered without an engine, they keep up
TARGET = 0.6  # of a process's time: above that waits grow fast
HOURS = 176  # a month: 22 working days of 8 hours, all of them as full as told, an upper bound
SIMULATED, CHECKED = 12_000, 400  # messages, of what is reckoned and of a measured point
KINDS = ("service", "engine", "database", "proxy")


@dataclass(frozen=True)
class Need:
    """What so many visitors at once need."""

    visitors: int
    per_s: float
    services: int
    engines: int
    database_cores: int
    proxy_cores: int
    memory_gb: float
    connections: int
    rows_per_s: float
    log_mb_per_s: float
    syncs_per_s: float
    disk_gb_per_hour: float
    waits: Outcome

    @property
    def cores(self) -> int:
        return self.services + self.engines + self.database_cores + self.proxy_cores

    @property
    def disk_gb_per_month(self) -> float:
        return self.disk_gb_per_hour * HOURS


def demands(measured: Mapping[str, Any]) -> list[Demand]:
    """Each message that was looked at by itself."""
    return [Demand(**{kind: one[kind] for kind in KINDS}) for one in measured["samples_ms"]]


def crowded(measured: Mapping[str, Any]) -> dict[str, float]:
    """Milliseconds of each kind that a message costs in a crowd: the mean of the points of the
    largest cluster in which the engines kept up. What is answered without an engine is paid twice:
    the engine thought about it, too.
    """
    kept_up = [point for point in measured["points"] if point["fallback"] <= KEPT_UP]
    largest = max((point["size"] for point in kept_up), default=0)
    points = [point["cpu_ms"] for point in kept_up if point["size"] == largest]
    points = points or measured["samples_ms"]
    return {kind: mean(one[kind] for one in points) for kind in KINDS}


def at_rest(measured: Mapping[str, Any]) -> dict[str, float]:
    """Milliseconds a second of each kind that one pair of service and engine costs by being there:
    that of the largest cluster.
    """
    largest = max(measured["points"], key=lambda point: point["size"])
    return {kind: largest["idle_ms_per_s"][kind] / largest["size"] for kind in KINDS}


def scaled(samples: Sequence[Demand], means: Mapping[str, float]) -> list[Demand]:
    """The samples, each kind stretched so that its mean is the given one."""
    factors = {}
    for kind in KINDS:
        there = mean(getattr(one, kind) for one in samples)
        factors[kind] = means[kind] / there if there else 0.0
    return [
        Demand(**{kind: getattr(one, kind) * factors[kind] for kind in KINDS}) for one in samples
    ]


def processes_for(per_s: float, ms: float, idle_ms_per_s: float = 0.0) -> int:
    """How many processes so many messages a second need, each of which takes `ms`, where a process
    by itself takes so much a second.
    """
    return max(1, math.ceil(per_s * ms / (TARGET * 1000 - idle_ms_per_s)))


def need(visitors: int, measured: Mapping[str, Any], messages: int = SIMULATED) -> Need:
    """What so many visitors need who each send a message every EVERY_S seconds."""
    per_s, ms, idle = visitors / EVERY_S, crowded(measured), at_rest(measured)
    counts = {kind: processes_for(per_s, ms[kind], idle[kind]) for kind in ("service", "engine")}
    # A database and a proxy serve all: what services ask them anyhow is theirs to do.
    for kind in ("database", "proxy"):
        anyhow = idle[kind] * counts["service"]
        counts[kind] = max(1, math.ceil((per_s * ms[kind] + anyhow) / 1000 / TARGET))
    plan = Plan(
        services=counts["service"],
        engines=counts["engine"],
        database_cores=counts["database"],
        parts=tuple(measured["parts"]),
    )
    waits = poisson(plan, drawn_from(scaled(demands(measured), ms)), per_s, messages)
    each, memory = writes(measured), memory_of_one(measured)
    return Need(
        visitors,
        per_s,
        counts["service"],
        counts["engine"],
        counts["database"],
        counts["proxy"],
        memory_gb=(memory["service"] * counts["service"] + memory["engine"] * counts["engine"])
        / 1024,
        connections=math.ceil(connections_of_one(measured) * counts["service"]),
        rows_per_s=per_s * each["rows"],
        log_mb_per_s=per_s * each["log_bytes"] / 1e6,
        syncs_per_s=per_s * each["syncs"],
        disk_gb_per_hour=per_s * 3600 * each["size"] / 1e9,
        waits=waits,
    )


def writes(measured: Mapping[str, Any]) -> dict[str, float]:
    """What a message writes, the mean of all points by their messages."""
    points = measured["points"]
    told = sum(point["messages"] for point in points)
    names = ("rows", "size", "log_bytes", "syncs", "events")
    return {
        name: sum(point["database"][name] * point["messages"] for point in points) / told
        for name in names
    }


def memory_of_one(measured: Mapping[str, Any]) -> dict[str, float]:
    """Megabytes of one service and one engine, in the cluster where they hold most."""
    return {
        kind: max(point["memory_mb"][kind] / point["size"] for point in measured["points"])
        for kind in ("service", "engine")
    }


def connections_of_one(measured: Mapping[str, Any]) -> float:
    """Connections to PostgreSQL that one service had at most."""
    return max(point["database"]["most"] / point["size"] for point in measured["points"])


def checked(measured: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], Outcome]]:
    """Each measured point beside what the model says of as many clients on the same machine, with
    what else it had to do, of nothing but the single messages.
    """
    draw, cores = drawn_from(demands(measured)), measured["machine"]["cores"]
    found = []
    for point in measured["points"]:
        plan = Plan(
            services=point["size"],
            engines=point["size"],
            database_cores=cores,
            cores=cores,
            others=point["others"],
            parts=tuple(measured["parts"]),
        )
        found.append((point, closed(plan, draw, point["clients"], CHECKED)))
    return found
