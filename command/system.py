"""Processes, signals, logs, messages: what every part of the command takes for granted."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any


class Failure(Exception):
    """What went wrong and what to do about it, in Chinese; shown without a stack trace."""

    code = 1  # that the command exits with


class SettingsFailure(Failure):
    """A setting that cannot be used; trying again without changing it is of no use."""

    code = 2


def say(text: str) -> None:
    with contextlib.suppress(OSError):  # a terminal that went away must not stop the helpline
        print(f"{text}\n", end="", flush=True)  # one write: threads speak at the same time


def keep_private(var: Path) -> None:
    """Nobody but the owner reads the data folder; what is made from here on is born so.

    What belongs to somebody else stays as it is.
    """
    os.umask(0o077)
    patterns = ("*.db*", "*.key", "*.lock", "log/*")
    files = [path for pattern in patterns for path in var.glob(pattern) if path.is_file()]
    for path, mode in [(var, 0o700), *((path, 0o600) for path in files)]:
        with contextlib.suppress(PermissionError, FileNotFoundError):
            if path.stat().st_mode & 0o077:
                path.chmod(mode)


SHARED = 0o022  # the mask of what anybody may read: programs, packages, the tests' own files
AS_OURS = -1


def launch(
    argv: Sequence[object],
    folder: Path,
    env: Mapping[str, str],
    output: Any,
    umask: int = AS_OURS,
) -> subprocess.Popen[str]:
    """Start a process in a group of its own; on Linux it ends with us, even when we are killed.

    The kernel ties that to the thread that starts the process: the thread must outlive it.
    """
    words = [str(word) for word in argv]
    if sys.platform.startswith("linux"):
        words = [sys.executable, "-I", "-S", "-c", END_WITH_PARENT, str(os.getpid()), *words]
    return subprocess.Popen(
        words,
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
        umask=umask,
    )


# Becomes the command after asking for SIGKILL at the parent's death.
# A preexec_fn could deadlock: we have threads.
END_WITH_PARENT = """
import ctypes, os, signal, sys
PR_SET_PDEATHSIG = 1
ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
if os.getppid() == int(sys.argv[1]):
    try:
        os.execvp(sys.argv[2], sys.argv[2:])
    except OSError as error:
        sys.exit(f"{sys.argv[2]}: {error.strerror}")
"""


def end_groups(
    processes: Sequence[subprocess.Popen[str]], grace: float = 10, number: int = signal.SIGTERM
) -> None:
    """Ask processes and whatever they started to end, by the signal `number`; end them by force
    after `grace` seconds.
    """
    for process in processes:
        signal_group(process, number)
    deadline = time.monotonic() + grace
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0, deadline - time.monotonic()))
        signal_group(process, signal.SIGKILL)
        process.wait()


def signal_group(process: subprocess.Popen[str], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


@contextlib.contextmanager
def signals_ignored() -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def version_of(program: str) -> tuple[int, ...]:
    """Major, minor and patch that `program --version` prints; () when it does not run."""
    try:
        result = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", result.stdout)
    return tuple(map(int, found.groups())) if found and result.returncode == 0 else ()


def write_json(path: Path, content: Mapping[str, Any] | Sequence[Any]) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(content), encoding="utf-8")
    partial.replace(path)


ADVICE = {  # what the end of a log shows → what to do
    r"no space left": "磁盘已满，请清理后再试（首次准备约需 5 GB）。",
    r"can't locate revision": (
        "数据库的结构比这份程序新。请换用与它相配的程序，"
        "或用 ./helpline restore 恢复一份较早的备份。"
    ),
    r"no interpreter found|python-build-standalone|failed to inspect python": (
        "缺少合适的 Python：对话端要 3.10，服务端要 3.11。请用系统软件包或 pyenv 装好后再试。"
    ),
    r"ensurepip|no module named venv": (
        "这个 Python 不带 venv。请先 apt install python3-venv，或自行安装 uv。"
    ),
}
ADVICE_ON_DOWNLOADS = {  # the same, where something was to be fetched
    **ADVICE,
    r"failed to fetch|error sending request|dns error|name resolution|"
    r"connection (refused|reset|timed|error)|timed out|"
    r"unreachable|enotfound|econnrefused|econnreset|etimedout|eai_again|certificate|tunnel": (
        "看来连不上软件源。设好下面用得着的变量再运行一次：\n"
        "  代理       export HTTPS_PROXY=http://地址:端口\n"
        "  PyPI 镜像  export UV_INDEX_URL=https://pypi.tuna.tsinghua.edu.cn/simple\n"
        "  npm 镜像   export npm_config_registry=https://registry.npmmirror.com\n"
        "  PyTorch    下载 CPU 版 torch 的 whl 放进一个文件夹，export PIP_FIND_LINKS=该文件夹"
    ),
}


def advice_on(text: str, table: Mapping[str, str] = ADVICE) -> str:
    found = next(
        (advice for pattern, advice in table.items() if re.search(pattern, text, re.IGNORECASE)),
        None,
    )
    return f"\n{found}" if found else ""


def ending(code: int) -> str:
    if code == -signal.SIGKILL:
        return "被系统强行结束，可能内存不足"
    return f"退出码 {code}" if code >= 0 else f"被信号 {-code} 结束"


def tail_of(log: Path, lines: int = 20) -> str:
    text = log.read_text("utf-8", "replace") if log.exists() else ""
    return "\n".join(
        [f"日志 {log} 的末尾：", *(f"    {line}" for line in text.splitlines()[-lines:])]
    )


def duration(began: float) -> str:
    """How long ago a moment of the monotonic clock was."""
    seconds = time.monotonic() - began
    if seconds < 10:
        return f"{seconds:.1f} 秒"
    return (
        f"{int(seconds)} 秒" if seconds < 120 else f"{int(seconds) // 60} 分 {int(seconds) % 60} 秒"
    )


def now_text() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
