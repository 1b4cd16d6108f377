"""The command line: which commands and options there are, and what a mistake is answered with."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import date
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

from command import commands, demo, test_run
from command.cluster import run as cluster
from command.place import AS_OF, ROOT, Place, inherited_environment
from command.system import Failure, SettingsFailure, advice_on, interrupt, keep_private, say

LOCAL = "127.0.0.1"

Command = Callable[[Place, argparse.Namespace, Sequence[str]], int]


def main(argv: Sequence[str] | None = None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal without Chinese must not stop us
            stream.reconfigure(errors="replace", line_buffering=True)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # under nohup the terminal may go
            signal.signal(number, interrupt)
    var = Path(os.environ.get("HELPLINE_VAR") or ROOT / "var").resolve()
    try:
        args, rest = parse(argv)
        run: Command = args.run
        keep_private(var)
        return run(Place(ROOT, var, inherited_environment(ROOT)), args, rest)
    except Failure as failure:
        say(f"✗ {failure}")
        return failure.code
    except OSError as error:
        say(f"✗ 系统拒绝了操作：{error}{advice_on(str(error))}")
        return 1
    except KeyboardInterrupt:
        say("已中断。")
        return 130


def parse(argv: Sequence[str] | None) -> tuple[argparse.Namespace, list[str]]:
    """The chosen command with its options, and whatever it hands on untouched."""
    parser = Parser(
        prog="helpline",
        description="江西知识产权维权援助热线：准备、启动、测试、提问都用这一个命令。",
    )
    subparsers = parser.add_subparsers(title="命令", metavar="命令", dest="command", required=True)

    def command(
        name: str, run: Command, text: str, hands_on: bool = False, **options: Any
    ) -> Parser:
        sub: Parser = subparsers.add_parser(name, help=text, description=text, **options)
        sub.set_defaults(run=run, hands_on=hands_on)
        return sub

    def handed_on(name: str, text: str) -> None:
        command(name, commands.pass_on, text, hands_on=True, add_help=False)

    add_options_of_up(
        command("up", commands.up, "准备好缺少或过期的部分，启动并看护整个系统（Ctrl-C 停止）。")
    )
    shown = command("demo", demo.demo, "启动一份演示：单独的数据库，里面全是虚构的对话和工单。")
    add_options_of_serving(shown, demo.PORT, LOCAL)
    shown.add_argument(
        "--phone-port",
        type=port_number,
        default=demo.PHONE_PORT,
        metavar="端口",
        help=f"模拟微信的手机页面监听的端口，默认 {demo.PHONE_PORT}",
    )
    shown.add_argument("--fresh", action="store_true", help="丢掉旧的演示数据，重新编一份")
    add_options_of_cluster(command("cluster", cluster.cluster, cluster.ABOUT))
    add_options_of_test(
        command("test", test_run.test, "运行检查和测试，整段对话也在内。", hands_on=True)
    )
    ask = command("ask", commands.ask, "问一个问题，在终端里看回答。")
    ask.add_argument("question", metavar="问题")
    ask.add_argument("--trace", action="store_true", help="列出回答是怎样一步步得来的")
    add_as_of(ask)
    trace = command("trace", commands.trace, "看一段已有的对话里，某一轮的回答是怎样得来的。")
    trace.add_argument("subject", metavar="工单号或对话编号")
    trace.add_argument("--turn", type=turn_number, metavar="轮次", help="第几轮，默认最后一轮")
    command("status", commands.status, "看准备到哪一步、正在运行什么；正在运行时退出码为 0。")
    command("train", commands.one_step("bot", "service", "encoder", "model"), "重新训练对话模型。")
    command("index", commands.one_step("service", "encoder", "index"), "重建检索索引。")
    command("migrate", commands.one_step("service", "database"), "把数据库升级到最新结构。")
    backup = command("backup", commands.backup, "把数据完整备份成一个文件，运行中也可以。")
    backup.add_argument("file", metavar="文件")
    backup.add_argument(
        "--without-key", action="store_true", help="不把数据密钥放进备份（须另外保管）"
    )
    restore = command("restore", commands.restore, "从备份恢复数据；须先停下热线。")
    restore.add_argument("file", metavar="文件")
    moving = command(
        "move-database",
        commands.move_database,
        "把 SQLite 里的全部数据搬到一个空的 PostgreSQL，逐表核对；须先停下热线。",
    )
    moving.add_argument(
        "--to",
        required=True,
        metavar="地址",
        help="postgresql://用户@主机/库名；口令可以放在环境变量 PGPASSWORD 里",
    )
    handed_on("privacy", "个人信息：导出、删除、到期清理、换密钥，见 ./helpline privacy --help。")
    handed_on("analysts", "分析人员的只读库：只有公开的列，见 ./helpline analysts --help。")
    handed_on("content", "审定内容：导出成文件、读回改动，见 ./helpline content --help。")
    handed_on("user", "工作台的账号：添加、重置密码、停用、列出，见 ./helpline user --help。")
    handed_on("wechat", "微信公众号：检查设置、建立菜单、假的微信，见 ./helpline wechat --help。")
    handed_on("evaluate", "评测：参数原样交给评测程序。")
    handed_on("tune", "训练检索的问题一侧：参数原样交给训练程序。")
    handed_on("law", "法律条文：参数原样交给条文程序。")

    args, rest = parser.parse_known_args(argv)
    if rest and not args.hands_on:
        parser.error(f"不认识的参数 {' '.join(rest)}")
    return args, rest


def add_options_of_up(parser: argparse.ArgumentParser) -> None:
    port = setting("HELPLINE_PORT", port_number) or 8000
    add_options_of_serving(parser, port, os.environ.get("HELPLINE_HOST") or LOCAL)
    add_as_of(parser)


def add_options_of_serving(parser: argparse.ArgumentParser, port: int, host: str) -> None:
    parser.add_argument(
        "--port", type=port_number, default=port, metavar="端口", help=f"对外端口，默认 {port}"
    )
    parser.add_argument(
        "--host", default=host, metavar="地址", help=f"监听地址，默认 {host}；对外用 0.0.0.0"
    )
    parser.add_argument("--no-web", action="store_true", help="不构建前端页面，只提供接口")


def add_options_of_cluster(parser: argparse.ArgumentParser) -> None:
    add_options_of_serving(parser, cluster.PORT, LOCAL)
    parser.add_argument("--api", type=int, default=2, metavar="个数", help="几个服务进程，默认 2")
    parser.add_argument("--rasa", type=int, default=2, metavar="个数", help="几个对话引擎，默认 2")
    parser.add_argument(
        "--redis", action="store_true", help="计数和进程间通知用 Redis，不用 PostgreSQL"
    )
    parser.add_argument(
        "--replica",
        action="store_true",
        help="再起一个 PostgreSQL 只读副本，工作台的报表和列表读它",
    )
    parser.add_argument("--stop", action="store_true", help="停止正在运行的这一套")
    parser.add_argument("--status", action="store_true", help="看这一套的每个进程是否正常")


def add_options_of_test(parser: argparse.ArgumentParser) -> None:
    parts = test_run.names_of_parts(ROOT)
    text = f"只测这些部分：{' '.join(parts)}"
    parser.add_argument("--only", nargs="+", choices=parts, metavar="部分", help=text)
    parser.epilog = "其余参数交给 pytest，例如：./helpline test tests/api -k ticket"


def add_as_of(parser: argparse.ArgumentParser) -> None:
    """The one option for a day other than today; the setting of the same name is its default."""
    parser.add_argument(
        "--as-of",
        type=iso_date,
        default=setting(AS_OF, iso_date),
        metavar="日期",
        help="按哪一天的法律回答，如 2027-01-01；默认今天",
    )


def setting(name: str, read: Callable[[str], Any]) -> Any:
    """An option's default from the environment; a wrong one is told under the setting's name."""
    value = os.environ.get(name)
    try:
        return read(value) if value else None
    except argparse.ArgumentTypeError as wrong:
        raise SettingsFailure(f"{name}：{wrong}") from None


class Parser(argparse.ArgumentParser):
    """argparse, speaking Chinese where a user reads it."""

    def __init__(self, add_help: bool = True, **options: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, **options)
        self._positionals.title, self._optionals.title = "参数", "选项"
        if add_help:
            self.add_argument("-h", "--help", action="help", help="显示这份说明")

    def format_help(self) -> str:
        return super().format_help().replace("usage: ", "用法：", 1)

    def error(self, message: str) -> NoReturn:
        for english, chinese in ARGPARSE_WORDS.items():
            message = message.replace(english, chinese)
        self.exit(2, f"✗ {message}\n  说明见 {self.prog} --help\n")


ARGPARSE_WORDS = {
    "the following arguments are required": "缺少参数",
    "expected at least one argument": "后面至少要有一个值",
    "expected one argument": "后面要有一个值",
    "invalid choice": "没有这一项",
    "choose from": "可选",
    "argument ": "",
}


def port_number(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"端口应是 1 到 65535 之间的整数，不是“{text}”")
    return int(text)


def turn_number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"轮次应是从 1 数起的整数，不是“{text}”")
    return int(text)


def iso_date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"日期应写成 2026-11-22 这样，不是“{text}”") from None
