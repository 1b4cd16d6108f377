"""Carries out the steps that are missing or stale, side by side, and tells how far it is."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

from api.protection.masking import mask
from command.place import Place
from command.steps import FRESH, MISSING, STALE, Step, digest_of, stamp_path, state_of, steps_of
from command.system import (
    ADVICE,
    ADVICE_ON_DOWNLOADS,
    AS_OURS,
    SHARED,
    Failure,
    advice_on,
    duration,
    end_groups,
    ending,
    launch,
    now_text,
    say,
    tail_of,
    write_json,
)


def prepare(
    place: Place,
    wanted: Sequence[str],
    forced: Sequence[str] = (),
    made: Callable[[str], None] = lambda key: None,
) -> None:
    """Bring the wanted steps up to date; raises Failure once all that can be done is done.

    `made` is told the key of each step that is up to date, as soon as it is.
    """
    steps = steps_of(place)
    with setup_lock(place):
        states = {key: STALE if key in forced else state_of(place, steps[key]) for key in wanted}
        due = [steps[key] for key in wanted if states[key] != FRESH]
        for key in wanted:
            if states[key] == FRESH:
                made(key)
        if due:
            check_disk(
                place, 100 + sum(step.megabytes for step in due if states[step.key] == MISSING)
            )
            Setup(place, due, made).carry_out()


@contextlib.contextmanager
def setup_lock(place: Place) -> Iterator[None]:
    """Two set-ups at the same time would write over each other: the second waits."""
    place.var.mkdir(parents=True, exist_ok=True)
    with open(place.var / "setup.lock", "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("另一个 helpline 正在准备环境，等它完成……")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def check_disk(place: Place, megabytes: int) -> None:
    place.var.mkdir(parents=True, exist_ok=True)
    free = min(shutil.disk_usage(folder).free for folder in (place.root, place.var)) // 2**20
    if free < megabytes:
        raise Failure(f"磁盘空间不够：约需 {megabytes:,} MB，只剩 {free:,} MB。请清理后再试。")


HOLDS_DATA = "database"  # the step whose files nobody else may read


class Setup:
    """Carries out the steps that are due, side by side, and tells how far it is."""

    def __init__(
        self, place: Place, due: Sequence[Step], made: Callable[[str], None] = lambda key: None
    ) -> None:
        self.place, self.due, self.made = place, due, made
        self.lock = threading.Lock()
        self.began: dict[str, float] = {}
        self.done: list[str] = []
        self.processes: set[subprocess.Popen[str]] = set()
        self.interrupted = False

    def carry_out(self) -> None:
        say(f"准备 {len(self.due)} 项：{'、'.join(step.title for step in self.due)}")
        tasks: dict[str, Future[None]] = {}
        with ThreadPoolExecutor(len(self.due)) as pool:
            try:
                for step in self.due:
                    tasks[step.key] = pool.submit(
                        self.make, step, [tasks[key] for key in step.after if key in tasks]
                    )
                while wait(tasks.values(), timeout=15).not_done:
                    self.say_progress(tasks)
            except KeyboardInterrupt:
                self.interrupt()
                raise
        for error in [task.exception() for task in tasks.values()]:
            if error and not isinstance(error, Failure):
                raise error
        if len(self.done) < len(self.due):
            missing = [step.title for step in self.due if step.key not in self.done]
            raise Failure(
                f"没有准备好：{'、'.join(missing)}。原因见上文；改好后再运行一次，完成的步骤不会重做。"
            )

    def make(self, step: Step, needed: Sequence[Future[None]]) -> None:
        if any(task.exception() for task in needed):
            raise Failure(f"{step.title}所需的步骤没有完成")
        log = self.place.log(step.key)
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text("", encoding="utf-8")
        self.began[step.key] = time.monotonic()
        say(f"→ {step.title}……")
        # taken first: what changes during the work must count as new
        digest = digest_of(self.place, step)
        try:
            umask = AS_OURS if step.key == HOLDS_DATA else SHARED
            run = functools.partial(self.run, log, downloads=step.megabytes > 0, umask=umask)
            step.work(run)
        except Failure as failure:
            if not self.interrupted:
                say(f"✗ {step.title}没有完成。{failure}")
            raise
        write_json(stamp_path(self.place, step), {"digest": digest, "made": now_text()})
        with self.lock:
            self.done.append(step.key)
            how_far = f"{len(self.done)}/{len(self.due)}"
            say(f"✓ [{how_far}] {step.title}（{duration(self.began[step.key])}）")
        self.made(step.key)

    def run(
        self,
        log: Path,
        argv: Sequence[object],
        folder: str = ".",
        env: Mapping[str, str] | None = None,
        downloads: bool = False,
        umask: int = SHARED,
    ) -> None:
        """Run one command of a step into its log, masked; raises Failure with the end of that
        log.
        """
        with open(log, "a", encoding="utf-8", buffering=1) as output:
            print(mask(" ".join(["$", *map(str, argv)])), file=output)
            with self.lock:
                if self.interrupted:
                    raise Failure("已中断")
                folder_of_step = self.place.root / folder
                process = launch(
                    argv, folder_of_step, env or self.place.environ, subprocess.PIPE, umask
                )
                self.processes.add(process)
            for line in process.stdout or ():
                output.write(mask(line))
            code = process.wait()
        with self.lock:
            self.processes.remove(process)
        if code:
            said = log.read_text("utf-8", "replace")[-4000:]
            advice = advice_on(said, ADVICE_ON_DOWNLOADS if downloads else ADVICE)
            raise Failure(f"{ending(code)}，{tail_of(log)}{advice}")

    def say_progress(self, tasks: Mapping[str, Future[None]]) -> None:
        running = [
            step for step in self.due if step.key in self.began and not tasks[step.key].done()
        ]
        say(f"… 已完成 {len(self.done)}/{len(self.due)}，进行中：")
        for step in running:
            said = self.place.log(step.key).read_text("utf-8", "replace").split("\n")
            last = next((line.strip() for line in reversed(said) if line.strip()), "")
            say(f"    {step.title} {duration(self.began[step.key])}  {last[:80]}")

    def interrupt(self) -> None:
        with self.lock:
            self.interrupted = True
            running = list(self.processes)
        end_groups(running)
