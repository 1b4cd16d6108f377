"""What the helpline says in its own words can be edited; nothing that the code fills is lost."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from knowledge.answers.responses import BOT, Responses
from knowledge.reviewed import CONTENT, ContentError
from tests.content import GUARD, INSTITUTIONS

TODAY = date(2026, 11, 29)
OFFERED = "要不要帮您登记一张工单"  # of utter_offer_ticket


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A folder of content with the shipped words."""
    shutil.copytree(CONTENT / "responses", tmp_path / "responses")
    return tmp_path


def edited(content: Path, old: str, new: str) -> int:
    """Puts `new` for `old` in the bot's words; the line on which that stands."""
    path = content / "responses" / "bot.yml"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("{name}」，找{body}。{why}{also}", "{name}」。{why}{also}", "texts：缺少{body}"),
        ("找{body}。{why}{also}", "找{body}。{why}{also}{city}", "texts：{city}没有内容可填"),
        ("找{body}。{why}{also}", "找{body}。{why}{also}}", "texts：花括号没有写成对"),
        ("payload: /return_topic", "payload: /invented", "buttons：没有「/invented」这个指令"),
        ("key: utter_offer_ticket", "key: utter_invented", "key：没有「utter_invented」"),
        ("好，什么都没有删", "长" * 600, "texts：最多 500 字，现在 608 字"),
        ("好，什么都没有删，您接着说就行。", '""', "texts：不能是空的"),
    ],
)
def test_what_the_code_would_not_fill_or_say_is_refused_by_line(
    content: Path, old: str, new: str, says: str
) -> None:
    line = edited(content, old, new)

    with pytest.raises(ContentError) as refused:
        Responses.load(content)
    assert refused.value.line == line and says in str(refused.value)


def test_an_entry_that_is_gone_is_missed_by_its_key(content: Path) -> None:
    path = content / "responses" / "greeting.yml"
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("- key: number_refused")], "utf-8")

    with pytest.raises(ContentError, match="少了「number_refused」"):
        Responses.load(content)


@pytest.mark.parametrize(
    ("added", "says"),
    [
        ("，依据商标法第九百条", "「商标法第九百条」没有通过法条核对"),
        ("，打13800001111", "「13800001111」不在"),
        ("，打０７９１－８６１２３４５６", "「0791-86123456」不在"),
        ("，打12330", "「12330」不在"),  # known, but not to be given
        ("，看www.example.cn", "「www.example.cn」不在"),
        ("，只收50元", "不写金额"),
        ("，只收三百元", "不写金额"),
    ],
)
def test_articles_contacts_and_fees_need_their_source(content: Path, added: str, says: str) -> None:
    line = edited(content, OFFERED, OFFERED + added)

    with pytest.raises(ContentError) as refused:
        Responses.load(content).check(GUARD, INSTITUTIONS, TODAY)
    assert refused.value.line == line and f"texts：{says}" in str(refused.value)


def test_what_is_shipped_and_a_hotline_that_may_be_given_pass(content: Path) -> None:
    edited(content, OFFERED, f"急的话打12345，写在2026年11月的单子上。{OFFERED}")

    for day in (TODAY, date(2027, 1, 2)):
        Responses.load(content).check(GUARD, INSTITUTIONS, day)


def test_a_message_of_an_action_is_filled_and_keeps_its_own_buttons_behind() -> None:
    own = {"title": "别的", "payload": "/inform"}
    message = {"response": "utter_sorry", "step": "{取证}", "text": None, "buttons": [own]}
    worded = Responses.load().worded(message)

    assert "直接说要紧的：{取证}。" in worded["text"]  # what is filled in is not filled in again
    assert [one["title"] for one in worded["buttons"]] == ["转人工", "别的"]


def test_whoever_edits_an_entry_reads_what_each_of_its_placeholders_is() -> None:
    for entries in Responses.load().files.values():
        for entry in entries.values():
            told, filled = (set(re.findall(r"{(\w+)}", one)) for one in (entry.use, entry.texts[0]))
            assert told == filled, entry.key


def test_every_text_of_an_entry_is_said(content: Path) -> None:
    edited(content, "  - 好，什么都没有删，您接着说就行。", "  - 没有删。\n  - 都还在。")
    responses = Responses.load(content)

    assert {responses.say(BOT, "utter_data_kept").text for _ in range(60)} == {
        "没有删。",
        "都还在。",
    }
