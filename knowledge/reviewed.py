"""Reviewed content in YAML: read, checked against a schema, and blamed by file and line when it is
wrong.
"""

import os
import shutil
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

Schema = TypeVar("Schema", bound=BaseModel)

ROOT = Path(__file__).resolve().parents[1]  # of the repository
CONTENT = ROOT / "knowledge" / "content"


class ContentError(Exception):
    """A content file that cannot be used; its text names the file, the line and what to change."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(f"{path.parent.name}/{path.name} 第 {line} 行：{message}")
        self.path, self.line = path, line


class Strict(BaseModel):
    """Base of every content schema: unknown fields are mistakes, values never change after
    loading.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)


def load(path: Path, schema: type[Schema]) -> Schema:
    """The file as `schema`; raises ContentError with the line of the first fault."""
    try:
        text = path.read_text(encoding="utf-8")
        node, data = _node_and_data(text)
    except UnicodeDecodeError as error:
        raise ContentError(path, 1, "不是 UTF-8 编码，请另存为 UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ContentError(
            path, mark.line + 1 if mark else 1, "不是有效的 YAML，请检查缩进和引号"
        ) from error
    try:
        return schema.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ContentError(path, line_in(node, first["loc"]), f"{place}：{first['msg']}") from error


def _node_and_data(text: str) -> tuple[yaml.Node | None, Any]:
    """Where everything stands, and what it says, from one reading: the files are long."""
    loader = yaml.CSafeLoader(text)
    node = loader.get_single_node()
    return node, None if node is None else loader.construct_document(node)


def line_of(path: Path, *keys: str | int) -> int:
    """The line on which the value under `keys` stands; the closest parent's when it is missing."""
    return line_in(yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader), keys)


def line_in(node: yaml.Node | None, keys: tuple[Any, ...]) -> int:
    """The same within a composed file: many lines are asked for without reading it again."""
    line = 1
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            found = [value for name, value in node.value if name.value == str(key)]
            node = found[0] if found else None
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
        else:
            node = None
        if node is None:
            break
        line = node.start_mark.line + 1
    return line


def link_or_copy(source: str, target: str) -> None:
    """What stands at `source` also at `target`: one file where the file system can. Who changes a
    linked file has to remove it first.
    """
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
