"""What each command does, but for `test`, which has a module of its own."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from api.dialogue.chosen import passed_over
from command.ask import answer_to
from command.engines.number import check_engines
from command.place import Place, bot_environment, service_environment
from command.ports import check_port, reachable
from command.prepare import prepare
from command.running import NOWHERE, call, find_running, named, readiness, run_lock
from command.steps import TO_REHEARSE, TO_RUN, state_of, steps_of
from command.supervise import Child, Supervisor, children_of, engines_beside, rehearsal
from command.system import Failure, SettingsFailure, say

# command → the module that gets its arguments
PASSED_ON = {
    "analysts": "api.analysts",
    "content": "api.content",
    "evaluate": "evaluation",
    "law": "knowledge",
    "privacy": "api.privacy",
    "tune": "evaluation.retrieval.tune",
    "user": "api.accounts",
    "wechat": "api.channels.wechat",
}
# `law` and `tune` come before the index: it holds what they make.
NEEDED_BY = {
    "analysts": ("service", "database"),
    "content": ("service", "database"),
    "evaluate": ("service", "encoder", "index"),
    "tune": ("service", "encoder"),
    "law": ("service",),
    "privacy": ("service", "database"),
    "user": ("service", "database"),
    "wechat": ("service",),
}
TRACER, KEEPER, EXAMINER, SETTINGS = "api.trace", "api.keeping", "api.readiness", "api.settings"
WRONG_SETTINGS = SettingsFailure.code
PASSED_OVER = (
    "工作台启用的对话模型用不上了：系统自带的模型更新过，或者它的文件不在了。"
    "现在用系统自带的，请在工作台的「训练」里重新训练。"
)


def up(place: Place, args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Make ready what is not, start both sides, and look after them until told to stop."""
    url = f"http://{reachable(args.host)}:{args.port}"
    with run_lock(place, url, args.as_of):
        check_port(args.host, args.port)
        checked = settings_checked(place)
        wanted = [key for key in TO_RUN if not (args.no_web and key.startswith("web"))]
        # What PostgreSQL holds cannot be seen from here: Alembic looks at every start.
        prepare(place, wanted, forced=() if place.sqlite_file else ("database",))
        checked or settings_checked(place)
        check_engines(place)
        return serve(place.on(args.as_of), args.host, args.port)


def serve(
    place: Place,
    host: str,
    port: int,
    beside: Sequence[Child] = (),
    more: Callable[[], Sequence[str]] = tuple,
) -> int:
    """Start both sides, and what runs `beside` them, and look after them until told to stop; what
    `more` returns is said once they are up.
    """
    url = f"http://{reachable(host)}:{port}"
    children = children_of(place, host, port)
    engines = engines_beside(place, children)
    with Supervisor([*children, *beside], engines=engines) as supervisor:
        try:
            supervisor.wait_until_ready()
            say(f"维权援助热线已启动，Ctrl-C 停止，日志在 {place.var}/log")
            say(f"  对话页面  {url}/\n  接口文档  {url}/docs")
            say_readiness(url)
            say_who_can_sign_in(url)
            if passed_over(place.var):
                say(PASSED_OVER)
            for line in more():
                say(line)
            supervisor.watch()
        except KeyboardInterrupt:
            say("正在停止……")
    say("已停止。")
    return 0


def settings_checked(place: Place) -> bool:
    """Whether the settings could be checked: before the first set-up nothing can read them.

    Raises SettingsFailure with a line for each that is wrong.
    """
    if not place.python.exists():
        return False
    argv, env = [str(place.python), "-m", SETTINGS], service_environment(place)
    result = subprocess.run(argv, cwd=place.root, env=env, capture_output=True, text=True)
    if result.returncode == WRONG_SETTINGS:
        raise SettingsFailure(result.stderr.strip())
    return True


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
        say_parts(examined(place))
        return 1
    day = f"，按 {running['as_of']} 的法律" if running.get("as_of") else ""
    say(f"运行：{running['url']}/（进程 {running['pid']}，{running['since']} 起{day}）")
    say_readiness(running["url"])
    return 0


def say_readiness(url: str) -> None:
    say_parts(readiness(url))


def say_who_can_sign_in(url: str) -> None:
    """How to make the first account, as long as there is none: none is made by itself."""
    if call(f"{url}/api/desk/sign-in")[1].get("accounts") is False:
        say(
            "工作台还没有账号，现在谁也登录不了。请在另一个终端添加第一个管理员，账号自己定：\n"
            "  ./helpline user add 账号 --role admin"
        )


def say_parts(parts: Mapping[str, str]) -> None:
    for part, state in parts.items():
        say(f"  {part}：{state}")


def examined(place: Place) -> dict[str, str]:
    """What /readyz would say of the files and the database, while no helpline runs."""
    if not place.python.exists():
        return {}
    settings_checked(place)
    argv, env = [str(place.python), "-m", EXAMINER], service_environment(place)
    result = subprocess.run(argv, cwd=place.root, env=env, capture_output=True, text=True)
    try:
        return named(json.loads(result.stdout))
    except ValueError:
        return {"检查": f"没有完成，{result.stderr.strip()[-200:]}"}


def backup(place: Place, args: argparse.Namespace, rest: Sequence[str]) -> int:
    """A whole copy of the data, also while a helpline runs."""
    words = ["backup", os.path.abspath(args.file), *(["--without-key"] if args.without_key else [])]
    prepare(place, ("service",))
    hand_over(place.python, KEEPER, words, service_environment(place))


def restore(place: Place, args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Put a backup back; nobody may use the data meanwhile, so that the lock is held."""
    if running := find_running(place):
        raise Failure(
            f"热线正在运行（进程 {running['pid']}，{running['url']}/）。请先停下它再恢复备份。"
        )
    prepare(place, ("service",))
    argv = [str(place.python), "-m", KEEPER, "restore", os.path.abspath(args.file)]
    with run_lock(place, NOWHERE):
        return subprocess.run(argv, cwd=place.root, env=service_environment(place)).returncode


def move_database(place: Place, args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Move the data from SQLite to PostgreSQL; nobody may write meanwhile, so that the lock is
    held.
    """
    if place.sqlite_file is None:
        raise Failure("HELPLINE_DATABASE_URL 已经是 PostgreSQL。请先取消这个设置，再从 SQLite 搬。")
    if running := find_running(place):
        raise Failure(
            f"热线正在运行（进程 {running['pid']}，{running['url']}/）。请先停下它再搬数据库。"
        )
    prepare(place, ("service", "database"))
    argv = [str(place.python), "-m", KEEPER, "move", args.to]
    with run_lock(place, NOWHERE):
        return subprocess.run(argv, cwd=place.root, env=service_environment(place)).returncode


def one_step(*keys: str) -> Callable[[Place, argparse.Namespace, Sequence[str]], int]:
    """A command that repeats the last of `keys`, after bringing the ones before it up to date."""

    def run(place: Place, args: argparse.Namespace, rest: Sequence[str]) -> int:
        settings_checked(place)
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
