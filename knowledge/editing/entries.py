"""Entries of a YAML file as text: found, replaced, added and removed without touching the rest.

A comment right before an entry belongs to it. What stands between two entries stays as it is, so
that a file in which one entry changed differs by that entry alone.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import dedent

import yaml

from knowledge.editing.kinds import Kind


class EntryError(Exception):
    """An entry that cannot be put in its place; the text says in Chinese what to change."""


@dataclass(frozen=True)
class Entry:
    """An entry: its `key`, and the lines `first` to `last` (counted from 0, `last` excluded) that
    are its own.
    """

    key: str
    first: int
    last: int


def entries(text: str, kind: Kind) -> list[Entry]:
    """The entries of a file, in order.

    Raises EntryError where it is no YAML of that form, or two entries have one key.
    """
    holder = _holder(_composed(text), kind)
    if holder is None:
        return []
    lines = text.splitlines()
    end = _end_of(holder, lines)
    found = list(_named(holder, kind))
    twice = [key for key, count in Counter(key for key, _ in found).items() if count > 1]
    if twice:
        raise EntryError(f"编号「{twice[0]}」用了两次。")
    starts = [*(line for _, line in found), end]
    return [
        Entry(key, line, _trimmed(lines, line, starts[number + 1]))
        for number, (key, line) in enumerate(found)
    ]


def read(text: str, kind: Kind, key: str) -> str | None:
    """The text of an entry by itself; None where the file has none of that key.

    Of a list it is what stands behind the dash; of a mapping the key stands before it.
    """
    entry = _find(text, kind, key)
    return None if entry is None else _body(text.splitlines(), entry, kind)


def read_all(text: str, kind: Kind) -> list[tuple[str, str]]:
    """Key and text of every entry, in order; raises EntryError."""
    lines = text.splitlines()
    return [(entry.key, _body(lines, entry, kind)) for entry in entries(text, kind)]


def _body(lines: list[str], entry: Entry, kind: Kind) -> str:
    own = lines[entry.first : entry.last]
    return _without_dash(own) if kind.by else dedent(_joined(own))


def replace(text: str, kind: Kind, key: str, body: str | None) -> str:
    """The file with an entry's text in the place of the one it has, or behind all others where it
    has none; without the entry where `body` is None. Raises EntryError.
    """
    lines = text.splitlines()
    known = entries(text, kind)
    entry = next((one for one in known if one.key == key), None)
    if body is None:
        if entry is not None:
            del lines[entry.first : entry.last]
        return _joined(lines)
    written = _written(kind, key, body, _indent_of(lines, known, kind))
    if entry is not None:
        lines[entry.first : entry.last] = written
    else:
        _append(lines, known, kind, written)
    return _joined(lines)


def _append(lines: list[str], known: list[Entry], kind: Kind, written: list[str]) -> None:
    if known:
        lines[known[-1].last : known[-1].last] = written
        return
    if not kind.under:
        lines.extend(written)
        return
    for number, line in enumerate(lines):
        if line.startswith(f"{kind.under}:"):
            lines[number : number + 1] = [f"{kind.under}:", *written]
            return
    raise EntryError(f"文件里没有「{kind.under}」这一段，放不进去。")


def _composed(text: str) -> yaml.Node | None:
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"第 {mark.line + 1} 行" if mark else ""
        raise EntryError(f"不是有效的 YAML，请检查{line}的缩进和引号。") from error
    return node


def _holder(node: yaml.Node | None, kind: Kind) -> yaml.CollectionNode | None:
    """The list or mapping that holds the entries; None where it is missing or empty."""
    if kind.under:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        node = next((value for name, value in pairs if name.value == kind.under), None)
    expected = yaml.SequenceNode if kind.by else yaml.MappingNode
    if not isinstance(node, expected) or not node.value:
        return None
    return node


def _named(holder: yaml.CollectionNode, kind: Kind) -> Iterator[tuple[str, int]]:
    """Key and first line of each entry."""
    if kind.by is None:
        for name, _ in holder.value:
            yield name.value, name.start_mark.line
        return
    for number, one in enumerate(holder.value):
        fields = one.value if isinstance(one, yaml.MappingNode) else []
        key = next((value.value for name, value in fields if name.value == kind.by), None)
        if key is None:
            raise EntryError(f"第 {number + 1} 条没有「{kind.by}」。")
        yield str(key), one.start_mark.line


def _end_of(holder: yaml.CollectionNode, lines: list[str]) -> int:
    """The line behind the holder: the next that stands as far to the left as its file's keys."""
    if holder.flow_style:
        raise EntryError("这一段写在一行里，请先改成一条一行。")
    mark = holder.end_mark
    return len(lines) if mark.line >= len(lines) else mark.line


def _trimmed(lines: list[str], first: int, last: int) -> int:
    """`last` without the blank lines and comments that stand before it."""
    while last > first + 1 and (not lines[last - 1].strip() or _is_comment(lines[last - 1])):
        last -= 1
    return last


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _find(text: str, kind: Kind, key: str) -> Entry | None:
    return next((entry for entry in entries(text, kind) if entry.key == key), None)


def _without_dash(own: list[str]) -> str:
    head, *rest = own
    dash = head.index("-")
    blank = " " * (dash + 1)
    return dedent(_joined([blank + head[dash + 1 :], *rest]))


def _indent_of(lines: list[str], known: list[Entry], kind: Kind) -> int:
    if known:
        line = lines[known[0].first]
        return len(line) - len(line.lstrip())
    return 2 if kind.under and not kind.by else 0


def _written(kind: Kind, key: str, body: str, blanks: int) -> list[str]:
    """The lines of an entry; raises EntryError where the body is not one, or names another key."""
    body = dedent(body).strip("\n")
    node = _composed(body)
    if node is None:
        raise EntryError("内容是空的。")
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    if kind.by is None:
        named = pairs[0][0].value if len(pairs) == 1 else None
    else:
        named = next((value.value for name, value in pairs if name.value == kind.by), None)
    if named != key:
        raise EntryError(f"编号应是「{key}」，不是「{named}」；编号定了就不改。")
    dash = "- " if kind.by else ""
    own = [
        (dash if number == 0 else " " * len(dash)) + line
        for number, line in enumerate(body.splitlines())
    ]
    return [" " * blanks + line if line.strip() else "" for line in own]


def _joined(lines: list[str]) -> str:
    return "\n".join(lines) + "\n" if lines else ""
