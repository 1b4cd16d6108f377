"""Content from the command line: python -m api.content, behind ./helpline content."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

from api import logs
from api.accounts import users
from api.accounts.access import staff_from
from api.clock import Clock
from api.content import exchange
from api.content.workshop import Workshop
from api.database import Database
from api.errors import HelplineError
from api.protection.keys import DataKeyMissing, DataKeys, DataKeyWrong
from api.settings import Settings, read_or_exit
from knowledge.editing.entries import EntryError

Result = TypeVar("Result")

NOT_WRITTEN = "✗ 写不进 {target}：那里要还没有这个文件夹，并且有地方可写。"
NOT_READ = "✗ 读不了 {source}：它要是 ./helpline content export 那样的文件夹。"


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command; returns the exit status."""
    options = _parser().parse_args(argv)
    settings = read_or_exit()
    logs.configure(settings.log_level)
    try:
        act: Callable[[argparse.Namespace, Settings], str] = options.act
        print(act(options, settings))
        return 0
    except HelplineError as error:
        print(f"✗ {error.detail}", file=sys.stderr)
    except (DataKeyMissing, DataKeyWrong, EntryError) as trouble:
        print(f"✗ {trouble}", file=sys.stderr)
    except OSError:
        print(options.failed.format(**vars(options)), file=sys.stderr)
    return 1


def _export(options: argparse.Namespace, settings: Settings) -> str:
    async def done(database: Database) -> None:
        await exchange.write(database, _workshop(settings), options.target)

    _with_database(settings, done)
    return f"正在使用的内容已写到 {options.target}。"


def _import(options: argparse.Namespace, settings: Settings) -> str:
    async def done(database: Database) -> int:
        async with database.reading() as session:
            user = await users.named(session, options.author)
        made = await exchange.read(
            database,
            _workshop(settings),
            options.source,
            options.reason,
            staff_from(user, "password"),
            at=Clock(settings.as_of).now(),
        )
        return len(made)

    number = _with_database(settings, done)
    return f"{number} 处改动已存为草稿，请到工作台提交审核。" if number else "没有改动。"


def _workshop(settings: Settings) -> Workshop:
    return Workshop(settings.var, settings.embedder, settings.vector_store)


def _with_database(settings: Settings, act: Callable[[Database], Awaitable[Result]]) -> Result:
    async def run() -> Result:
        database = Database(settings.database_url, DataKeys.of(settings))
        try:
            await database.check_keys()
            return await act(database)
        finally:
            await database.close()

    return asyncio.run(run())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="helpline content", description="审定内容。")
    commands = parser.add_subparsers(required=True, metavar="命令")
    exporting = commands.add_parser(
        "export", help="把正在使用的内容写成 knowledge/content 那样的文件"
    )
    exporting.add_argument("target", type=Path, metavar="文件夹", help="还没有的文件夹")
    exporting.set_defaults(act=_export, failed=NOT_WRITTEN)
    importing = commands.add_parser("import", help="读一个文件夹，把不同的地方存为草稿")
    importing.add_argument("source", type=Path, metavar="文件夹")
    importing.add_argument("--author", required=True, metavar="账号", help="记在谁的名下")
    importing.add_argument("--reason", required=True, metavar="理由", help="为什么改")
    importing.set_defaults(act=_import, failed=NOT_READ)
    return parser


if __name__ == "__main__":
    sys.exit(main())
