"""Keeps the processes of a helpline running, and starts private copies for rehearsals."""

from __future__ import annotations

import contextlib
import json
import logging
import logging.handlers
import secrets
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import IO

from api.dialogue.chosen import SHIPPED, Model, chosen
from api.protection.masking import mask
from command.engines.number import engines_wanted
from command.engines.pair import Engines
from command.place import DATA_KEY, Place, bot_environment, service_environment
from command.ports import free_port, free_ports, reachable
from command.prepare import prepare
from command.running import NeverServes, answers, has_loaded, understands
from command.system import (
    Failure,
    advice_on,
    duration,
    end_groups,
    ending,
    launch,
    now_text,
    say,
    signal_group,
    signals_ignored,
    tail_of,
)


class DailyLog(logging.handlers.RotatingFileHandler):
    """A log with a file of its own for each day, and more of them on a day that says much.

    The service deletes files by their age: a file that went on for months would never be old.
    """

    def shouldRollover(self, record: logging.LogRecord) -> bool:
        """Whether this line belongs into another file."""
        begun = Path(self.baseFilename)
        was_written = begun.stat().st_mtime if begun.exists() else record.created
        another_day = date.fromtimestamp(was_written) != date.fromtimestamp(record.created)
        return another_day or bool(super().shouldRollover(record))


class Child:
    """A process that is started again whenever it ends, the later the more often it crashed."""

    first_delay, longest_delay = 1.0, 60.0  # seconds before a restart
    calm = 60.0  # seconds of health after which earlier crashes are forgotten
    hung = 120.0  # seconds without an answer after which a child that was healthy is ended
    grace = 35.0  # seconds for finishing what it has begun, when it is asked to end
    ends_by = signal.SIGTERM  # asks it to end

    def __init__(
        self,
        label: str,
        argv: Sequence[object],
        folder: Path,
        env: Mapping[str, str],
        health: str,
        log: Path,
        serves: Callable[[], bool] = lambda: True,
    ) -> None:
        self.label, self.argv, self.folder, self.env = label, argv, folder, env
        self.health, self.log = health, log
        self.serves = serves  # asked while it lives, until it has loaded what it needs
        self.ready = False
        self.longest_start: float | None = None  # seconds for becoming ready, before it is ended
        self.failed_starts = 0  # in a row, each ended without having been ready
        self.cause = ""  # why it ended last
        self.process: subprocess.Popen[str] | None = None
        self.reader: threading.Thread | None = None
        self.crashes = 0
        self.next_start = self.next_probe = self.started = 0.0
        self.healthy_since: float | None = None
        self.last_answer = 0.0

    @property
    def state(self) -> str:
        if self.ready:
            return "就绪"
        return "正在装载" if self.healthy_since else "启动中"

    def start(self, echo: bool) -> None:
        self.healthy_since, self.next_probe, self.ready = None, 0.0, False
        self.started, self.cause = time.monotonic(), ""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        log = DailyLog(self.log, maxBytes=5_000_000, backupCount=30, encoding="utf-8")
        as_json = (self.env or {}).get("HELPLINE_LOG_FORMAT") == "json"
        log.setFormatter(JsonLines() if as_json else logging.Formatter("%(asctime)s %(message)s"))
        self.process = launch(self.argv, self.folder, self.env, subprocess.PIPE)
        self.reader = threading.Thread(
            target=self.relay, args=(self.process.stdout, log, echo), daemon=True
        )
        self.reader.start()

    def relay(self, stream: IO[str], log: logging.Handler, echo: bool) -> None:
        """Everything the process says goes into its log and, with its label, to the terminal.

        Personal data is masked: the dialogue engine quotes whole messages when it fails.
        """
        with contextlib.closing(log):
            for line in stream:
                said = mask(line.rstrip("\n"))
                log.handle(logging.makeLogRecord({"msg": said}))
                if echo:
                    say(f"[{self.label}] {said.rstrip()}")

    def tick(self, echo: bool) -> None:
        """Start, restart or examine the process, whichever is due."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.next_start:
                self.start(echo)
        elif self.process.poll() is not None:
            self.plan_restart(now)
        elif now >= self.next_probe:
            self.examine(now)

    def plan_restart(self, now: float) -> None:
        assert self.process, "only what was started can have ended"
        end_groups([self.process])  # what it started must not keep the port
        self.failed_starts += not self.ready
        self.healthy_since, self.ready = None, False
        self.crashes += 1
        delay = min(self.longest_delay, self.first_delay * 2 ** min(self.crashes - 1, 10))
        self.cause = self.cause or ending(self.process.returncode)
        told = f"{self.cause}，连续第 {self.crashes} 次"
        say(f"{self.label}意外退出（{told}），{delay:.0f} 秒后重启。")
        if self.crashes % 5 == 0:
            advice = advice_on(tail_of(self.log))
            say(f"{self.label}一直启动不了，会继续重试。日志：{self.log}{advice}")
        self.process, self.next_start = None, now + delay

    def alive(self) -> bool:
        """Whether it answers at this moment."""
        return answers(self.health)

    def examine(self, now: float) -> None:
        assert self.process, "only what was started can be examined"
        if self.alive():
            self.last_answer = now
            self.healthy_since = self.healthy_since or now
            self.look_whether_ready(now)
            if now - self.healthy_since >= self.calm:
                self.crashes = 0
        elif self.healthy_since and now - self.last_answer >= self.hung:
            self.end(f"{self.hung:.0f} 秒没有响应")
        elif self.is_late(now):
            self.end(f"{self.longest_start:.0f} 秒还没有启动好")
        self.next_probe = now + (10 if self.ready else 0.5)

    def look_whether_ready(self, now: float) -> None:
        try:
            self.ready = self.ready or self.serves()
        except NeverServes as never:
            self.end(str(never))
            return
        if self.ready:
            self.failed_starts = 0
        elif self.is_late(now):
            self.end(f"{self.longest_start:.0f} 秒还没有启动好")

    def is_late(self, now: float) -> bool:
        """Whether it should have become ready long ago."""
        limit = self.longest_start
        return limit is not None and not self.ready and now - self.started >= limit

    def end(self, why: str) -> None:
        """End what does not do its work; it is started again."""
        assert self.process, "only what was started can be ended"
        say(f"{self.label}{why}，现在重启它。")
        self.cause = why
        end_groups([self.process])


def end_together(children: Sequence[Child]) -> None:
    """Ask children to end, all at the same time, and wait until they have."""
    running = [(child, child.process) for child in children if child.process]
    for child, process in running:
        signal_group(process, child.ends_by)
    deadline = time.monotonic() + max((child.grace for child, _ in running), default=0)
    for child, process in running:
        end_groups([process], max(0, deadline - time.monotonic()), child.ends_by)
        if child.reader:
            child.reader.join(2)


class JsonLines(logging.Formatter):
    """Lines that are JSON already stay as they are; any other becomes an object."""

    def format(self, record: logging.LogRecord) -> str:
        line = record.getMessage()
        if line.startswith("{"):
            return line
        return json.dumps({"time": now_text(), "message": line}, ensure_ascii=False)


class Supervisor:
    """Keeps children running inside a `with` block; none of them survives it.

    They are ended one after the other in the order given: each still has those that follow it.
    `engines` adds dialogue engines and takes them away, as the service wants it.
    """

    def __init__(
        self, children: Sequence[Child], echo: bool = True, engines: Engines | None = None
    ) -> None:
        self.children, self.echo, self.engines = list(children), echo, engines

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(self, *exception: object) -> None:
        with signals_ignored():  # an impatient second Ctrl-C must not leave half of them behind
            for wave in self.ending():
                end_together(wave)

    def ending(self) -> list[list[Child]]:
        """The children in the order in which they end, those of one list at the same time."""
        return [[child] for child in self.children]

    def tick(self) -> None:
        for child in self.children:
            child.tick(self.echo)
        if self.engines:
            self.engines.tick(self.children)
        time.sleep(0.1)

    def watch(self) -> None:
        while True:
            self.tick()

    def wait_until_ready(self, patience: float | None = None) -> None:
        """Return once every child answers.

        With `patience` (seconds) give up after that, or after three crashes; raises Failure.
        """
        began, next_report = time.monotonic(), 5
        while not all(child.ready for child in self.children):
            self.tick()
            elapsed = time.monotonic() - began
            for child in self.children:
                hopeless = patience and (child.crashes >= 3 or elapsed > patience)
                if hopeless and not child.ready:
                    tail = tail_of(child.log)
                    raise Failure(f"{child.label}没有启动成功，{tail}{advice_on(tail)}")
            if elapsed >= next_report:
                next_report *= 2
                states = (f"{child.label}{child.state}" for child in self.children)
                say(f"… 启动 {duration(began)}：{'，'.join(states)}")


def children_of(place: Place, host: str, port: int) -> list[Child]:
    """The service and, unless some are named from outside, its dialogue engines.

    The service stands first: told to stop, it finishes its turns with the engines still there.
    """
    ports = free_ports(engines_wanted(place))
    env = {
        "HELPLINE_RASA_URL": ",".join(f"http://127.0.0.1:{port}" for port in ports),
        "HELPLINE_ACTION_URL": f"http://{reachable(host)}:{port}/webhook",
        "HELPLINE_ACTION_SECRET": secrets.token_urlsafe(32),
        "HELPLINE_RASA_TOKEN": secrets.token_urlsafe(32),
        "HELPLINE_ENGINES_FOLDER": str(place.var / "engines"),
        **service_environment(place),
        "HELPLINE_HOST": host,
        "HELPLINE_PORT": str(port),
    }
    base = f"http://{reachable(host)}:{port}"
    service = Child(
        "服务",
        [place.python, "-m", "api"],
        place.root,
        env,
        f"{base}/healthz",
        place.log("api"),
        lambda: has_loaded(base),
    )
    if "HELPLINE_RASA_URL" in place.environ:
        env.pop("HELPLINE_ENGINES_FOLDER")
        return [service]
    bot = {**bot_environment(place), **env}
    bot.pop(DATA_KEY, None)  # the dialogue engine opens nothing that is stored
    model = chosen(place.var)
    numbered = enumerate(ports, start=1)
    return [service, *(engine_of(place, bot, model, port, number) for number, port in numbered)]


LONGEST_START = 600.0  # seconds for an engine to load a model of the desk, on a busy machine


def engine_command(place: Place, model: Model, port: int) -> list[object]:
    """What starts a dialogue engine with a model on a port of the loopback."""
    serve = [place.rasa.with_name("python"), "-m", "bot.serve", "run"]
    files = ["--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
    return [*serve, "-m", model.archive, "-p", port, "-i", "127.0.0.1", *files]


def engine_of(place: Place, env: Mapping[str, str], model: Model, port: int, number: int) -> Child:
    """A dialogue engine with a model on a port of the loopback, with a log by its number.

    With one of the desk it is ready once it understands by it. The checkout's stands behind all
    others: whether it has loaded that is told by /readyz.
    """
    argv = engine_command(place, model, port)
    health = f"http://127.0.0.1:{port}/"
    label, log = ("对话", "rasa") if number == 1 else (f"对话{number}", f"rasa-{number}")
    engine = Child(label, argv, place.root, env, health, place.log(log))
    if model.name != SHIPPED:
        engine.serves = partial(understands, health, env["HELPLINE_RASA_TOKEN"])
        engine.longest_start = LONGEST_START
    return engine


def engines_beside(place: Place, children: Sequence[Child]) -> Engines | None:
    """Looks after the engines of these children; None where they are named from outside."""
    first = children[1:]
    if not first:
        return None

    def make(model: Model, number: int) -> Child:
        return engine_of(place, first[0].env, model, free_port(), number)

    return Engines(place.var, first, chosen(place.var).name, make)


@contextlib.contextmanager
def rehearsal(place: Place, as_of: str | None) -> Iterator[str]:
    """The address of a private helpline, gone afterwards.

    It has the real model and index, an empty database, and settings of its own. Its clock stands on
    the day `as_of` (ISO), where one is given.
    """
    with private_helpline(place, as_of) as (_, url):
        yield url


@contextlib.contextmanager
def rehearsal_twice(
    place: Place, as_of: str | None, settings: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """The addresses of a private helpline and of a second service on its database, which never
    reaches the dialogue engine. The `settings` name a database that both may serve.
    """
    with private_helpline(place, as_of, settings) as (copy, url):
        port = free_port()
        nobody = {**copy.environ, "HELPLINE_RASA_URL": f"http://127.0.0.1:{free_port()}"}
        alone = replace(copy, environ=nobody)
        with Supervisor(children_of(alone, "127.0.0.1", port), echo=False) as supervisor:
            supervisor.wait_until_ready(patience=300)
            yield url, f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def private_helpline(
    place: Place, as_of: str | None, settings: Mapping[str, str] | None = None
) -> Iterator[tuple[Place, str]]:
    """The same with its place, for commands that work on its database, and with these settings."""
    with tempfile.TemporaryDirectory(prefix="helpline-") as folder:
        copy = place.rehearsing(Path(folder), as_of)
        copy = replace(copy, environ={**copy.environ, **(settings or {})})
        for name in ("models", "index", "laws"):
            (copy.var / name).symlink_to(place.var / name)
        prepare(copy, ("database",))
        port = free_port()
        say("启动一份临时的热线……")
        with Supervisor(children_of(copy, "127.0.0.1", port), echo=False) as supervisor:
            supervisor.wait_until_ready(patience=300)
            yield copy, f"http://127.0.0.1:{port}"
