"""What an operator does with personal data: python -m api.privacy, behind ./helpline privacy."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from api import logs
from api.clock import Clock
from api.database import Database
from api.errors import HelplineError
from api.privacy import rotation, service
from api.privacy.export import export
from api.privacy.sweep import KINDS, count, sweep
from api.protection.keys import DataKeyMissing, DataKeys, DataKeyWrong, new_key
from api.settings import Settings

Result = TypeVar("Result")

# What a deletion counts → what an operator reads.
_ROWS = {
    "suggestions": "给工作人员的答复建议",
    "suggestion_sets": "建议所依据的情况",
    "held_replies": "等过核对的答复",
    "knowledge_gaps": "不采用建议的理由",
    "asked_turns": "没有答好的提问的归类",
    "labelled_sentences": "拿来训练的句子",
    "told_content": "告诉过的内容（只计次数）",
    "calls": "来电记录",
    "contacts": "其他渠道的联系账号（解除）",
    "inbound": "其他渠道发来的内容（清空）",
    "messages": "说过的话",
    "referrals": "给出的建议",
    "ticket_files": "工单图片",
    "ticket_notes": "工单进展",
    "ticket_changes": "工单的改动记录",
    "referral_sheets": "转交单",
    "conversation_news": "待告知的进展",
    "turns": "答复",
    "tickets": "工单（留单号、状态、缓急和日期）",
    "handoffs": "转人工的记录",
    "conversation_tokens": "在别处接着办的口令",
    "move_codes": "接续码",
    "conversation_notes": "坐席备注",
    "conversation_tags": "标签",
    "conversation_watchers": "旁听的坐席",
    "desk_events": "工作台事件",
    "conversations": "对话",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command; returns the exit status."""
    options = _parser().parse_args(argv)
    settings = Settings()
    logs.configure(settings.log_level)
    try:
        act: Callable[[argparse.Namespace, Settings], int] = options.act
        return act(options, settings)
    except HelplineError as error:
        print(f"✗ {error.detail}", file=sys.stderr)
    except (DataKeyMissing, DataKeyWrong, rotation.CannotMakeKey) as trouble:
        print(f"✗ {trouble}", file=sys.stderr)
    return 1


def _export(options: argparse.Namespace, settings: Settings) -> int:
    async def of(database: Database) -> str:
        async with database.reading() as session:
            found = await service.find(session, options.case)
            document = await export(session, found, at=Clock().now())
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"

    text = _with_database(settings, of)
    if options.out is None:
        print(text, end="")
        return 0
    handle = os.open(options.out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    print(f"已导出到 {options.out}，只有您自己能读；交给本人后请删掉。")
    return 0


def _delete(options: argparse.Namespace, settings: Settings) -> int:
    async def subject(database: Database) -> str:
        async with database.reading() as session:
            return (await service.find(session, options.case)).subject

    found = _with_database(settings, subject)
    if not options.yes:
        print(f"将删除 {found} 的全部对话、建议、工单内容和联系方式，不能恢复。{service.KEPT}")
        if input("确认请输入 删除：").strip() != "删除":
            print("没有删除。")
            return 1

    async def done(database: Database) -> dict[str, int]:
        async with database.session() as session:
            deleted = await service.delete_case(session, options.case, "operator", at=Clock().now())
            return deleted.counts

    _print_counts(f"已删除 {found}：", _with_database(settings, done), _ROWS)
    return 0


def _sweep(options: argparse.Namespace, settings: Settings) -> int:
    now = Clock().now()

    async def done(database: Database) -> dict[str, int]:
        if options.dry_run:
            return await count(database, settings, at=now)
        return await sweep(database, settings, "operator", at=now)

    counts = _with_database(settings, done)
    _print_counts("到期、将要删除的：" if options.dry_run else "已删除到期的：", counts, KINDS)
    return 0


def _rotate(_: argparse.Namespace, settings: Settings) -> int:
    async def checked(database: Database) -> None:
        await database.check_keys()

    _with_database(settings, checked)
    rows = rotation.rotate(settings)
    print(f"已换用新的数据密钥，{rows} 行重新加密。请把新密钥另外备份：没有它，数据就打不开。")
    return 0


def _new_key(_: argparse.Namespace, settings: Settings) -> int:
    print(new_key())
    return 0


def _with_database(settings: Settings, work: Callable[[Database], Awaitable[Result]]) -> Result:
    async def run() -> Result:
        database = Database(settings.database_url, DataKeys.of(settings))
        try:
            await database.check_keys()
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(run())


def _print_counts(title: str, counts: Mapping[str, int], names: Mapping[str, str]) -> None:
    print(title)
    for kind, number in counts.items():
        print(f"  {names[kind]}：{number}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./helpline privacy", description="个人信息的导出、删除和到期清理。"
    )
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True)
    exporting = commands.add_parser("export", help="把一个人的全部内容导出成 JSON")
    exporting.add_argument("case", metavar="工单号或对话编号")
    exporting.add_argument("--out", type=Path, metavar="文件", help="写到这个文件，默认显示出来")
    exporting.set_defaults(act=_export)
    deleting = commands.add_parser("delete", help="删除一个人的全部内容，工单只留统计")
    deleting.add_argument("case", metavar="工单号或对话编号")
    deleting.add_argument("--yes", action="store_true", help="不再询问")
    deleting.set_defaults(act=_delete)
    sweeping = commands.add_parser("sweep", help="删除到期的内容；服务每晚自己会做")
    sweeping.add_argument("--dry-run", action="store_true", help="只列出有多少，不删除")
    sweeping.set_defaults(act=_sweep)
    rotating = commands.add_parser("rotate-key", help="换一把数据密钥，全部重新加密；先停止热线")
    rotating.set_defaults(act=_rotate)
    making = commands.add_parser("new-key", help="生成一把密钥，显示出来")
    making.set_defaults(act=_new_key)
    return parser


if __name__ == "__main__":
    sys.exit(main())
