"""A process beside the service that has time: last in the queue for the processor and the disk."""

import asyncio
import os
import shutil
import signal
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

KEPT_LINES = 20  # of what it said last
LONGEST_LINE = 2**20  # bytes
# Where a machine has them: what ends it with us, and what makes it wait behind everything else.
WAYS = (
    ("setpriv", "--pdeathsig", "KILL"),
    ("nice", "-n", "19"),
    ("ionice", "-c", "3"),
)
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)


class ProcessFailed(Exception):
    """It ended otherwise than well; `tail` is what it said last."""

    def __init__(self, code: int, tail: str) -> None:
        super().__init__(f"exit code {code}")
        self.code, self.tail = code, tail


async def run(
    argv: Sequence[str | Path],
    folder: Path,
    env: Mapping[str, str],
    hear: Callable[[str], None],
) -> None:
    """Run it to its end; every line that it says is heard. Who is cancelled ends it.

    Raises ProcessFailed, and OSError where it cannot be started.
    """
    words = [*(word for way in WAYS if shutil.which(way[0]) for word in way), *map(str, argv)]
    process = await asyncio.create_subprocess_exec(
        *words,
        cwd=folder,
        env={**env, **ONE_THREAD},
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
        limit=LONGEST_LINE,
        start_new_session=True,
    )
    said: deque[str] = deque(maxlen=KEPT_LINES)
    try:
        assert process.stdout is not None
        async for line in process.stdout:
            text = line.decode("utf-8", "replace").rstrip()
            said.append(text)
            hear(text)
        code = await process.wait()
    finally:
        await _end(process)
    if code:
        raise ProcessFailed(code, "\n".join(said))


async def _end(process: Process) -> None:
    """End it and whatever it started, by force: nothing of what it makes is in use."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
