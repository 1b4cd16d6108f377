"""What each command does, but for `test`, which has a module of its own."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from command.ask import answer_to
from command.place import Place, bot_environment, service_environment
from command.ports import check_port, reachable
from command.prepare import prepare
from command.running import find_running, readiness, run_lock
from command.steps import TO_REHEARSE, TO_RUN, state_of, steps_of
from command.supervise import Supervisor, children_of, rehearsal
from command.system import Failure, say

# command → the module that gets its arguments
PASSED_ON = {
    "evaluate": "evaluation",
    "law": "knowledge",
    "privacy": "api.privacy",
    "tune": "evaluation.retrieval.tune",
}
# `law` and `tune` come before the index: it holds what they make.
NEEDED_BY = {
    "evaluate": ("service", "encoder", "index"),
    "tune": ("service", "encoder"),
    "law": ("service",),
    "privacy": ("service", "database"),
}
TRACER = "api.trace"


def up(place: Place, args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Make ready what is not, start both sides, and look after them until told to stop."""
    url = f"http://{reachable(args.host)}:{args.port}"
    with run_lock(place, url, args.as_of):
        check_port(args.host, args.port)
        prepare(place, [key for key in TO_RUN if not (args.no_web and key.startswith("web"))])
        children = children_of(place.on(args.as_of), args.host, args.port)
        with Supervisor(children) as supervisor:
            try:
                supervisor.wait_until_ready()
                say(f"维权援助热线已启动，Ctrl-C 停止，日志在 {place.var}/log")
                say(f"  对话页面  {url}/\n  接口文档  {url}/docs")
                say_readiness(url)
                supervisor.watch()
            except KeyboardInterrupt:
                say("正在停止……")
    say("已停止。")
    return 0


def ask(place: Place, args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Ask the running helpline; another day's law needs a copy whose clock stands on that day."""
    if args.trace:
        day = ["--as-of", args.as_of] if args.as_of else []
        prepare(place, TO_REHEARSE)
        hand_over(place.python, TRACER, ["ask", args.question, *day], service_environment(place))
    running = find_running(place)
    if running and args.as_of in (None, running.get("as_of")):
        say(answer_to(args.question, running["url"]))
        return 0
    prepare(place, TO_REHEARSE)
    with rehearsal(place, args.as_of) as url:
        say(answer_to(args.question, url))
    return 0


def trace(place: Place, args: argparse.Namespace, rest: Sequence[str]) -> int:
    """How an answer of a stored conversation came about."""
    turn = ["--turn", str(args.turn)] if args.turn else []
    prepare(place, ("service", "index", "database"))
    hand_over(place.python, TRACER, ["show", args.subject, *turn], service_environment(place))


def status(place: Place, args: argparse.Namespace, rest: Sequence[str]) -> int:
    for step in steps_of(place).values():
        say(f"{step.title}：{state_of(place, step)}")
    running = find_running(place)
    if not running:
        say("运行：没有启动")
        return 1
    day = f"，按 {running['as_of']} 的法律" if running.get("as_of") else ""
    say(f"运行：{running['url']}/（进程 {running['pid']}，{running['since']} 起{day}）")
    say_readiness(running["url"])
    return 0


def say_readiness(url: str) -> None:
    for part, state in readiness(url).items():
        say(f"  {part}：{state}")


def one_step(*keys: str) -> Callable[[Place, argparse.Namespace, Sequence[str]], int]:
    """A command that repeats the last of `keys`, after bringing the ones before it up to date."""

    def run(place: Place, args: argparse.Namespace, rest: Sequence[str]) -> int:
        prepare(place, keys, forced=keys[-1:])
        return 0

    return run


def pass_on(place: Place, args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Hand all arguments to the program behind a command, in the environment that it needs."""
    if args.command == "evaluate" and rest[:1] == ["understanding"]:
        evaluate_understanding(place, rest[1:])
    if args.command == "privacy" and "rotate-key" in rest and find_running(place):
        raise Failure("热线正在运行，它还拿着旧密钥。请先停止热线，再换密钥。")
    prepare(place, NEEDED_BY[args.command])
    hand_over(place.python, PASSED_ON[args.command], rest, service_environment(place))


def evaluate_understanding(place: Place, words: Sequence[str]) -> NoReturn:
    """Measures what only Rasa's environment holds."""
    prepare(place, ("bot", "service", "encoder"))
    env = {**bot_environment(place), "HELPLINE_VAR": str(place.var)}
    hand_over(place.rasa.with_name("python"), "evaluation.understanding.compare", words, env)


def hand_over(python: Path, module: str, words: Sequence[str], env: Mapping[str, str]) -> NoReturn:
    """Become `python -m module words`."""
    argv = [str(python), "-m", module, *words]
    os.execve(argv[0], argv, env)
