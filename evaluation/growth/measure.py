"""Measures clusters of one machine: what a message costs each process, what a crowd meets."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from statistics import mean
from typing import Any

import httpx

from evaluation.growth import crowd, database, processes
from evaluation.growth.conversations import scenario, words_for

ROOT = crowd.ROOT
PATIENCE_S = 400.0  # until a cluster is ready, on a busy machine
WARM = 40  # messages before anything is counted
PROFILED = 80  # messages that are looked at one by one
CLIENTS = (1, 8, 32)  # the points that the model is checked against
REST_S = 10
# Of `/metrics`: a service's work before the engine, as its action, after it; and who answered.
STAGES = tuple(
    f'helpline_stage_seconds_sum{{stage="{stage}"}}' for stage in ("store", "actions", "answer")
)
FALLBACK = 'helpline_turns_total{outcome="fallback"}'
TURNS = (FALLBACK, 'helpline_turns_total{outcome="engine"}')
SIZES = (1, 2, 4)  # services and engines


class NotStarted(Exception):
    """The cluster did not start; why stands in what it printed."""


@dataclass(frozen=True)
class Cluster:
    """A running cluster of `size` services and as many engines."""

    url: str
    size: int
    supervisor: int
    database: str  # its address, for the counters
    services: tuple[str, ...]  # their own addresses

    def kinds(self) -> dict[str, set[int]]:
        return processes.by_kind(self.supervisor)


def measured(port: int, messages: int, sizes: Sequence[int] = SIZES) -> dict[str, Any]:
    """Everything that the page and the model need, as JSON can hold it."""
    told: dict[str, Any] = {
        "day": date.today().isoformat(),
        "machine": processes.machine(),
        "load": [round(os.getloadavg()[0], 1)],
        "points": [],
    }
    for size in sizes:
        with cluster(port, size) as one:
            say(f"{size} × {size}: warming")
            crowd.crowd(one.url, 4, think=0, messages=WARM)
            idle = at_rest(one)
            if size == sizes[0]:
                told |= profile(one, idle)
            for clients in CLIENTS:
                told["points"].append(point(one, clients, messages, idle))
    told["load"].append(round(os.getloadavg()[0], 1))
    return told


def at_rest(one: Cluster) -> dict[str, float]:
    """Milliseconds of the processor that each kind uses a second while nobody visits."""
    before, began = processes.total(one.kinds()), time.monotonic()
    time.sleep(REST_S)
    after, span = processes.total(one.kinds()), time.monotonic() - began
    return {kind: round((after[kind] - before[kind]) / span, 2) for kind in before}


def point(one: Cluster, clients: int, messages: int, idle: Mapping[str, float]) -> dict[str, Any]:
    """What a crowd without pauses meets, and what its messages cost, less what the processes do
    anyhow; `fallback` is the share of messages that were answered without an engine.
    """
    say(f"{one.size} × {one.size}: {clients} visitors")
    time.sleep(database.SETTLED_S)
    counts, turns = database.counts(one.database), _told(one, TURNS)
    used, began = processes.total(one.kinds()), time.monotonic()
    with Watch(one) as watch:
        seen = crowd.crowd(one.url, clients, think=0, messages=messages)
    spent, span = processes.total(one.kinds()), time.monotonic() - began
    turns = {name: number - turns[name] for name, number in _told(one, TURNS).items()}
    time.sleep(database.SETTLED_S)
    after = database.counts(one.database)
    pss = {kind: round(processes.memory_mb(pids)) for kind, pids in one.kinds().items()}
    return {
        **{"size": one.size, "clients": clients, **vars(seen)},
        "cpu_ms": {
            kind: round((spent[kind] - used[kind] - idle[kind] * span) / seen.messages, 2)
            for kind in used
        },
        "idle_ms_per_s": dict(idle),
        "fallback": round(turns[FALLBACK] / max(sum(turns.values()), 1), 3),
        "database": {**database.between(counts, after, seen.messages), "most": watch.connections},
        **{"memory_mb": pss, "others": watch.others, "load": round(os.getloadavg()[0], 1)},
    }


def profile(one: Cluster, idle: Mapping[str, float]) -> dict[str, Any]:
    """Messages one by one: the processor's milliseconds of each, by kind, and where a service's
    work lies: before the engine, as its action, after it.
    """
    say("one message after the other")
    stages = _told(one, STAGES)
    samples = list(_samples(one, idle))
    ours = [seconds - stages[name] for name, seconds in _told(one, STAGES).items()]
    return {
        "parts": [round(part / sum(ours), 3) for part in ours],
        "samples_ms": samples,
    }


def _samples(one: Cluster, idle: Mapping[str, float]) -> Iterator[dict[str, float]]:
    """Of each message what each kind took, less what it does anyhow, and its time by the clock."""
    chance, left = Random(7), PROFILED
    with httpx.Client(base_url=one.url, timeout=120, trust_env=False) as client:
        while left > 0:
            told = client.post("/api/conversations", json={"channel": "web", "consent": True})
            headers = {"Authorization": f"Bearer {told.raise_for_status().json()['token']}"}
            path = f"/api/conversations/{told.json()['id']}/messages"
            answer: dict[str, Any] = {}
            for step in scenario(chance).steps:
                if step.kind not in ("say", "press"):
                    continue
                body = {
                    "text": words_for(step, answer, chance),
                    "client_message_id": str(uuid.uuid4()),
                }
                kinds = one.kinds()
                used, began = processes.total(kinds), time.monotonic()
                answer = client.post(path, json=body, headers=headers).raise_for_status().json()
                wall = time.monotonic() - began
                spent = processes.total(kinds)
                took = {kind: spent[kind] - used[kind] - idle[kind] * wall for kind in used}
                yield {
                    **{kind: round(max(ms, 0.0), 2) for kind, ms in took.items()},
                    "wall": round(wall * 1000, 1),
                }
                left -= 1


def _told(one: Cluster, names: Sequence[str]) -> dict[str, float]:
    """What all services together tell under these names of `/metrics`, in the same order."""
    summed = dict.fromkeys(names, 0.0)
    for url in one.services:
        for line in httpx.get(f"{url}/metrics", trust_env=False).text.splitlines():
            name, _, value = line.rpartition(" ")
            if name in summed:
                summed[name] += float(value)
    return summed


class Watch:
    """Looks twice a second how many foreign threads want a core, and how many connections are."""

    def __init__(self, one: Cluster) -> None:
        self.one = one
        self.others, self.connections = 0.0, 0
        self._there = database.Connections(one.database)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *trouble: object) -> None:
        self._over.set()
        self._thread.join()
        self._there.close()

    def _look(self) -> None:
        seen: list[int] = []
        while not self._over.wait(0.5):
            ours = set().union(*self.one.kinds().values())
            # One of them is this look itself.
            seen.append(max(processes.running() - processes.running(ours) - 1, 0))
            self.connections = max(self.connections, self._there.now())
        self.others = round(mean(seen), 2) if seen else 0.0


@contextmanager
def cluster(port: int, size: int) -> Iterator[Cluster]:
    """`./helpline cluster` of this size, ended when the block ends; raises NotStarted."""
    log = ROOT / f"var/log/growth-{size}.log"
    argv = [sys.executable, ROOT / "helpline", "cluster", "--no-web", "--port", port]
    argv += ["--api", size, "--rasa", size]
    say(f"{size} × {size}: starting, {log}")
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "w", encoding="utf-8") as file:
        process = subprocess.Popen(list(map(str, argv)), cwd=ROOT, stdout=file, stderr=file)
        try:
            url = f"http://127.0.0.1:{port}"
            _until_ready(url, process, log)
            services = tuple(f"http://127.0.0.1:{port + 10 + n}" for n in range(1, size + 1))
            yield Cluster(url, size, process.pid, _database(port), services)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def _until_ready(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        time.sleep(1)
        try:
            if httpx.get(f"{url}/readyz", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            continue
    raise NotStarted(log.read_text(encoding="utf-8")[-2000:])


def _database(port: int) -> str:
    var = Path(os.environ.get("HELPLINE_VAR") or ROOT / "var")
    state = json.loads((var / "cluster/cluster.json").read_text(encoding="utf-8"))
    return f"postgresql://helpline:{state['password']}@127.0.0.1:{port + 2}/helpline"


def say(text: str) -> None:
    print(f"→ {text}", file=sys.stderr, flush=True)
