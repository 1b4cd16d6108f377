"""Who wants a paper hears which drafts fit, what they still lack, and gets the buttons to download
them.
"""

from typing import Any

import pytest

from knowledge.search.cards import Found
from tests.actions.chat import Chat, Said
from tests.actions.conftest import FakeSearcher
from tests.actions.likelihood import SURELY

STORY = "对方在赣州章贡区开店，招牌用了我注册的商标"


def offered(said: Said) -> list[dict[str, Any]]:
    """The drafts whose buttons the messages carry."""
    return [
        one for message in said.messages for one in (message.get("custom") or {}).get("drafts", [])
    ]


async def test_the_drafts_that_fit_are_named_and_can_be_downloaded(chat: Chat) -> None:
    await chat.hears(STORY, "infringed")
    said = await chat.hears("有没有模板", "ask_draft")

    assert [one["key"] for one in offered(said)][:2] == ["trademark_complaint", "evidence_list"]
    titles = said.with_response("utter_drafts")["titles"]
    assert all(f"《{one['title']}》" in titles for one in offered(said))


async def test_the_paper_that_is_asked_for_is_the_only_one_named(chat: Chat) -> None:
    await chat.hears(STORY, "infringed")
    said = await chat.hears("帮我写个投诉书", "ask_draft")

    assert [one["key"] for one in offered(said)] == ["trademark_complaint"]


async def test_what_is_still_missing_is_said_in_short(chat: Chat) -> None:
    await chat.hears(STORY, "infringed")
    said = await chat.hears("帮我写个投诉书", "ask_draft")
    missing = said.with_response("utter_draft_missing")

    assert missing["title"] == "商标侵权投诉书"
    assert "投诉人的名称或者姓名" in missing["missing"] and missing["missing"].endswith("处")


async def test_a_letter_gets_the_points_of_a_reply(chat: Chat) -> None:
    await chat.hears("昨天收到律师函，说我店里卖的侵犯他的商标", "accused_letter")
    said = await chat.hears("律师函怎么回帮我拟一个", "ask_draft")

    assert [one["key"] for one in offered(said)] == ["letter_reply"]


async def test_facts_in_the_wish_count_and_are_kept(chat: Chat) -> None:
    await chat.hears(STORY, "infringed")
    await chat.hears("我截了图，帮我写个投诉书", "ask_draft")

    assert chat.slots["evidence"] == ["截图"]
    assert (await chat.shows()).facts["evidence"] == "截图"


async def test_the_referral_of_the_turn_knows_the_drafts_of_its_roads(chat: Chat) -> None:
    await chat.hears(STORY, "infringed")
    said = await chat.hears("有没有模板", "ask_draft")
    referral = await chat.referral_of(said)

    assert referral
    assert {"key": "trademark_complaint", "title": "商标侵权投诉书"} in referral["remedies"][0][
        "drafts"
    ]


async def test_before_anything_is_known_no_paper_is_promised_and_the_matter_is_asked_for(
    chat: Chat,
) -> None:
    said = await chat.hears("帮我写个投诉书", "ask_draft")

    assert said.responses[0] == "utter_draft_none" and offered(said) == []
    assert chat.slots["asked"]


@pytest.mark.parametrize(
    ("text", "paper"), [("答辩状给我一份", "《答辩状》"), ("帮我写个承诺书", "您要的这份")]
)
async def test_no_other_paper_is_given_in_the_place_of_one_that_is_none_of_ours(
    chat: Chat, text: str, paper: str
) -> None:
    await chat.hears(STORY, "infringed")
    said = await chat.hears(text, "ask_draft")

    assert said.with_response("utter_draft_none")["paper"] == paper
    assert offered(said) == []


async def test_how_to_write_a_paper_that_is_none_of_ours_is_told_where_it_is_known(
    chat: Chat, searcher: FakeSearcher
) -> None:
    await chat.hears(STORY, "infringed")
    searcher.answer = Found("tmi-damages-method", SURELY)
    said = await chat.hears("答辩状给我一份", "ask_draft")

    assert said.responses[:2] == ["utter_draft_none", "utter_answer"]


async def test_a_wish_for_a_paper_does_not_end_the_opening_of_a_ticket(chat: Chat) -> None:
    await chat.hears(STORY, "infringed")
    chat.slots["requested_slot"] = "contact"
    said = await chat.fills("有没有模板", "ask_draft")

    assert (said.messages, said.events, chat.slots["requested_slot"]) == ([], [], "contact")
