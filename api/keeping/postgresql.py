"""A dump of the helpline's tables in PostgreSQL, and the way back beside what was there.

PostgreSQL's own programs do the work: only they know every version of the server.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, inspect, text
from sqlalchemy.exc import OperationalError

from api.keeping import structure
from api.keeping.archive import KeepingFailed

# What a trigger of the audit log calls. A dump of tables holds their triggers, but no functions.
ONLY_GROWS = """
CREATE OR REPLACE FUNCTION public.audit_events_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_events only grows';
END
$$
"""

INSTALL = (
    "需要 PostgreSQL 自带的程序 {program}，版本不低于服务器。"
    "请先安装（如 apt install postgresql-client），再运行一次。"
)


def copy(address: URL, target: Path) -> tuple[str, list[str]]:
    """Dump one moment of the helpline's tables; their revision and names."""
    with _connected(address) as connection:
        held = _ours(connection)
        if structure.REVISION_TABLE not in held:
            raise KeepingFailed("这个 PostgreSQL 里还没有热线的数据。没有什么可以备份。")
        revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
    named = [f"--table=public.{name}" for name in held]
    options = ["--format=custom", "--no-owner", "--no-privileges", *named, "--file", str(target)]
    _run("pg_dump", address, options)
    return str(revision), held


def restore(address: URL, file: Path, mark: str) -> str | None:
    """Put the dump in the place of the tables, migrated; the schema that holds the former ones."""
    schema = mark.replace("-", "_")
    with _connected(address) as connection:
        former = _ours(connection)
        _move(connection, former, "public", schema)
        connection.execute(text(ONLY_GROWS))
    options = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    try:
        _run("pg_restore", address, [*options, str(file)])
        structure.migrate(address)
    except (Exception, SystemExit):
        with _connected(address) as connection:
            for name in _ours(connection):
                connection.execute(text(f"DROP TABLE public.{name} CASCADE"))
            _move(connection, former, schema, "public")
            connection.execute(text(f"DROP SCHEMA IF EXISTS {schema}"))
        raise
    return f"PostgreSQL 的 schema {schema}" if former else None


def _ours(connection: Connection) -> list[str]:
    held = set(inspect(connection).get_table_names(schema="public"))
    return [name for name in structure.tables() if name in held]


def _move(connection: Connection, names: Sequence[str], source: str, target: str) -> None:
    """Tables go with their rows, indexes, constraints and sequences."""
    if not names:
        return
    connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {target}"))
    for name in names:
        connection.execute(text(f"ALTER TABLE {source}.{name} SET SCHEMA {target}"))


@contextmanager
def _connected(address: URL) -> Iterator[Connection]:
    """One transaction; raises KeepingFailed when the database does not answer."""
    engine = create_engine(address)
    try:
        with engine.begin() as connection:
            yield connection
    except OperationalError as error:
        raise KeepingFailed(
            f"PostgreSQL 没有应答或没有权限（{error.orig}）。"
            "请核对 HELPLINE_DATABASE_URL 和这个用户的权限。"
        ) from error
    finally:
        engine.dispose()


def _run(program: str, address: URL, options: Sequence[str]) -> None:
    """Run one of PostgreSQL's programs; the password goes by the environment, which others on this
    machine cannot read as they can the arguments.
    """
    path = shutil.which(program)
    if path is None:
        raise KeepingFailed(INSTALL.format(program=program))
    url = address.set(drivername="postgresql", password=None).render_as_string()
    env = {**os.environ, **({"PGPASSWORD": address.password} if address.password else {})}
    result = subprocess.run(
        [path, *options, "--dbname", url], env=env, capture_output=True, text=True
    )
    if result.returncode:
        last = (result.stderr.strip().splitlines() or ["没有说明"])[-1]
        hint = INSTALL.format(program=program) if "version mismatch" in result.stderr else ""
        raise KeepingFailed(f"{program} 没有完成：{last}。{hint}")
