"""Accounts from the command line: python -m api.accounts, behind ./helpline user."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from api import logs
from api.accounts import users
from api.accounts.models import User
from api.accounts.passwords import Passwords, first_password
from api.accounts.roles import ROLE_NAMES, Role
from api.accounts.users import Newcomer
from api.clock import Clock
from api.database import Database
from api.errors import HelplineError
from api.protection.keys import DataKeyMissing, DataKeys, DataKeyWrong
from api.settings import Settings, read_or_exit

Result = TypeVar("Result")

ROLES = "，".join(f"{role} {name}" for role, name in ROLE_NAMES.items())


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command; returns the exit status."""
    options = _parser().parse_args(argv)
    settings = read_or_exit()
    logs.configure(settings.log_level)
    try:
        act: Callable[[argparse.Namespace, Settings], None] = options.act
        act(options, settings)
        return 0
    except HelplineError as error:
        print(f"✗ {error.detail}", file=sys.stderr)
    except (DataKeyMissing, DataKeyWrong) as trouble:
        print(f"✗ {trouble}", file=sys.stderr)
    return 1


def _add(options: argparse.Namespace, settings: Settings) -> None:
    role: Role = options.role
    newcomer = Newcomer(options.name, role, options.display or "", options.email, options.extension)

    async def done(database: Database) -> tuple[str, str]:
        password = first_password()
        hashed = await Passwords().hash(password)
        async with database.session() as session:
            at = Clock(settings.as_of).now()
            user = await users.add(session, newcomer, hashed, None, at=at)
            return user.name, password

    name, password = _with_database(settings, done)
    _tell(f"已添加{ROLE_NAMES[role]} {name}。", password)


def _reset(options: argparse.Namespace, settings: Settings) -> None:
    async def done(database: Database) -> tuple[str, str]:
        password = first_password()
        hashed = await Passwords().hash(password)
        async with database.session() as session:
            found = await users.named(session, options.name)
            at = Clock(settings.as_of).now()
            user = await users.give_password(session, found.id, hashed, None, at=at)
            return user.name, password

    name, password = _with_database(settings, done)
    _tell(f"已重置 {name} 的密码，他在各处的登录都已退出。", password)


def _turn(is_on: bool) -> Callable[[argparse.Namespace, Settings], None]:
    def act(options: argparse.Namespace, settings: Settings) -> None:
        async def done(database: Database) -> str:
            async with database.session() as session:
                found = await users.named(session, options.name)
                at = Clock(settings.as_of).now()
                user = await users.change(session, found.id, {"active": is_on}, None, at=at)
                return user.name

        name = _with_database(settings, done)
        print(f"已启用 {name}。" if is_on else f"已停用 {name}，他在各处的登录都已退出。")

    return act


def _list(_: argparse.Namespace, settings: Settings) -> None:
    async def everybody(database: Database) -> list[str]:
        async with database.reading() as session:
            return [_line(user) for user in await users.everybody(session)]

    lines = _with_database(settings, everybody)
    print("\n".join(lines) or "还没有账号。添加第一个管理员：./helpline user add 账号 --role admin")


def _role(written: str) -> Role:
    try:
        return Role(written)
    except ValueError:
        raise argparse.ArgumentTypeError(f"角色应是{ROLES}之一，不是「{written}」") from None


def _line(user: User) -> str:
    state = "在用" if user.active else "停用"
    seen = f"最近 {user.seen_at:%Y-%m-%d %H:%M}" if user.seen_at else "没有登录过"
    first = "，还没换第一次的密码" if user.must_change_password else ""
    role = ROLE_NAMES[Role(user.role)]
    return f"{user.name}  {user.display_name}  {role}  {state}  {seen}{first}"


def _tell(done: str, password: str) -> None:
    print(f"{done}第一次登录用的密码，只显示这一次：\n\n  {password}\n")
    print("请当面或用可靠的方式交给本人；登录后要先换成自己的密码。")


def _with_database(settings: Settings, work: Callable[[Database], Awaitable[Result]]) -> Result:
    async def run() -> Result:
        database = Database(settings.database_url, DataKeys.of(settings))
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(run())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./helpline user", description="工作台的账号。")
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True)

    def command(
        name: str, text: str, act: Callable[[argparse.Namespace, Settings], None]
    ) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(act=act)
        return sub

    adding = command("add", "添加一个账号，显示第一次登录用的密码", _add)
    adding.add_argument("name", metavar="账号")
    adding.add_argument("--role", required=True, type=_role, metavar="角色", help=f"角色：{ROLES}")
    adding.add_argument("--display", metavar="姓名", help="来访者和同事看到的称呼，默认同账号")
    adding.add_argument("--email", metavar="邮箱", help="用单位统一登录时，按它认人")
    adding.add_argument("--extension", metavar="分机号", help="来电时在谁的屏幕上弹出")
    resetting = command("reset", "换一个新的第一次密码，同时退出和解锁", _reset)
    turning_off = command("off", "停用一个账号，马上退出；记录都还在", _turn(False))
    turning_on = command("on", "重新启用一个停用的账号", _turn(True))
    for sub in (resetting, turning_off, turning_on):
        sub.add_argument("name", metavar="账号")
    command("list", "列出全部账号", _list)
    return parser


if __name__ == "__main__":
    sys.exit(main())
