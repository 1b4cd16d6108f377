"""Trainings in the background: begun, followed, cancelled, cut off; none changes what is in use."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from fastapi import FastAPI
from sqlalchemy import select

from api.accounts.models import AuditEvent
from api.clock import Clock
from api.database import Database
from api.dialogue import chosen
from api.training import sentences, service
from api.training.studio import DISK_FULL, Studio, StudioFailed
from api.training.trainer import Trainer
from tests.api.staff import OPERATOR, SUPERVISOR, signs_in
from tests.api.training.studio import AGREED, REPORT, FakeStudio, make_model
from tests.conftest import ONE_DATABASE

PATH = "/api/desk/training"


async def started(client: httpx.AsyncClient) -> dict[str, Any]:
    response = await client.post(f"{PATH}/runs", json={})
    assert response.status_code == 202, response.text
    run: dict[str, Any] = response.json()
    return run


async def shown(client: httpx.AsyncClient, run_id: int) -> dict[str, Any]:
    whole: dict[str, Any] = (await client.get(f"{PATH}/runs/{run_id}")).json()
    return whole


async def test_a_training_ends_with_a_report_and_a_model_that_may_be_put_in_use(
    client: httpx.AsyncClient, trainer: Trainer, studio: FakeStudio, tmp_path: Path
) -> None:
    run = await started(client)
    await trainer.done()
    whole = await shown(client, run["id"])
    assert (whole["run"]["state"], whole["run"]["sentences"]) == ("ready", 2)
    assert whole["report"]["held_out"]["better"][0]["text"] == "店名撞了"
    assert whole["report"]["journeys"]["changed"][0]["after"] == ["在哪？"]
    assert chosen.found(tmp_path, whole["run"]["model"]) is not None
    assert chosen.chosen(tmp_path).name == chosen.SHIPPED


def comes_in_use(var: Path, name: str) -> None:
    make_model(var, name)
    chosen.choose(var, name, chosen.SHIPPED)


async def test_where_another_model_comes_in_use_meanwhile_it_is_compared_with_that(
    client: httpx.AsyncClient, trainer: Trainer, studio: FakeStudio, tmp_path: Path
) -> None:
    studio.meanwhile = [lambda: comes_in_use(tmp_path, "8-aaaaaaaaaaaa")]
    run = await started(client)
    await trainer.done()
    assert studio.compared_with == [chosen.SHIPPED, "8-aaaaaaaaaaaa"]
    assert (await shown(client, run["id"]))["outdated"] == []


async def test_a_report_says_once_it_is_about_another_model_than_the_one_in_use(
    client: httpx.AsyncClient, trainer: Trainer, studio: FakeStudio, tmp_path: Path
) -> None:
    names = ("8-aaaaaaaaaaaa", "9-bbbbbbbbbbbb")
    studio.meanwhile = [partial(comes_in_use, tmp_path, name) for name in names]
    run = await started(client)
    await trainer.done()
    assert studio.compared_with == [chosen.SHIPPED, names[0]]
    said = "对比时用的是第 8 次训练的模型，现在用的是第 9 次训练的模型：数字不是和现在用的比的。"
    whole = await shown(client, run["id"])
    assert (whole["run"]["state"], whole["outdated"]) == ("ready", [said])
    chosen.choose(tmp_path, whole["run"]["model"], names[0])
    assert (await shown(client, run["id"]))["outdated"] == []  # that it is in use itself is no news


async def test_a_report_says_that_other_content_came_in_use_since(
    app: FastAPI, client: httpx.AsyncClient, trainer: Trainer, tmp_path: Path
) -> None:
    run = await started(client)
    await trainer.done()
    app.state.voice().knowledge.content = tmp_path / "content" / "0123456789abcdef" / "content"
    [said] = (await shown(client, run["id"]))["outdated"]
    assert "启用过别的内容" in said


async def test_a_model_over_a_checkouts_that_was_replaced_meanwhile_says_so_and_is_not_usable(
    client: httpx.AsyncClient, trainer: Trainer, studio: FakeStudio, tmp_path: Path
) -> None:
    def trains() -> None:
        (tmp_path / "models").mkdir()
        (tmp_path / "models" / "helpline.sha256").write_text("ffff  helpline.tar.gz\n")

    studio.meanwhile = [trains]
    run = await started(client)
    await trainer.done()
    told = (await shown(client, run["id"]))["run"]
    assert (told["state"], told["model"]) == ("failed", None)
    assert "系统自带的模型更新了" in told["problem"]


def test_a_model_is_sealed_over_the_checkouts_that_it_began_with(tmp_path: Path) -> None:
    make_model(tmp_path, "8-aaaaaaaaaaaa", base="eeee")
    assert chosen.found(tmp_path, "8-aaaaaaaaaaaa") is None


async def test_a_model_that_does_more_harm_is_refused_and_says_for_what(
    client: httpx.AsyncClient, trainer: Trainer, studio: FakeStudio
) -> None:
    studio.report = REPORT | {
        "refused": True,
        "why": ["指到不该去的地方"],
        "harms": [{"text": "店名撞了", "forbidden": ["刑事报案"]}],
    }
    run = await started(client)
    await trainer.done()
    whole = await shown(client, run["id"])
    assert (whole["run"]["state"], whole["run"]["refused_for"]) == ("refused", ["指到不该去的地方"])
    assert whole["report"]["harms"] == [{"text": "店名撞了", "forbidden": ["刑事报案"]}]
    refused = await client.post(f"{PATH}/runs/{run['id']}/activate", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "training_not_usable")


async def test_a_second_training_is_refused_while_one_runs(
    client: httpx.AsyncClient, trainer: Trainer, studio: FakeStudio
) -> None:
    studio.waits = asyncio.Event()
    await started(client)
    second = await client.post(f"{PATH}/runs", json={})
    assert (second.status_code, second.json()["code"]) == (409, "training_under_way")
    studio.waits.set()
    await trainer.done()
    await started(client)
    await trainer.done()


async def test_a_training_that_is_cancelled_stops_and_changes_nothing(
    client: httpx.AsyncClient, trainer: Trainer, studio: FakeStudio, tmp_path: Path
) -> None:
    studio.waits = asyncio.Event()
    run = await started(client)
    await studio.began.wait()
    cancelled = await client.post(f"{PATH}/runs/{run['id']}/cancel", json={})
    assert cancelled.json()["state"] == "cancelled"
    await trainer.done()
    assert (await shown(client, run["id"]))["run"]["state"] == "cancelled"
    assert chosen.chosen(tmp_path).name == chosen.SHIPPED
    again = await client.post(f"{PATH}/runs/{run['id']}/cancel", json={})
    assert (again.status_code, again.json()["code"]) == (409, "training_not_under_way")


async def test_a_training_whose_service_stops_says_so_and_changes_nothing(
    client: httpx.AsyncClient, trainer: Trainer, studio: FakeStudio, tmp_path: Path
) -> None:
    studio.waits = asyncio.Event()
    run = await started(client)
    await studio.began.wait()
    await trainer.close()
    told = (await shown(client, run["id"]))["run"]
    assert told["state"] == "failed" and "服务停了" in told["problem"]
    assert chosen.chosen(tmp_path).name == chosen.SHIPPED


async def test_a_training_whose_process_died_is_told_and_another_may_begin(
    client: httpx.AsyncClient, rows: Database, trainer: Trainer
) -> None:
    long_ago = Clock().moment() - timedelta(minutes=5)
    async with rows.session() as session:
        dead = await service.begin(session, SUPERVISOR, 1, 0, at=long_ago)
    await started(client)
    await trainer.done()
    told = (await shown(client, dead))["run"]
    assert told["state"] == "failed" and "再训练一次" in told["problem"]


@ONE_DATABASE
@pytest.mark.parametrize(
    ("fails", "said"),
    [
        (OSError(28, "No space left on device"), DISK_FULL),
        (StudioFailed("磁盘只剩 3 MB"), "磁盘只剩 3 MB"),
        (ValueError("whatever"), "没有训练成，原因在服务的日志里；现用的模型没有变。"),
    ],
)
async def test_a_training_that_fails_says_why_in_chinese(
    client: httpx.AsyncClient, trainer: Trainer, studio: FakeStudio, fails: Exception, said: str
) -> None:
    studio.fails = fails
    run = await started(client)
    await trainer.done()
    told = (await shown(client, run["id"]))["run"]
    assert (told["state"], told["problem"]) == ("failed", said)


async def test_trainings_are_audited_and_only_for_who_publishes(
    app: FastAPI, client: httpx.AsyncClient, trainer: Trainer, rows: Database
) -> None:
    run = await started(client)
    await trainer.done()
    async with rows.reading() as session:
        noted = set(await session.scalars(select(AuditEvent.what)))
    assert "training.start" in noted
    signs_in(app, OPERATOR)
    assert (await client.get(PATH)).status_code == 200
    for path in ("/runs", f"/runs/{run['id']}/cancel", f"/runs/{run['id']}/activate", "/roll-back"):
        assert (await client.post(f"{PATH}{path}", json={})).status_code == 403


async def test_the_page_tells_what_may_be_learnt_from(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    told = (await client.get(PATH)).json()
    assert (told["sentences"], told["left_out"], told["shipped"]) == (2, 1, True)
    assert told["can_switch"] and told["before"] is None


def test_what_models_are_measured_by_is_not_learnt_from() -> None:
    measured = next(iter(sentences.measured_by()))
    asked = [
        AGREED[0],
        AGREED[0],
        AGREED[1].__class__(f"{measured}！", "infringed", None, None, {}),
    ]
    assert sentences.choose(asked) == sentences.Chosen((AGREED[0],), 2)


def test_a_sentence_is_written_as_words_alone_with_its_right(tmp_path: Path) -> None:
    marked = replace(AGREED[0], text="/greet [标](right)\n- 第二行", right="trademark")
    sentences.write(tmp_path / "data", [marked])
    [block] = yaml.safe_load((tmp_path / "data" / "desk.yml").read_text(encoding="utf-8"))["nlu"]
    assert block["examples"] == [
        {"text": "greet ［标］(right) - 第二行\n", "metadata": {"right": "trademark"}}
    ]


async def test_without_the_engines_program_a_training_says_what_is_missing(tmp_path: Path) -> None:
    studio = Studio(tmp_path, "fake", rasa=tmp_path / "nowhere")
    with pytest.raises(StudioFailed, match="没有对话引擎的环境"):
        await studio.train("1-0123456789ab", [], lambda _: None)
    assert not list(tmp_path.iterdir())


async def test_the_newest_models_are_kept_and_the_one_in_use(
    tmp_path: Path, studio: FakeStudio
) -> None:
    names = [f"{number}-0123456789ab" for number in range(1, 8)]
    for name in names:
        await studio.train(name, [], lambda _: None)
    chosen.choose(tmp_path, names[0], names[1])
    assert sorted(studio.tidy(7, None)) == sorted([*names[:2], *names[4:]])


async def test_a_run_that_begins_while_it_is_tidied_keeps_its_folder(
    tmp_path: Path, studio: FakeStudio
) -> None:
    for number in (1, 2, 3):
        chosen.folder_of(tmp_path, f"{number}-0123456789ab").mkdir(parents=True)
    assert sorted(studio.tidy(2, 1)) == ["1-0123456789ab", "3-0123456789ab"]
