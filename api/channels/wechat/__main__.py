"""WeChat from the command line: python -m api.channels.wechat, behind ./helpline wechat."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from api import logs
from api.channels.tencent.errors import Refused
from api.channels.wechat import check
from api.channels.wechat.accounts import Account, accounts_of
from api.channels.wechat.client import WeChatClient
from api.channels.wechat.menu import menu
from api.clock import Clock
from api.settings import WRONG, Settings, SettingsWrong, read_or_exit

FAKE = "api.demo.wechat"  # a room to the right of this one: it is started, and not imported

Accounts = Mapping[str, Account]
Transport = httpx.AsyncBaseTransport | None
Act = Callable[[Settings, Accounts, Transport], Coroutine[Any, Any, bool]]


def main(argv: Sequence[str] | None = None, transport: Transport = None) -> int:
    """Carry out one command; returns the exit status. `transport` stands in for the network."""
    options, rest = _parser().parse_known_args(argv)
    if options.command == "fake":
        os.execv(sys.executable, [sys.executable, "-m", FAKE, *rest])
    if rest:
        _parser().error(f"不认识的参数 {' '.join(rest)}")
    settings = read_or_exit()
    logs.configure(settings.log_level)
    try:
        accounts = _chosen(accounts_of(settings), options.account)
    except SettingsWrong as wrong:
        print(*(f"✗ {line}" for line in wrong.lines), sep="\n", file=sys.stderr)
        return WRONG
    act: Act = options.act
    return 0 if asyncio.run(act(settings, accounts, transport)) else 1


def _chosen(accounts: Accounts, name: str | None) -> Accounts:
    """All accounts, or the one of a name. Raises SettingsWrong where there is none."""
    if not accounts:
        raise SettingsWrong(
            ["没有设置 HELPLINE_WECHAT_FILE：先写一个公众号的账号文件（见 docs/wechat.md）。"]
        )
    if name is None:
        return accounts
    if name not in accounts:
        raise SettingsWrong([f"没有叫「{name}」的公众号，只有：{'、'.join(accounts)}。"])
    return {name: accounts[name]}


async def _check(settings: Settings, accounts: Accounts, transport: Transport) -> bool:
    """Print what was found; whether all of it is right."""
    shared = [check.of_file(Path(settings.wechat_file)), check.of_address(settings.public_url)]
    print(*shared, sep="\n")
    right = not any(finding.advice for finding in shared)
    now = Clock().moment()
    async with httpx.AsyncClient(transport=transport) as network:
        for account in accounts.values():
            print(f"\n{account.title}（{account.name}）")
            client = WeChatClient(account, transport)
            async for finding in check.of_account(
                account, client, settings.public_url, now, network
            ):
                print(finding)
                right = right and not finding.advice
            await client.close()
            print("  在公众号后台的「服务器配置」里应填：")
            print(check.to_fill_in(account, settings.public_url))
    return right


async def _menu(settings: Settings, accounts: Accounts, transport: Transport) -> bool:
    """Put our menu into the place of whatever each account has."""
    right = True
    for account in accounts.values():
        client = WeChatClient(account, transport)
        try:
            await client.create_menu(menu())
            print(f"✓ {account.title}：菜单已建立，手机上最迟 24 小时后换成新的。")
        except Refused as refused:
            right = False
            advice = refused.problem.advice or "运行 ./helpline wechat check 查原因。"
            print(f"✗ {account.title}：{refused.problem}\n    → {advice}")
        finally:
            await client.close()
    return right


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./helpline wechat", description="微信公众号。")
    commands = parser.add_subparsers(title="命令", metavar="命令", dest="command", required=True)
    for name, text, act in (
        ("check", "逐项检查公众号的设置，说明哪里不对、怎么办", _check),
        ("menu", "给公众号建立菜单，换掉原来的", _menu),
    ):
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(act=act)
        sub.add_argument("--account", metavar="名字", help="只管这一个公众号（账号文件里的 name）")
    text = "启动一个假的微信，不用公众号就能试：参数原样交给它"
    commands.add_parser("fake", help=text, description=text, add_help=False)
    return parser


if __name__ == "__main__":
    sys.exit(main())
