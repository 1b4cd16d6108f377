"""A folder of content made from another one and the changes to it."""

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from knowledge.editing import entries
from knowledge.editing.entries import EntryError
from knowledge.editing.kinds import KINDS, Kind
from knowledge.reviewed import CONTENT, link_or_copy


@dataclass(frozen=True)
class Change:
    """What an item is to say: its kind, its file relative to the content, its key (of an item that
    is a file: the file's name again), and its text; None takes it away.
    """

    kind: str
    file: str
    key: str
    body: str | None


@dataclass(frozen=True)
class Item:
    """An item as a folder has it."""

    kind: str
    file: str
    key: str
    body: str


def files_of(kind: Kind, content: Path = CONTENT) -> list[str]:
    """The files that hold items of a kind, relative to the content."""
    found = {path for pattern in kind.files for path in content.glob(pattern)}
    return sorted(path.relative_to(content).as_posix() for path in found)


def items_of(kind: Kind, content: Path = CONTENT) -> list[Item]:
    """Every item of a kind; raises EntryError."""
    found = []
    for file in files_of(kind, content):
        text = (content / file).read_text(encoding="utf-8")
        if kind.whole:
            found.append(Item(kind.key, file, file, text))
        else:
            found += [Item(kind.key, file, key, body) for key, body in entries.read_all(text, kind)]
    return found


def item_of(kind: Kind, file: str, key: str, content: Path = CONTENT) -> Item | None:
    """One item; None where the folder has none of that key."""
    path = content / file
    if not kind.holds(file) or not path.is_file():
        return None
    text = path.read_text(encoding="utf-8")
    body = text if kind.whole else entries.read(text, kind, key)
    return None if body is None else Item(kind.key, file, key, body)


def make(
    target: Path, changes: Iterable[Change], base: Path = CONTENT, linked: bool = True
) -> None:
    """Make `target`, which is not there yet, from `base` and the changes, in their order.

    What is not changed is `linked` where the file system can, so that a folder costs little; where
    people will edit the folder it must not be. Raises EntryError, OSError; then there is no
    `target`.
    """
    scratch = target.with_name(f"{target.name}.making-{os.getpid()}")
    try:
        shutil.copytree(base, scratch, copy_function=link_or_copy if linked else shutil.copy2)
        for change in changes:
            _apply(scratch, change)
        scratch.rename(target)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise


def _apply(folder: Path, change: Change) -> None:
    kind = KINDS[change.kind]
    if not kind.holds(change.file) or ".." in Path(change.file).parts:
        raise EntryError(f"「{change.file}」不是放{kind.name}的文件。")
    path = folder / change.file
    if kind.whole:
        text = change.body
    else:
        text = entries.replace(_text(path, kind), kind, change.key, change.body)
    # Removed first: a linked file is the base's as well.
    path.unlink(missing_ok=True)
    if text is not None:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _text(path: Path, kind: Kind) -> str:
    if path.exists():
        return path.read_text(encoding="utf-8")
    return f"{kind.under}:\n" if kind.under else ""
