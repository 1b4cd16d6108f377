"""Runs the tests and checks of both sides, and counts them."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from command.place import AS_OF, Place, bot_environment, service_environment
from command.prepare import prepare
from command.steps import TO_RUN, steps_of
from command.supervise import private_helpline, rehearsal_twice
from command.system import SHARED, Failure, duration, end_groups, launch, say
from command.toolchain import npm_command, npm_environment

RASA_TESTS = {"nlu", "stories"}  # folders of tests/ that `rasa test` reads; they run with tests/bot
FLOOR = 0.66  # macro-F1 of the intents of tests/nlu/test_data.yml below which `test` fails
JOURNEY_DATE = "2026-11-22"  # the journeys were written under this day's law
CHROMIUM = "HELPLINE_CHROMIUM"  # where the browser lies, when not at its usual place
NO_CHROMIUM = (
    "没有找到浏览器 {path}。请安装 Chromium（Debian：apt install chromium），"
    f"或把 {CHROMIUM} 设成它的路径。"
)
NOT_RUN = "○ 浏览器里的对话：没有跑（要装有 Chromium），单独运行 ./helpline test --only browser"
# Tests run side by side, as many as there are cores: a second thread of a library's would only wait
# busily between two small multiplications.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
# What the journeys in browsers have switched on: the bot's advice about one right waits for a nod,
# and a telephone system may tell of calls.
SWITCHED_ON = {"HELPLINE_APPROVE_TOPICS": "trade_secret", "HELPLINE_CTI_TOKEN": "journeys-only"}
# Who takes part in the journeys: name → display name and role.
STAFF = {
    "wangfang": ("王芳", "operator"),
    "liqiang": ("李强", "operator"),
    "chenjing": ("陈静", "supervisor"),
    "guanli": ("系统管理", "admin"),
    "fenxi": ("数据分析", "analyst"),
}

Counts = tuple[int, int]  # passed, failed
Outcome = tuple[int, str]  # exit code and output


class Runner:
    """Runs the commands of one part, one after the other; tells what they say, as it comes."""

    def __init__(self, tell: Callable[[str], None] = say) -> None:
        self.tell = tell
        self.lock = threading.Lock()
        self.process: subprocess.Popen[str] | None = None
        self.interrupted = False

    def run(
        self,
        argv: Sequence[object],
        folder: Path,
        env: Mapping[str, str],
        only_failures: bool = False,
    ) -> Outcome:
        """Exit code and output of a command.

        The output is told as it comes, or only when the command fails.
        """
        with self.lock:
            if self.interrupted:
                raise Failure("已中断")
            process = self.process = launch(argv, folder, env, subprocess.PIPE, SHARED)
        lines = []
        try:
            for line in process.stdout or ():
                lines.append(line)
                if not only_failures:
                    self.tell(line.rstrip("\n"))
            if process.wait() and only_failures:
                self.tell("".join(lines))
            return process.returncode, "".join(lines)
        finally:
            end_groups([process])

    def interrupt(self) -> None:
        """End the command that runs; the part gets no other."""
        with self.lock:
            self.interrupted = True
        if self.process:
            end_groups([self.process])


@dataclass(frozen=True)
class Part:
    """One line of the test report."""

    title: str
    needs: tuple[str, ...]
    run: Callable[[Runner], Outcome]
    count: Callable[[str, int], Counts]
    alone: bool = False  # waits for what a busy machine would make late, or fills every core


@dataclass(frozen=True)
class Chosen:
    """What is to run: for each side what pytest collects there, and pytest's other words."""

    paths: Mapping[str, Sequence[str]]
    options: Sequence[str]
    filtered: bool  # part of a side was asked for: what cannot be filtered is left out


def names_of_parts(root: Path) -> list[str]:
    """What `--only` can name: the folders of tests/, and what is tested without one."""
    folders = {path.name for path in (root / "tests").glob("[a-z]*") if path.is_dir()}
    return sorted(folders - RASA_TESTS | {"bot", "web", "lint", "browser"})


def chosen_of(root: Path, only: Sequence[str], rest: Sequence[str]) -> Chosen:
    """Paths among `rest` choose what pytest collects, its other words are pytest's options."""
    paths = [word for word in rest if is_path(root, word)]
    options = [word for word in rest if word not in paths]
    sides: dict[str, list[str]] = {
        side: [] for side in ("lint", "service", "bot", "web", "journeys", "browser")
    }
    for path in paths or [f"tests/{folder}" for folder in only]:
        folder = (*Path(path).parts, "", "")[1]
        sides[folder if folder in sides else "service"].append(path)
    if not (paths or only):
        sides["service"] = ["tests", "--ignore=tests/bot", "--ignore=tests/journeys"]
        sides["bot"], sides["journeys"] = ["tests/bot"], ["tests/journeys"]
        if not rest:
            sides["lint"], sides["web"] = ["lint"], ["web"]
    return Chosen(sides, options, filtered=bool(rest))


def is_path(root: Path, word: str) -> bool:
    return not word.startswith("-") and (root / word.split("::")[0]).exists()


def parts_of(place: Place, only: Sequence[str], rest: Sequence[str]) -> list[Part]:
    """The parts to run."""
    chosen = chosen_of(place.root, only, rest)
    parts = {
        "lint": lint_parts(place),
        "service": service_parts(place, chosen),
        "bot": bot_parts(place, chosen),
        "web": web_parts(place),
        "journeys": journey_parts(place, chosen),
        "browser": browser_parts(place, chosen),
    }
    return [part for side, found in parts.items() if chosen.paths[side] for part in found]


def lint_parts(place: Place) -> list[Part]:
    """Style, format and types of every Python file of both sides, with the service's tools."""

    def check(title: str, *words: str) -> Part:
        argv = [place.python, "-m", *words]
        needs = ("service", "service-dev")
        return Part(title, needs, lambda on: on.run(argv, place.root, place.environ), check_counts)

    return [
        check("代码检查", "ruff", "check", "."),
        check("代码格式", "ruff", "format", "--check", "."),
        check("类型检查", "mypy"),
        check("对话端类型检查", "mypy", "--config-file", "bot/pyproject.toml"),
    ]


def service_parts(place: Place, chosen: Chosen) -> list[Part]:
    """Spread over the cores, unless only some tests were asked for: then pytest starts at once."""
    spread = [] if chosen.filtered else ["-n", "auto", "--maxprocesses", "4", "--dist", "worksteal"]
    argv = [place.python, "-m", "pytest", *spread, *chosen.paths["service"], *chosen.options]
    env = {**place.rehearsing(place.var).environ, **ONE_THREAD}
    needs = ("service", "service-dev", "encoder")
    return [Part("服务端测试", needs, lambda on: on.run(argv, place.root, env), pytest_counts)]


def bot_parts(place: Place, chosen: Chosen) -> list[Part]:
    env = {**bot_environment(place.rehearsing(place.var)), **ONE_THREAD}
    # Rasa's environment cannot import the service's conftest: its pytest must not look above.
    confined = ["-c", "bot/pyproject.toml", "--rootdir", ".", "--confcutdir", "tests/bot"]
    python = place.rasa.with_name("python")
    argv = [python, "-m", "pytest", *confined, *chosen.paths["bot"], *chosen.options]
    needs = ("bot", "service", "encoder")
    tests = Part("对话端测试", needs, lambda on: on.run(argv, place.root, env), pytest_counts)
    if chosen.filtered:
        return [tests]

    def understanding(on: Runner) -> Outcome:
        return rasa_test(place, env, on)

    return [tests, Part("对话规则和理解力", ("bot", "model"), understanding, check_counts)]


def web_parts(place: Place) -> list[Part]:
    def npm(on: Runner, *words: str) -> Outcome:
        return on.run([*npm_command(place), *words], place.root / "web", npm_environment(place))

    return [
        Part("前端检查", ("web-deps",), lambda on: npm(on, "run", "check"), check_counts),
        Part("前端测试", ("web-deps",), lambda on: npm(on, "test"), vitest_counts, alone=True),
    ]


def journey_parts(place: Place, chosen: Chosen) -> list[Part]:
    """Whole conversations with a helpline of their own, under the law of JOURNEY_DATE."""
    argv = [place.python, "-m", "pytest", *chosen.paths["journeys"], *chosen.options]
    env = place.rehearsing(place.var).environ

    def run(on: Runner) -> Outcome:
        day = place.environ.get(AS_OF, JOURNEY_DATE)
        with postgresql(place) as shared, rehearsal_twice(place, day, shared) as (url, alone):
            urls = {"HELPLINE_TEST_URL": url, "HELPLINE_TEST_ALONE_URL": alone}
            return on.run(argv, place.root, {**env, **urls})

    return [Part("整段对话", ("service-dev", *TO_RUN[:-1]), run, pytest_counts, alone=True)]


@contextmanager
def postgresql(place: Place) -> Iterator[Mapping[str, str]]:
    """The settings by which two services share the tests' own PostgreSQL."""
    env = service_environment(place)
    server = launch([place.python, "-m", "tests.postgresql"], place.root, env, subprocess.PIPE)
    try:
        assert server.stdout, "it is a pipe"
        url = next((line.strip() for line in server.stdout if line.startswith("postgresql://")), "")
        if not url:
            raise Failure("测试用的 PostgreSQL 没有启动成功。")
        yield {"HELPLINE_DATABASE_URL": url, "HELPLINE_PROCESSES": "2"}
    finally:
        end_groups([server])


def browser_parts(place: Place, chosen: Chosen) -> list[Part]:
    """An operator and a visitor in two browsers at once, with a helpline of their own.

    They run only when they are asked for: not every machine has a browser.
    """

    def run(on: Runner) -> Outcome:
        browser = Path(place.environ.get(CHROMIUM) or "/usr/bin/chromium")
        if not browser.exists():
            raise Failure(NO_CHROMIUM.format(path=browser))
        day = place.environ.get(AS_OF)
        with private_helpline(place, day, SWITCHED_ON) as (copy, url):
            told = {
                "HELPLINE_TEST_URL": url,
                "HELPLINE_TEST_STAFF": json.dumps(staff_of(copy, on)),
                "HELPLINE_TEST_CTI_TOKEN": SWITCHED_ON["HELPLINE_CTI_TOKEN"],
            }
            env = {**npm_environment(place), CHROMIUM: str(browser), **told}
            argv = [*npm_command(place), "run", "journeys", "--", *chosen.options]
            return on.run(argv, place.root / "web", env)

    needs = ("service-dev", *TO_RUN[:-1])
    return [Part("浏览器里的对话", needs, run, playwright_counts, alone=True)]


def staff_of(place: Place, on: Runner) -> dict[str, str]:
    """Gives everybody of STAFF an account; name → first password."""
    return {name: first_password(place, on, name, *person) for name, person in STAFF.items()}


def first_password(place: Place, on: Runner, name: str, display_name: str, role: str) -> str:
    """Gives somebody an account, as `./helpline user add` does; the password that it tells."""
    argv = [place.python, "-m", "api.accounts", "add", name, "--role", role]
    argv += ["--display", display_name]
    code, output = on.run(argv, place.root, service_environment(place), only_failures=True)
    found = re.search(r"密码.*：\n\n  (\S+)\n", output)
    if code or not found:
        raise Failure(f"没有建成帐号 {name}。")
    return found.group(1)


def rasa_test(place: Place, env: Mapping[str, str], on: Runner) -> Outcome:
    """`rasa test`, which starts Rasa once for both: conversations of tests/stories take the course
    that the rules promise, and sentences that the training never saw are understood.

    Fails where one takes another course, and below FLOOR. The data are validated by the training.
    """
    out = place.var / "rasa_test"
    report = out / "intent_report.json"
    report.unlink(missing_ok=True)
    argv = [place.rasa, "test", "-m", place.model, "-s", "tests/stories"]
    argv += ["-u", "tests/nlu/test_data.yml", "--out", out, "--no-plot"]
    argv += ["--fail-on-prediction-errors"]
    code, output = on.run(argv, place.root, env, only_failures=True)
    if code or not report.exists():
        on.tell("✗ rasa test 没有通过")
        return code or 1, output
    figures = json.loads(report.read_text("utf-8"))
    reached, total = figures["macro avg"]["f1-score"], figures["macro avg"]["support"]
    on.tell(
        f"{total} 句没有训练过的话：宏平均 F1 {reached:.3f}（下限 {FLOOR}），"
        f"准确率 {figures['accuracy']:.3f}，明细在 {out}"
    )
    return int(reached < FLOOR), output


def run_part(part: Part, may_be_empty: bool, on: Runner) -> Counts:
    """What passed and failed.

    A part that breaks off, or runs nothing although nothing was filtered out, is one failure.
    """
    try:
        code, output = part.run(on)
    except Failure as failure:
        on.tell(f"✗ {failure}")
        return 0, 1
    passed, failed = part.count(re.sub(r"\x1b\[[0-9;]*m", "", output), code)
    nothing_ran = not passed and not failed
    if nothing_ran and may_be_empty:
        return 0, 0
    return passed, failed or int(nothing_ran or code != 0)


def pytest_counts(output: str, code: int) -> Counts:
    return summed(re.findall(r"^=*\s*(\d+ [a-z].*) in [\d.]+s", output, re.MULTILINE)[-1:])


def vitest_counts(output: str, code: int) -> Counts:
    return summed(re.findall(r"^\s*Tests\s.*$", output, re.MULTILINE))


def playwright_counts(output: str, code: int) -> Counts:
    """Each outcome has a line of its own; a journey that was given up (`did not run`) failed."""
    counts = re.findall(r"^\s+(\d+) (passed|failed|flaky|did not run)\b", output, re.MULTILINE)
    passed = sum(int(number) for number, word in counts if word == "passed")
    return passed, sum(int(number) for number, _ in counts) - passed


def summed(summaries: Sequence[str]) -> Counts:
    counts = re.findall(r"(\d+) (passed|failed|errors?)\b", " ".join(summaries))
    passed = sum(int(number) for number, word in counts if word == "passed")
    return passed, sum(int(number) for number, _ in counts) - passed


def check_counts(output: str, code: int) -> Counts:
    return (0, 1) if code else (1, 0)


@dataclass(frozen=True)
class Result:
    """What came of a part."""

    part: Part
    counts: Counts
    took: str

    def line(self) -> str:
        passed, failed = self.counts
        sign = "✗" if failed else "✓"
        return f"{sign} {self.part.title}：{passed} 通过，{failed} 失败（{self.took}）"


def result_of(part: Part, may_be_empty: bool, on: Runner) -> Result:
    began = time.monotonic()
    return Result(part, run_part(part, may_be_empty, on), duration(began))


class SideBySide:
    """Runs parts two at a time, each once what it needs is made; prints each whole when it ends.

    Most parts keep one core busy and leave the other idle.
    """

    def __init__(self, parts: Sequence[Part], may_be_empty: bool) -> None:
        self.waiting, self.may_be_empty = list(parts), may_be_empty
        self.made: set[str] = set()
        self.changed = threading.Condition()
        self.runners: dict[str, Runner] = {}  # of the parts that run, by title
        self.results: list[Result] = []
        self.pool = ThreadPoolExecutor(2)
        self.lanes = [self.pool.submit(self.lane) for _ in range(2)]

    def is_made(self, key: str) -> None:
        """A step of the set-up is up to date: parts that waited for it may begin."""
        with self.changed:
            self.made.add(key)
            self.changed.notify_all()

    def finish(self) -> list[Result]:
        """The results, once all parts have ended."""
        while wait(self.lanes, timeout=60).not_done:
            with self.changed:
                running = "、".join(self.runners)
            say(f"… 还在跑：{running}")
        for lane in self.lanes:
            lane.result()
        return self.results

    def interrupt(self) -> None:
        """End what runs; nothing else begins."""
        with self.changed:
            self.waiting.clear()
            runners = list(self.runners.values())
            self.changed.notify_all()
        for runner in runners:
            runner.interrupt()
        self.pool.shutdown()

    def lane(self) -> None:
        while True:
            lines: list[str] = []
            runner = Runner(lines.append)
            part = self.next_part(runner)
            if not part:
                return
            result = result_of(part, self.may_be_empty, runner)
            with self.changed:
                del self.runners[part.title]
                self.results.append(result)
            if not runner.interrupted:
                say("\n".join([f"—— {part.title} ——", *lines, result.line()]))

    def next_part(self, runner: Runner) -> Part | None:
        """The first part that can begin, waited for; None when none is left."""
        with self.changed:
            while self.waiting:
                for part in self.waiting:
                    if self.made.issuperset(part.needs):
                        self.waiting.remove(part)
                        self.runners[part.title] = runner
                        self.changed.notify_all()  # the other lane may wait for a last part
                        return part
                self.changed.wait()
        return None


def test(place: Place, args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Every test of both sides; the last line printed is `N passed, N failed`."""
    parts = parts_of(place, args.only or [], rest)
    try:
        results = results_of(place, parts, may_be_empty=bool(rest))
    except Failure as failure:
        say(f"✗ {failure}\n0 passed, 1 failed")
        return 1
    results.sort(key=lambda result: parts.index(result.part))
    report = ["—— 结果 ——", *(result.line() for result in results)]
    passed, failed = (sum(result.counts[which] for result in results) for which in (0, 1))
    if not (args.only or rest):
        report.append(NOT_RUN)
    say("\n".join([*report, f"{passed} passed, {failed} failed"]))
    return 0 if passed and not failed else 1


def results_of(place: Place, parts: Sequence[Part], may_be_empty: bool) -> list[Result]:
    """Sets up, and runs what can go side by side meanwhile; a single part is shown as it runs.

    Raises Failure where the set-up fails: then no part counts.
    """
    needed = [key for key in steps_of(place) if any(key in part.needs for part in parts)]
    beside = [part for part in parts if len(parts) > 1 and not part.alone]
    side_by_side = SideBySide(beside, may_be_empty)
    try:
        prepare(place, needed, made=side_by_side.is_made)
        results = side_by_side.finish()
    except BaseException:  # also Ctrl-C
        side_by_side.interrupt()
        raise
    for part in parts:
        if part not in beside:
            say(f"—— {part.title} ——")
            results.append(result_of(part, may_be_empty, Runner()))
    return results
