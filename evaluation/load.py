"""How fast a running helpline answers, beside bare Rasa on the same model.

The same messages go through the chat API (stored, answered, stored again) and, where they need none
of the service's actions, straight to Rasa's REST channel. What is reported are percentiles and the
ratio of the two, and the memory of both processes after each series. `--clients 50` shows what a
crowd meets that never pauses, with `--thinks 5` one that reads what it is told; `--clients 1` what
one visitor does.
"""

import argparse
import asyncio
import json
import os
import platform
import random
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from api.settings import Settings

# Answered by Rasa alone: what the helpline adds to such a turn is its own cost.
SMALL_TALK = ("你好", "谢谢你", "再见", "你是机器人吗")
# Facts, rules and citations: a turn as visitors have it.
PROBLEMS = (
    "有人在淘宝卖冒我们商标的货，我在上饶",
    "收到一封律师函，说我的杯子侵犯外观专利",
    "我的实用新型被吉安一个厂仿了",
    "想在南昌做电子产品的专利预审",
    "商标法第六十条是怎么规定的",
)

Send = Callable[[str], Awaitable[None]]


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `evaluate load`."""
    parser = commands.add_parser("load", help="并发对话的耗时与吞吐，与直接调用 Rasa 对比")
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="运行中的热线")
    parser.add_argument("--rasa-url", help="它的 Rasa 地址；省略则不对比")
    parser.add_argument("--clients", type=int, default=8, help="同时对话的来访者数")
    parser.add_argument("--messages", type=int, default=25, help="每位来访者发多少条")
    parser.add_argument("--thinks", type=float, default=0, help="每条之前平均想几秒，默认不想")
    parser.set_defaults(run=lambda args: asyncio.run(report(args)))


async def report(args: argparse.Namespace) -> None:
    """Print the figures of every series as JSON."""
    if args.rasa_url and not Settings().rasa_token.get_secret_value():
        sys.exit("要和 Rasa 对比，请给 ./helpline up 和这条命令设同一个 HELPLINE_RASA_TOKEN 再试。")
    limits = httpx.Limits(max_connections=args.clients * 2)
    addresses = {"helpline": args.url, **({"Rasa": args.rasa_url} if args.rasa_url else {})}
    async with httpx.AsyncClient(timeout=120, limits=limits, trust_env=False) as client:
        figures = {
            "clients": args.clients,
            "memory before": memory(addresses),
            "helpline, problems": await _series(args, lambda: _visitor(client, args.url), PROBLEMS),
            "helpline, small talk": await _series(
                args, lambda: _visitor(client, args.url), SMALL_TALK
            ),
        }
        if args.rasa_url:
            figures["bare Rasa, small talk"] = await _series(
                args, lambda: _bare_sender(client, args.rasa_url), SMALL_TALK
            )
            ours, bare = figures["helpline, small talk"], figures["bare Rasa, small talk"]
            figures["helpline / bare Rasa, small talk"] = {
                name: round(ours[name] / bare[name], 2) for name in bare
            }
        figures["memory after"] = memory(addresses)
    figures["machine"] = (
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    )
    print(json.dumps(figures, ensure_ascii=False, indent=1))


async def _series(
    args: argparse.Namespace, new_client: Callable[[], Awaitable[Send]], messages: Sequence[str]
) -> dict[str, float]:
    """Percentiles in milliseconds and messages a second, all clients speaking at once."""
    senders = [await new_client() for _ in range(args.clients)]
    # the first turn of a conversation warms it up
    await asyncio.gather(*(send(messages[0]) for send in senders))
    took: list[float] = []

    async def speak(send: Send) -> None:
        for number in range(args.messages):
            await asyncio.sleep(random.uniform(0, 2) * args.thinks)
            started = time.perf_counter()
            await send(messages[number % len(messages)])
            took.append((time.perf_counter() - started) * 1000)

    started = time.perf_counter()
    await asyncio.gather(*(speak(send) for send in senders))
    took.sort()
    return {
        "p50_ms": round(took[len(took) // 2], 1),
        "p95_ms": round(took[int(len(took) * 0.95) - 1], 1),
        "p99_ms": round(took[int(len(took) * 0.99) - 1], 1),
        "messages_per_s": round(len(took) / (time.perf_counter() - started), 1),
    }


async def _visitor(client: httpx.AsyncClient, url: str) -> Send:
    opened = await client.post(f"{url}/api/conversations", json={"channel": "web", "consent": True})
    opened.raise_for_status()
    conversation = opened.json()

    async def send(text: str) -> None:
        answered = await client.post(
            f"{url}/api/conversations/{conversation['id']}/messages",
            json={"text": text, "client_message_id": str(uuid.uuid4())},
            headers={"Authorization": f"Bearer {conversation['token']}"},
        )
        answered.raise_for_status()

    return send


async def _bare_sender(client: httpx.AsyncClient, url: str) -> Send:
    sender, token = uuid.uuid4().hex, Settings().rasa_token.get_secret_value()

    async def send(text: str) -> None:
        answered = await client.post(
            f"{url}/webhooks/rest/webhook",
            json={"sender": sender, "message": text},
            headers={"Authorization": f"Bearer {token}"},
        )
        answered.raise_for_status()

    return send


def memory(addresses: dict[str, str]) -> dict[str, str]:
    """The resident memory of the process behind every address, where this machine's /proc tells."""
    owners = {name: listener(urlsplit(url).port or 80) for name, url in addresses.items()}
    return {
        name: "not known here" if pid is None else f"{resident(pid):.0f} MB"
        for name, pid in owners.items()
    }


def resident(pid: int) -> float:
    """Megabytes of memory that a process holds; 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    return sum(
        int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS:")
    )


def listener(port: int) -> int | None:
    """The process that listens on a port of this machine."""
    sockets = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        rows = (
            [line.split() for line in table.read_text().splitlines()[1:]] if table.exists() else []
        )
        sockets |= {
            f"socket:[{row[9]}]"
            for row in rows
            if row[3] == "0A" and int(row[1].split(":")[1], 16) == port
        }
    for handle in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if os.readlink(handle) in sockets:
                return int(handle.parts[2])
        except OSError:  # gone, or not ours to look at
            continue
    return None
