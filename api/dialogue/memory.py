"""Memory of this machine, asked for before another engine or a training starts.

Read by the service and by `./helpline`, which has the standard library alone.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

_TOLD = Path("/proc/meminfo")


def free_memory_mb() -> int | None:
    """Memory that can be given out, in MB; None where the system does not tell."""
    with suppress(OSError, ValueError, IndexError):
        for line in _TOLD.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) // 1024
    return None
