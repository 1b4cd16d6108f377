"""The analysts' database from the command line: python -m api.analysts, behind ./helpline
analysts.
"""

import argparse
import sys
from collections.abc import Sequence

from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from api.analysts import receiving
from api.analysts.receiving import NotReceiving
from api.protection import publication
from api.protection.classified import OPEN
from api.settings import Settings, read_or_exit

NEEDS_POSTGRESQL = (
    "分析库要用 PostgreSQL（15 或更新）的逻辑复制，现在用的是 SQLite。"
    "请先用 ./helpline move-database 搬到 PostgreSQL。"
)
NOT_LOGICAL = (
    "! 主库的 wal_level 不是 logical，还不能订阅：请在 postgresql.conf 里写 wal_level = logical，"
    "重启 PostgreSQL。"
)
UNBOUNDED = (
    "! 主库的 max_slot_wal_keep_size 没有上限：分析库停了，日志会一直积在主库的磁盘上。"
    "请设一个上限，如 20GB。"
)
OLDEST = 150_000  # server_version_num of the first that publishes columns


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when it is done, 1 with a line that says why not."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.act(options)
    except NotReceiving as refused:
        print(f"✗ {refused}", file=sys.stderr)
        return 1
    except DBAPIError as error:
        said = (str(error.orig).strip().splitlines() or ["没有说明"])[0]
        print(f"✗ 主库没有照办：{said}", file=sys.stderr)
        return 1
    return code


def _columns(_: argparse.Namespace) -> int:
    for table, columns in sorted(OPEN.items()):
        print(f"{table}：{'、'.join(columns)}")
    return 0


def _publish(options: argparse.Namespace) -> int:
    engine = create_engine(make_url(_main_database(read_or_exit())))
    try:
        with engine.begin() as connection:
            _check_version(connection)
            held = publication.publish(connection, options.to)
            advice = _advice(connection)
    finally:
        engine.dispose()
    print(f"✓ 发布 {publication.NAME}：{len(held)} 张表，{sum(map(len, held.values()))} 列。")
    print("  其余的列（姓名、联系方式、所有原话、口令等）不在里面。")
    for line in advice:
        print(line)
    return 0


def _subscribe(options: argparse.Namespace) -> int:
    source = sys.stdin.readline().strip() if options.source == "-" else options.source
    if receiving.subscribe(options.target, source, options.reader):
        print("✓ 分析库已建好，PostgreSQL 正在复制已有的行；之后几秒内跟上主库。")
    else:
        print("✓ 分析库的结构没有变，继续跟着主库。")
    return 0


def _unsubscribe(options: argparse.Namespace) -> int:
    dropped = receiving.unsubscribe(options.target)
    print(f"✓ 已取消订阅，删除 {len(dropped)} 张表；主库不再为它留日志。")
    return 0


def _main_database(settings: Settings) -> str:
    if not settings.database_url.startswith("postgresql"):
        raise NotReceiving(NEEDS_POSTGRESQL)
    return settings.database_url


def _check_version(connection: Connection) -> None:
    if int(connection.scalar(text("SHOW server_version_num")) or 0) < OLDEST:
        raise NotReceiving("主库的 PostgreSQL 太旧：只发布一部分列要 15 或更新的版本。")


def _advice(connection: Connection) -> list[str]:
    told = []
    if connection.scalar(text("SHOW wal_level")) != "logical":
        told.append(NOT_LOGICAL)
    if connection.scalar(text("SHOW max_slot_wal_keep_size")) == "-1":
        told.append(UNBOUNDED)
    return told


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./helpline analysts", description="给分析人员的只读库：只有公开的列，没有个人信息。"
    )
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True)
    columns = commands.add_parser("columns", help="列出交给分析库的表和列")
    columns.set_defaults(act=_columns)
    publishing = commands.add_parser("publish", help="在主库建立或更新发布，可以重复运行")
    publishing.add_argument("--to", metavar="角色", help="分析库用来读主库的角色，只准它读这些列")
    publishing.set_defaults(act=_publish)
    receives = commands.add_parser("subscribe", help="在分析库建表并订阅，升级以后再运行一次")
    receives.add_argument("target", metavar="分析库", help="postgresql://用户@主机/库名")
    receives.add_argument(
        "--from",
        dest="source",
        required=True,
        metavar="主库",
        help="分析库的服务器怎样连主库；- 表示从标准输入读一行",
    )
    receives.add_argument("--reader", metavar="角色", help="分析人员的角色，准它读这些表")
    receives.set_defaults(act=_subscribe)
    ending = commands.add_parser("unsubscribe", help="取消订阅，删掉分析库里的表")
    ending.add_argument("target", metavar="分析库", help="postgresql://用户@主机/库名")
    ending.set_defaults(act=_unsubscribe)
    return parser


if __name__ == "__main__":
    sys.exit(main())
