"""A helpline that runs: its lock on the data folder, its health, calls to it over HTTP."""

from __future__ import annotations

import contextlib
import fcntl
import http.client
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any

from command.place import Place
from command.system import Failure, now_text

NOWHERE = "http://127.0.0.1:0"  # the address of who holds the lock without serving anything


@contextlib.contextmanager
def run_lock(place: Place, url: str, as_of: str | None = None) -> Iterator[None]:
    """Only one `up` per data folder; the lock goes with the process, however it ends.

    `as_of` is the day (ISO) on which its clock stands, None where it goes on.
    """
    place.var.mkdir(parents=True, exist_ok=True)
    with open(place.var / "helpline.lock", "a+", encoding="utf-8") as file:
        for _ in range(10):  # `status` holds it for an instant
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            time.sleep(0.05)
        else:
            other = find_running(place) or {"url": "", "pid": "？"}
            raise Failure(f"这个数据目录里已有一份热线在运行：进程 {other['pid']}，{other['url']}/")
        file.truncate(0)
        running = {"pid": os.getpid(), "url": url, "since": now_text(), "as_of": as_of}
        file.write(json.dumps(running))
        file.flush()
        yield


def find_running(place: Place) -> dict[str, Any] | None:
    """The helpline that runs on this data folder, None when none does.

    `pid`, `url`, `since` and `as_of`, as `run_lock` wrote them.
    """
    with (
        contextlib.suppress(FileNotFoundError),
        open(place.var / "helpline.lock", encoding="utf-8") as file,
    ):
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _entry(file.read())
    return None


def _entry(text: str) -> dict[str, Any]:
    """What `run_lock` wrote; the holder of the lock may be writing it at this moment."""
    with contextlib.suppress(ValueError):
        entry = json.loads(text)
        if isinstance(entry, dict) and {"pid", "url", "since"} <= entry.keys():
            return entry
    return {"pid": "？", "url": NOWHERE, "since": "？", "as_of": None}


PART_NAMES = {
    "service": "服务",
    "dialogue": "对话引擎",
    "model": "对话模型",
    "index": "检索索引",
    "content": "审定内容",
    "database": "数据库",
    "disk": "磁盘",
    "replica": "只读副本",
}


def readiness(url: str) -> dict[str, str]:
    """What /readyz says of each part."""
    parts = call(f"{url}/readyz")[1].get("parts") or {"service": {"detail": "没有应答"}}
    return named(parts)


def named(parts: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The parts of /readyz under the names that an operator reads."""
    return {PART_NAMES.get(key, key): part["detail"] for key, part in parts.items()}


def has_loaded(url: str) -> bool:
    """Whether the service at `url` answers questions, and not only that it lives."""
    parts = call(f"{url}/readyz")[1].get("parts") or {}
    return bool(parts) and parts.get("service", {"ok": True})["ok"]


def understands(url: str, token: str) -> bool:
    """Whether the dialogue engine at `url` reads a sentence with its model; False where no answer
    came. Raises NeverServes: an engine that could not load its model answers all the same.
    """
    status, told = call(f"{url.rstrip('/')}/webhooks/rest/parse", {"text": "您好"}, token)
    if status in (200, 500) and not told.get("intent_ranking"):
        raise NeverServes("启动了，但装不上模型")
    return status == 200


class NeverServes(Exception):
    """What runs will never do its work, however long one waits; the text says why in Chinese."""


def call(
    url: str, body: Mapping[str, Any] | None = None, token: str = ""
) -> tuple[int, dict[str, Any]]:
    """Status and JSON object of one request to the helpline; (0, {}) when nobody answers."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    data = None if body is None else json.dumps(body).encode()
    try:
        with OPENER.open(urllib.request.Request(url, data, headers), timeout=60) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        text = error.read().decode("utf-8", "replace")
        return error.code, json.loads(text) if text.startswith("{") else {}
    except NO_ANSWER:
        return 0, {}


def answers(url: str) -> bool:
    try:
        with OPENER.open(url, timeout=3) as response:
            status: int = response.status
            return status == 200
    except NO_ANSWER:
        return False


# Refused, reset, timed out, an HTTP error, or not HTTP at all.
NO_ANSWER = (OSError, http.client.HTTPException)
# Never through a proxy: all of it is local.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
