"""Addresses and ports of this machine: which are free, and who holds one that is not."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
from pathlib import Path

from command.system import Failure


def reachable(host: str) -> str:
    """How this machine itself reaches a listening address, ready for a URL."""
    if host in ("0.0.0.0", "::", "localhost"):
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def check_port(host: str, port: int, command: str = "up") -> None:
    """Raises Failure when what `./helpline COMMAND` starts could not listen there."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            owner = port_owner(port)
            raise Failure(
                f"端口 {port} 已被{owner}占用。"
                f"换一个端口：./helpline {command} --port {free_port()}"
            ) from None
        if error.errno == errno.EACCES:
            raise Failure(
                f"没有权限使用端口 {port}。换一个 1024 以上的端口：./helpline {command} --port 8000"
            ) from None
        raise Failure(
            f"本机没有 {host} 这个地址。只给本机用填 127.0.0.1，对外服务填 0.0.0.0。"
        ) from None


def port_owner(port: int) -> str:
    """Who listens on a port, as far as /proc tells."""
    with contextlib.suppress(OSError):
        tables = [Path("/proc/net", name).read_text().splitlines()[1:] for name in ("tcp", "tcp6")]
        rows = [row.split() for table in tables for row in table]
        listening = {
            f"socket:[{row[9]}]"
            for row in rows
            if row[3] == "0A" and int(row[1].split(":")[1], 16) == port
        }
        for link in Path("/proc").glob("[0-9]*/fd/*"):
            with contextlib.suppress(OSError):  # gone, or not ours to look at
                if os.readlink(link) in listening:
                    words = (link.parents[1] / "cmdline").read_text().split("\0")
                    return f"进程 {link.parts[2]}（{' '.join(words).strip()[:80]}）"
    return "别的程序"


def free_port() -> int:
    return free_ports(1)[0]


def free_ports(number: int) -> list[int]:
    """So many ports of the loopback that are free, each another."""
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(number)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
