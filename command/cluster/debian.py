"""The programs that others build: where they lie, under whom they run, and what is missing."""

from __future__ import annotations

import hashlib
import os
import pwd
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from command.system import Failure

# Programs lie in these folders too, where no PATH leads.
BESIDE_THE_PATH = ("/usr/sbin", "/sbin", "/usr/local/sbin")
VERSIONS = Path("/usr/lib/postgresql")  # Debian's packages: one folder a major version
# Where those who are not root keep their files when root starts them: they cannot enter a data
# folder that nobody but root may read.
FOR_OTHERS = Path("/var/lib/helpline-cluster")

PACKAGES = {
    "initdb": "postgresql",
    "postgres": "postgresql",
    "psql": "postgresql",
    "pg_isready": "postgresql",
    "pg_basebackup": "postgresql",
    "nginx": "nginx",
    "setpriv": "util-linux",
}
REDIS = "redis-server"  # program and package, where a Redis is wanted


def programs(path: str, versions: Path = VERSIONS, redis: bool = False) -> dict[str, Path]:
    """Every program that a cluster needs, by its name; of PostgreSQL the newest version's.

    Raises Failure, which says what is to be installed.
    """
    newest = sorted(versions.glob("*/bin"), key=lambda folder: _number(folder.parent.name))[-1:]
    searched = os.pathsep.join([*map(str, newest), path, *BESIDE_THE_PATH])
    wanted = {**PACKAGES, REDIS: REDIS} if redis else PACKAGES
    found = {name: shutil.which(name, path=searched) for name in wanted}
    if missing := [name for name in wanted if not found[name]]:
        packages = " ".join(sorted({wanted[name] for name in missing}))
        raise Failure(
            f"多进程部署还缺这些程序：{'、'.join(missing)}。请先安装：\n"
            f"  apt-get update && apt-get install {packages}\n"
            "装好以后不用启动系统自带的服务，再运行一次这个命令即可。"
        )
    return {name: Path(where) for name, where in found.items() if where}


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"\d+", text) else 0


def user_for(*names: str) -> str | None:
    """The first of these users whom the system knows, where we are root; None where we are not.

    Raises Failure where root has nobody to hand over to.
    """
    if os.geteuid() != 0:
        return None
    for name in names:
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise Failure(f"没有可用的系统用户（{'、'.join(names)}）。请先安装 postgresql 和 nginx。")


def prefix(found: Mapping[str, Path], user: str | None, ended_by: str) -> list[object]:
    """What stands before a command, so that it runs as `user` and gets the signal `ended_by` when
    we are killed: changing the user would let it live on.
    """
    words: list[object] = [found["setpriv"], "--pdeathsig", ended_by]
    return words + (["--reuid", user, "--regid", _group(user), "--init-groups"] if user else [])


def _group(user: str) -> str:
    return str(pwd.getpwnam(user).pw_gid)


def folder_for(var: Path, name: str, user: str | None, others: Path = FOR_OTHERS) -> Path:
    """The folder `name` of a cluster, which its user alone can look into; seen from the data folder
    in any case.
    """
    if user is None:
        folder = var / name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder
    folder = others / hashlib.sha256(str(var).encode()).hexdigest()[:12] / name
    folder.mkdir(parents=True, exist_ok=True)
    for above in (others, folder.parent):
        above.chmod(0o711)
    shutil.chown(folder, user, int(_group(user)))
    folder.chmod(0o700)
    seen = var / name
    if seen.is_symlink() and seen.readlink() != folder:
        seen.unlink()  # of the data folder that this one was copied from
    if not seen.is_symlink():
        seen.symlink_to(folder)
    return folder
