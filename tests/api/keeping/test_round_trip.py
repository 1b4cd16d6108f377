"""A backup is one moment of the data, and comes back as it was."""

import os
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pgserver
import pytest
from sqlalchemy import Engine, create_engine, delete, func, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

from api.accounts.models import AuditEvent
from api.clock import Clock
from api.conversations.models import Conversation
from api.keeping import archive, structure
from api.keeping.__main__ import backup, main, restore
from api.keeping.archive import KeepingFailed
from api.protection.columns import use_keys
from api.protection.packing import Packer, fetch_from
from api.settings import Settings
from tests.conftest import KEYS, TODAY, migrate

PROGRAMS = Path(pgserver.__file__).parent / "pginstall/bin"  # pg_dump of the tests' own server


def opened(url: str) -> Engine:
    """An engine that can read what is sealed."""
    engine = create_engine(url)
    use_keys(engine.dialect, KEYS, Packer(fetch_from(engine.url)))
    return engine


@pytest.fixture(autouse=True)
def programs_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(var=tmp_path, database_url=database_url)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """The database as another program uses it; what restoring set aside is removed afterwards."""
    engine = opened(settings.database_url.replace("+aiosqlite", ""))
    yield engine
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            for schema in set_aside(engine):
                connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


def set_aside(engine: Engine) -> list[str]:
    return [name for name in inspect(engine).get_schema_names() if "before_restore" in name]


def say(engine: Engine, *names: str) -> None:
    """Conversations, all of them in one transaction."""
    row = {
        **dict.fromkeys(("channel", "token_sha256"), ""),
        **{"state": "bot", "facts": {"city": "赣州市"}, "last_position": 0},
        "opened_at": Clock(TODAY).now(),
    }
    with engine.begin() as connection:
        connection.execute(
            Conversation.__table__.insert(),  # type: ignore[attr-defined]
            [{"id": name, **row} for name in names],
        )


def said(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.scalars(select(Conversation.id)))


@contextmanager
def writing(engine: Engine) -> Iterator[Callable[[int], None]]:
    """Somebody writes pairs all the while; what is given waits until so many are there."""
    stop, pairs, grown = threading.Event(), [0], threading.Condition()

    def write() -> None:
        while not stop.is_set():
            say(engine, f"{pairs[0]}-a", f"{pairs[0]}-b")
            with grown:
                pairs[0] += 1
                grown.notify_all()

    def wait_for(more: int) -> None:
        with grown:
            goal = pairs[0] + more
            assert grown.wait_for(lambda: pairs[0] >= goal, timeout=60)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield wait_for
    finally:
        stop.set()
        thread.join()


def test_what_was_backed_up_under_load_comes_back_whole(
    settings: Settings, engine: Engine, tmp_path: Path
) -> None:
    with writing(engine) as wait_for:
        wait_for(20)
        before = said(engine)
        backup(settings, tmp_path / "a.helpline", with_key=True)
        wait_for(20)
    after = said(engine)
    engine.dispose()  # nobody may use the data while it is put back

    restore(settings, tmp_path / "a.helpline")

    restored = said(engine)
    assert before <= restored < after
    assert {name.replace("-a", "-b") for name in restored if "-a" in name} == {
        name for name in restored if "-b" in name
    }
    say(engine, "goes on")
    assert "goes on" in said(engine)


def test_the_data_that_was_there_is_kept_beside(
    settings: Settings, engine: Engine, tmp_path: Path
) -> None:
    say(engine, "old")
    backup(settings, tmp_path / "a.helpline", with_key=True)
    say(engine, "younger")
    engine.dispose()

    _, [kept] = restore(settings, tmp_path / "a.helpline")

    assert said(engine) == {"old"}
    if engine.dialect.name == "postgresql":
        [schema] = set_aside(engine)
        assert schema in kept
        with engine.connect() as connection:
            count = select(func.count()).select_from(text(f"{schema}.conversations"))
            assert connection.scalar(count) == 2
    else:
        assert said(opened(f"sqlite:///{kept}")) == {"old", "younger"}


def test_the_audit_log_only_grows_also_where_a_backup_came_into_an_empty_database(
    settings: Settings, engine: Engine, tmp_path: Path
) -> None:
    say(engine, "old")
    backup(settings, tmp_path / "a.helpline", with_key=True)
    migrate(settings.database_url, "base")
    engine.dispose()

    restore(settings, tmp_path / "a.helpline")

    assert said(engine) == {"old"}
    event = {"what": "x", "object_kind": "x", "object_id": "x", "detail": {}}
    with engine.begin() as connection:
        connection.execute(insert(AuditEvent).values(at=Clock(TODAY).now(), **event))
    with pytest.raises(DBAPIError, match="only grows"), engine.begin() as connection:
        connection.execute(delete(AuditEvent))


def test_an_older_backup_is_migrated(settings: Settings, engine: Engine, tmp_path: Path) -> None:
    migrate(settings.database_url, "base")
    migrate(settings.database_url, "0003")
    made = backup(settings, tmp_path / "a.helpline", with_key=True)
    migrate(settings.database_url)

    restore(settings, tmp_path / "a.helpline")

    assert made.revision == "0003"
    with engine.connect() as connection:
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    assert found == structure.newest()
    assert set(inspect(engine).get_table_names()) >= set(structure.tables())


def test_a_newer_backup_is_refused_and_nothing_changes(
    settings: Settings, engine: Engine, tmp_path: Path
) -> None:
    say(engine, "here")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    backup(settings, tmp_path / "a.helpline", with_key=True)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{structure.newest()}'"))

    with pytest.raises(KeepingFailed, match="比这份程序新"):
        restore(settings, tmp_path / "a.helpline")

    assert said(engine) == {"here"}
    assert set_aside(engine) == [] and not list(tmp_path.glob("*.before-restore-*"))


def test_a_backup_that_fits_no_longer_leaves_everything_as_it_was(
    settings: Settings, engine: Engine, tmp_path: Path
) -> None:
    say(engine, "here")
    made = backup(settings, tmp_path / "a.helpline", with_key=True)
    rubbish = tmp_path / "rubbish"
    rubbish.write_bytes(b"no database at all")
    what = made.model_dump(include={"kind", "revision", "tables", "encrypted"})
    archive.pack(tmp_path / "b.helpline", {archive.DATABASE: rubbish}, **what)

    with pytest.raises(KeepingFailed):
        restore(settings, tmp_path / "b.helpline")

    assert said(engine) == {"here"}
    assert set_aside(engine) == []


def test_every_table_is_backed_up(settings: Settings, engine: Engine) -> None:
    assert set(inspect(engine).get_table_names()) == set(structure.tables())


# --- the file -------------------------------------------------------------------------------------


@pytest.fixture
def small(sqlite_url: str, tmp_path: Path) -> Settings:
    """Settings with an SQLite database and a data key."""
    (tmp_path / "data.key").write_text("geheim")
    return Settings(var=tmp_path, database_url=sqlite_url)


def test_a_backup_is_readable_by_its_owner_alone(small: Settings, tmp_path: Path) -> None:
    backup(small, tmp_path / "a.helpline", with_key=True)

    assert (tmp_path / "a.helpline").stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "a.helpline",
        "data.key",
        "helpline.db",
    ]


def test_the_key_comes_back_and_the_other_one_is_kept(small: Settings, tmp_path: Path) -> None:
    backup(small, tmp_path / "a.helpline", with_key=True)
    (tmp_path / "data.key").write_text("another")

    restore(small, tmp_path / "a.helpline")

    assert (tmp_path / "data.key").read_text() == "geheim"
    assert (tmp_path / "data.key").stat().st_mode & 0o077 == 0
    [kept] = tmp_path.glob("data.key.before-restore-*")
    assert kept.read_text() == "another"


@pytest.mark.parametrize(
    ("options", "inside", "told"),
    [([], True, "像密钥一样保管"), (["--without-key"], False, "另外保管")],
)
def test_the_operator_is_told_whether_the_key_is_inside(
    small: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    inside: bool,
    told: str,
) -> None:
    monkeypatch.setenv("HELPLINE_VAR", str(small.var))
    monkeypatch.setenv("HELPLINE_DATABASE_URL", small.database_url)

    assert main(["backup", str(tmp_path / "a.helpline"), *options]) == 0

    with tarfile.open(tmp_path / "a.helpline") as tar:
        assert ("data.key" in tar.getnames()) == inside
    assert told in capsys.readouterr().out
    assert main(["restore", str(tmp_path / "a.helpline")]) == 0
    assert "✓ 已恢复" in capsys.readouterr().out


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def overwrite(file: Path) -> None:
    content = bytearray(file.read_bytes())
    middle = content.index(b"SQLite format 3") + 5000
    content[middle : middle + 20] = b"x" * 20
    file.write_bytes(content)


def replace(file: Path) -> None:
    file.write_text("no backup")


@pytest.mark.parametrize("spoil", [cut, overwrite, replace])
def test_a_spoilt_backup_is_refused_in_a_sentence(
    small: Settings, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    backup(small, tmp_path / "a.helpline", with_key=True)
    spoil(tmp_path / "a.helpline")
    before = (tmp_path / "helpline.db").read_bytes()

    with pytest.raises(KeepingFailed, match="请换一份备份"):
        restore(small, tmp_path / "a.helpline")

    assert (tmp_path / "helpline.db").read_bytes() == before


def test_a_backup_of_the_other_kind_is_refused(small: Settings, tmp_path: Path) -> None:
    backup(small, tmp_path / "a.helpline", with_key=True)
    other = Settings(var=tmp_path, database_url="postgresql://127.0.0.1:1/none")

    with pytest.raises(KeepingFailed, match="这是 SQLite 的备份，现在的设置是 PostgreSQL"):
        restore(other, tmp_path / "a.helpline")


def test_a_file_that_is_there_is_not_overwritten(small: Settings, tmp_path: Path) -> None:
    (tmp_path / "a.helpline").write_text("precious")

    with pytest.raises(KeepingFailed, match="已经存在"):
        backup(small, tmp_path / "a.helpline", with_key=True)


@pytest.mark.parametrize("url", ["sqlite:////nowhere/helpline.db", "postgresql://127.0.0.1:1/none"])
def test_a_database_that_is_not_there_is_told_as_such(tmp_path: Path, url: str) -> None:
    missing = Settings(var=tmp_path, database_url=url)

    with pytest.raises(KeepingFailed, match=r"还没有数据库|没有应答"):
        backup(missing, tmp_path / "a.helpline", with_key=True)


def test_without_the_programs_of_postgresql_their_package_is_named(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    settings: Any = Settings(var=tmp_path, database_url=postgresql_url)

    with pytest.raises(KeepingFailed, match="需要 PostgreSQL 自带的程序 pg_dump"):
        backup(settings, tmp_path / "a.helpline", with_key=True)
