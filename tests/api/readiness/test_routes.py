"""What monitors read: alive at once, ready only when every part does its work."""

import asyncio
import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from api.app import create_app
from api.dialogue import chosen
from api.dialogue.engine import Dialogue
from api.readiness.__main__ import examined
from api.settings import Settings
from tests.api.problems import problem
from tests.api.visitor import Visitor
from tests.conftest import ONE_DATABASE
from tests.fakes import FakeKnowledge, FakeRasa

PARTS = ("service", "dialogue", "model", "index", "content", "database", "disk")


def parts(response: httpx.Response) -> dict[str, str]:
    """The details of the parts that are not well."""
    found = response.json()["parts"]
    assert response.status_code == (200 if all(part["ok"] for part in found.values()) else 503)
    return {name: part["detail"] for name, part in found.items() if not part["ok"]}


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model with the fingerprint that its training left."""
    file = tmp_path / "models/helpline.tar.gz"
    file.parent.mkdir()
    file.write_bytes(b"what was learnt")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    file.with_name("helpline.sha256").write_text(f"{digest}  helpline.tar.gz\n")
    return file


async def test_the_process_is_alive(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"alive": True}


async def test_ready_when_everything_answers(client: httpx.AsyncClient, model: Path) -> None:
    response = await client.get("/readyz")

    part = {"ok": True, "detail": "正常"}
    assert response.status_code == 200
    assert response.json() == {"ready": True, "parts": dict.fromkeys(PARTS, part)}


async def test_what_does_not_answer_is_named_with_what_to_do(
    client: httpx.AsyncClient, rasa: FakeRasa, knowledge: FakeKnowledge
) -> None:
    rasa.down, knowledge.missing = True, "还没有检索索引，请运行 ./helpline index 建立"

    found = parts(await client.get("/readyz"))

    assert set(found) == {"dialogue", "index"}
    assert "对话引擎没有应答" in found["dialogue"] and "./helpline up" in found["dialogue"]
    assert found["index"] == knowledge.missing


async def test_an_engine_without_a_model_is_not_ready(
    client: httpx.AsyncClient, rasa: FakeRasa
) -> None:
    rasa.has_model = False

    assert "./helpline train" in parts(await client.get("/readyz"))["dialogue"]


@pytest.fixture
async def with_two_engines(
    settings: Settings, rasa: FakeRasa
) -> AsyncIterator[tuple[httpx.AsyncClient, FakeRasa]]:
    """A service with two engines, and the second of them; the first is `rasa`."""
    second = FakeRasa()
    both = {"one": rasa, "two": second}
    room = httpx.MockTransport(lambda request: both[request.url.host].handle_async_request(request))
    dialogue = Dialogue({1: "http://one", 2: "http://two"}, 8, room)
    app = create_app(settings, dialogue, FakeKnowledge(), actions=[])
    async with app.router.lifespan_context(app), visiting(app) as client:
        yield client, second


async def test_where_one_of_several_engines_is_away_the_helpline_is_ready_and_says_which(
    with_two_engines: tuple[httpx.AsyncClient, FakeRasa],
) -> None:
    client, second = with_two_engines
    second.down = True

    response = await client.get("/readyz")

    dialogue = response.json()["parts"]["dialogue"]
    assert response.status_code == 200 and dialogue["ok"]
    assert "2 个对话引擎里有 1 个能用" in dialogue["detail"]
    assert "第 2 个没有应答" in dialogue["detail"]
    shown = (await client.get("/metrics")).text
    assert 'helpline_engine_ready{engine="1"} 1.0' in shown
    assert 'helpline_engine_ready{engine="2"} 0.0' in shown


async def test_where_every_one_of_several_engines_is_away_the_helpline_is_not_ready(
    with_two_engines: tuple[httpx.AsyncClient, FakeRasa], rasa: FakeRasa
) -> None:
    client, second = with_two_engines
    rasa.down = second.down = True

    assert "对话引擎没有应答" in parts(await client.get("/readyz"))["dialogue"]


async def test_several_engines_that_are_all_well_are_told(
    with_two_engines: tuple[httpx.AsyncClient, FakeRasa],
) -> None:
    response = await with_two_engines[0].get("/readyz")

    assert response.json()["parts"]["dialogue"] == {"ok": True, "detail": "2 个对话引擎都正常"}


async def test_a_truncated_model_is_noticed(client: httpx.AsyncClient, model: Path) -> None:
    model.write_bytes(model.read_bytes()[:5])

    said = parts(await client.get("/readyz"))["model"]
    assert str(model) in said and "./helpline train" in said


async def test_a_model_that_was_put_out_of_use_is_told_while_the_one_before_works(
    client: httpx.AsyncClient, model: Path, tmp_path: Path
) -> None:
    chosen.choose(tmp_path, "3-0123456789ab", None)
    gone = chosen.Withdrawn("3-0123456789ab", "没有启动成功，已停用", "2026-11-01")
    chosen.withdraw(tmp_path, gone)

    response = await client.get("/readyz")

    assert response.json()["ready"] and response.json()["parts"]["model"] == {
        "ok": True,
        "detail": "正常，用的是系统自带的模型。没有启动成功，已停用，见工作台的「训练」",
    }


async def test_a_model_that_is_gone_is_not_called_truncated(
    client: httpx.AsyncClient, model: Path
) -> None:
    model.unlink()

    said = parts(await client.get("/readyz"))["model"]
    assert "不在了" in said and "截断" not in said and "./helpline train" in said


async def test_an_index_that_finds_nothing_is_not_ready(
    settings: Settings, rasa: FakeRasa, client: httpx.AsyncClient, app: FastAPI
) -> None:
    class Empty(FakeKnowledge):
        def search(self, *_: object) -> list[object]:  # type: ignore[override]
            return []

    empty = create_app(settings, Dialogue("http://rasa", 8, rasa), Empty(), actions=[])
    async with empty.router.lifespan_context(empty), visiting(empty) as client:
        assert "./helpline index" in parts(await client.get("/readyz"))["index"]


async def test_a_disk_that_is_nearly_full_is_named_with_its_folder(
    settings: Settings, rasa: FakeRasa, tmp_path: Path
) -> None:
    demanding = settings.model_copy(update={"min_free_mb": 10**12})
    app = create_app(demanding, Dialogue("http://rasa", 8, rasa), FakeKnowledge(), actions=[])
    async with app.router.lifespan_context(app), visiting(app) as client:
        assert str(tmp_path) in parts(await client.get("/readyz"))["disk"]


def visiting(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://helpline")


@pytest.mark.skipif(os.name != "posix", reason="needs ulimit")
def test_a_database_that_cannot_be_written_is_noticed_although_it_can_be_read(
    sqlite_url: str, tmp_path: Path
) -> None:
    env = {**os.environ, "HELPLINE_VAR": str(tmp_path), "HELPLINE_DATABASE_URL": sqlite_url}
    words = 'ulimit -f 0; exec "$0" -m api.readiness'  # no file may grow: as on a full disk
    result = subprocess.run(
        ["sh", "-c", words, sys.executable], env=env, capture_output=True, text=True
    )

    found = json.loads(result.stdout)["database"]
    assert not found["ok"] and "写不进去" in found["detail"]


async def test_what_is_examined_while_nothing_runs_is_said_in_the_same_words(
    settings: Settings, client: httpx.AsyncClient, model: Path
) -> None:
    model.write_bytes(b"")
    running = (await client.get("/readyz")).json()["parts"]

    resting = await examined(settings)

    assert set(resting) == {"model", "index", "database", "disk"}
    for name in ("model", "database", "disk"):
        assert resting[name] == running[name]
    assert "./helpline index" in str(resting["index"]["detail"])


async def test_examining_makes_no_database_where_there_is_none(tmp_path: Path) -> None:
    found = await examined(Settings(var=tmp_path))

    assert "./helpline migrate" in str(found["database"]["detail"])
    assert not (tmp_path / "helpline.db").exists()


class Slowly:
    """Knowledge that is loaded when it is told to."""

    def __init__(self) -> None:
        self.may_end = threading.Event()

    def __call__(self, _: Settings) -> FakeKnowledge:
        self.may_end.wait(60)
        return FakeKnowledge()


@pytest.fixture
async def slowly(settings: Settings, rasa: FakeRasa) -> AsyncIterator[tuple[FastAPI, Slowly]]:
    load = Slowly()
    app = create_app(settings, Dialogue("http://rasa", 8, rasa), actions=[], load=load)
    async with app.router.lifespan_context(app):
        yield app, load
        load.may_end.set()


async def test_while_the_knowledge_loads_the_service_lives_and_says_so(
    slowly: tuple[FastAPI, Slowly],
) -> None:
    async with visiting(slowly[0]) as client:
        assert (await client.get("/healthz")).status_code == 200
        assert "正在装载" in parts(await client.get("/readyz"))["service"]
        opened = await client.post("/api/conversations", json={"channel": "web", "consent": True})

    assert "正在启动" in problem(opened, 503, "loading")
    assert int(opened.headers["Retry-After"]) > 0


async def test_once_loaded_visitors_are_let_in(slowly: tuple[FastAPI, Slowly]) -> None:
    app, load = slowly
    load.may_end.set()
    async with visiting(app) as client:
        while (await client.get("/readyz")).json()["parts"]["service"]["detail"] != "正常":
            app.state.monitor.settle()  # do not wait for the remembered look to become old
        assert (await Visitor.arrives(client)).greeting


async def test_one_of_several_processes_opens_its_port_once_it_has_loaded(
    settings: Settings, rasa: FakeRasa
) -> None:
    load = Slowly()
    waiting = settings.model_copy(update={"listen": "loaded"})
    app = create_app(waiting, Dialogue("http://rasa", 8, rasa), actions=[], load=load)
    life = app.router.lifespan_context(app)
    starting = asyncio.create_task(life.__aenter__())
    assert (await asyncio.wait([starting], timeout=0.2))[1]

    load.may_end.set()
    await starting  # from here on uvicorn listens
    async with visiting(app) as client:
        assert (await Visitor.arrives(client)).greeting
    await life.__aexit__(None, None, None)


async def test_a_process_that_cannot_load_ends_all_the_same(
    settings: Settings, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Settings) -> FakeKnowledge:
        raise OSError("the index is gone")

    ended = asyncio.Event()
    monkeypatch.setattr("signal.raise_signal", lambda number: ended.set())
    waiting = settings.model_copy(update={"listen": "loaded"})
    app = create_app(waiting, Dialogue("http://rasa", 8, rasa), actions=[], load=broken)
    async with app.router.lifespan_context(app):
        assert ended.is_set() and not app.state.door.loaded


async def test_metrics_are_for_this_machine(client: httpx.AsyncClient, visitor: Visitor) -> None:
    await visitor.says("我的电话是13800001111，有人冒用我的商标")

    shown = await client.get("/metrics")

    assert shown.status_code == 200
    assert 'helpline_turns_total{outcome="engine"}' in shown.text
    for stage in ("store", "engine", "guard", "answer"):
        assert f'helpline_stage_seconds_count{{stage="{stage}"}}' in shown.text
    assert "helpline_handoffs_waiting 0.0" in shown.text
    assert "13800001111" not in shown.text and visitor.id not in shown.text


async def test_metrics_are_not_for_visitors_behind_a_proxy(client: httpx.AsyncClient) -> None:
    refused = await client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"})

    problem(refused, 403, "metrics_forbidden")


@ONE_DATABASE
@pytest.mark.parametrize(
    ("token", "status"), [("geheim", 200), ("falsch", 403), ("", 403), ("密码", 403)]
)
async def test_metrics_are_shown_from_anywhere_to_who_has_the_token(
    settings: Settings, rasa: FakeRasa, token: str, status: int
) -> None:
    told = settings.model_copy(update={"metrics_token": SecretStr("geheim")})
    app = create_app(told, Dialogue("http://rasa", 8, rasa), FakeKnowledge(), actions=[])
    transport = httpx.ASGITransport(app, client=("203.0.113.9", 4711))
    headers = {"Authorization": f"Bearer {token}".encode()}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://helpline") as client,
    ):
        assert (await client.get("/metrics", headers=headers)).status_code == status


async def test_metrics_stand_in_no_description_of_the_api(app: FastAPI) -> None:
    assert "/metrics" not in app.openapi()["paths"]
