"""A Redis of the cluster's own, which counts visits and wakes processes, and keeps nothing."""

from __future__ import annotations

import shutil
import signal
import socket
from collections.abc import Mapping
from pathlib import Path

from command.cluster.debian import REDIS, folder_for, prefix, user_for
from command.cluster.plan import Plan
from command.place import Place
from command.supervise import Child

CONFIG = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir {folder}
save ""
appendonly no
"""


class Redis(Child):
    """Redis as one of the processes that are looked after."""

    grace = 10.0
    ends_by = signal.SIGTERM

    def alive(self) -> bool:
        """Whether it takes connections; without its password it says no more."""
        host, _, port = self.health.rpartition(":")
        with socket.socket() as probe:
            probe.settimeout(3)
            return probe.connect_ex((host, int(port))) == 0


def url(plan: Plan, password: str) -> str:
    """What the services connect with."""
    return f"redis://:{password}@127.0.0.1:{plan.redis}/0"


def redis_child(own: Place, found: Mapping[str, Path], plan: Plan, password: str) -> Redis:
    """The server; its password stands in a file that its user alone can read."""
    user = user_for("redis", "nobody")
    folder = folder_for(own.var, "redis", user)
    file = folder / "redis.conf"
    text = CONFIG.format(port=plan.redis, password=password, folder=folder)
    file.write_text(text, encoding="utf-8")
    if user:
        shutil.chown(file, user)
    file.chmod(0o600)
    argv = [*prefix(found, user, "TERM"), found[REDIS], file]
    where = f"127.0.0.1:{plan.redis}"
    return Redis("Redis", argv, own.root, own.environ, where, own.log("redis"))
