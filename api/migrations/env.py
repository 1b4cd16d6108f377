"""How Alembic reaches the database: the same settings as the service, with a synchronous driver.

Who runs a migration from code may name another database: the attribute `url` of Alembic's Config.
"""

import sys
from pathlib import Path

from alembic import context
from sqlalchemy import URL, Connection, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

import api.accounts.models
import api.asked.models
import api.calls.models
import api.canned.models
import api.channels.wecom.models
import api.contacts.models
import api.content.laws.models
import api.content.models
import api.conversations.models
import api.desk.models
import api.dictionaries.models
import api.edge.models
import api.events.models
import api.experts.models
import api.labels.models
import api.lanes.models
import api.lookup.models
import api.moving.models
import api.outbox.models
import api.privacy.models
import api.referrals.models
import api.suggestions.models
import api.switches.models
import api.tickets.models
import api.training.models  # noqa: F401 - importing a noun's models is what makes its tables known
from api.database import Base
from api.protection import publication
from api.protection.checks import keys_for
from api.protection.keys import DataKeyMissing, DataKeyWrong
from api.settings import read_or_exit

# The lock of whoever migrates a PostgreSQL database: a number that nothing else takes there.
ONE_AT_A_TIME = 4_851_002_200


def migrate() -> None:
    """Run the migrations that were asked for, in one transaction."""
    settings = read_or_exit()
    url = make_url(context.config.attributes.get("url") or settings.database_url)
    if url.get_backend_name() == "sqlite":
        url = url.set(drivername="sqlite")
        Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            if url.get_backend_name() == "sqlite":
                _write_ahead(connection)
    except OperationalError as error:
        sys.exit(f"{error.orig}\n{_away(url)}")
    try:
        with engine.begin() as connection:
            if url.get_backend_name() == "sqlite":
                # What was written in plain is written over.
                connection.exec_driver_sql("PRAGMA secure_delete = ON")
            else:
                _wait_in_line(connection)
            # SQLite cannot alter most of a table: "batch" copies it instead.
            context.configure(
                connection,
                target_metadata=Base.metadata,
                render_as_batch=True,
                data_keys=keys_for(connection, settings),
            )
            publication.refresh(connection)
            with context.begin_transaction():
                context.run_migrations()
            publication.refresh(connection)
    except (DataKeyMissing, DataKeyWrong) as trouble:
        sys.exit(f"✗ {trouble}")
    finally:
        engine.dispose()


def _write_ahead(connection: Connection) -> None:
    """Let the file have its log (WAL) before anybody uses it: where several connections of a
    service that starts changed that, they would lock each other out.
    """
    connection.execution_options(isolation_level="AUTOCOMMIT")
    connection.exec_driver_sql("PRAGMA journal_mode = WAL")


def _wait_in_line(connection: Connection) -> None:
    """Several processes may start at once on one PostgreSQL: one migrates, the others wait until it
    has committed, and find nothing left to do. The lock goes with the transaction.
    """
    lock = {"number": ONE_AT_A_TIME}
    if not connection.scalar(text("SELECT pg_try_advisory_xact_lock(:number)"), lock):
        print("另一个进程正在升级数据库，等它完成……", file=sys.stderr, flush=True)
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), lock)


def _away(url: URL) -> str:
    """The last line that an operator reads when the database cannot be used."""
    if url.get_backend_name() == "sqlite":
        return f"数据库文件 {url.database} 打不开或写不进去：请查看文件夹的权限和磁盘空间。"
    where = url.host or url.query.get("host") or "本机"
    return (
        f"数据库没有应答：PostgreSQL（{where}，端口 {url.port or 5432}）连不上或拒绝了登录。"
        "请确认它在运行，并核对 HELPLINE_DATABASE_URL 里的主机、端口、用户、口令和库名。"
    )


migrate()
