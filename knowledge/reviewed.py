"""Reviewed content in YAML: read, checked against a schema, and blamed by file and line when it is
wrong.
"""

import os
import shutil
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

Schema = TypeVar("Schema", bound=BaseModel)

ROOT = Path(__file__).resolve().parents[1]  # of the repository
CONTENT = ROOT / "knowledge" / "content"

# So many files of the last ones are remembered as they were read: a release, and what is tried at
# the desk, differ from what is in use by a file or two.
KEPT = 256


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


class _Misfit(Exception):
    """Data that do not fit their schema, and where they stand."""

    def __init__(self, node: yaml.Node | None, error: ValidationError) -> None:
        super().__init__(str(error))
        self.node, self.error = node, error


def load(path: Path, schema: type[Schema]) -> Schema:
    """The file as `schema`; raises ContentError with the line of the first fault.

    Files of the same text share what was read: their values never change.
    """
    try:
        read = _read(path.read_text(encoding="utf-8"), schema)
    except UnicodeDecodeError as error:
        raise ContentError(path, 1, "不是 UTF-8 编码，请另存为 UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ContentError(
            path, mark.line + 1 if mark else 1, "不是有效的 YAML，请检查缩进和引号"
        ) from error
    except _Misfit as misfit:
        first = misfit.error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        line = line_in(misfit.node, first["loc"])
        raise ContentError(path, line, f"{place}：{first['msg']}") from misfit.error
    assert isinstance(read, schema)
    return read


@lru_cache(maxsize=KEPT)
def _read(text: str, schema: type[BaseModel]) -> BaseModel:
    """Where everything stands, and what it says, from one reading: the files are long."""
    loader = yaml.CSafeLoader(text)
    node = loader.get_single_node()
    data = None if node is None else loader.construct_document(node)
    try:
        return schema.model_validate(data)
    except ValidationError as error:
        raise _Misfit(node, error) from error


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
