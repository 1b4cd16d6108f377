"""`./helpline cluster`: many processes of one machine, each told what it needs, ended in order."""

import json
import os
import shutil
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from command.cluster import debian, postgresql, redis, run
from command.cluster.plan import Plan, engine_children, secured, service_children
from command.cluster.proxy import config
from command.place import Place
from command.ports import free_port
from command.running import run_lock
from command.system import Failure

PLAN = Plan("127.0.0.1", 8400, services=3, engines=2)


@pytest.fixture
def own(place: Place) -> Place:
    """The cluster's place, whose operator has set a database and a name of his own."""
    theirs = {"HELPLINE_DATABASE_URL": "postgresql://elsewhere/x", "HELPLINE_OPERATOR": "某局"}
    own = run.place_of(replace(place, environ={**place.environ, **theirs}))
    assert "HELPLINE_DATABASE_URL" not in own.environ
    own = replace(own, environ={**own.environ, "HELPLINE_DATABASE_URL": "postgresql://ours/x"})
    return secured(own, "secret", "token")


def test_every_service_has_a_port_and_knows_every_engine_and_all_share_one_database(
    own: Place,
) -> None:
    services = service_children(own, PLAN)

    assert [child.env["HELPLINE_PORT"] for child in services] == ["8411", "8412", "8413"]
    for child in services:
        engines = [url.rpartition(":")[2] for url in child.env["HELPLINE_RASA_URL"].split(",")]
        assert engines == ["8431", "8432"]
        assert child.env["HELPLINE_PROCESSES"] == "3"
        assert child.env["HELPLINE_DATABASE_URL"] == "postgresql://ours/x"
        assert child.env["HELPLINE_OPERATOR"] == "某局"
        assert child.env["HELPLINE_VAR"] == str(own.var)
        # What one process counts or tells, the others know.
        assert child.env["HELPLINE_LIMITS"] == child.env["HELPLINE_EVENTS"] == "database"
        assert child.env["HELPLINE_TRUSTED_PROXIES"] == "127.0.0.1"
    assert len({child.log for child in services}) == len(services)


def test_with_a_redis_the_services_count_and_tell_there_and_its_password_is_for_its_user_alone(
    own: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis, "user_for", lambda *_: None)
    found = {"setpriv": Path("setpriv"), debian.REDIS: Path("redis-server")}
    child = redis.redis_child(own, found, PLAN, "geheim")
    file = own.var / "redis/redis.conf"

    assert "requirepass geheim" in file.read_text() and file.stat().st_mode & 0o077 == 0
    assert "geheim" not in " ".join(map(str, child.argv))
    for service in service_children(own, PLAN, redis.url(PLAN, "geheim")):
        counts = service.env["HELPLINE_LIMITS"], service.env["HELPLINE_EVENTS"]
        assert counts == ("redis://:geheim@127.0.0.1:8403/0",) * 2


def test_an_engine_has_no_way_to_what_is_stored_and_calls_back_by_the_inner_door(
    own: Place,
) -> None:
    own = replace(own, environ={**own.environ, "HELPLINE_DATA_KEY": "k"})
    for child in engine_children(own, PLAN):
        assert not {"HELPLINE_DATABASE_URL", "HELPLINE_DATA_KEY"} & set(child.env)
        assert child.env["HELPLINE_ACTION_URL"] == f"http://127.0.0.1:{PLAN.inner}/webhook"
        shared = child.env["HELPLINE_ACTION_SECRET"], child.env["HELPLINE_RASA_TOKEN"]
        assert shared == ("secret", "token")


def test_the_proxy_knows_every_service_and_keeps_the_engines_door_on_the_loopback() -> None:
    text = config(replace(PLAN, host="0.0.0.0"))

    for port in PLAN.service_ports:
        assert text.count(f"server 127.0.0.1:{port} ") == 2  # of visitors and of the engines
    assert "listen 0.0.0.0:8400;" in text and f"listen 127.0.0.1:{PLAN.inner};" in text
    inner = text.split(f"listen 127.0.0.1:{PLAN.inner};")[1]
    assert "location = /webhook" in inner and "X-Forwarded-For" not in inner
    assert "include server.conf;" in text.split("listen 127.0.0.1")[0]


@pytest.mark.parametrize(
    ("services", "engines", "port", "told"),
    [(0, 2, 8400, "--api"), (2, 17, 8400, "--rasa"), (2, 2, 80, "--port"), (2, 2, 65530, "--port")],
)
def test_a_cluster_that_cannot_be_is_refused_before_anything_starts(
    services: int, engines: int, port: int, told: str
) -> None:
    with pytest.raises(Failure, match=told):
        Plan("127.0.0.1", port, services, engines).check()


def test_a_port_that_is_taken_is_told_whoever_of_the_cluster_needs_it() -> None:
    with socket.socket() as taken:
        port = min(free_port(), 60000)
        taken.bind(("127.0.0.1", port + 31))
        taken.listen()
        with pytest.raises(Failure, match=rf"端口 {port + 31} .*\./helpline cluster --port"):
            Plan("127.0.0.1", port, 1, 1).check()


def test_what_is_missing_is_named_with_the_way_to_install_it(
    tmp_path: Path, program: Callable[[Path, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(debian, "BESIDE_THE_PATH", ())
    for name in ("setpriv", "nginx"):
        program(tmp_path / "bin" / name, "")
    with pytest.raises(Failure) as failure:
        debian.programs(str(tmp_path / "bin"), tmp_path / "versions")
    assert "initdb、postgres、psql、pg_isready、pg_basebackup" in str(failure.value)
    assert str(failure.value).splitlines()[1].endswith("apt-get install postgresql")

    for version in ("9", "15"):
        for name in ("initdb", "postgres", "psql", "pg_isready", "pg_basebackup"):
            program(tmp_path / "versions" / version / "bin" / name, "")
    found = debian.programs(str(tmp_path / "bin"), tmp_path / "versions")
    assert found["postgres"] == tmp_path / "versions/15/bin/postgres"
    with pytest.raises(Failure, match="apt-get install redis-server"):
        debian.programs(str(tmp_path / "bin"), tmp_path / "versions", redis=True)


def test_files_of_another_user_lie_where_he_may_go_and_are_seen_in_the_data_folder(
    tmp_path: Path,
) -> None:
    me = debian.pwd.getpwuid(os.geteuid()).pw_name
    var, others = tmp_path / "var", tmp_path / "others"
    var.mkdir(mode=0o700)

    folder = debian.folder_for(var, "postgresql", me, others)

    assert others in folder.parents and (var / "postgresql").resolve() == folder
    assert folder.stat().st_mode & 0o777 == 0o700
    assert debian.folder_for(var, "postgresql", me, others) == folder
    copy = tmp_path / "copy"
    shutil.copytree(var, copy, symlinks=True)
    assert (copy / "postgresql").readlink() == folder  # which is another's
    assert debian.folder_for(copy, "postgresql", me, others) == (copy / "postgresql").resolve()
    assert debian.folder_for(tmp_path / "var2", "postgresql", None) == tmp_path / "var2/postgresql"


def test_a_database_whose_password_is_lost_is_told_with_the_folder_that_is_in_the_way(
    own: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "user_for", lambda *_: None)
    own.var.mkdir(parents=True)
    refuses = own.var / "psql"
    refuses.write_text(
        "#!/bin/sh\necho 'FATAL:  password authentication failed for user' >&2\nexit 2\n"
    )
    refuses.chmod(0o755)
    server = postgresql.PostgreSQL(
        own, {"psql": refuses, "setpriv": Path("setpriv")}, PLAN.database, ("geheim", "admin"), 1
    )

    with pytest.raises(Failure, match=r"口令不在 .*cluster\.json 里了") as told:
        server.make_database()
    assert str(server.folder) in str(told.value)


def test_a_replica_is_a_server_of_its_own_that_only_the_services_are_told_of(
    own: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "user_for", lambda *_: None)
    ran: list[list[str]] = []
    monkeypatch.setattr(
        postgresql.PostgreSQL,
        "_run",
        lambda self, argv, script="": ran.append(list(map(str, argv))),
    )
    found = {name: Path(name) for name in ("setpriv", "postgres", "pg_isready", "pg_basebackup")}
    server = postgresql.PostgreSQL(own, found, PLAN.database, ("geheim", "admin"), 3)
    standby, url = server.replica(PLAN.replica)

    assert url == "postgresql://helpline:geheim@127.0.0.1:8404/helpline"
    assert PLAN.replica in standby.argv and standby.health == "127.0.0.1:8404"
    assert str(server.copy) in ran[0] and "admin" not in " ".join(ran[0])
    own = replace(own, environ={**own.environ, "HELPLINE_REPLICA_URL": url})
    assert all(child.env["HELPLINE_REPLICA_URL"] == url for child in service_children(own, PLAN))
    assert all("HELPLINE_REPLICA_URL" not in child.env for child in engine_children(own, PLAN))


def test_services_end_together_and_before_the_engines_that_they_ask(
    children: Callable[..., Any],
) -> None:
    engine, services = children("对话"), [children("服务1"), children("服务2")]
    for service in services:
        (service.playground / "engine-port").write_text(str(engine.port))
    waves = run.Waves([[engine]])
    waves.add(services)
    with waves:
        waves.wait_until_ready()

    for service in services:
        assert (service.playground / "ended").read_text() == "the engine was there"
    assert engine.process.poll() is not None


def test_status_tells_each_process_that_does_not_answer(
    own: Place, children: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    lives, gone = children("服务1"), children("服务2")
    waves = run.Waves([[lives]])
    with run_lock(own, f"http://127.0.0.1:{lives.port}"), waves:
        waves.wait_until_ready()
        run.remember(own, [lives, gone])
        assert run.status(own) == 1
        run.remember(own, [lives])
        assert run.status(own) == 0

    shown = capsys.readouterr().out
    assert "服务1" in shown and "没有应答，会自动重启" in shown
    assert run.status(own) == 1


def test_the_services_are_not_told_the_password_of_who_may_do_everything(own: Place) -> None:
    own.var.mkdir(parents=True)
    password, admin = run.passwords(own)
    run.remember(own, [])

    assert password != admin and run.passwords(own) == (password, admin)
    assert set(json.loads((own.var / run.STATE).read_text())) == {"password", "admin", "processes"}
