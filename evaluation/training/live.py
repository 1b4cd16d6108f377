"""A training and switches of models while visitors talk: `python -m evaluation.training.live`.

Everything goes through a running helpline's own doors: visitors over the chat API, a supervisor
over the desk's. HELPLINE_DESK_PASSWORD holds his password. What is reported are the time of the
training, the turns' percentiles before and meanwhile, the memory of all processes, and how many of
the turns across the switches were answered.
"""

import argparse
import asyncio
import json
import os
import re
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx

from evaluation.load import PROBLEMS

UNDER_WAY = ("waiting", "training", "comparing")
PAUSE_S = 1.0  # between two turns of a visitor while a training is measured
LOOK_EVERY_S = 2.0
PAGES_PER_MB = 256

Json = dict[str, Any]


class Desk:
    """A supervisor at the desk of the helpline at `url`."""

    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(base_url=f"{url}/api/desk", timeout=60, trust_env=False)

    async def sign_in(self, name: str) -> None:
        told = {"name": name, "password": os.environ["HELPLINE_DESK_PASSWORD"]}
        me = (await self._client.post("/session", json=told)).raise_for_status().json()
        self._client.headers["X-CSRF-Token"] = me["csrf"]

    async def get(self, path: str) -> Json:
        told: Json = (await self._client.get(path)).raise_for_status().json()
        return told

    async def post(self, path: str) -> Json:
        told: Json = (await self._client.post(path, json={})).raise_for_status().json() or {}
        return told

    async def switches(self, path: str) -> None:
        """Begin to put another model in use, and wait until it is."""
        await self.post(path)
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            switching = (await self.get("/training"))["switching"] or {}
            if switching.get("step") == "failed":
                raise SystemExit(switching["problem"])
            if switching.get("step") == "switched":
                return


class Visitors:
    """Visitors who talk until they are told to stop; `pause_s` passes between a visitor's turns."""

    def __init__(self, url: str, many: int, pause_s: float) -> None:
        self._url, self._many, self._pause_s = url, many, pause_s
        self.seconds: list[float] = []
        self.lost = 0

    async def talk(self, goes_on: Callable[[], bool]) -> None:
        async with httpx.AsyncClient(base_url=self._url, timeout=60, trust_env=False) as client:
            await asyncio.gather(*(self._one(client, goes_on) for _ in range(self._many)))

    async def _one(self, client: httpx.AsyncClient, goes_on: Callable[[], bool]) -> None:
        begins = {"channel": "web", "consent": True}
        opened = (await client.post("/api/conversations", json=begins)).raise_for_status().json()
        path = f"/api/conversations/{opened['id']}/messages"
        headers = {"Authorization": f"Bearer {opened['token']}"}
        for text in cycle(PROBLEMS):
            if not goes_on():
                return
            began = time.perf_counter()
            response = await client.post(path, json={"text": text}, headers=headers)
            answered = response.is_success and response.json().get("messages")
            self.lost += not answered
            self.seconds.append(time.perf_counter() - began)
            await asyncio.sleep(self._pause_s)


async def report(options: argparse.Namespace) -> Json:
    """The figures; `--run` takes a training that is there instead of beginning one."""
    desk = Desk(options.url)
    await desk.sign_in(options.user)
    figures: Json = {"memory, one engine": memory(options.pid)}
    figures["turns before"] = await _for_seconds(options, options.quiet_s)
    figures["fallbacks before"] = await _fallbacks(options.url)
    run_id = options.run
    if run_id is None:
        run_id, figures["training"] = await _training(desk, options)
    if options.switches:
        figures["switches"] = await _switches(desk, options, run_id)
    figures["fallbacks after"] = await _fallbacks(options.url)
    return figures


async def _training(desk: Desk, options: argparse.Namespace) -> tuple[int, Json]:
    began = time.monotonic()
    run_id = (await desk.post("/training/runs"))["id"]
    ended: Json = {}
    stages: dict[str, float] = {}
    most: Json = {}

    async def follow() -> None:
        nonlocal ended
        while not ended:
            await asyncio.sleep(LOOK_EVERY_S)
            run = (await desk.get(f"/training/runs/{run_id}"))["run"]
            stages.setdefault(run["state"], round(time.monotonic() - began, 1))
            now = memory(options.pid)
            most.update(now if sum(now.values()) > sum(most.values()) else {})
            ended = run if run["state"] not in UNDER_WAY else {}

    visitors = Visitors(options.url, options.visitors, PAUSE_S)
    await asyncio.gather(follow(), visitors.talk(lambda: not ended))
    told = {"state": ended["state"], "problem": ended["problem"], "stages begin at s": stages}
    return run_id, {
        **told,
        "seconds": round(time.monotonic() - began, 1),
        "turns meanwhile": _percentiles(visitors),
        "memory at most": most,
    }


async def _switches(desk: Desk, options: argparse.Namespace, run_id: int) -> Json:
    """So many switches, there and back, while at least so many turns are talked."""
    visitors, over = Visitors(options.url, options.visitors, 0.0), False
    most: dict[str, int] = {}
    seconds: list[float] = []

    async def back_and_forth() -> None:
        nonlocal over
        for number in range(options.switches):
            began = time.monotonic()
            there = f"/training/runs/{run_id}/activate"
            await desk.switches("/training/roll-back" if number % 2 else there)
            seconds.append(round(time.monotonic() - began, 1))
            await asyncio.sleep(LOOK_EVERY_S)
        over = True

    async def weigh() -> None:
        while not over:
            now = memory(options.pid)
            most.update(now if sum(now.values()) > sum(most.values()) else {})
            await asyncio.sleep(1)

    def goes_on() -> bool:
        return not over or len(visitors.seconds) < options.turns

    await asyncio.gather(back_and_forth(), weigh(), visitors.talk(goes_on))
    return {
        "switches": options.switches,
        "seconds each": seconds,
        "turns": _percentiles(visitors),
        "memory at most": most,
    }


async def _for_seconds(options: argparse.Namespace, seconds: float) -> Json:
    until = time.monotonic() + seconds
    visitors = Visitors(options.url, options.visitors, PAUSE_S)
    await visitors.talk(lambda: time.monotonic() < until)
    return _percentiles(visitors)


async def _fallbacks(url: str) -> float:
    """Turns that were answered without the dialogue engine, as /metrics counts them."""
    async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
        text = (await client.get(f"{url}/metrics")).text
    found = re.findall(r"^helpline_engine_fallbacks_total\S* (\S+)$", text, re.MULTILINE)
    return sum(map(float, found))


def memory(pid: int) -> dict[str, int]:
    """The resident memory in MB of every process below `pid`, by number and name."""
    found = {}
    below = {pid}
    for folder in sorted(Path("/proc").glob("[0-9]*"), key=lambda one: int(one.name)):
        try:
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            words = (folder / "cmdline").read_text().replace("\0", " ")
            pages = int((folder / "statm").read_text().split()[1])
        except OSError:
            continue
        if int(stat[1]) in below:
            below.add(int(folder.name))
            found[f"{folder.name} {_called(words)}"] = pages // PAGES_PER_MB
    return found


def _called(words: str) -> str:
    parts = {
        "rasa train": "training",
        "bot.serve run": "engine",
        "evaluation.training": "comparison",
        "-m api": "service",
    }
    return next((name for part, name in parts.items() if part in words), words[:30])


def _percentiles(visitors: Visitors) -> Json:
    taken = sorted(visitors.seconds) or [0.0]
    return {
        "turns": len(visitors.seconds),
        "lost": visitors.lost,
        "p50 ms": round(1000 * taken[len(taken) // 2]),
        "p95 ms": round(1000 * taken[min(len(taken) - 1, int(len(taken) * 0.95))]),
        "longest ms": round(1000 * taken[-1]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="evaluation.training.live", description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="a running helpline")
    parser.add_argument("--user", required=True, help="a supervisor's account")
    parser.add_argument("--pid", type=int, required=True, help="the process of ./helpline up")
    parser.add_argument("--visitors", type=int, default=2, help="who talk at the same time")
    parser.add_argument("--quiet-s", type=float, default=60, help="seconds measured before")
    parser.add_argument("--run", type=int, help="a training that is there already")
    parser.add_argument("--switches", type=int, default=20)
    parser.add_argument("--turns", type=int, default=1000, help="at least so many across them")
    figures = asyncio.run(report(parser.parse_args()))
    print(json.dumps(figures, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
