"""What a number of visitors needs follows from what a message costs; the page tells it."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from command.cluster import plan, postgresql
from evaluation.growth import crowd, page, sizing
from evaluation.growth.processes import kind_of
from evaluation.growth.queueing import Demand

ROOT = Path(__file__).resolve().parents[3]
COST = {"service": 60.0, "engine": 30.0, "database": 12.0, "proxy": 0.6}
POINT: dict[str, Any] = {
    **{"size": 2, "clients": 8, "messages": 100, "failed": 0, "requests": 130, "seconds": 10.0},
    **{"per_s": 10.0, "p50_ms": 500.0, "p95_ms": 900.0, "others": 0.0, "load": 1.0},
    **{"cpu_ms": COST, "idle_ms_per_s": dict.fromkeys(COST, 0.0), "fallback": 0.0},
    "memory_mb": {"service": 1600, "engine": 800, "database": 100, "proxy": 10},
    "database": {
        **{"rows": 20.0, "size": 6500.0, "log_bytes": 50_000.0, "syncs": 3.0},
        **{"events": 0.1, "connections": 14, "most": 16},
    },
}
MEASURED: dict[str, Any] = {
    "day": "2026-11-29",
    "machine": {"cores": 2, "processor": "a processor"},
    "load": [1.0, 2.0],
    "parts": [0.2, 0.5, 0.3],
    "samples_ms": [{**COST, "wall": 110.0}, {**COST, "wall": 130.0}],
    "points": [POINT],
}


def test_a_thousand_visitors_need_what_their_messages_take() -> None:
    found = sizing.need(1_000, MEASURED, messages=400)

    per_s = 1_000 / sizing.EVERY_S
    assert found.per_s == pytest.approx(29.4, abs=0.1)
    # 60 ms at 60 % of a process: ten messages a second.
    assert (found.services, found.engines, found.database_cores, found.proxy_cores) == (3, 2, 1, 1)
    assert found.cores == 7
    assert found.rows_per_s == pytest.approx(20 * per_s)
    assert found.log_mb_per_s == pytest.approx(0.05 * per_s)
    assert found.disk_gb_per_hour == pytest.approx(per_s * 3600 * 6500 / 1e9)
    assert found.memory_gb == pytest.approx((3 * 800 + 2 * 400) / 1024)
    assert found.connections == 3 * 8
    assert found.waits.p50_ms >= 102.6  # nobody is faster than the work of a message


def test_what_a_process_does_anyhow_is_no_time_for_messages() -> None:
    assert [sizing.processes_for(10, 60, idle) for idle in (0, 100, 300)] == [1, 2, 2]
    asking = {**POINT, "idle_ms_per_s": {**POINT["idle_ms_per_s"], "database": 400.0}}

    found = sizing.need(1_000, {**MEASURED, "points": [asking]}, messages=400)

    # Three services, 200 ms a second each, beside 29 messages of 12 ms, at 60 %.
    assert (found.services, found.database_cores) == (3, 2)


def test_a_crowd_that_the_engines_could_not_serve_tells_no_cost() -> None:
    lost = {**POINT, "size": 4, "fallback": 0.5, "cpu_ms": dict.fromkeys(COST, 999.0)}

    assert sizing.crowded({**MEASURED, "points": [POINT, lost]}) == COST
    assert sizing.crowded({**MEASURED, "points": [lost]}) == COST  # that of single messages


def test_measured_messages_are_stretched_to_what_they_cost_in_a_crowd() -> None:
    samples = [Demand(10, 4, 1, 1), Demand(30, 4, 3, 1)]

    stretched = sizing.scaled(samples, {"service": 40, "engine": 4, "database": 2, "proxy": 0})

    assert stretched == [Demand(20, 4, 1, 0), Demand(60, 4, 3, 0)]


def test_every_mark_of_the_page_is_filled_and_nothing_else_changes() -> None:
    checks = sizing.checked(MEASURED)
    told = page.figures(MEASURED, checks, [sizing.need(1_000, MEASURED, messages=400)])
    document = (ROOT / "docs/sizing.md").read_text(encoding="utf-8")

    once = page.filled(document, told)

    assert set(told) == {mark for mark in page.MARKS if f"<!-- {mark} -->" in document}
    assert all(figure in once for figure in told.values())
    assert page.filled(once, told) == once
    assert page.filled(once, {mark: "" for mark in told}) == page.filled(
        document, {mark: "" for mark in told}
    )


def test_the_page_knows_how_large_a_cluster_can_be() -> None:
    assert page.MOST_SERVICES == plan.MOST
    assert page.CONNECTIONS == postgresql.CONNECTIONS


def test_a_mark_that_nothing_fills_is_told() -> None:
    with pytest.raises(KeyError, match="weather"):
        page.filled("<!-- weather -->\nrain\n<!-- / -->", {})


def test_of_what_locust_prints_the_messages_are_told() -> None:
    times = {"100": 18, "900": 2}
    message = {
        **{"name": "message", "num_requests": 20, "num_failures": 1, "response_times": times},
        **{"start_time": 50.0, "last_request_timestamp": 60.0},
    }
    printed = json.dumps([{"name": "look", "num_requests": 7}, message])

    seen = crowd.figures(f"a warning\n{printed}", 12.0)

    assert (seen.messages, seen.failed, seen.requests) == (19, 1, 27)
    assert (seen.per_s, seen.p50_ms, seen.p95_ms) == (1.9, 100, 900)


@pytest.mark.parametrize("printed", ["", '[{"name": "look", "num_requests": 7}]'])
def test_a_crowd_that_got_no_answer_is_told_as_failed(printed: str) -> None:
    with pytest.raises(crowd.CrowdFailed, match="nobody listens"):
        crowd.figures(printed, 1.0, "nobody listens")


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        ("/x/.venv/bin/python\0-m\0api", "service"),
        ("/x/bot/.venv/bin/python -m bot.serve run -p 1 --endpoints endpoints.yml", "engine"),
        ("postgres: helpline helpline 127.0.0.1(4711) idle", "database"),
        ("/usr/lib/postgresql/15/bin/postgres -D /data", "database"),
        ("nginx: worker process", "proxy"),
        ("python ./helpline cluster --api 1", None),
    ],
)
def test_a_process_is_known_by_its_command_line(command: str, kind: str | None) -> None:
    assert kind_of(command) == kind


def test_what_only_this_measurement_needs_is_installed_by_nothing_else() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    elsewhere = " ".join([*project["project"]["dependencies"], *groups["dev"]])

    assert "default-groups" not in project["tool"]["uv"]  # uv takes `dev` alone by itself
    assert [one for one in groups["growth"] if one.split(">")[0] in elsewhere] == []
    assert "growth" not in "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "command").rglob("*.py")
    )
