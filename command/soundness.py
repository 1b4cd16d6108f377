"""Whether what a step made is still whole and made for this checkout, seen from the thing itself.

Each function gives what is wrong in Chinese, None when all is well.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import sqlite3
from pathlib import Path
from urllib.parse import quote

# The first lines of an installed program: #!/…/python, or for long paths ''''exec' '/…/python'.
INTERPRETER = re.compile(
    r"""(?:^#!|^'{3}exec' ['"]?)(/.*?)/python[\d.]*(?=['"\s]|$)""", re.MULTILINE
)
COMPONENT = re.compile(r"^- name: *(\S+)", re.MULTILINE)
REVISION = re.compile(r'^(revision|down_revision)\b[^=\n]*= *"(\w+)"', re.MULTILINE)


def foreign_interpreter(program: Path) -> str | None:
    """Programs of an environment name its folder: after a move or copy they run another one.

    One that is not there yet names none.
    """
    if not program.is_file():
        return None
    found = INTERPRETER.search(program.read_bytes()[:1000].decode("utf-8", "replace"))
    if not found or os.path.realpath(found.group(1)) == os.path.realpath(program.parent):
        return None
    return f"文件夹搬动或复制过，它还指着 {found.group(1)}"


def seal(product: Path, file: Path) -> None:
    """Keep a product's SHA-256 beside it."""
    partial = file.with_suffix(".partial")
    partial.write_text(f"{sha256_of(product)}  {product.name}\n", encoding="utf-8")
    partial.replace(file)


def model_trouble(model: Path, seal_file: Path) -> str | None:
    """A model that was cut short loads as none at all, and Rasa does not say so."""
    if not seal_file.exists():
        return "没有训练时留下的指纹"
    sealed = seal_file.read_text("utf-8").split()[:1]
    return None if sealed == [sha256_of(model)] else "模型文件与训练时的指纹不符"


def index_trouble(out: Path) -> str | None:
    folder = out / (out / "current").read_text("utf-8").strip()
    try:
        files = json.loads((folder / "manifest.json").read_text("utf-8"))["files"].items()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return "清单缺失或读不懂"
    wrong = next((name for name, digest in files if sha256_of(folder / name) != digest), None)
    return f"文件 {wrong} 与清单不符" if wrong else None


def database_trouble(file: Path, root: Path) -> str | None:
    """A database that was put back under a fresh stamp is told by its own revision."""
    found, needed = revision_of(file), newest_revision(root)
    return None if found == needed else f"结构是 {found or '空的'}，要的是 {needed}"


def revision_of(file: Path) -> str | None:
    """The revision that an SQLite file says it has."""
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)) as opened,
    ):
        row = opened.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else None
    return None


def newest_revision(root: Path) -> str | None:
    """The migration on which no other follows."""
    revisions: set[str] = set()
    followed: set[str] = set()
    for path in (root / "api/migrations/versions").glob("*.py"):
        for name, value in REVISION.findall(path.read_text("utf-8")):
            (revisions if name == "revision" else followed).add(value)
    return max(revisions - followed, default=None)


def config_trouble(root: Path) -> str | None:
    """config.yml cut short: Rasa would fill in what is missing by itself, or fail in English."""
    file = root / "config.yml"
    text = file.read_text("utf-8") if file.exists() else ""
    for section in ("pipeline", "policies"):
        body = re.search(rf"^{section}:.*\n((?:[-\s#].*\n?)*)", text, re.MULTILINE)
        if not body or not COMPONENT.search(body.group(1)):
            return f"config.yml 不完整：缺少 {section} 一节或它的内容。请恢复这个文件再试。"
    for name in COMPONENT.findall(text):
        module, _, kind = name.rpartition(".")
        if module.startswith("bot.") and not has_class(root, module, kind):
            return f"config.yml 里的 {name} 在 bot/ 里没有：可能写错或被截断。请恢复这个文件再试。"
    return None


def has_class(root: Path, module: str, kind: str) -> bool:
    path = root / f"{module.replace('.', '/')}.py"
    return path.exists() and bool(re.search(rf"^class {kind}\b", path.read_text("utf-8"), re.M))


def sha256_of(path: Path) -> str:
    """ "" for a file that is not there."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
