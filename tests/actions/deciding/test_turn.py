"""A message is read by its intent, and by words that are too plain to be mistaken."""

import pytest

from actions.deciding.turn import Does, Side, read
from tests.conftest import TODAY
from tests.content import knowledge_base

KNOWLEDGE = knowledge_base()


def main_of(text: str, intent: str = "inform") -> Does:
    return read(
        {"text": text, "intent": {"name": intent, "confidence": 0.9}}, KNOWLEDGE, TODAY
    ).main


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("为什么不能报警", Does.ASKS_EXCLUSION),
        ("那凭什么又不让找市监局", Does.ASKS_EXCLUSION),
        ("把工单取消吧", Does.WITHDRAWS_TICKET),
        ("撤单", Does.WITHDRAWS_TICKET),
        ("别撤单了", Does.KEEPS_TICKET),
        ("撤了的单子能恢复不", Does.KEEPS_TICKET),
        ("麻烦催一下", Does.URGES_TICKET),
        ("补充一句，他又进货了", Does.ADDS_TO_TICKET),
        ("行政裁决是啥", Does.ASKS_MEANING),
        ("什么叫撤三", Does.ASKS_MEANING),
        ("给我登记一下", Does.WANTS_TICKET),
        ("你帮我登个记，叫人打给我", Does.WANTS_TICKET),
        ("JX20261122-0001", Does.ASKS_TICKET),
        ("jx 20261122 0001 撤单", Does.ASKS_TICKET),
        ("删除我的信息", Does.DELETES_DATA),
        ("删掉我说的所有东西", Does.DELETES_DATA),
        ("把我发的图片都删了吧", Does.DELETES_DATA),
        ("请删除我的信息，我要撤回同意", Does.DELETES_DATA),
        ("我要撤回同意", Does.DELETES_DATA),
        ("把我的资料删掉", Does.DELETES_DATA),
        ("麻烦把我留的电话删了吧", Does.DELETES_DATA),
        ("我的信息可以删掉吗", Does.DELETES_DATA),
        ("能不能把我的聊天记录清空", Does.DELETES_DATA),
        ("我不同意你们保存我的信息", Does.DELETES_DATA),
        ("我要求删除我的个人数据", Does.DELETES_DATA),
    ],
)
def test_plain_words_count_more_than_any_intent(text: str, does: Does) -> None:
    assert main_of(text) is main_of(text, "infringed") is does


@pytest.mark.parametrize(
    "text",
    [
        "他撤销了我的商标",
        "他催我赔钱",
        "我有补充材料",
        "这是啥样的店",
        "他为什么不能停",
        "他把我的资料删掉了",
        "平台把我的店铺信息删除了",
        "我要求对方删除我的照片",
        "要求平台删除我的信息",
        "能不能删掉我说的那个链接",
        "我的商业秘密数据被员工删了",
        "我删除了聊天记录怎么办",
        "不要删除我的资料",
        "他撤销了许可我的同意书",
    ],
)
def test_words_that_only_resemble_them_leave_the_intent_as_it_is(text: str) -> None:
    assert main_of(text) is Does.INFORMS


@pytest.mark.parametrize(
    ("text", "intent", "sides"),
    [
        ("咋去", "ask_place", {Side.WHERE}),
        ("都备些啥", "ask_papers", {Side.MATERIALS}),
        ("划得来不", "ask_cost", {Side.FEES}),
        ("快不快", "ask_time", {Side.TIME}),
        ("要交费不", "ask_time", {Side.FEES}),
        ("具体讲讲", "ask_detail", set()),
    ],
)
def test_which_side_of_a_way_is_asked_about_is_told_by_the_words_else_by_the_intent(
    text: str, intent: str, sides: set[Side]
) -> None:
    message = {"text": text, "intent": {"name": intent, "confidence": 0.9}}
    turn = read(message, KNOWLEDGE, TODAY)

    assert turn.main is Does.ASKS_REMEDY
    assert set(turn.sides) == sides


def test_what_kind_of_answer_is_wished_comes_from_the_dialogue_engine() -> None:
    entities = [{"entity": "likely_ask", "value": "answer", "confidence_entity": 0.8}]
    message = {"text": "这算不算", "intent": {"name": "clearance"}, "entities": entities}
    wish = read(message, KNOWLEDGE, TODAY).likely_ask

    assert wish is not None and (wish.name, wish.chance) == ("answer", 0.8)


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("老公说别惹事，那个登记给我撤了吧", Does.WITHDRAWS_TICKET),
        ("又后悔了，还能捞回来吗", Does.KEEPS_TICKET),
        ("版权登记了还要不要再去注册商标", None),
        ("登记的商标被他取消了", None),
    ],
)
def test_words_of_a_ticket_are_told_from_those_of_a_register(text: str, does: Does | None) -> None:
    main = read({"text": text, "intent": {"name": "inform"}}, knowledge_base(), TODAY).main

    assert main is does if does else main not in (Does.WITHDRAWS_TICKET, Does.KEEPS_TICKET)


@pytest.mark.parametrize(
    ("text", "means_harm"),
    [
        ("晚上叫上两个表哥去把他摊子砸了", True),
        ("气得我真想揍他一顿", True),
        ("找人收拾他", True),
        ("把他家地址贴到村口去", True),
        ("那我弄死他算了", True),
        ("他带人来要砸我的店", False),
        ("上个月被他打了，医药费找谁", False),
        ("他扬言要弄死我", False),
        ("我打12315投诉他", False),
        ("我是来打假的", False),
        ("他把我的照片挂到网上骂", False),
        ("我要打官司告他", False),
    ],
)
def test_who_would_hurt_somebody_is_told_from_who_is_hurt_or_threatened(
    text: str, means_harm: bool
) -> None:
    parse = {"text": text, "intent": {"name": "inform"}}

    assert (Does.MEANS_HARM in read(parse, KNOWLEDGE, TODAY).does) is means_harm
