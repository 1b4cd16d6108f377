"""Another model in use without a lost turn: started beside, warmed, switched to, rolled back."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from api.accounts.models import AuditEvent
from api.app import create_app
from api.clock import Clock
from api.database import Database
from api.dialogue import chosen
from api.dialogue.chosen import SHIPPED, Model, Withdrawn
from api.dialogue.engine import Dialogue, Engine
from api.events.service import Event
from api.settings import Settings
from api.training import service
from api.training.models import Run, State
from api.training.switching import Switching
from tests.api.staff import SUPERVISOR
from tests.api.training.studio import EngineRoom, LookedAfter, make_model
from tests.api.visitor import Visitor
from tests.conftest import ONE_DATABASE
from tests.fakes import FakeKnowledge, FakeRasa

PATH = "/api/desk/training"
NAMES = ("1-aaaaaaaaaaaa", "2-bbbbbbbbbbbb")


@pytest.fixture
async def models(app: FastAPI, rows: Database, tmp_path: Path) -> list[int]:
    """Two trained models; their runs' ids."""
    ids = []
    for name in NAMES:
        make_model(tmp_path, name, name.encode())
        async with rows.session() as session:
            run_id = await service.begin(session, SUPERVISOR, 1, 0, at=Clock().moment())
            await service.move(session, run_id, State.READY, at=Clock().moment(), model=name)
        ids.append(run_id)
    return ids


@pytest.fixture
def switching(app: FastAPI) -> Switching:
    switching: Switching = app.state.switching
    return switching


async def activates(client: httpx.AsyncClient, switching: Switching, run_id: int) -> None:
    response = await client.post(f"{PATH}/runs/{run_id}/activate", json={})
    assert response.status_code == 202, response.text
    await switching.done()


async def begins_a_turn(
    visitor: Visitor, engine: FakeRasa
) -> tuple[asyncio.Task[dict[str, Any]], asyncio.Event]:
    """A turn that the engine has begun, and what lets it end."""
    thinks, answers = asyncio.Event(), asyncio.Event()

    async def slowly(message: dict[str, Any]) -> list[dict[str, Any]]:
        thinks.set()
        await answers.wait()
        return [{"recipient_id": message["sender"], "text": "旧的引擎说完了"}]

    engine.answer = slowly
    turn = asyncio.create_task(visitor.says("我的商标被人用了"))
    await thinks.wait()
    return turn, answers


async def test_a_model_in_use_is_the_engines_the_pointers_and_the_rows(
    client: httpx.AsyncClient,
    switching: Switching,
    models: list[int],
    room: EngineRoom,
    rows: Database,
    visitor: Visitor,
    tmp_path: Path,
) -> None:
    await activates(client, switching, models[0])
    assert (chosen.chosen(tmp_path).name, list(room.running.values())) == (NAMES[0], [NAMES[0]])
    await visitor.says("我的商标被人用了")
    assert [len(room.rasa(one).heard) for one in (SHIPPED, NAMES[0])] == [0, 1]
    told = (await client.get(PATH)).json()
    assert (told["in_use"], told["runs"][-1]["state"], told["before"]) == (
        NAMES[0],
        "active",
        SHIPPED,
    )
    assert told["switching"] == {"model": NAMES[0], "step": "switched", "problem": None}
    async with rows.reading() as session:
        assert "model.activate" in set(await session.scalars(select(AuditEvent.what)))


async def test_one_rolls_back_to_what_was_before(
    client: httpx.AsyncClient,
    switching: Switching,
    models: list[int],
    room: EngineRoom,
    tmp_path: Path,
) -> None:
    for run_id in models:
        await activates(client, switching, run_id)
    assert (await client.post(f"{PATH}/roll-back", json={})).status_code == 202
    await switching.done()
    assert (chosen.chosen(tmp_path).name, list(room.running.values())) == (NAMES[0], [NAMES[0]])
    assert (await client.post(f"{PATH}/roll-back", json={})).status_code == 202
    await switching.done()
    assert (chosen.chosen(tmp_path).name, list(room.running.values())) == (SHIPPED, [SHIPPED])
    nothing = await client.post(f"{PATH}/roll-back", json={})
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_to_roll_back")


async def test_a_turn_under_way_ends_on_the_engine_that_began_it(
    client: httpx.AsyncClient,
    switching: Switching,
    models: list[int],
    room: EngineRoom,
    visitor: Visitor,
) -> None:
    turn, answers = await begins_a_turn(visitor, room.rasa(SHIPPED))
    response = await client.post(f"{PATH}/runs/{models[0]}/activate", json={})
    assert response.status_code == 202
    while (await client.get(PATH)).json()["in_use"] != NAMES[0]:
        await asyncio.sleep(0)
    assert SHIPPED in room.running.values()  # it still has a turn to end
    other = await Visitor.arrives(client)
    assert "听到了" in (await other.says("另一个人说话"))["messages"][0]["text"]
    answers.set()
    assert (await turn)["messages"][0]["text"] == "旧的引擎说完了"
    await switching.done()
    assert list(room.running.values()) == [NAMES[0]]


async def test_who_switches_while_the_switch_before_is_followed_waits_for_it_and_is_not_refused(
    client: httpx.AsyncClient,
    switching: Switching,
    models: list[int],
    room: EngineRoom,
    visitor: Visitor,
    tmp_path: Path,
) -> None:
    turn, answers = await begins_a_turn(visitor, room.rasa(SHIPPED))
    chosen.choose(tmp_path, NAMES[0], SHIPPED)  # as another process does
    following = asyncio.create_task(switching.settle())
    while SHIPPED not in room.running.values() or len(room.running) < 2:
        await asyncio.sleep(0)
    asked = [client.post(f"{PATH}/runs/{models[1]}/activate", json={}) for _ in range(2)]
    codes = sorted(one.status_code for one in await asyncio.gather(*asked))
    assert codes == [202, 409]  # two at once are still one too many
    answers.set()
    await asyncio.gather(turn, following)
    await switching.done()
    assert (chosen.chosen(tmp_path).name, list(room.running.values())) == (NAMES[1], [NAMES[1]])


async def test_another_process_on_the_same_data_folder_follows(
    client: httpx.AsyncClient,
    switching: Switching,
    models: list[int],
    room: EngineRoom,
    rows: Database,
    tmp_path: Path,
) -> None:
    dialogue, understood = Dialogue(f"http://{SHIPPED}:1", 8, room), []

    async def prepare(model: Model) -> Callable[[], None]:
        return lambda: understood.append(model.name)

    async def tells_nobody(event: Event) -> None:
        return None

    other = Switching(rows, Clock(), tmp_path, LookedAfter(room), dialogue, prepare, tells_nobody)
    await other.settle()
    assert not understood  # nothing changed
    await activates(client, switching, models[0])
    await other.settle()
    await other.settle()

    assert understood == [NAMES[0]]
    await dialogue.send("t1", "我的商标被人用了", {}, {}, "c1")
    assert len(room.rasa(NAMES[0]).heard) == 1
    assert list(room.running.values()) == [NAMES[0]]
    await dialogue.close()


async def test_a_thousand_turns_across_twenty_switches_lose_none(
    switching: Switching, models: list[int], room: EngineRoom, app: FastAPI
) -> None:
    dialogue: Dialogue = app.state.dialogue
    form = {"requested_slot": "contact", "situation": "infringed"}
    said = 0

    async def talk(number: int) -> str:
        nonlocal said
        [reply] = await dialogue.send(f"t{number}", f"第 {number} 句", {}, form, f"c{number % 40}")
        said += 1
        return reply.text

    talking = []
    for switch in range(20):
        begun = asyncio.create_task(switching.activate(models[switch % 2], SUPERVISOR))
        for number in range(switch * 50, (switch + 1) * 50):
            talking.append(asyncio.create_task(talk(number)))
            await asyncio.sleep(0)
        await begun
        await switching.done()
    replies = await asyncio.gather(*talking)
    assert replies == [f"听到了：第 {number} 句" for number in range(1000)]
    heard = [message for engine in room.engines.values() for message in engine.heard]
    assert len(heard) == 1000 and {one["sender"] for one in heard} == {f"t{n}" for n in range(1000)}
    # Each engine is told what the form asks for: it remembers nothing that could be lost.
    assert all(one["form"]["slots"]["requested_slot"] == "contact" for one in heard)
    assert all(room.rasa(name).heard for name in NAMES) and room.most_at_once == 2


@ONE_DATABASE
@pytest.mark.parametrize("how", ["does not start", "has no model", "goes away"])
async def test_a_failure_in_warming_up_changes_nothing_and_says_why(
    client: httpx.AsyncClient,
    switching: Switching,
    models: list[int],
    room: EngineRoom,
    tmp_path: Path,
    how: str,
) -> None:
    new = room.rasa(NAMES[0])
    room.broken |= {NAMES[0]} if how == "does not start" else set()
    new.has_model, new.down = how != "has no model", how == "goes away"
    await activates(client, switching, models[0])
    told = (await client.get(PATH)).json()
    assert (told["in_use"], list(room.running.values())) == (SHIPPED, [SHIPPED])
    assert told["switching"]["step"] == "failed" and "没有变" in told["switching"]["problem"]
    assert told["runs"][-1]["state"] == "ready"
    assert chosen.chosen(tmp_path).name == SHIPPED


async def test_a_pointer_that_cannot_be_written_changes_nothing(
    client: httpx.AsyncClient,
    switching: Switching,
    models: list[int],
    room: EngineRoom,
    tmp_path: Path,
) -> None:
    (tmp_path / "training" / "chosen.partial").mkdir()
    await activates(client, switching, models[0])
    told = (await client.get(PATH)).json()
    assert (told["in_use"], list(room.running.values())) == (SHIPPED, [SHIPPED])
    assert "磁盘写不进去" in told["switching"]["problem"]


async def test_a_damaged_model_and_one_over_another_base_are_not_put_in_use(
    client: httpx.AsyncClient, models: list[int], tmp_path: Path
) -> None:
    (chosen.folder_of(tmp_path, NAMES[0]) / "model.tar.gz").write_bytes(b"mod")
    refused = await client.post(f"{PATH}/runs/{models[0]}/activate", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "training_outdated")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "helpline.sha256").write_text("ffff  helpline.tar.gz\n")
    refused = await client.post(f"{PATH}/runs/{models[1]}/activate", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "training_outdated")


async def test_where_nobody_looks_after_engines_no_model_is_switched(
    client: httpx.AsyncClient, models: list[int], room: EngineRoom
) -> None:
    (room.folder / "running.json").unlink()
    refused = await client.post(f"{PATH}/runs/{models[0]}/activate", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "no_second_engine")


async def test_after_a_start_the_rows_follow_the_pointer_and_a_second_engine_ends(
    app: FastAPI,
    switching: Switching,
    models: list[int],
    room: EngineRoom,
    rows: Database,
    tmp_path: Path,
) -> None:
    # As a service leaves it that dies between writing the pointer and noting it.
    chosen.choose(tmp_path, NAMES[1], SHIPPED)
    room.run({1: SHIPPED, 2: NAMES[1]})
    switching.engines = LookedAfter(room, count=1)
    await switching.settle()
    assert room.running == {2: NAMES[1]}
    assert [one.url for one in app.state.dialogue.engines] == [f"http://{NAMES[1]}:2"]
    async with rows.reading() as session:
        run = await session.get(Run, models[1])
        assert run is not None and run.state == State.ACTIVE


async def test_what_the_supervisor_put_out_of_use_is_followed_shown_and_kept_in_the_log(
    app: FastAPI,
    client: httpx.AsyncClient,
    switching: Switching,
    models: list[int],
    room: EngineRoom,
    rows: Database,
    visitor: Visitor,
    tmp_path: Path,
) -> None:
    for run_id in models:
        await activates(client, switching, run_id)
    before = app.state.voice().understanding.current
    why = "第 2 次训练的模型连续 3 次没有启动成功（最后一次：退出码 1），已停用"
    chosen.withdraw(tmp_path, Withdrawn(NAMES[1], why, "2026-11-01T08:00:00+08:00"))
    room.run({1: NAMES[0]})
    assert await switching.settle()
    assert app.state.voice().understanding.current is not before
    await visitor.says("我的商标被人用了")
    assert len(room.rasa(NAMES[0]).heard) == 1
    told = (await client.get(PATH)).json()
    assert (told["in_use"], told["withdrawn"], told["before"]) == (NAMES[0], why, SHIPPED)
    states = {one["id"]: (one["state"], one["problem"]) for one in told["runs"]}
    assert states == {models[0]: ("active", None), models[1]: ("withdrawn", f"{why}。")}
    assert await switching.settle()  # as after a start: it is noted once
    async with rows.reading() as session:
        noted = select(AuditEvent).where(AuditEvent.what == "model.withdraw")
        [event] = (await session.scalars(noted)).all()
    assert (event.staff_id, event.object_id, event.detail["why"]) == (None, NAMES[1], why)


async def test_whoever_chooses_a_model_again_that_was_put_out_of_use_ends_the_matter(
    client: httpx.AsyncClient, switching: Switching, models: list[int], tmp_path: Path
) -> None:
    await activates(client, switching, models[0])
    chosen.withdraw(tmp_path, Withdrawn(NAMES[0], "没有启动成功，已停用", "2026-11-01"))
    await switching.settle()
    await activates(client, switching, models[0])
    told = (await client.get(PATH)).json()
    assert (told["in_use"], told["withdrawn"]) == (NAMES[0], None)
    assert (told["runs"][-1]["state"], told["runs"][-1]["problem"]) == ("active", None)


async def test_turns_follow_once_the_engine_of_the_model_in_use_is_ready(
    app: FastAPI, switching: Switching, models: list[int], room: EngineRoom, tmp_path: Path
) -> None:
    chosen.choose(tmp_path, NAMES[0], SHIPPED)
    room.broken = {NAMES[0]}
    assert not await switching.settle()  # it has to be tried again
    room.broken = set()
    assert await switching.settle()
    assert [one.model for one in switching.engines.running().values()] == [NAMES[0]]


async def test_a_service_that_starts_again_asks_the_engine_of_the_model_in_use(
    room: EngineRoom, settings: Settings, tmp_path: Path
) -> None:
    chosen.choose(tmp_path, NAMES[0], SHIPPED)
    make_model(tmp_path, NAMES[0], b"model")
    room.run({1: SHIPPED, 2: NAMES[0]})
    app = create_app(settings, knowledge=FakeKnowledge(), actions=[], engines=LookedAfter(room))
    async with app.router.lifespan_context(app):
        assert [one.url for one in app.state.dialogue.engines] == [f"http://{NAMES[0]}:2"]


class TestSeveral:
    """Three engines: the rest follow the first, one by one."""

    @pytest.fixture
    def engines(self) -> int:
        return 3

    async def test_engines_follow_one_by_one_and_never_fewer_serve(
        self,
        app: FastAPI,
        client: httpx.AsyncClient,
        switching: Switching,
        models: list[int],
        room: EngineRoom,
        rows: Database,
    ) -> None:
        served: list[list[str]] = []

        def note(engines: Sequence[Engine]) -> list[Engine]:
            old = serve_by(engines)
            served.append([one.url.split(":")[1] for one in app.state.dialogue.engines])
            return old

        serve_by, app.state.dialogue.serve_by = app.state.dialogue.serve_by, note
        await activates(client, switching, models[0])

        new, old = f"//{NAMES[0]}", f"//{SHIPPED}"
        assert served == [[new, old, old], [new, new, old], [new, new, new]]
        assert set(room.running.values()) == {NAMES[0]} and len(room.running) == 3
        assert room.most_at_once == 4
        told = (await client.get(PATH)).json()
        assert (told["in_use"], told["switching"]["step"]) == (NAMES[0], "switched")

    async def test_turns_go_on_while_engines_follow_and_none_is_lost(
        self, app: FastAPI, switching: Switching, models: list[int], room: EngineRoom
    ) -> None:
        dialogue: Dialogue = app.state.dialogue

        async def talk(number: int) -> str:
            [reply] = await dialogue.send(f"t{number}", f"第 {number} 句", {}, {}, f"c{number}")
            return reply.text

        talking: list[asyncio.Task[str]] = []
        await switching.activate(models[0], SUPERVISOR)
        ended = asyncio.create_task(switching.done())
        while not ended.done():
            talking.append(asyncio.create_task(talk(len(talking))))
            await asyncio.sleep(0.01)
        replies = await asyncio.gather(*talking)

        assert replies == [f"听到了：第 {number} 句" for number in range(len(talking))]
        assert room.rasa(SHIPPED).heard and room.rasa(NAMES[0]).heard

    async def test_where_no_other_fits_in_any_more_the_old_ones_make_room(
        self,
        client: httpx.AsyncClient,
        app: FastAPI,
        switching: Switching,
        models: list[int],
        room: EngineRoom,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def free() -> int:
            return 9000 if NAMES[0] not in room.running.values() else 100

        monkeypatch.setattr("api.training.switching.free_memory_mb", free)
        await activates(client, switching, models[0])

        assert set(room.running.values()) == {NAMES[0]} and len(room.running) == 3
        serving = {(one.number, one.url) for one in app.state.dialogue.engines}
        assert serving == {(n, f"http://{NAMES[0]}:{n}") for n in room.running}

    async def test_where_the_first_does_not_start_all_stay_as_they_were(
        self, client: httpx.AsyncClient, switching: Switching, models: list[int], room: EngineRoom
    ) -> None:
        room.broken.add(NAMES[0])
        await activates(client, switching, models[0])

        assert room.running == {1: SHIPPED, 2: SHIPPED, 3: SHIPPED}
        assert "没有变" in (await client.get(PATH)).json()["switching"]["problem"]

    async def test_after_a_start_as_many_serve_as_there_are_to_be_all_by_the_model_in_use(
        self,
        app: FastAPI,
        switching: Switching,
        models: list[int],
        room: EngineRoom,
        tmp_path: Path,
    ) -> None:
        # As a service leaves it that dies while engines follow.
        chosen.choose(tmp_path, NAMES[0], SHIPPED)
        room.run({2: SHIPPED, 3: SHIPPED, 4: NAMES[0]})
        switching.engines = LookedAfter(room)
        await switching.settle()

        assert set(room.running.values()) == {NAMES[0]} and len(room.running) == 3
        assert {one.number for one in app.state.dialogue.engines} == room.running.keys()
