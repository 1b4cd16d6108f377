"""Makes a backup and puts one back: `python -m api.keeping backup|restore FILE`; moves the data to
PostgreSQL: `python -m api.keeping move URL`.

`./helpline backup`, `restore` and `move-database` call it; the latter two see to it that nothing
runs.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import ModuleType

from sqlalchemy import URL, make_url

from api.clock import SHANGHAI
from api.keeping import archive, postgresql, sqlite, structure, transfer
from api.keeping.archive import KEY, KeepingFailed, Manifest
from api.settings import Settings, read_or_exit

DATABASES: dict[str, ModuleType] = {"sqlite": sqlite, "postgresql": postgresql}
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
WITH_KEY = (
    "备份里有数据密钥：谁拿到这个文件，谁就能读出联系方式，请像密钥一样保管。"
    "不想放进去，用 ./helpline backup 文件 --without-key，另外保管密钥。"
)
WITHOUT_KEY = "备份里没有数据密钥。请另外保管 {key}，没有它，恢复后读不出联系方式。"


def backup(settings: Settings, target: Path, with_key: bool) -> Manifest:
    """Write a backup of the data to `target`; raises KeepingFailed."""
    if target.exists():
        raise KeepingFailed(f"{target} 已经存在，不会覆盖它。请换一个文件名。")
    if not target.parent.is_dir():
        raise KeepingFailed(f"没有文件夹 {target.parent}。请先建好它。")
    address, kind = _address(settings)
    with archive.private_folder(target.parent) as folder:
        copied = folder / archive.DATABASE
        revision, tables = DATABASES[kind].copy(address, copied)
        files = {archive.DATABASE: copied}
        key = settings.var / KEY
        if with_key and key.is_file():
            files[KEY] = key
        what = {"kind": kind, "revision": revision, "tables": tables}
        return archive.pack(target, files, **what, encrypted=key.is_file())


def restore(settings: Settings, source: Path) -> tuple[Manifest, list[str]]:
    """Put a backup in the place of the data; its manifest, and where the former data is kept.

    Raises KeepingFailed, and then everything is as it was.
    """
    if not source.is_file():
        raise KeepingFailed(f"没有这个备份文件：{source}。")
    address, kind = _address(settings)
    settings.var.mkdir(parents=True, exist_ok=True)
    mark = f"before-restore-{datetime.now(SHANGHAI):%Y%m%d-%H%M%S}"
    with archive.private_folder(_folder_of(address, settings)) as folder:
        manifest = archive.unpack(source, folder)
        if manifest.kind != kind:
            raise KeepingFailed(
                f"这是 {NAMES[manifest.kind]} 的备份，现在的设置是 {NAMES[kind]}。"
                "请先改设置 HELPLINE_DATABASE_URL，再恢复。"
            )
        structure.check(manifest)
        kept = [DATABASES[kind].restore(address, folder / archive.DATABASE, mark)]
        if KEY in manifest.files:
            kept.append(_put_key_back(folder / KEY, settings.var / KEY, mark))
    return manifest, [one for one in kept if one]


def _put_key_back(found: Path, key: Path, mark: str) -> str | None:
    if key.is_file() and key.read_bytes() == found.read_bytes():
        return None
    kept = archive.keep_aside(key, mark)
    shutil.copyfile(found, key, follow_symlinks=False)
    os.chmod(key, 0o600)
    return str(kept) if kept else None


def _address(settings: Settings) -> tuple[URL, str]:
    """The database's URL with a synchronous driver, and its kind."""
    address = make_url(settings.database_url)
    kind = address.get_backend_name()
    return (address.set(drivername="sqlite") if kind == "sqlite" else address), kind


def _folder_of(address: URL, settings: Settings) -> Path:
    """Where the database lies, so that files can change places there at once."""
    if address.get_backend_name() != "sqlite":
        return settings.var
    folder = Path(address.database or "").parent
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def report_backup(manifest: Manifest, target: Path, key: Path) -> None:
    size = target.stat().st_size / 2**20
    print(f"✓ 已备份到 {target}（{size:.1f} MB，数据库结构 {manifest.revision}）。")
    if KEY in manifest.files:
        print(WITH_KEY)
    elif manifest.encrypted:
        print(WITHOUT_KEY.format(key=key))


def report_restore(manifest: Manifest, kept: Sequence[str]) -> None:
    print(f"✓ 已恢复 {manifest.made:%Y-%m-%d %H:%M} 的备份，并核对了指纹。")
    if manifest.revision != structure.newest():
        print(f"  数据库结构已从 {manifest.revision} 升级到 {structure.newest()}。")
    for place in kept:
        print(f"  原来的数据留在 {place}，确认无误后可以删除。")
    if manifest.encrypted and KEY not in manifest.files:
        print("  备份里没有数据密钥：请把当时的密钥放回原处，否则读不出联系方式。")


def move(settings: Settings, target: str) -> None:
    """Copy all data from SQLite to PostgreSQL, and say what is to be done then; raises
    KeepingFailed.
    """
    address, kind = _address(settings)
    if kind != "sqlite":
        raise KeepingFailed("现在用的已经是 PostgreSQL，不用再搬。")
    moved = transfer.move(address, target)
    print(f"✓ 已搬完并逐表核对：{len(moved)} 张表，{sum(moved.values()):,} 行。")
    print("  原来的 SQLite 文件没有动。接下来：")
    print("  1. 把设置 HELPLINE_DATABASE_URL 改成刚才的地址（带口令），数据密钥不变；")
    print("  2. 运行 ./helpline up，看一段对话和一张工单；")
    print(f"  3. 确认无误后删掉 {address.database}，里面有个人信息。")


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when it is done, 1 with a line that says why not."""
    parser = argparse.ArgumentParser(prog="python -m api.keeping")
    parser.add_argument("what", choices=("backup", "restore", "move"))
    parser.add_argument("where", help="a file; for `move` the URL of an empty PostgreSQL database")
    parser.add_argument("--without-key", action="store_true")
    chosen = parser.parse_args(arguments)
    settings = read_or_exit()
    try:
        if chosen.what == "backup":
            made = backup(settings, Path(chosen.where), not chosen.without_key)
            report_backup(made, Path(chosen.where), settings.var / KEY)
        elif chosen.what == "restore":
            report_restore(*restore(settings, Path(chosen.where)))
        else:
            move(settings, chosen.where)
    except (KeepingFailed, OSError) as failure:
        print(f"✗ {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
