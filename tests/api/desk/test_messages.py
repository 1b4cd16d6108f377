"""What an operator writes: of a bounded length, without cards' numbers, with law that exists."""

from uuid import uuid4

import pytest
from fastapi import FastAPI

from api.conversations import service as conversations
from api.conversations.models import Conversation
from tests.api.desk.operator import Operator
from tests.api.problems import problem
from tests.api.visitor import Visitor
from tests.fakes import CITATION

SCRIPT = "<img src=x onerror=alert(1)><script>alert('您好')</script>"


@pytest.fixture
async def talking(waiting: Visitor, operator: Operator) -> Visitor:
    """A visitor whom the operator has."""
    await operator.does(waiting.id, "claim")
    return waiting


def body(text: str, **more: object) -> dict[str, object]:
    return {"text": text, "client_message_id": str(uuid4()), **more}


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "text_empty"), ("  \u200b ", "text_empty"), ("字" * 2001, "text_too_long")],
)
async def test_nothing_empty_and_nothing_too_long_is_sent(
    talking: Visitor, operator: Operator, text: str, code: str
) -> None:
    problem(await operator.tries(talking.id, "messages", **body(text)), 422, code)
    assert "operator" not in dict(await talking.heard())


async def test_two_thousand_characters_are_sent(talking: Visitor, operator: Operator) -> None:
    said = await operator.says(talking.id, "字" * 2000)
    assert len(said["text"]) == 2000


async def test_numbers_of_cards_are_not_kept_either_when_an_operator_writes_them(
    talking: Visitor, operator: Operator
) -> None:
    said = await operator.says(talking.id, "是 6222021234567890128 这张卡吗")
    assert "6222021234567890128" not in str(await talking.sees())
    assert "〔" in said["text"]


async def test_an_article_that_does_not_exist_is_not_sent_and_named(
    talking: Visitor, operator: Operator
) -> None:
    wrong = await operator.tries(talking.id, "messages", **body("依据商标法第九百条，可以投诉。"))

    assert "第九百条" in problem(wrong, 422, "citation_wrong")
    assert "operator" not in dict(await talking.heard())


async def test_a_citation_that_says_of_itself_what_is_wrong_is_not_sent(
    talking: Visitor, operator: Operator
) -> None:
    forged = CITATION | {"text": "商标侵权一律判赔一百万元，没有例外。"}
    wrong = await operator.tries(talking.id, "messages", **body("见下", citations=[forged]))

    problem(wrong, 422, "citation_wrong")


async def test_a_good_citation_goes_along(talking: Visitor, operator: Operator) -> None:
    said = await operator.says(talking.id, "依据商标法第五十七条。", citations=[CITATION])

    assert said["citations"][0]["article"] == "第五十七条"
    assert (await talking.sees())["messages"][-1]["citations"] == said["citations"]


async def test_markup_is_kept_as_the_text_that_it_is(talking: Visitor, operator: Operator) -> None:
    await talking.says(SCRIPT)
    await operator.says(talking.id, SCRIPT)
    await operator.does(talking.id, "notes", text=SCRIPT)
    seen = await operator.sees(talking.id)

    assert [message["text"] for message in seen["messages"][-2:]] == [SCRIPT, SCRIPT]
    assert seen["notes"][0]["text"] == SCRIPT


async def test_a_thousand_messages_come_page_by_page(
    talking: Visitor, operator: Operator, app: FastAPI
) -> None:
    async with app.state.database.session() as session:
        conversation = await conversations.going_on(session, talking.id)
        for number in range(1000):
            await conversations.add_message(
                session, conversation, None, "visitor", f"第{number}句", app.state.clock.now()
            )
    seen = await operator.sees(talking.id)
    assert (len(seen["messages"]), seen["more"]) == (50, True)

    texts: list[str] = []
    page = seen
    while page["more"]:
        texts[:0] = [message["text"] for message in page["messages"]]
        oldest = page["messages"][0]["id"]
        page = await operator.gets(
            f"/conversations/{talking.id}/messages", before=oldest, limit=200
        )
    texts[:0] = [message["text"] for message in page["messages"]]
    assert [text for text in texts if text.startswith("第")] == [f"第{n}句" for n in range(1000)]


async def test_facts_that_are_put_right_change_the_referral_and_the_memory(
    talking: Visitor, operator: Operator, app: FastAPI
) -> None:
    changed = await operator.asks(
        "PATCH",
        f"/conversations/{talking.id}/facts",
        json={"right": "trademark", "city": "赣州市", "doc_received": "律师函、传票"},
    )
    assert changed.status_code == 200, changed.text
    told = changed.json()
    assert told["facts"] == {"right": "trademark", "city": "赣州市", "doc_received": "律师函、传票"}
    assert told["referral"]["remedies"][0]["key"] == "admin_complaint_trademark"

    gone = await operator.asks("PATCH", f"/conversations/{talking.id}/facts", json={"city": None})
    assert "city" not in gone.json()["facts"]
    snapshot = await talking.sees()
    assert snapshot["facts"]["right"] == "trademark" and snapshot["referral"]["remedies"]
    async with app.state.database.reading() as session:
        memory = (await session.get_one(Conversation, talking.id)).memory
    assert memory == {"right": "trademark", "doc_received": ["律师函", "传票"]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"right": "bakery"},
        {"colour": "red"},
        {"amount_yuan": 5},
        {"acted_on": "gestern"},
        {"city": "市" * 201},
        {"evidence": ["证"] * 21},
        {"years_registered": "viele"},
    ],
)
async def test_facts_that_cannot_be_are_refused(
    talking: Visitor, operator: Operator, wrong: dict[str, object]
) -> None:
    told = await operator.asks("PATCH", f"/conversations/{talking.id}/facts", json=wrong)
    problem(told, 422, "fact_wrong")
