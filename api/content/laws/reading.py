"""Reads an uploaded file in a process of its own, which is ended where it takes too long."""

import asyncio
import json
import os
import re
import sys
import tempfile
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from api.content.laws.errors import FileRefused, ReadingBusy
from knowledge.reviewed import ROOT

LARGEST_FILE = 20_000_000  # bytes; the longest code as PDF has about 5 MB
PATIENCE_S = 25.0  # the desk gives up a call after 30
READER = (sys.executable, "-m", "knowledge.law.importing.apart")
TOO_LARGE = (
    f"文件超过 {LARGEST_FILE // 1_000_000} MB，一部法律的文字没有这么大，多半是扫描件。"
    "请换用官方网站的 docx 或网页，或先做文字识别（OCR）并校对"
)
TOO_SLOW = (
    f"读了 {PATIENCE_S:.0f} 秒还没有读完，已经停下，没有影响别人。"
    "多半页数太多或含有大图，请换用官方网站的 docx 或网页，或者只留下法律本身的几页"
)
TOO_HEAVY = "这个文件读不下来（太大或已损坏），没有影响别人。请换用官方网站的 docx 或网页"
_SUFFIX = re.compile(r"\.[a-z0-9]{1,10}")


class Reader:
    """Reads one file after the other; `command` is what reads one, `patience_s` how long it may
    take.
    """

    def __init__(self, command: tuple[str, ...] = READER, patience_s: float = PATIENCE_S) -> None:
        self._command, self._patience_s = command, patience_s
        self._one_by_one = asyncio.Lock()

    async def read(self, name: str, data: bytes) -> dict[str, Any]:
        """What a file says, as a knowledge.law.importing.apart.Reading; raises FileRefused,
        ReadingBusy.
        """
        if not data:
            raise FileRefused("文件是空的。请重新下载")
        if len(data) > LARGEST_FILE:
            raise FileRefused(TOO_LARGE)
        if self._one_by_one.locked():
            raise ReadingBusy(headers={"Retry-After": "20"})
        async with self._one_by_one:
            told = await self._told(PurePosixPath(name.replace("\\", "/")).name, data)
        if "refused" in told:
            raise FileRefused(told["refused"])
        return told

    async def _told(self, name: str, data: bytes) -> dict[str, Any]:
        with tempfile.TemporaryDirectory(prefix="helpline-law-") as scratch:
            suffix = PurePosixPath(name).suffix.lower()
            path = Path(scratch) / f"law{suffix if _SUFFIX.fullmatch(suffix) else ''}"
            await asyncio.to_thread(path.write_bytes, data)
            process = await asyncio.create_subprocess_exec(
                *self._command,
                str(path),
                name,
                cwd=ROOT,
                env=_environment(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
            try:
                async with asyncio.timeout(self._patience_s):
                    said, _ = await process.communicate()
            except TimeoutError as error:
                raise FileRefused(TOO_SLOW) from error
            finally:
                await _end(process)
        if process.returncode != 0:
            raise FileRefused(TOO_HEAVY)
        told: dict[str, Any] = json.loads(said)
        return told


def _environment() -> dict[str, str]:
    """Nothing that is secret: the process reads what strangers wrote."""
    kept = {key: os.environ[key] for key in ("PATH", "LANG", "LC_ALL") if key in os.environ}
    return kept | {"PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"}


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
