"""A PostgreSQL of the cluster's own: made once, reached over the loopback with a password; and a
hot standby of it.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from command.cluster.debian import folder_for, prefix, user_for
from command.place import Place
from command.supervise import Child
from command.system import Failure, say

ROLE = DATABASE = "helpline"
CONNECTIONS = 20  # of one service: its pool, who listens for events, who counts visits
ADMIN = "postgres"


class Server(Child):
    """PostgreSQL as one of the processes that are looked after. Told to end, it ends its sessions
    and keeps what was committed.
    """

    ends_by = signal.SIGINT

    def __init__(self, ready: list[object], *rest: object) -> None:
        super().__init__(*rest)  # type: ignore[arg-type]
        self.asked = ready

    def alive(self) -> bool:
        return subprocess.run(list(map(str, self.asked)), capture_output=True).returncode == 0


class PostgreSQL:
    """The files and the process of one server; `services` is how many processes will use it.

    `password` is that of the helpline's role; who makes roles and databases has `admin`, which no
    service is told.
    """

    def __init__(
        self,
        own: Place,
        found: Mapping[str, Path],
        port: int,
        passwords: tuple[str, str],
        services: int,
    ) -> None:
        self.own, self.found, self.port = own, found, port
        self.password, self.admin = passwords
        self.user = user_for("postgres", "nobody")
        self.folder = folder_for(own.var, "postgresql", self.user)
        self.data, self.copy = self.folder / "data", self.folder / "replica"
        self.connections = 20 + CONNECTIONS * services

    @property
    def url(self) -> str:
        """What the service connects with: a role that owns its database and nothing else."""
        return self._url(self.port)

    def make(self) -> None:
        """Make the files, unless they are there whole. Raises Failure."""
        if (self.data / "PG_VERSION").exists() and (self.folder / "made").exists():
            return
        say("→ 建立 PostgreSQL 的数据文件……")
        shutil.rmtree(self.data, ignore_errors=True)
        handed = self.folder / "password"
        handed.write_text(self.admin, encoding="utf-8")
        if self.user:
            shutil.chown(handed, self.user)
        options = ["--username", ADMIN, "--auth", "scram-sha-256", "--pwfile", handed]
        options += ["--encoding", "UTF8", "--locale", "C.UTF-8", "--data-checksums"]
        try:
            self._run([self.found["initdb"], "-D", self.data, *options])
        finally:
            handed.unlink()
        (self.folder / "made").touch()

    def child(self) -> Server:
        """The server, which listens on the loopback alone and opens no socket file."""
        return self._server("数据库", self.data, self.port, "postgresql")

    def replica(self, port: int) -> tuple[Server, str]:
        """A hot standby of the server, which must run, and its URL for the service. It is copied
        anew each time: no log is kept for one that does not run. Raises Failure.
        """
        say("→ 复制一份只读副本……")
        shutil.rmtree(self.copy, ignore_errors=True)
        where = ["-h", "127.0.0.1", "-p", self.port, "-U", ADMIN]
        options = ["--write-recovery-conf", "--checkpoint", "fast"]
        self._run([self.found["pg_basebackup"], "-D", self.copy, *where, *options])
        return self._server("副本", self.copy, port, "replica"), self._url(port)

    def _url(self, port: int) -> str:
        return f"postgresql://{ROLE}:{self.password}@127.0.0.1:{port}/{DATABASE}"

    def _server(self, label: str, data: Path, port: int, log: str) -> Server:
        argv = [*prefix(self.found, self.user, "INT"), self.found["postgres"], "-D", data]
        argv += ["-p", port, "-h", "127.0.0.1", "-k", ""]
        argv += ["-c", f"max_connections={self.connections}"]
        ready = [self.found["pg_isready"], "-q", "-h", "127.0.0.1", "-p", port, "-t", "2"]
        where, file = f"127.0.0.1:{port}", self.own.log(log)
        return Server(ready, label, argv, self.own.root, self.own.environ, where, file)

    def make_database(self) -> None:
        """Make the role and the database of the helpline where they are missing; the password goes
        by the standard input, which nobody else can read. Raises Failure.
        """
        script = (
            f"SELECT 'CREATE ROLE {ROLE} LOGIN' WHERE NOT EXISTS "
            f"(SELECT FROM pg_roles WHERE rolname = '{ROLE}') \\gexec\n"
            f"ALTER ROLE {ROLE} PASSWORD '{self.password}';\n"
            f"SELECT 'CREATE DATABASE {DATABASE} OWNER {ROLE}' WHERE NOT EXISTS "
            f"(SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec\n"
        )
        where = ["-h", "127.0.0.1", "-p", self.port, "-U", ADMIN, "-d", "postgres"]
        try:
            self._run([self.found["psql"], "-X", "-q", "-v", "ON_ERROR_STOP=1", *where], script)
        except Failure as failure:
            if "password authentication failed" not in str(failure):
                raise
            raise Failure(
                f"{self.folder} 里的数据库是以前建的，"
                f"它的口令不在 {self.own.var}/cluster.json 里了。"
                "要接着用那里的数据，请把当时的 cluster.json 放回来；"
                "那些数据不要了，请删掉这个文件夹，再启动一次。"
            ) from failure

    def _run(self, argv: list[object], script: str = "") -> None:
        words = [*prefix(self.found, self.user, "KILL"), *argv]
        result = subprocess.run(
            list(map(str, words)),
            cwd=self.folder,
            env={**self.own.environ, "PGPASSWORD": self.admin},
            input=script,
            capture_output=True,
            text=True,
        )
        if result.returncode:
            said = (result.stderr or result.stdout).strip()[-1000:]
            raise Failure(f"PostgreSQL 没有建好（{Path(str(argv[0])).name}）：{said}")
