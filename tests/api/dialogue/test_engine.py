import asyncio
import json
from typing import Any

import httpx
import pytest
import yaml

from api.dialogue.engine import FAILURES, FORM_NEEDS, Dialogue, DialogueUnavailable
from api.dialogue.replies import Reply, read_replies
from knowledge.reviewed import ROOT
from tests.fakes import FakeRasa


async def test_what_was_said_reaches_rasa_with_its_turn() -> None:
    rasa = FakeRasa()

    replies = await Dialogue("http://rasa", 8, rasa).send(
        "t1", "有人卖假货", {"turn": "t1", "attempt": 1}, {"situation": "infringed"}, "c1"
    )

    assert replies == [Reply("听到了：有人卖假货")]
    assert rasa.heard == [
        {"sender": "t1", "message": "有人卖假货", "metadata": {"turn": "t1", "attempt": 1}}
    ]


async def test_a_form_that_asks_is_told_with_what_it_knows() -> None:
    rasa = FakeRasa()
    memory = {"requested_slot": "contact", "situation": "infringed", "city": "赣州市"}

    await Dialogue("http://rasa", 8, rasa).send("t1", "13800001111", {}, memory, "c1")

    slots = {"requested_slot": "contact", "situation": "infringed", "contact": None}
    assert rasa.heard[0]["form"] == {"name": "ticket_form", "slots": slots}


def test_the_form_needs_what_the_domain_says() -> None:
    domain = yaml.load((ROOT / "domain.yml").read_text(encoding="utf-8"), yaml.CSafeLoader)

    form = domain["forms"]["ticket_form"]["required_slots"]
    assert ["requested_slot", *form] == list(FORM_NEEDS)
    assert set(form) == set(domain["slots"])


async def test_an_engine_that_fails_again_and_again_is_left_alone_for_a_while() -> None:
    rasa = FakeRasa()
    rasa.down = True
    dialogue = Dialogue("http://rasa", 8, rasa)

    for _ in range(FAILURES):
        with pytest.raises(DialogueUnavailable):
            await dialogue.send("t", "您好", {}, {}, "c1")
    rasa.down = False

    assert dialogue.left_alone
    with pytest.raises(DialogueUnavailable):
        await dialogue.send("t", "您好", {}, {}, "c1")
    assert rasa.heard == []


async def test_one_failure_among_answers_changes_nothing() -> None:
    rasa = FakeRasa()
    dialogue = Dialogue("http://rasa", 8, rasa)

    for down in [True, False] * FAILURES:
        rasa.down = down
        try:
            await dialogue.send("t", "您好", {}, {}, "c1")
        except DialogueUnavailable:
            assert down

    assert not dialogue.left_alone


def read(sent: list[dict[str, Any]]) -> list[Reply]:
    return read_replies(json.dumps(sent).encode())


def test_citations_belong_to_the_text_before_them() -> None:
    button = {"title": "是", "payload": "/affirm", "type": "postback"}

    replies = read(
        [
            {"recipient_id": "c", "text": "先找市监局。"},
            {"recipient_id": "c", "text": "依据在下面。", "buttons": [button]},
            {"recipient_id": "c", "custom": {"citations": [{"law": "商标法"}]}},
            {"recipient_id": "c", "image": "https://elsewhere.example/x.png"},
        ]
    )

    assert replies == [
        Reply("先找市监局。"),
        Reply("依据在下面。", [{"title": "是", "payload": "/affirm"}], [{"law": "商标法"}]),
    ]


def test_citations_that_come_first_wait_for_a_text() -> None:
    replies = read([{"custom": {"citations": [{"law": "专利法"}]}}, {"text": "可以请求裁决。"}])

    assert replies == [Reply("可以请求裁决。", [], [{"law": "专利法"}])]


def test_drafts_belong_to_the_text_before_them_too() -> None:
    draft = {"key": "letter_reply", "title": "律师函回复要点"}

    replies = read(
        [{"text": "可以用这份。"}, {"custom": {"drafts": [draft]}}, {"text": "还缺一些。"}]
    )

    assert replies == [Reply("可以用这份。", drafts=[draft]), Reply("还缺一些。")]


def transport(status: int, content: str) -> httpx.MockTransport:
    return httpx.MockTransport(lambda _: httpx.Response(status, text=content))


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (500, "[]"),
        (200, "<html>"),
        (200, "[]"),
        (200, '[{"custom": {"citations": []}}]'),
        (200, '{"text": "no list"}'),
        (200, "null"),
        (200, '[{"text": "x", "buttons": [{}]}]'),
    ],
)
async def test_an_answer_that_cannot_be_shown_counts_as_none(status: int, content: str) -> None:
    with pytest.raises(DialogueUnavailable):
        await Dialogue("http://rasa", 8, transport(status, content)).send("c", "您好", {}, {}, "c1")


async def test_rasa_that_is_down_is_unavailable() -> None:
    rasa = FakeRasa()
    rasa.down = True
    dialogue = Dialogue("http://rasa", 8, rasa)

    with pytest.raises(DialogueUnavailable):
        await dialogue.send("c", "您好", {}, {}, "c1")
    assert await dialogue.look("您好") == {1: "away"}


async def test_rasa_that_never_answers_is_unavailable_after_our_own_timeout() -> None:
    rasa = FakeRasa()

    async def never(_: dict[str, Any]) -> list[dict[str, Any]]:
        await asyncio.Event().wait()
        return []

    rasa.answer = never
    with pytest.raises(DialogueUnavailable):
        await Dialogue("http://rasa", 0.05, rasa).send("c", "您好", {}, {}, "c1")


async def test_rasa_with_a_model_understands() -> None:
    assert await Dialogue("http://rasa", 8, FakeRasa()).look("您好") == {1: "reads"}


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (409, '{"status": "failure", "message": "No agent loaded."}'),
        (200, '{"intent": {"name": null, "confidence": 0.0}, "intent_ranking": []}'),
        (200, '{"intent": {"name": "greet"}, "intent_ranking": []}'),
        (200, "[]"),
    ],
)
async def test_rasa_that_answers_without_a_model_does_not_understand(
    status: int, content: str
) -> None:
    dialogue = Dialogue("http://rasa", 8, transport(status, content))
    assert await dialogue.look("您好") == {1: "no_model"}


async def test_rasa_that_is_slow_is_not_taken_for_one_that_is_away() -> None:
    async def never(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    dialogue = Dialogue("http://rasa", 0.05, httpx.MockTransport(never))
    assert await dialogue.look("您好") == {1: "slow"}


async def test_chinese_travels_as_utf8() -> None:
    seen: list[bytes] = []

    def keep(request: httpx.Request) -> httpx.Response:
        seen.append(request.content)
        return httpx.Response(200, json=[{"text": "好"}])

    await Dialogue("http://rasa", 8, httpx.MockTransport(keep)).send("c", "商标", {}, {}, "c1")

    assert json.loads(seen[0])["message"] == "商标"
