"""Runs Locust in a process of its own and reads what it tells."""

import importlib.util
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("locustfile.py")
MESSAGE = "message"  # as locustfile.py names it
LIBRARIES = ("locust", "simpy", "matplotlib")
MISSING = (
    "还缺测量用的工具。请先装上，运行热线本身不需要它们（没有 uv 命令的，用 var/uv/bin/uv）：\n"
    "  uv sync --frozen --inexact --group growth"
)
PATIENCE_S = 900.0


class CrowdFailed(Exception):
    """Locust ended without figures; says what it printed last."""


@dataclass(frozen=True)
class Figures:
    """What visitors met; times in milliseconds, of messages alone."""

    messages: int
    failed: int
    seconds: float
    per_s: float
    p50_ms: float
    p95_ms: float
    requests: int  # of every kind


def needed() -> None:
    """Ends the program with how to install them, where a library is missing."""
    if not all(map(importlib.util.find_spec, LIBRARIES)):
        sys.exit(MISSING)


def crowd(
    url: str, visitors: int, *, think: float = 1.0, messages: int = 0, seconds: int = 0
) -> Figures:
    """The figures of so many visitors at once, until so many messages were answered or so many
    seconds are over; raises CrowdFailed.
    """
    argv = [sys.executable, "-m", "locust", "-f", SCRIPT, "--headless", "--json", "--host", url]
    argv += ["--users", visitors, "--spawn-rate", visitors, "--think", think]
    argv += ["--messages", messages] if messages else ["--run-time", f"{seconds}s"]
    began = time.monotonic()
    result = subprocess.run(
        list(map(str, argv)), cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S
    )
    return figures(result.stdout, time.monotonic() - began, result.stderr)


def figures(printed: str, seconds: float, complaint: str = "") -> Figures:
    """What Locust printed (`--json`) in `seconds`, start included; raises CrowdFailed."""
    try:
        told = json.loads(printed[printed.index("[") :])
    except ValueError:
        raise CrowdFailed(complaint.strip()[-600:]) from None
    messages = [one for one in told if one["name"] == MESSAGE]
    if not messages or not messages[0]["num_requests"]:
        raise CrowdFailed(complaint.strip()[-600:] or "no message was answered")
    [one] = messages
    span = max(one["last_request_timestamp"] - one["start_time"], 1e-9)
    answered = one["num_requests"] - one["num_failures"]
    return Figures(
        messages=answered,
        failed=one["num_failures"],
        seconds=round(min(span, seconds), 1),
        per_s=round(answered / span, 2),
        p50_ms=percentile(one["response_times"], 0.5),
        p95_ms=percentile(one["response_times"], 0.95),
        requests=sum(entry["num_requests"] for entry in told),
    )


def percentile(times: Mapping[str, int], part: float) -> float:
    """The time below which this part of all lies; `times` counts them by milliseconds."""
    counted = Counter({float(time): number for time, number in times.items()})
    return nearest(sorted(counted.elements()), part)


def nearest(ordered: Sequence[float], part: float) -> float:
    """The value at this part of what is in order; 0 of nothing."""
    if not ordered:
        return 0.0
    return float(ordered[min(len(ordered) - 1, int(len(ordered) * part))])
