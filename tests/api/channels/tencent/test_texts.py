"""Texts fit into what the platforms take, whole sentences together."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.channels.tencent.texts import FULL, fitted

SENTENCE = "请先把对方的网店页面、订单和快递单都截图留存，再到就近的公证处办理证据保全公证。"
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


def size(text: str) -> int:
    return len(text.encode())


def test_what_fits_together_is_one_message() -> None:
    assert fitted(["第一句。", "第二句。", "回复数字：1 商标 2 专利"]) == [
        "第一句。\n\n第二句。\n\n回复数字：1 商标 2 专利"
    ]


@pytest.mark.parametrize("texts", [[], [""], [" \n", ""]])
def test_where_nothing_is_said_nothing_is_sent(texts: list[str]) -> None:
    assert fitted(texts) == []


def test_a_long_text_is_cut_behind_a_sentence() -> None:
    messages = fitted([SENTENCE * 60])

    assert len(messages) == 4
    assert all(message.endswith("。") and size(message) <= FULL for message in messages)
    assert "".join(messages) == SENTENCE * 60


def test_a_closing_quotation_mark_stays_with_its_sentence() -> None:
    messages = fitted(["他说“这是你的商标。”" * 150])

    assert len(messages) > 1 and all(message.endswith("。”") for message in messages)


def test_a_paragraph_is_a_better_end_than_a_sentence() -> None:
    paragraph = SENTENCE * 12
    assert fitted([f"{paragraph}\n\n{paragraph}\n\n{paragraph}"]) == [paragraph] * 3


def test_an_address_is_not_cut() -> None:
    link = "https://helpline.example.cn/#go=" + "a.b?c" * 60
    messages = fitted([f"{SENTENCE * 14}完整方案：{link} {SENTENCE * 5}"])

    assert len(messages) == 2 and any(link in message for message in messages)


@pytest.mark.parametrize("one", ["👨‍👩‍👧‍👦", "é", "1️⃣"])
def test_what_is_read_as_one_character_is_not_cut(one: str) -> None:
    messages = fitted([one * 700])

    assert all(message.replace(one, "") == "" for message in messages)


def test_a_cluster_without_end_is_cut_all_the_same() -> None:
    messages = fitted(["e" + "\u0301" * 3000])

    assert len(messages) == 4 and all(size(message) <= FULL for message in messages)


@given(st.lists(anything | st.integers(1, 40).map(lambda n: SENTENCE * n), max_size=6))
def test_nothing_is_lost_and_everything_fits(texts: list[str]) -> None:
    messages = fitted(texts)
    kept = re.sub(r"[\x00-\x20\x7f-\xa0\ufffe\uffff\s]", "", "".join(texts))

    assert all(0 < size(message) <= FULL for message in messages)
    assert re.sub(r"[\x00-\x20\x7f-\xa0\s]", "", "".join(messages)) == kept


@given(st.lists(st.integers(1, 40).map(lambda n: SENTENCE * n), min_size=2, max_size=6))
def test_what_comes_behind_changes_no_message_but_the_last(texts: list[str]) -> None:
    before = fitted(texts[:-1])

    assert fitted(texts)[: len(before) - 1] == before[:-1]


def test_a_text_that_fits_already_stays_as_it_is() -> None:
    messages = fitted([SENTENCE * 200])

    assert [one for message in messages for one in fitted([message])] == messages
