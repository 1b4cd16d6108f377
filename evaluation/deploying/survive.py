"""What visitors notice while processes of a running cluster are killed, one after the other, while
PostgreSQL is restarted and the proxy reads its rules anew.

`python -m evaluation.deploying.survive` speaks through the proxy of a cluster on this machine
(`./helpline cluster`, with HELPLINE_LIMIT_OPENING, …_MESSAGES and …_CONVERSATION of 0; with
`--redis` that is killed as well) and sends SIGKILL to each of its processes. A visitor whose
message fails sends it again under its id, as the page does. Afterwards every conversation is read
back: each message must stand there once, in its order, with its answer before the next one. With
`--errands` tickets are opened and visitors handed to an operator meanwhile (errands.py).
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from api.settings import Settings
from evaluation.deploying.errands import Errands, errands
from evaluation.load import PROBLEMS, listener

PATIENCE_S = 120  # after which a message that is not answered counts as lost
PAUSE_S = 1.0  # before a message is sent again
ERRANDS = 4  # that are run at the same time
DATABASE, PROXY = "数据库", "代理"  # as the cluster names them

Blow = Callable[[], None]  # what happens to the cluster in the middle of a round


@dataclass
class Seen:
    """What visitors met in one round."""

    answered: int = 0
    lost: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    longest_s: float = 0


class Visitor:
    """One conversation, whose visitor thinks for about `thinks_s` before each message; `said` are
    the messages that were answered.
    """

    def __init__(self, client: httpx.AsyncClient, thinks_s: float = 0) -> None:
        self.client, self.thinks_s = client, thinks_s
        self.id = self.token = ""
        self.said: list[str] = []

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def arrive(self) -> None:
        body = {"channel": "web", "consent": True}
        while not (opened := await self.client.post("/api/conversations", json=body)).is_success:
            await asyncio.sleep(PAUSE_S)  # the proxy may not know yet that all are there
        self.id, self.token = opened.json()["id"], opened.json()["token"]

    async def think(self) -> None:
        await asyncio.sleep(random.uniform(0.5, 1.5) * self.thinks_s)

    async def speak(self, text: str, seen: Seen) -> None:
        """Send a message until it is answered."""
        name, began = str(uuid.uuid4()), time.monotonic()
        while time.monotonic() - began < PATIENCE_S:
            if trouble := await self._send(text, name):
                seen.failures[trouble] += 1
                await asyncio.sleep(PAUSE_S)
                continue
            seen.answered += 1
            seen.longest_s = max(seen.longest_s, time.monotonic() - began)
            self.said.append(text)
            return
        seen.lost += 1

    async def _send(self, text: str, name: str) -> str | None:
        """What went wrong; None where it was answered."""
        try:
            answer = await self.client.post(
                f"/api/conversations/{self.id}/messages",
                json={"text": text, "client_message_id": name},
                headers=self.headers,
            )
        except httpx.TransportError as error:
            return type(error).__name__
        if answer.status_code == 200:
            return None
        return f"{answer.status_code} {answer.json().get('code', '')}"

    async def stored(self) -> list[tuple[str, str]]:
        """Role and text of what was said in the conversation, without its greeting."""
        shown = await self.client.get(f"/api/conversations/{self.id}", headers=self.headers)
        shown.raise_for_status()
        said = [(one["role"], one["text"]) for one in shown.json()["messages"]]
        first = next((at for at, (role, _) in enumerate(said) if role == "visitor"), len(said))
        return said[first:]


async def survive(
    url: str,
    blows: Mapping[str, Blow],
    processes: Mapping[str, int],
    args: argparse.Namespace,
    var: Path,
) -> dict[str, Any]:
    """The figures of each of the `blows`, by their names; on the ports of its `processes` the
    cluster listens, whose data lie under `var`.
    """
    limits = httpx.Limits(max_connections=args.clients * 2)
    async with httpx.AsyncClient(
        base_url=url, timeout=60, limits=limits, trust_env=False
    ) as client:
        visitors = [Visitor(client, args.thinks) for _ in range(args.clients)]
        await asyncio.gather(*(visitor.arrive() for visitor in visitors))
        password, port = _told(var)["password"], processes[DATABASE]
        beside = await errands(client, var / "cluster", password, port) if args.errands else None
        report: dict[str, Any] = {"none": await _round(visitors, None, args.seconds, beside)}
        for name, blow in blows.items():
            report[name] = await _round(visitors, blow, args.seconds, beside)
            print(name, report[name], file=sys.stderr, flush=True)
            await _until_all_listen(processes.values())
        stored = await asyncio.gather(*(visitor.stored() for visitor in visitors))
        report |= kept([visitor.said for visitor in visitors], stored)
        return {**report, "errands": await beside.kept()} if beside else report


def kept(
    answered: Sequence[Sequence[str]], stored: Sequence[Sequence[tuple[str, str]]]
) -> dict[str, int]:
    """What became of the messages that were answered, conversation by conversation."""
    figures: Counter[str] = Counter(
        {"messages answered": 0, "lost": 0, "doubled": 0, "out of order": 0, "answers elsewhere": 0}
    )
    for texts, lines in zip(answered, stored, strict=True):
        heard = [text for role, text in lines if role == "visitor"]
        there, sent = Counter(heard), Counter(texts)
        figures["messages answered"] += len(texts)
        figures["lost"] += (sent - there).total()
        figures["doubled"] += (there - sent).total()
        figures["out of order"] += there == sent and heard != list(texts)
        roles = [role for role, _ in lines]
        figures["answers elsewhere"] += sum(
            one == next_one == "visitor" for one, next_one in pairwise(roles)
        )
    return dict(figures)


def blows_of(var: Path, processes: Mapping[str, int]) -> dict[str, Blow]:
    """Each process is killed; PostgreSQL is told to restart, and the proxy to read its rules."""
    blows = {name: partial(_signal, port, signal.SIGKILL) for name, port in processes.items()}
    proxy = var / "cluster/nginx/nginx.pid"

    def reload() -> None:
        os.kill(int(proxy.read_text()), signal.SIGHUP)

    return {
        **blows,
        f"{DATABASE} restarted": partial(_signal, processes[DATABASE], signal.SIGINT),
        f"{PROXY} reloaded": reload,
    }


def _signal(port: int, number: signal.Signals) -> None:
    if pid := listener(port):
        os.kill(pid, number)


def processes_of(var: Path) -> dict[str, int]:
    """Name → port of each process of the cluster that was started on this data folder."""
    told = _told(var)["processes"]
    return {one["label"]: urlsplit(f"//{one['health'].split('//')[-1]}").port or 0 for one in told}


def _told(var: Path) -> dict[str, Any]:
    """What the cluster wrote down of itself."""
    told: dict[str, Any] = json.loads((var / "cluster/cluster.json").read_text(encoding="utf-8"))
    return told


async def _until_all_listen(ports: Iterable[int]) -> None:
    """Whoever was killed is back: the next one is killed alone."""
    async with asyncio.timeout(PATIENCE_S):
        while not all(map(listener, ports)):
            await asyncio.sleep(PAUSE_S)


async def _round(
    visitors: list[Visitor], blow: Blow | None, seconds: float, beside: Errands | None
) -> dict[str, Any]:
    """Everybody speaks for so long, with errands beside; a third in, the blow falls."""
    seen, end = Seen(), time.monotonic() + seconds

    async def speak(visitor: Visitor) -> None:
        number = 0
        while time.monotonic() < end:
            await visitor.think()
            await visitor.speak(PROBLEMS[number % len(PROBLEMS)], seen)
            number += 1

    async def strike() -> None:
        await asyncio.sleep(seconds / 3)
        if blow:
            blow()

    running = [beside.until(end) for _ in range(ERRANDS)] if beside else []
    await asyncio.gather(strike(), *map(speak, visitors), *running)
    return {
        "answered": seen.answered,
        "not answered in time": seen.lost,
        "failed tries": dict(seen.failures),
        "longest_s": round(seen.longest_s, 1),
        "load": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.deploying.survive")
    parser.add_argument("--url", default="http://127.0.0.1:8080", help="the cluster's proxy")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=30, help="for each process")
    parser.add_argument("--thinks", type=float, default=0, help="seconds before each message")
    parser.add_argument("--errands", action="store_true", help="tickets and hand-overs beside")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these blows and no others")
    args = parser.parse_args()
    var = Settings().var
    processes = processes_of(var)
    blows = blows_of(var, processes)
    blows = {name: blows[name] for name in args.only or blows}
    figures = asyncio.run(survive(args.url, blows, processes, args, var))
    print(json.dumps(figures, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
