"""What becomes of messages when several processes serve them and one is killed.

Two processes of the service share a PostgreSQL database. Conversations speak to both at random,
some messages are sent twice at the same moment, some in pairs, and half way one process gets
kill -9. Whoever gets no answer sends the same message again, as the page does. Then the database
tells what was lost, what stands twice, and whether each message was answered before the next one
was heard.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import DEVNULL, STDOUT, Popen
from typing import Any
from uuid import uuid4

import httpx
import psycopg
from sqlalchemy import make_url

from api.keeping import structure
from api.settings import ROOT, Settings

TEXTS = (
    "有人在淘宝卖冒我们商标的货",
    "我在上饶",
    "商标是注册过的",
    "要带什么材料",
    "商标法第六十条是怎么规定的",
    "谢谢",
)
AGAIN_S = 0.5  # before what got no answer is sent again
PATIENCE_S = 600.0
KEY = "b25seSBmb3IgYSB0cmlhbCwgbm8gc2VjcmV0OiAzMmI="  # of the trial's own data
# What turns there are of a conversation, in the order of what was said.
SAID = (
    "SELECT m.conversation_id, m.turn_id, t.client_message_id, m.role, t.answer IS NOT NULL"
    " FROM messages m JOIN turns t ON t.id = m.turn_id ORDER BY m.conversation_id, m.position"
)


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `evaluate processes`."""
    parser = commands.add_parser("processes", help="两个进程共用一个 PostgreSQL，中途强行结束一个")
    parser.add_argument(
        "--database", required=True, help="空的 PostgreSQL 库的地址，会写进试验数据"
    )
    parser.add_argument("--port", type=int, default=8330, help="两个进程用这个端口和下一个")
    parser.add_argument("--conversations", type=int, default=30, help="同时进行的对话数")
    parser.add_argument("--seed", type=int, default=1, help="随机数的种子")
    parser.set_defaults(run=lambda args: asyncio.run(report(args)))


@dataclass
class Trial:
    """What was sent, and what came back. `ways` are the addresses that still answer."""

    ways: list[str]
    chance: random.Random
    client: httpx.AsyncClient
    sent: dict[str, list[list[str]]] = field(default_factory=dict)
    answers: dict[str, list[str]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    again: Counter[str] = field(default_factory=Counter)

    async def converses(self) -> None:
        """One conversation, all of whose messages are answered in the end."""
        body = {"channel": "web", "consent": True}
        opened = (await self._posts("/api/conversations", body, {})).json()
        headers = {"Authorization": f"Bearer {opened['token']}"}
        path = f"/api/conversations/{opened['id']}/messages"
        steps = self.sent[opened["id"]] = []
        left = list(TEXTS)
        while left:
            together = left[: self.chance.choice((1, 1, 2))]
            del left[: len(together)]
            ids = {str(uuid4()): text for text in together}
            steps.append(list(ids))
            twice = list(ids) if len(ids) == 1 and self.chance.random() < 1 / 3 else []
            await asyncio.gather(
                *(self._says(path, one, ids[one], headers) for one in [*ids, *twice])
            )

    async def _says(
        self, path: str, message_id: str, text: str, headers: Mapping[str, str]
    ) -> None:
        began = time.perf_counter()
        body = {"text": text, "client_message_id": message_id}
        answer = await self._posts(path, body, headers)
        self.seconds.append(time.perf_counter() - began)
        self.answers.setdefault(message_id, []).append(answer.text)

    async def _posts(
        self, path: str, body: Mapping[str, Any], headers: Mapping[str, str]
    ) -> httpx.Response:
        """The answer, from whichever process; what got none is sent again."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            way = self.chance.choice(self.ways)
            try:
                answer = await self.client.post(f"{way}{path}", json=body, headers=headers)
            except httpx.TransportError:
                self.again["no connection"] += 1
            else:
                if answer.is_success:
                    return answer
                self.again[str(answer.json().get("code", answer.status_code))] += 1
            await asyncio.sleep(AGAIN_S)
        raise TimeoutError(path)


async def report(args: argparse.Namespace) -> None:
    """Print the figures as JSON."""
    with ExitStack() as stack:
        os.environ["HELPLINE_DATA_KEY"] = KEY
        url = make_url(args.database).set(drivername="postgresql+psycopg")
        structure.migrate(url)
        var = stack.enter_context(room())
        ways = [f"http://127.0.0.1:{args.port + number}" for number in range(2)]
        address = url.render_as_string(hide_password=False)
        both = [stack.enter_context(process(var, address, args.port + n)) for n in range(2)]
        limits = httpx.Limits(max_connections=args.conversations * 4)
        async with httpx.AsyncClient(timeout=120, limits=limits, trust_env=False) as client:
            await asyncio.gather(*map(loaded, [client] * 2, ways, both))
            trial = Trial(ways, random.Random(args.seed), client)
            began = time.perf_counter()
            talking = [asyncio.create_task(trial.converses()) for _ in range(args.conversations)]
            while len(trial.answers) < args.conversations * len(TEXTS) / 2:
                await asyncio.sleep(0.05)
            both[1].send_signal(signal.SIGKILL)
            killed_at = time.perf_counter() - began
            trial.ways.pop()
            await asyncio.gather(*talking)
            took = time.perf_counter() - began
    with psycopg.connect(args.database) as connection:
        rows = connection.execute(SAID).fetchall()
    print(
        json.dumps(
            {
                **figures_of(trial, rows),
                "killed after s": round(killed_at, 1),
                "whole s": round(took, 1),
                "load": os.getloadavg()[0],
            },
            ensure_ascii=False,
            indent=1,
        )
    )


def figures_of(trial: Trial, rows: list[tuple[str, str, str, str, bool]]) -> dict[str, Any]:
    """What became of the messages; `rows` are what SAID gives."""
    sent = {one for steps in trial.sent.values() for step in steps for one in step}
    heard = Counter(message_id for _, _, message_id, role, _ in rows if role == "visitor")
    answered = {message_id for _, _, message_id, _, done in rows if done}
    wrong, late = 0, 0
    for conversation, steps in trial.sent.items():
        turns = [row[2:4] for row in rows if row[0] == conversation]
        wrong += not _is_in_order([one for one, role in turns if role == "visitor"], steps)
        late += not _is_one_by_one([one for one, _ in turns])
    ordered = sorted(trial.seconds)
    return {
        "conversations": len(trial.sent),
        "messages": len(sent),
        "sent again": dict(trial.again),
        "lost": len(sent - set(heard)) + len(sent - answered),
        "doubled": sum(number - 1 for number in heard.values()),
        "answers that differ": sum(len(set(answers)) > 1 for answers in trial.answers.values()),
        "conversations out of order": wrong,
        "conversations with an answer behind a later message": late,
        "median s": round(statistics.median(ordered), 2),
        "95 of 100 s": round(ordered[int(len(ordered) * 0.95)], 2),
        "longest s": round(ordered[-1], 2),
    }


def _is_in_order(heard: list[str], steps: list[list[str]]) -> bool:
    """Whether what was sent one after the other was heard so; a pair has no order."""
    found = []
    for step in steps:
        found.append(set(heard[: len(step)]))
        heard = heard[len(step) :]
    return found == [set(step) for step in steps] and not heard


def _is_one_by_one(turns: list[str]) -> bool:
    """Whether each message stands with its answer before the next one; that of a process that was
    killed may be answered when the next one was.
    """
    begun = [one for number, one in enumerate(turns) if not number or turns[number - 1] != one]
    return len(begun) == len(set(begun))


@contextmanager
def room() -> Iterator[Path]:
    """A data folder with the model and the index of this checkout."""
    ours = Settings().var
    with tempfile.TemporaryDirectory(prefix="helpline-processes-") as folder:
        for name in ("models", "index", "laws"):
            (Path(folder) / name).symlink_to(ours / name)
        yield Path(folder)


@contextmanager
def process(var: Path, database_url: str, port: int, code: Path = ROOT) -> Iterator["Popen[bytes]"]:
    """A process of the service without a dialogue engine: it answers by itself. `code` is the
    checkout that it runs.
    """
    told = {
        "HELPLINE_VAR": str(var),
        "HELPLINE_DATABASE_URL": database_url,
        "HELPLINE_PROCESSES": "2",
        "HELPLINE_PORT": str(port),
        "HELPLINE_RASA_URL": "http://127.0.0.1:9",
        "HELPLINE_DATA_KEY": KEY,
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HELPLINE_")}
    begun = Popen(
        [sys.executable, "-m", "api"],
        cwd=code,
        env={**kept, **told},
        stdin=DEVNULL,
        stdout=sys.stderr,
        stderr=STDOUT,
    )
    try:
        yield begun
    finally:
        begun.terminate()
        begun.wait()


async def loaded(client: httpx.AsyncClient, way: str, begun: "Popen[bytes]") -> None:
    """Wait until a process serves; ends the program where it does not start."""
    async with asyncio.timeout(PATIENCE_S):
        while begun.poll() is None:
            try:
                answer = await client.get(f"{way}/api/search", params={"q": "商标"})
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(AGAIN_S)
    raise SystemExit("一个进程没有启动成功，原因见上面它写的日志。")
