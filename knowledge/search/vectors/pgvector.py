"""The vectors of the builds in PostgreSQL with the extension pgvector: the one door to it.

Each build is a table of its own in the schema `helpline_search`, loaded in one transaction and
never changed.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from pgvector import Vector
from pgvector.psycopg import register_vector
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import QueryCanceled, UndefinedTable
from psycopg.sql import SQL, Identifier, Literal

from knowledge.search.encoder.embedding import Floats
from knowledge.search.vectors.faiss_index import FaissIndex
from knowledge.search.vectors.store import (
    GRAPH_ABOVE,
    NEIGHBOURS,
    Rows,
    StoreTrouble,
    check_dimension,
)

_SCHEMA = "helpline_search"
_LOCK = 5_370_113  # an advisory lock's number: whoever changes the builds holds it
# passages that a graph gives at most; the 1000 that pgvector allows take three times as long
_VISITED = 200
_PATIENCE_S = 3  # a question had better be answered by keywords than wait longer

Connection = psycopg.Connection[tuple[Any, ...]]


class StoreUnreachable(StoreTrouble):
    """The database does not answer."""


class ExtensionMissing(StoreTrouble):
    """The database has no pgvector."""


class BuildMissing(StoreTrouble):
    """The build was dropped while it was in use."""


class PgStore:
    """The builds in the database at `url`; raises StoreTrouble if that is no address."""

    def __init__(self, url: str, graph_above: int = GRAPH_ABOVE) -> None:
        self._database, self._graph_above = _Database(url), graph_above

    def put(self, name: str, file: Path, *, anew: bool = False) -> None:
        with self._database.changed() as connection:
            if anew or _dimension(connection, name) is None:
                self._load(connection, name, file)

    def open(self, name: str, file: Path) -> "PgIndex":
        with self._database.changed() as connection:
            dimension = _dimension(connection, name) or self._load(connection, name, file)
        return PgIndex(self._database, name, dimension)

    def prune(self, in_use: str, kept: int) -> None:
        with self._database.changed() as connection:
            others = connection.execute(
                "SELECT name FROM helpline_search.builds WHERE name <> %s ORDER BY loaded_at DESC",
                (in_use,),
            ).fetchall()
            for (name,) in others[kept - 1 :]:
                _drop(connection, name)

    def drop(self, name: str) -> None:
        """Forget a build."""
        with self._database.changed() as connection:
            _drop(connection, name)

    def size(self, name: str) -> int:
        """Bytes that a build takes, its graph included."""
        with self._database.changed() as connection:
            found = connection.execute(
                "SELECT pg_total_relation_size(%s)", (_table(name).as_string(),)
            ).fetchone()
        return found[0] if found else 0

    def _load(self, connection: Connection, name: str, file: Path) -> int:
        vectors = FaissIndex.read(file).vectors()
        _fill(connection, name, vectors)
        if len(vectors) > self._graph_above:
            _add_graph(connection, name, *vectors.shape)
        return vectors.shape[1]


class PgIndex:
    """One build in the database, with a connection for every thread that asks."""

    def __init__(self, database: "_Database", name: str, dimension: int) -> None:
        self._database, self._dimension = database, dimension
        self._own = threading.local()
        # The distance is reckoned once, and written like this a graph is used where there is one.
        query = SQL("SELECT passage, vector <#> %b AS distance FROM {} ORDER BY distance LIMIT %s")
        self._query = query.format(_table(name))

    def search(self, vector: Floats, k: int) -> tuple[Floats, Rows]:
        check_dimension(vector, self._dimension)
        with self._database.told():
            connection = getattr(self._own, "connection", None) or self._connect()
            try:
                found = self._ask(connection, vector, k)
            except psycopg.OperationalError:
                if not connection.broken:
                    raise
                # the server may have been restarted in between
                found = self._ask(self._connect(), vector, k)
        rows, distances = np.array(found, np.float64).reshape(-1, 2).T
        return -distances.astype(np.float32), rows.astype(np.intp)

    def _ask(self, connection: Connection, vector: Floats, k: int) -> list[tuple[Any, ...]]:
        return connection.cursor(binary=True).execute(self._query, (Vector(vector), k)).fetchall()

    def _connect(self) -> Connection:
        self._own.connection = connection = self._database.connect()
        connection.execute(f"SET statement_timeout = '{_PATIENCE_S}s'")
        connection.execute(f"SET hnsw.ef_search = {_VISITED}")
        return connection


class _Database:
    """Connections, and what the driver raises as something that tells the operator what to do;
    never the password.
    """

    def __init__(self, url: str) -> None:
        try:
            parts = conninfo_to_dict(url)
        except psycopg.ProgrammingError:
            raise StoreTrouble(
                "HELPLINE_VECTOR_STORE 的数据库地址读不懂，应为 postgresql://用户:密码@主机/库名"
            ) from None
        self._url = url
        self._place = (
            f"{parts.get('host', 'localhost')}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"
        )

    def connect(self) -> Connection:
        connection = psycopg.connect(
            self._url,
            autocommit=True,
            connect_timeout=_PATIENCE_S,
            tcp_user_timeout=_PATIENCE_S * 1000,
        )
        if not connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'vector'").fetchone():
            connection.close()
            raise ExtensionMissing(
                f"数据库 {self._place} 没有向量扩展：请安装 pgvector，"
                "再以管理员身份在这个库里执行 CREATE EXTENSION vector"
            )
        register_vector(connection)
        return connection

    @contextmanager
    def changed(self) -> Iterator[Connection]:
        """One transaction in which nobody else changes the builds."""
        with self.told(), self.connect() as connection, connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            yield connection

    @contextmanager
    def told(self) -> Iterator[None]:
        """What goes wrong inside is raised as StoreTrouble."""
        try:
            yield
        except UndefinedTable as error:
            raise BuildMissing(
                "向量库里的检索索引已被删除，请运行 ./helpline index，再重新启动"
            ) from error
        except QueryCanceled as error:
            raise StoreTrouble(
                f"向量库 {self._place} 在 {_PATIENCE_S} 秒内没有答完，请看它是否太忙"
            ) from error
        except psycopg.OperationalError as error:
            raise StoreUnreachable(
                f"连不上向量库 {self._place}：{_first_line(error)}。"
                "请检查数据库是否在运行，以及 HELPLINE_VECTOR_STORE"
            ) from error
        except psycopg.Error as error:
            raise StoreTrouble(
                f"向量库 {self._place} 没有完成操作：{_first_line(error)}"
            ) from error


def _first_line(error: psycopg.Error) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)


def _table(name: str) -> Identifier:
    return Identifier(_SCHEMA, f"build_{name}")


def _dimension(connection: Connection, name: str) -> int | None:
    """How long the vectors of a build are, None if it is not there."""
    if connection.execute("SELECT to_regclass('helpline_search.builds')").fetchone() == (None,):
        return None
    found = connection.execute(
        "SELECT dimension FROM helpline_search.builds WHERE name = %s", (name,)
    ).fetchone()
    return found[0] if found else None


def _drop(connection: Connection, name: str) -> None:
    connection.execute(SQL("DROP TABLE IF EXISTS {}").format(_table(name)))
    connection.execute("DELETE FROM helpline_search.builds WHERE name = %s", (name,))


def _fill(connection: Connection, name: str, vectors: Floats) -> None:
    connection.execute("CREATE SCHEMA IF NOT EXISTS helpline_search")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS helpline_search.builds"
        " (name text PRIMARY KEY, dimension integer NOT NULL, loaded_at timestamptz NOT NULL)"
    )
    table, dimension = _table(name), vectors.shape[1]
    _drop(connection, name)
    connection.execute(
        SQL("CREATE TABLE {} (passage integer NOT NULL, vector vector({}) NOT NULL)").format(
            table, Literal(dimension)
        )
    )
    with connection.cursor().copy(
        SQL("COPY {} FROM STDIN WITH (FORMAT binary)").format(table)
    ) as copy:
        copy.set_types(["int4", "vector"])
        for passage, vector in enumerate(vectors):
            copy.write_row((passage, Vector(vector)))
    connection.execute(
        "INSERT INTO helpline_search.builds VALUES (%s, %s, clock_timestamp())", (name, dimension)
    )


def _add_graph(connection: Connection, name: str, passages: int, dimension: int) -> None:
    # A graph that does not fit into this memory takes many times as long to build.
    megabytes = 64 + passages * (dimension * 4 + NEIGHBOURS * 24) * 5 // 4 // 2**20
    connection.execute(SQL("SET LOCAL maintenance_work_mem = {}").format(Literal(f"{megabytes}MB")))
    connection.execute(
        SQL(
            "CREATE INDEX ON {} USING hnsw (vector vector_ip_ops) WITH (m = {}, "
            "ef_construction = {})"
        ).format(_table(name), Literal(NEIGHBOURS), Literal(2 * NEIGHBOURS))
    )
