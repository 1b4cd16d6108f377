"""Processor time and memory of a cluster's processes, as this machine's /proc tells them.

Processor time does not depend on what else the machine does, clocks do: so that what a message
costs can be told on a busy machine too.
"""

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

PROC = Path("/proc")
SERVICE, ENGINE, DATABASE, PROXY = KINDS = ("service", "engine", "database", "proxy")
# By a word of the command line; what is none of these looks after the others.
_WORDS = {"bot.serve": ENGINE, "postgres": DATABASE, "nginx": PROXY, "api": SERVICE}


def descendants(pid: int) -> set[int]:
    """Every process that a process has started, itself left out."""
    children = defaultdict[int, list[int]](list)
    for number, fields in _stats():
        children[int(fields[1])].append(number)
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        for child in children[waiting.pop()]:
            found.add(child)
            waiting.append(child)
    return found


def by_kind(supervisor: int) -> dict[str, set[int]]:
    """The processes of a cluster by what they are for; `supervisor` has started them."""
    kinds: dict[str, set[int]] = {kind: set() for kind in KINDS}
    for pid in descendants(supervisor):
        if kind := kind_of(_command(pid)):
            kinds[kind].add(pid)
    return kinds


def kind_of(command: str) -> str | None:
    """What a process is for, by its command line."""
    words = command.replace("\0", " ").split()
    for word, kind in _WORDS.items():
        if any(word in (one, one.rpartition("/")[2], one.rstrip(":")) for one in words):
            return kind
    return None


def processor_ms(pids: set[int]) -> float:
    """Milliseconds of processor time that these have used, all their threads together, and their
    children that have ended: PostgreSQL's end with their connection.
    """
    threads = (_thread_ns(task) for pid in pids for task in (PROC / f"{pid}/task").glob("*"))
    return sum(threads) / 1e6 + sum(map(_ended_ms, pids))


def memory_mb(pids: set[int]) -> float:
    """Megabytes that these hold, what they share counted once among them (PSS)."""
    return sum(_pss_kb(pid) for pid in pids) / 1024


def running(pids: set[int] | None = None) -> int:
    """How many threads run or wait for a core: of these processes, or of all."""
    if pids is None:
        lines = (PROC / "stat").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("procs_running"))
    tasks = (task for pid in pids for task in (PROC / f"{pid}/task").glob("*/stat"))
    return sum(_fields(task)[:1] == ["R"] for task in tasks)


def machine() -> dict[str, str | int]:
    """What the figures were taken on."""
    lines = (PROC / "cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if "model name" in line), "")
    return {"cores": os.cpu_count() or 1, "processor": model or os.uname().machine}


def total(kinds: Mapping[str, set[int]]) -> dict[str, float]:
    """Processor milliseconds of each kind so far."""
    return {kind: processor_ms(pids) for kind, pids in kinds.items()}


def _stats() -> Iterator[tuple[int, list[str]]]:
    for stat in PROC.glob("[0-9]*/stat"):
        if fields := _fields(stat):
            yield int(stat.parent.name), fields


def _fields(stat: Path) -> list[str]:
    """State, parent and what follows; [] where the process is gone."""
    try:
        return stat.read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _command(pid: int) -> str:
    try:
        return (PROC / f"{pid}/cmdline").read_text()
    except OSError:
        return ""


def _thread_ns(task: Path) -> int:
    try:
        return int((task / "schedstat").read_text().split()[0])
    except (OSError, IndexError):
        return 0


def _ended_ms(pid: int) -> float:
    fields = _fields(PROC / f"{pid}/stat")
    return sum(map(int, fields[13:15])) * 1000 / os.sysconf("SC_CLK_TCK")  # cutime, cstime


def _pss_kb(pid: int) -> int:
    try:
        lines = (PROC / f"{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
