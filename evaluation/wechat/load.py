"""`python -m evaluation.wechat.load`: many WeChat users at once, over a real service.

Without `--url` it starts a service of its own over an empty database, with the model and the index
and without the dialogue engine. With `--url` it speaks to a running helpline, which was started
with `HELPLINE_WECHAT_FILE` naming the file of `--accounts`, whose accounts have
`api: http://127.0.0.1:PORT`; the fake WeChat listens there. The limits per conversation do not hold
back what is measured: everybody says a few things. `--kills` kills the service of its own as the
people speak, by SIGKILL, and starts it anew each time.
"""

import argparse
import asyncio
import json
import re
import secrets
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import uvicorn

from api.demo.wechat.accounts import read
from api.demo.wechat.app import app_of
from api.demo.wechat.fake import FakeWeChat
from api.settings import ROOT
from evaluation.desk.house import circumstances, house, percentiles
from evaluation.load import memory
from evaluation.wechat.crowd import Calls, all_speak, calls, gather, said

TEXTS = (
    "有人在淘宝卖冒我们商标的货，我在上饶",
    "商标法第六十条是怎么规定的",
    "想在南昌做电子产品的专利预审",
)
WAITS_S = 4.0  # how long a call waits for its answer before it is acknowledged
LOOK_EVERY_S = 1.0
LIVES_S = 2.0  # between two deaths of the service
OLDEST = re.compile(r"^helpline_outbox_oldest_seconds (\S+)$", re.MULTILINE)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.wechat.load")
    parser.add_argument("--users", type=int, default=200, help="who speak at once")
    parser.add_argument("--messages", type=int, default=len(TEXTS), help="each says")
    parser.add_argument("--var", type=Path, default=ROOT / "var", help="model and index")
    parser.add_argument("--url", help="a running helpline, in place of one of its own")
    parser.add_argument("--accounts", type=Path, help="the file that it was started with")
    parser.add_argument("--kills", type=int, default=0, help="times that the service dies")
    args = parser.parse_args()
    if bool(args.url) != bool(args.accounts):
        parser.error("--url and --accounts go together")
    if args.url and args.kills:
        parser.error("--kills needs a service of its own")
    print(json.dumps(asyncio.run(report(args)), ensure_ascii=False, indent=1))


async def report(args: argparse.Namespace) -> dict[str, Any]:
    """The figures of one run."""
    if args.url:
        return await _measured(args, args.url, args.accounts)
    with tempfile.TemporaryDirectory(prefix="helpline-wechat-") as folder:
        file = Path(folder) / "accounts.yml"
        _write_accounts(file)
        more = {"HELPLINE_WECHAT_FILE": str(file)}
        async with house(args.var, more=more) as the_house:
            return await _measured(args, the_house.url, file, the_house.die)


async def _measured(
    args: argparse.Namespace,
    url: str,
    file: Path,
    die: Callable[[], Awaitable[None]] | None = None,
) -> dict[str, Any]:
    texts = [TEXTS[number % len(TEXTS)] for number in range(args.messages)]
    async with _serving(url, file) as fake:
        people = await gather(fake, args.users)
        before, welcomed = memory({"service": url}), len(fake.delivery.attempts)
        watch = Watch(url)
        meanwhile = [asyncio.create_task(watch.run())]
        if die:
            meanwhile.append(asyncio.create_task(_dies(die, args.kills)))
        await all_speak(fake, people, texts)
        for task in meanwhile:
            task.cancel()
        figures = _figures(calls(fake.delivery.attempts[welcomed:]))
        turns = said(people)
    waits = [one.answered_s for one in turns if one.answered_s is not None]
    return {
        "users": args.users,
        "messages": len(turns),
        **figures,
        "until the first answer, ms": percentiles(waits) if waits else {},
        "lost": sum(one.lost for one in turns),
        "told that the service failed": sum(one.told for one in turns),
        "doubled": sum(one.doubled for one in turns),
        "oldest in the outbox, longest, s": round(max(watch.oldest_s, default=0.0), 1),
        "memory before": before,
        "memory after": memory({"service": url}),
        "deaths": args.kills,
        "machine": circumstances(),
    }


async def _dies(die: Callable[[], Awaitable[None]], times: int) -> None:
    for _ in range(times):
        await asyncio.sleep(LIVES_S)
        await die()


def _figures(sums: Calls) -> dict[str, Any]:
    beyond = [max(0.0, took_s - WAITS_S) for took_s in sums.acknowledged_s]
    return {
        "answered in the call, share": round(sums.in_the_call / max(1, sums.messages), 3),
        "calls without an answer in time": sums.unheard,
        "a call, ms": percentiles(sums.took_s) if sums.took_s else {},
        "acknowledged after the 4 s, ms": percentiles(beyond) if beyond else {},
    }


@dataclass
class Watch:
    """Looks at a service's metrics; `oldest_s` are the ages of the outbox's oldest item."""

    url: str
    oldest_s: list[float] = field(default_factory=list)

    async def run(self) -> None:
        """Look for ever."""
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            while True:
                with suppress(httpx.TransportError):  # it is dead at the moment
                    answer = await client.get(f"{self.url}/metrics")
                    self.oldest_s += [float(found) for found in OLDEST.findall(answer.text)]
                await asyncio.sleep(LOOK_EVERY_S)


@asynccontextmanager
async def _serving(url: str, file: Path) -> AsyncIterator[FakeWeChat]:
    """A fake WeChat that listens where the accounts of the file call it."""
    here = _address(file)
    fake = FakeWeChat(read(file), url, here=here)
    port = urlsplit(here).port or 80
    config = uvicorn.Config(app_of(fake), port=port, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        if serving.done():
            await serving
            raise OSError(f"nothing can listen at {here}")
        await asyncio.sleep(0.1)
    try:
        yield fake
    finally:
        server.should_exit = True
        await serving
        await fake.close()


def _address(file: Path) -> str:
    """Where the accounts call WeChat: one address for all."""
    (address,) = set(re.findall(r"http://127\.0\.0\.1:\d+", file.read_text(encoding="utf-8")))
    return address


def _write_accounts(file: Path) -> None:
    """Two accounts, one plain and one sealed."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        api = f"http://127.0.0.1:{found.getsockname()[1]}"
    modes: Sequence[str] = ("plain", "safe")
    accounts = [
        {
            "name": mode,
            "title": f"测量 {mode}",
            "app_id": f"wx{number}",
            "app_secret": secrets.token_hex(16),
            "token": secrets.token_hex(16),
            "aes_key": secrets.token_hex(22)[:43],
            "mode": mode,
            "api": api,
        }
        for number, mode in enumerate(modes)
    ]
    file.write_text(json.dumps(accounts), encoding="utf-8")


if __name__ == "__main__":
    main()
