"""The file of a backup: a tar with the database, the data key if it is wanted, and a manifest."""

import os
import tarfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from pydantic import BaseModel, ValidationError

from api.clock import SHANGHAI
from api.settings import ROOT

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database"
KEY = "data.key"

Kind = Literal["sqlite", "postgresql"]


class KeepingFailed(Exception):
    """A backup could not be made or put back; the message says in Chinese why and what to do."""


class Manifest(BaseModel):
    """What a backup is. `files` maps each file's name to its SHA-256, `revision` is that of the
    database's structure, `tables` are those it holds; `encrypted` tells whether there was a data
    key, which the backup need not hold.
    """

    format: int = FORMAT
    kind: Kind
    revision: str
    tables: list[str]
    encrypted: bool
    version: str
    made: datetime
    files: dict[str, str]


def pack(target: Path, files: Mapping[str, Path], **what: object) -> Manifest:
    """Write the backup whole or not at all, readable by its owner alone; its manifest."""
    manifest = Manifest.model_validate(
        {
            **what,
            "version": version(),
            "made": datetime.now(SHANGHAI),
            "files": {name: sha256_of(file) for name, file in files.items()},
        }
    )
    partial = target.with_name(f"{target.name}.partial")
    try:
        with (
            open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream,
            tarfile.open(fileobj=stream, mode="w") as tar,
            private_folder(target.parent) as folder,
        ):
            (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2), encoding="utf-8")
            tar.add(folder / MANIFEST, MANIFEST)
            for name, file in files.items():
                tar.add(file, name)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def unpack(source: Path, folder: Path) -> Manifest:
    """Take the files of a backup into `folder` and hold them against their fingerprints.

    Raises KeepingFailed where one is missing or is not what it was.
    """
    try:
        with tarfile.open(source) as tar:
            manifest = Manifest.model_validate_json(_read(tar, MANIFEST))
            for name in manifest.files:
                _extract(tar, name, folder / Path(name).name)
    except (tarfile.TarError, KeyError, ValidationError, EOFError) as error:
        raise KeepingFailed(f"{source} 不是完整的热线备份，可能没有传完。请换一份备份。") from error
    for name, digest in manifest.files.items():
        if sha256_of(folder / Path(name).name) != digest:
            raise KeepingFailed(
                f"备份里的 {name} 与清单的指纹不符，文件已损坏。没有恢复任何内容，请换一份备份。"
            )
    if manifest.format > FORMAT or DATABASE not in manifest.files:
        raise KeepingFailed("这份备份的格式比程序新。请用做这份备份的那一版程序恢复。")
    return manifest


def _read(tar: tarfile.TarFile, name: str) -> bytes:
    member = tar.extractfile(name)
    if member is None:
        raise KeyError(name)
    return member.read()


def _extract(tar: tarfile.TarFile, name: str, target: Path) -> None:
    member = tar.extractfile(name)
    if member is None:
        raise KeyError(name)
    with open(target, "wb") as file:
        while block := member.read(1 << 20):
            file.write(block)


@contextmanager
def private_folder(beside: Path) -> Iterator[Path]:
    """A folder on the same disk that nobody else can look into, gone afterwards."""
    with TemporaryDirectory(prefix=".helpline-", dir=beside) as folder:
        yield Path(folder)


def keep_aside(file: Path, mark: str) -> Path | None:
    """Rename a file that is there to a name that says when; the new name."""
    if not file.exists():
        return None
    aside = file.with_name(f"{file.name}.{mark}")
    with suppress(FileNotFoundError):
        file.replace(aside)
        aside.chmod(0o600)
    return aside


def sha256_of(file: Path) -> str:
    with open(file, "rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def version() -> str:
    """The version of this program."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])
