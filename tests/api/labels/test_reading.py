"""A sentence is labelled by two people who do not see each other's labels."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.labels import service
from api.labels.service import LabelledSentence
from tests.api.asked.conftest import composed
from tests.api.problems import problem
from tests.api.speaking import speaks_with
from tests.api.staff import ANALYST, COLLEAGUE, OPERATOR, SUPERVISOR, are_employed, signs_in

SENTENCE = "有人在直播间卖我们的仿品"
LABEL = {
    "intent": "infringed",
    "situation": "infringed",
    "right": "trademark",
    "facts": {"venue": "ecommerce"},
}
OTHER = LABEL | {"right": "unknown"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the kind of database."""
    return sqlite_url


class Labelling:
    """Whoever is signed in, with one sentence that waits."""

    def __init__(self, app: FastAPI, client: httpx.AsyncClient) -> None:
        self.app, self.client = app, client

    async def asks(self, method: str, path: str, **more: Any) -> httpx.Response:
        return await self.client.request(method, f"/api/desk/labels{path}", **more)

    async def next(self, **query: Any) -> Any:
        response = await self.asks("GET", "/next", params=query)
        assert response.status_code == 200, response.text
        return response.json()

    async def reads(self, sentence: int, label: dict[str, Any]) -> httpx.Response:
        return await self.asks("POST", f"/sentences/{sentence}/readings", json=label)

    def is_(self, staff: Any) -> None:
        signs_in(self.app, staff)


@pytest.fixture
async def labelling(app: FastAPI, client: httpx.AsyncClient) -> Labelling:
    speaks_with(app, composer=composed)
    await are_employed(app)
    made = Labelling(app, client)
    made.is_(OPERATOR)
    added = await made.asks("POST", "/sentences", json={"text": SENTENCE})
    assert added.status_code == 201, added.text
    return made


async def _agreed(labelling: Labelling) -> list[LabelledSentence]:
    async with labelling.app.state.database.reading() as session:
        return list(await service.agreed(session))


async def test_two_readers_who_agree_settle_a_sentence(labelling: Labelling) -> None:
    first = (await labelling.next())["sentence"]
    assert (first["place"], first["proposed"]) == (1, LABEL)
    assert (await labelling.reads(first["id"], LABEL)).json() == {"state": "waiting"}
    assert await _agreed(labelling) == []

    labelling.is_(COLLEAGUE)
    second = (await labelling.next())["sentence"]
    assert (second["id"], second["place"]) == (first["id"], 2)
    assert (await labelling.reads(second["id"], LABEL)).json() == {"state": "agreed"}

    facts = {"venue": "ecommerce"}
    assert await _agreed(labelling) == [
        LabelledSentence(SENTENCE, "infringed", "infringed", "trademark", facts)
    ]


async def test_whoever_writes_a_sentence_labels_it_at_once_and_a_colleague_second(
    labelling: Labelling,
) -> None:
    """He need not wait until what others brought before is labelled."""
    labelling.is_(SUPERVISOR)
    own = (await labelling.asks("POST", "/sentences", json={"text": "有人仿我的包装"})).json()
    assert (own["text"], own["place"], own["own"]) == ("有人仿我的包装", 1, True)
    assert (await labelling.reads(own["id"], LABEL)).json() == {"state": "waiting"}
    assert (await labelling.reads(own["id"], LABEL)).status_code == 409

    labelling.is_(COLLEAGUE)
    second = (await labelling.next())["sentence"]
    assert (second["id"], second["place"], second["proposed"]) == (own["id"], 2, None)
    assert (await labelling.reads(own["id"], LABEL)).json() == {"state": "agreed"}


async def test_the_second_reads_blind(labelling: Labelling) -> None:
    sentence = (await labelling.next())["sentence"]["id"]
    await labelling.reads(sentence, LABEL)

    labelling.is_(COLLEAGUE)
    told = await labelling.next()
    assert told["sentence"]["proposed"] is None
    [shown] = (await labelling.asks("GET", "/sentences", params={"state": "waiting"})).json()[
        "items"
    ]
    assert (shown["readings"], shown["label"]) == ([], None)


async def test_who_read_first_is_not_asked_a_second_time_and_may_not_answer(
    labelling: Labelling,
) -> None:
    sentence = (await labelling.next())["sentence"]["id"]
    await labelling.reads(sentence, LABEL)

    told = await labelling.next()
    assert (told["sentence"], told["waiting"]["second"]) == (None, 0)
    problem(await labelling.reads(sentence, LABEL), 409, "already_read")


async def test_where_they_differ_a_third_who_may_publish_decides(labelling: Labelling) -> None:
    sentence = (await labelling.next())["sentence"]["id"]
    await labelling.reads(sentence, LABEL)
    labelling.is_(COLLEAGUE)
    assert (await labelling.reads(sentence, OTHER)).json() == {"state": "disputed"}
    assert await _agreed(labelling) == []
    decision = f"/sentences/{sentence}/decision"
    problem(await labelling.asks("POST", decision, json=LABEL), 403, "not_allowed")

    labelling.is_(SUPERVISOR)
    [shown] = (await labelling.asks("GET", "/sentences", params={"state": "disputed"})).json()[
        "items"
    ]
    assert [one["label"]["right"] for one in shown["readings"]] == ["trademark", "unknown"]
    assert (await labelling.asks("POST", decision, json=OTHER)).status_code == 204
    assert [one.right for one in await _agreed(labelling)] == ["unknown"]
    problem(await labelling.asks("POST", decision, json=OTHER), 409, "sentence_settled")


async def test_one_of_the_two_is_no_third(labelling: Labelling) -> None:
    sentence = (await labelling.next())["sentence"]["id"]
    await labelling.reads(sentence, LABEL)
    labelling.is_(SUPERVISOR)
    await labelling.reads(sentence, OTHER)

    decision = f"/sentences/{sentence}/decision"
    problem(await labelling.asks("POST", decision, json=OTHER), 409, "needs_third_person")


async def test_agreement_is_told_by_field(labelling: Labelling) -> None:
    await labelling.asks("POST", "/sentences", json={"text": "我的专利被仿了"})
    labels = [[LABEL, OTHER], [LABEL | {"right": "patent"}, LABEL | {"right": "patent"}]]
    for mine, theirs in labels:
        labelling.is_(OPERATOR)
        sentence = (await labelling.next())["sentence"]["id"]
        await labelling.reads(sentence, mine)
        labelling.is_(COLLEAGUE)
        await labelling.reads(sentence, theirs)

    told = (await labelling.asks("GET", "/agreement")).json()

    by_field = {one["field"]: one for one in told["fields"]}
    assert (by_field["right"]["count"], by_field["right"]["raw"]) == (2, 0.5)
    assert by_field["right"]["kappa"] == pytest.approx(0.333, abs=0.001)
    assert (by_field["intent"]["raw"], by_field["intent"]["kappa"]) == (1.0, None)
    assert by_field["venue"]["raw"] == 1.0
    assert (told["waiting"]["disputed"], told["waiting"]["agreed"]) == (1, 1)


async def test_what_no_vocabulary_knows_is_no_label(labelling: Labelling) -> None:
    sentence = (await labelling.next())["sentence"]["id"]
    for wrong in ({"intent": "fly"}, {"right": "moon"}, {"facts": {"venue": "火星"}}):
        problem(await labelling.reads(sentence, LABEL | wrong), 422, "label_wrong")


async def test_an_intent_that_is_a_situation_says_it_and_values_stand_in_their_order(
    labelling: Labelling,
) -> None:
    sentence = (await labelling.next())["sentence"]["id"]
    said = {"intent": "squatted", "facts": {"circumstances": "seller、safety"}}
    await labelling.reads(sentence, said)
    labelling.is_(COLLEAGUE)
    same = {**said, "situation": "squatted", "facts": {"circumstances": "safety、seller"}}
    assert (await labelling.reads(sentence, same)).json() == {"state": "agreed"}
    [one] = await _agreed(labelling)
    assert (one.situation, one.facts) == ("squatted", {"circumstances": "safety、seller"})


async def test_a_sentence_can_be_passed_over_and_left_out(labelling: Labelling) -> None:
    sentence = (await labelling.next())["sentence"]["id"]
    assert (await labelling.next(skip=sentence))["sentence"] is None
    assert (
        await labelling.asks("POST", f"/sentences/{sentence}/leave-out", json={})
    ).status_code == 204
    assert (await labelling.next())["sentence"] is None
    problem(await labelling.reads(sentence, LABEL), 409, "sentence_settled")


async def test_what_is_settled_is_left_out_by_who_may_publish_alone(labelling: Labelling) -> None:
    sentence = (await labelling.next())["sentence"]["id"]
    await labelling.reads(sentence, LABEL)
    labelling.is_(COLLEAGUE)
    await labelling.reads(sentence, LABEL)
    leave_out = f"/sentences/{sentence}/leave-out"
    problem(await labelling.asks("POST", leave_out, json={}), 403, "not_allowed")
    labelling.is_(SUPERVISOR)
    assert (await labelling.asks("POST", leave_out, json={})).status_code == 204
    assert await _agreed(labelling) == []


async def test_personal_data_in_an_own_sentence_is_masked(labelling: Labelling) -> None:
    await labelling.asks("POST", "/sentences", json={"text": "打13800001111找我"})
    shown = (await labelling.asks("GET", "/sentences", params={"state": "waiting"})).json()
    assert shown["items"][0]["text"] == "打〔电话〕找我"


async def test_who_may_not_edit_content_labels_nothing(labelling: Labelling) -> None:
    labelling.is_(ANALYST)
    problem(await labelling.asks("GET", "/next"), 403, "not_allowed")
    labelling.is_(OPERATOR)
    problem(await labelling.reads(4711, LABEL), 404, "sentence_unknown")
