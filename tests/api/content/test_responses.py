"""What the bot and the service say in words of their own follows what is published."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from api.content import exchange
from api.content.check import Fault, faults
from api.database import Database
from api.dialogue.engine import Dialogue
from knowledge.editing import folder
from knowledge.editing.folder import Change
from knowledge.editing.kinds import KINDS
from knowledge.reviewed import CONTENT
from tests.api.content.conftest import FakeWorkshop
from tests.api.content.editing import Newsroom
from tests.api.staff import SUPERVISOR
from tests.api.visitor import Visitor
from tests.fakes import FakeRasa

GREET = {"kind": "response", "file": "responses/bot.yml", "key": "utter_greet"}
WELCOME = {"kind": "response", "file": "responses/greeting.yml", "key": "welcome"}
DIRECTION = ("response", "responses/bot.yml", "utter_direction")
ENTRY = "key: utter_direction\nuse: 建议的走法\ntexts:\n- {text}\n"


class Greets(Action):
    """The action of every message, saying the bot's greeting."""

    def name(self) -> str:
        return "action_turn"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> list[Any]:
        dispatcher.utter_message(response="utter_greet")
        return []


def entry(named: dict[str, str], old: str, new: str) -> str:
    """What ships of an entry, with other words in it."""
    item = folder.item_of(KINDS[named["kind"]], named["file"], named["key"])
    assert item is not None and old in item.body
    return item.body.replace(old, new, 1)


async def told(newsroom: Newsroom) -> str:
    """What the bot says to a visitor while there is no dialogue engine."""
    state, away = newsroom.app.state, FakeRasa()
    away.down = True
    state.receiver = replace(state.receiver, dialogue=Dialogue("http://rasa", 8, away))
    state.voice().run.executor.register_action(Greets())
    visitor = await Visitor.arrives(newsroom.client)
    turn = await visitor.says("您好")
    words: str = turn["messages"][-1]["text"]
    return words


async def test_what_the_bot_says_follows_a_release_and_goes_back_with_it(
    newsroom: Newsroom,
) -> None:
    before = await told(newsroom)
    release = await newsroom.publishes(entry(GREET, "您好，请直接", "乡亲好，请直接"), named=GREET)
    assert before.startswith("您好，请直接") and (await told(newsroom)).startswith("乡亲好，请直接")

    await newsroom.post(f"/releases/{release['id']}/roll-back")
    await newsroom.app.state.following.look()
    assert await told(newsroom) == before


async def test_what_the_dialogue_engine_is_answered_is_in_the_words_of_the_release(
    newsroom: Newsroom,
) -> None:
    """So it needs no training to say something else."""
    await newsroom.publishes(entry(GREET, "您好，请直接", "乡亲好，请直接"), named=GREET)
    run = newsroom.app.state.voice().run
    run.executor.register_action(Greets())
    tracker = {"sender_id": "t", "slots": {}, "latest_message": {}, "events": []}
    call = {"next_action": "action_turn", "sender_id": "t", "tracker": tracker, "domain": {}}
    answer = await run(call)

    [said] = answer["responses"]
    assert said["text"].startswith("乡亲好，请直接") and "response" not in said


async def test_what_the_service_greets_with_follows_a_release(newsroom: Newsroom) -> None:
    body = entry(WELCOME, "title: 牌子被人冒用", "title: 商标被人冒用")
    await newsroom.publishes(body.replace("您好，这里是", "欢迎，这里是"), named=WELCOME)
    [greeting] = (await Visitor.arrives(newsroom.client)).greeting

    assert greeting["text"].startswith("欢迎，这里是")
    assert greeting["buttons"][0]["title"] == "商标被人冒用"


async def test_words_are_reviewed_by_a_second_person(newsroom: Newsroom) -> None:
    body = entry(GREET, "您好，请直接", "乡亲好，请直接")
    revision = await newsroom.proposes(body, SUPERVISOR, named=GREET)
    await newsroom.submits(revision, SUPERVISOR)
    release = await newsroom.proves(revision)
    refused = await newsroom.post(f"/releases/{release['id']}/activate")

    assert refused.json()["code"] == "needs_second_person"


async def test_words_are_written_to_files_and_read_back_from_them(
    newsroom: Newsroom, rows: Database, workshop: FakeWorkshop, tmp_path: Path
) -> None:
    await newsroom.publishes(entry(GREET, "您好，请直接", "乡亲好，请直接"), named=GREET)
    target, at = tmp_path / "export", newsroom.app.state.clock.now()
    await exchange.write(rows, workshop, target)
    assert await exchange.read(rows, workshop, target, "回读", SUPERVISOR, at=at) == []

    file = target / "responses" / "bot.yml"
    file.write_text(file.read_text("utf-8").replace("乡亲好", "老乡好"), "utf-8")
    [draft] = await exchange.read(rows, workshop, target, "改一个字", SUPERVISOR, at=at)
    assert draft.body is not None and draft.body.startswith("key: utter_greet\n")
    assert "老乡好，请直接" in draft.body


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (
            ENTRY.format(text="建议先走「{name}」。{why}{also}"),
            Fault(4, "texts：缺少{body}，这一句里要写上：{also}、{body}、{name}、{why}"),
        ),
        (
            ENTRY.format(text="建议先走「{name}」，找{body}，打13800001111。{why}{also}"),
            Fault(
                4,
                "texts：「13800001111」不在 institutions.yml 写明出处、"
                "可以告诉来访者的电话和网址里",
            ),
        ),
        (
            ENTRY.format(text="按商标法第九百条走「{name}」，找{body}。{why}{also}"),
            Fault(4, "texts：「商标法第九百条」没有通过法条核对，当天没有这一条或者不在施行"),
        ),
        (
            None,
            Fault(None, "responses/bot.yml 第 1 行：少了「utter_direction」，话术只能改，不能删"),
        ),
    ],
)
def test_words_that_cannot_be_said_are_refused_by_line_and_field(
    tmp_path: Path, body: str | None, fault: Fault
) -> None:
    assert faults(tmp_path, CONTENT, [], Change(*DIRECTION, body)) == [fault]
