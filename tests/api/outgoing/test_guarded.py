"""From wherever a wrong citation comes, it is stopped on the way out, logged, and a person is
offered.
"""

import logging
from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from api.dialogue.replies import Reply
from api.outgoing import guarded
from api.outgoing.guarded import days_of
from api.referrals import service as referrals
from api.tickets import service as tickets
from api.tickets.models import Ticket, TicketNote
from knowledge.law.citation_guard import Days
from knowledge.search.searcher import Hit
from tests.api.speaking import speaks_with
from tests.api.visitor import Visitor
from tests.conftest import TODAY
from tests.fakes import (
    ARTICLE,
    CITATION,
    GUARD,
    REFERRAL,
    FakeKnowledge,
    FakeRasa,
    SaysAlways,
    a_hit,
)

WRONG = {**CITATION, "text": "侵犯商标权的，一律罚一百万元，不用证据。"}
OFFER: dict[str, Any] = {
    "text": guarded.offer(),
    "buttons": [{"title": "转人工", "payload": "/human_handoff"}],
}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the kind of database."""
    return sqlite_url


@pytest.fixture
def warnings(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.WARNING, logger="api.outgoing.guarded")
    return caplog


def answers(rasa: FakeRasa, *entries: dict[str, Any]) -> None:
    """Let Rasa say this from now on."""

    async def answer(message: dict[str, Any]) -> list[dict[str, Any]]:
        return list(entries)

    rasa.answer = answer


def shown(turn: dict[str, Any]) -> list[dict[str, Any]]:
    return [{key: message[key] for key in ("text", "buttons")} for message in turn["messages"]]


# --- conversations --------------------------------------------------------------------------------


async def test_a_reply_goes_out_without_the_sentence_and_with_the_offer_of_a_person(
    visitor: Visitor, rasa: FakeRasa, warnings: pytest.LogCaptureFixture
) -> None:
    answers(rasa, {"text": "先固定证据。商标法第九百条管这个。"}, {"text": "事情在哪个市？"})
    turn = await visitor.says("怎么办")

    assert shown(turn) == [
        {"text": "先固定证据。", "buttons": []},
        {"text": "事情在哪个市？", "buttons": []},
        OFFER,
    ]
    assert [text for _, text in await visitor.heard()] == [
        "怎么办",
        "先固定证据。",
        "事情在哪个市？",
        OFFER["text"],
    ]
    [message] = warnings.messages
    assert "web turn" in message and "the dialogue engine" in message
    assert "商标法第九百条 (unknown_article)" in message


async def test_a_tampered_citation_goes_with_its_words_and_the_right_one_stays(
    visitor: Visitor, rasa: FakeRasa
) -> None:
    answers(
        rasa,
        {"text": WRONG["text"]},
        {"custom": {"citations": [WRONG]}},
        {"text": "请看这一条。"},
        {"custom": {"citations": [CITATION]}},
    )
    turn = await visitor.says("怎么办")

    assert [(message["text"], message["citations"]) for message in turn["messages"]] == [
        ("请看这一条。", [CITATION]),
        (OFFER["text"], []),
    ]


async def test_of_a_turn_that_holds_nothing_right_only_the_offer_is_left_and_it_brings_a_person(
    visitor: Visitor, rasa: FakeRasa
) -> None:
    answers(rasa, {"text": "火星法第三条。", "buttons": [{"title": "好", "payload": "/affirm"}]})
    assert shown(await visitor.says("怎么办")) == [OFFER]

    await visitor.says(OFFER["buttons"][0]["payload"])
    assert rasa.heard[-1]["message"] == "/human_handoff"


async def test_a_button_that_names_a_wrong_article_is_not_offered(
    visitor: Visitor, rasa: FakeRasa
) -> None:
    buttons = [
        {"title": title, "payload": "/inform"} for title in ("赣州市", "看商标法第九百条", "不清楚")
    ]
    answers(rasa, {"text": "事情在哪个市？", "buttons": buttons})
    turn = await visitor.says("怎么办")

    assert [button["title"] for button in turn["messages"][0]["buttons"]] == ["赣州市", "不清楚"]
    assert shown(turn)[-1] == OFFER


async def test_the_fallback_is_held_to_the_same(
    app: FastAPI, visitor: Visitor, rasa: FakeRasa, warnings: pytest.LogCaptureFixture
) -> None:
    rasa.down = True
    app.state.voice().run.executor.register_action(
        SaysAlways("商标法第九百条说可以。您的商标已注册。")
    )
    turn = await visitor.says("商标被人用了")

    assert "商标法第九百条" not in str(turn)
    assert "您的商标已注册。" in turn["messages"][0]["text"]
    assert shown(turn)[-1] == OFFER
    assert any("the fallback" in message for message in warnings.messages)


async def test_a_right_answer_leaves_as_it_was(
    visitor: Visitor, rasa: FakeRasa, warnings: pytest.LogCaptureFixture
) -> None:
    answers(
        rasa,
        {"text": "《商标法》第五十七条（2019年版，2019-11-01起施行，施行到2026-12-31）："},
        {"text": ARTICLE.text},
        {"custom": {"citations": [CITATION]}},
        {"text": "没有查到「火星法第三条」。请核对法律名称和条号，例如「商标法第五十七条」。"},
    )
    turn = await visitor.says("商标法57条")

    assert [message["citations"] for message in turn["messages"]] == [[], [CITATION], []]
    assert warnings.messages == []


async def test_the_law_of_the_day_of_the_act_may_be_cited(
    visitor: Visitor, rasa: FakeRasa, app: FastAPI
) -> None:
    after = Reply("看这一条。", [], [CITATION])
    new_year = date(2027, 3, 1)

    assert days_of(TODAY, {"acted_on": "unknown"}) == Days(TODAY) == days_of(TODAY, {})
    for facts, citations in (
        ({"acted_on": "2026-12-01"}, [CITATION]),
        ({"acted_on": "2027-02-01"}, []),
    ):
        left = guarded.replies([after], GUARD, days_of(new_year, facts), "a test")
        assert left[0].citations == citations


async def test_what_the_log_says_of_a_stopped_citation_holds_no_word_of_the_visitor(
    visitor: Visitor, rasa: FakeRasa, warnings: pytest.LogCaptureFixture
) -> None:
    await visitor.says("我姓欧阳，商标法第九百条怎么说")  # the fake repeats it

    assert warnings.messages and "欧阳" not in warnings.text


# --- referrals ------------------------------------------------------------------------------------


async def test_a_referral_is_recorded_and_shown_without_what_is_wrong_and_says_so(
    visitor: Visitor, rasa: FakeRasa, app: FastAPI, warnings: pytest.LogCaptureFixture
) -> None:
    referral = deepcopy(REFERRAL)
    referral["remedies"][0]["basis"].append(WRONG)
    referral["remedies"][0]["deadlines"][0]["basis"] = {**CITATION, "article": "第九百条"}
    referral["ruled_out"][0]["why"] = "火星法第一条不许。"

    async def act(message: dict[str, Any]) -> list[dict[str, Any]]:
        async with app.state.database.session() as session:
            turn = message["metadata"]["turn"]
            at = app.state.clock.now()
            body = referrals.checked(referral, GUARD, f"turn {turn}", at=at)
            await referrals.record(session, visitor.id, turn, body, at=at)
        return await rasa.echo(message)

    rasa.answer = act
    turn = await visitor.says("商标被人用了")

    [remedy], [ruled_out] = turn["referral"]["remedies"], turn["referral"]["ruled_out"]
    assert (remedy["basis"], remedy["deadlines"]) == ([CITATION], [])
    assert ruled_out["why"] == guarded.offer()
    assert turn["referral"]["notices"] == [guarded.offer()]
    assert (await visitor.sees())["referral"] == turn["referral"]
    assert shown(turn)[-1] == OFFER
    assert {message.rpartition(" ")[2] for message in warnings.messages} == {
        "(wrong_words)",
        "(unknown_article)",
        "(unknown_law)",
    }


# --- search ---------------------------------------------------------------------------------------


class WrongKnowledge(FakeKnowledge):
    def search(self, query: str, on: date, limit: int) -> list[Hit]:
        return [
            a_hit("right"),
            a_hit("tampered", citation=replace(ARTICLE, text=WRONG["text"])),
            a_hit("misnamed", title="商标法第九百条"),
        ]


async def test_a_hit_with_a_wrong_citation_is_left_out_whole_and_the_answer_says_so(
    app: FastAPI, client: httpx.AsyncClient, warnings: pytest.LogCaptureFixture
) -> None:
    speaks_with(app, knowledge=WrongKnowledge())
    found = (await client.get("/api/search", params={"q": "商标"})).json()

    assert [hit["id"] for hit in found["hits"]] == ["right"]
    assert found["notice"] == guarded.offer()
    assert [message.split(":")[0] for message in warnings.messages] == [
        "search hit tampered",
        "search hit misnamed",
    ]


async def test_a_search_on_another_day_shows_only_what_is_in_force_then_or_says_that_it_is_not(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    for why, hits in ((("关键词",), 0), (("条文号一致", "施行至 2026-12-31"), 1)):
        knowledge = app.state.voice().knowledge
        knowledge.search = lambda query, on, limit, why=why: [a_hit("old", why=why)]
        found = (
            await client.get("/api/search", params={"q": "商标", "as_of": "2027-01-01"})
        ).json()
        assert len(found["hits"]) == hits


# --- tickets --------------------------------------------------------------------------------------


async def test_a_progress_note_is_shown_without_a_wrong_citation(
    visitor: Visitor,
    client: httpx.AsyncClient,
    app: FastAPI,
    rasa: FakeRasa,
    warnings: pytest.LogCaptureFixture,
) -> None:
    database, at = app.state.database, app.state.clock.now()

    async def open_one(message: dict[str, Any]) -> list[dict[str, Any]]:
        async with database.session() as session:
            turn = message["metadata"]["turn"]
            await tickets.open(session, visitor.id, turn, {}, "normal", "商标", at=at)
        return await rasa.echo(message)

    rasa.answer = open_one
    ticket = (await visitor.says("我要登记工单"))["ticket"]
    async with database.session() as session:
        opened = (await session.scalars(select(Ticket))).one()
        text = "已转办。依据商标法第九百条。"
        session.add(TicketNote(ticket_id=opened.id, text=text, written_at=at))
    progress = (
        await client.get(f"/api/tickets/{ticket['number']}", params={"code": ticket["code"]})
    ).json()

    assert [note["text"] for note in progress["notes"]][-1] == "已转办。"
    assert any(message.startswith("ticket JX") for message in warnings.messages)


async def test_an_export_passes_the_same_guard() -> None:
    export = {
        "tickets": [{"summary": "商标被侵权", "basis": [CITATION, WRONG]}],
        "made_on": "2026-11-22",
    }
    left, stopped = guarded.tree(export, GUARD, Days(TODAY), "export")

    assert stopped
    assert left == {
        "tickets": [{"summary": "商标被侵权", "basis": [CITATION]}],
        "made_on": "2026-11-22",
    }
