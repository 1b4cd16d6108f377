"""Whole texts of law, one JSON file for each version of a law: those that an operator imported, in
`laws` under the data folder, and those that are reviewed content, in its folder `statutes`.
"""

import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from knowledge.law.articles import CANONICAL
from knowledge.reviewed import ROOT, ContentError, Strict

FOLDER = "statutes"  # in a folder of content
LawKind = Literal["法律", "行政法规", "司法解释", "部门规章"]


class ImportedArticle(Strict):
    number: str = Field(pattern=f"^{CANONICAL}$")
    chapter: str
    text: str = Field(min_length=1)


class ImportedLaw(Strict):
    """One version of a law. What laws.yml says of the version goes before what stands here."""

    law: str = Field(min_length=1)
    name: str
    kind: LawKind
    version_date: date
    in_force_from: date
    in_force_to: date | None
    source: str  # the file's name
    sha256: str  # of the file
    imported_on: date
    publisher: str = ""
    document_number: str = ""
    address: str = ""  # where the text is published
    articles: tuple[ImportedArticle, ...] = Field(min_length=1)

    @property
    def file_name(self) -> str:
        return f"{self.law}({self.version_date}).json"


def folder() -> Path:
    """Where imported laws are kept: under HELPLINE_VAR, the data folder that `./helpline` names."""
    return Path(os.environ.get("HELPLINE_VAR") or ROOT / "var") / "laws"


def read_all(folder: Path) -> dict[Path, ImportedLaw]:
    """What was imported, by file; raises ContentError where a file is damaged or is not what its
    name says.
    """
    return {path: _read(path) for path in sorted(folder.glob("*.json"))}


def _read(path: Path) -> ImportedLaw:
    again = "请删除这个文件，再用 ./helpline law import 重新导入"
    try:
        law = ImportedLaw.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise ContentError(path, 1, f"导入的法律损坏了。{again}") from error
    if law.file_name != path.name:
        raise ContentError(path, 1, f"文件名与内容不符，内容是 {law.file_name}。{again}")
    numbers = [article.number for article in law.articles]
    if len(set(numbers)) < len(numbers):
        raise ContentError(path, 1, f"有重复的条号。{again}")
    return law


def as_text(law: ImportedLaw) -> str:
    """A law as its file says it."""
    return json.dumps(law.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n"


def write_all(folder: Path, laws: Sequence[ImportedLaw]) -> None:
    """Write all of the laws, or none and raise OSError; a law that is there already is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".importing-") as scratch:
        fresh = _written(Path(scratch), laws)
        before: dict[Path, bytes | None] = {}
        try:
            for path in fresh:
                target = folder / path.name
                before[target] = target.read_bytes() if target.is_file() else None
                os.replace(path, target)
        except BaseException:
            for target, content in before.items():
                if content is not None:
                    target.write_bytes(content)
                elif target.is_file():
                    target.unlink()
            raise


def _written(folder: Path, laws: Iterable[ImportedLaw]) -> list[Path]:
    paths = []
    for law in laws:
        path = folder / law.file_name
        with open(path, "w", encoding="utf-8") as file:
            file.write(as_text(law))
            file.flush()
            os.fsync(file.fileno())
        paths.append(path)
    return paths
