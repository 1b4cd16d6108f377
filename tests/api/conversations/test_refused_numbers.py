"""Numbers of identity and bank cards reach neither the database nor the dialogue engine."""

import pytest
from fastapi import FastAPI

from tests.api.protection.test_columns import everything_in
from tests.api.protection.test_numbers import CARD, ID
from tests.api.visitor import Visitor
from tests.conftest import KEYS
from tests.fakes import FakeRasa, SaysAlways

SAID = f"我身份证{ID}，钱打到{CARD}，在赣州"
LEFT = "我身份证〔证件号〕，钱打到〔银行卡号〕，在赣州"


async def test_they_are_stored_and_handed_on_masked(visitor: Visitor, rasa: FakeRasa) -> None:
    await visitor.says(SAID)

    assert rasa.heard[-1]["message"] == LEFT
    assert (await visitor.heard())[0] == ("visitor", LEFT)


async def test_the_answer_says_in_a_sentence_that_they_were_not_kept(visitor: Visitor) -> None:
    first, *rest = (await visitor.says(SAID))["messages"]

    assert "没有保存" in first["text"] and "不需要" in first["text"]
    assert first["text"].count("。") == 1
    assert [message["text"] for message in rest] == [f"听到了：{LEFT}"]


@pytest.mark.parametrize("said", ["商标注册号12345678，电话13812345678", "订单号 1234567890123456"])
async def test_of_other_numbers_nothing_is_said(visitor: Visitor, said: str) -> None:
    [only] = (await visitor.says(said))["messages"]

    assert only["text"] == f"听到了：{said}"


async def test_they_lie_nowhere_in_the_database_not_even_sealed(
    visitor: Visitor, database_url: str
) -> None:
    await visitor.says(SAID)

    opened = [_opened(value) for value in everything_in(database_url) if KEYS.has_sealed(value)]
    assert len(opened) > 3
    assert not [one for one in opened if ID in one or CARD in one]


def _opened(sealed: str) -> str:
    try:
        return KEYS.opened(sealed)
    except UnicodeDecodeError:  # pressed, so it is JSON
        return str(KEYS.opened_json(sealed))


async def test_without_the_dialogue_engine_it_is_the_same(
    visitor: Visitor, rasa: FakeRasa, app: FastAPI
) -> None:
    rasa.down = True
    app.state.voice().run.executor.register_action(SaysAlways("先固定证据。"))
    first, *_ = (await visitor.says(SAID))["messages"]

    assert "没有保存" in first["text"]
    assert (await visitor.heard())[0] == ("visitor", LEFT)
