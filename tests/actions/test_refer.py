"""The visitor is told which way to go and asked what changes the answer; the turn keeps what was told."""

import json

import pytest

from actions.refer import Deny, ExplainClosed, ExplainRoad, Refer
from knowledge.asks import MOST_ASKS, UNKNOWN
from tests.actions.chat import Chat, Said
from tests.actions.conftest import FakeSearcher

STORY = "对方在赣州章贡区开店，招牌用了我注册的商标"
TOLD = {"situation": "squatted", "right": "trademark", "other_status": "published", "published_on": "2026-11-01"}


async def told(chat: Chat) -> Said:
    return await chat.hears(Refer, STORY, "infringed")


# --- the direction ---------------------------------------------------------------------------------------------------


async def test_the_first_message_gets_a_direction_with_the_body_to_go_to(chat: Chat) -> None:
    said = await told(chat)

    assert said.responses[0] == "utter_direction"
    direction = said.with_response("utter_direction")
    assert direction["name"] == "商标行政投诉（市场监管）"
    assert "章贡区" in direction["body"] and direction["why"]


async def test_the_referral_is_kept_with_its_turn(chat: Chat) -> None:
    said = await told(chat)
    referral = await chat.referral_of(said)

    assert referral and referral["as_of"] == "2026-11-22"
    assert referral["remedies"][0]["key"] == "admin_complaint_trademark"
    assert {citation["law"] for citation in referral["remedies"][0]["basis"]} >= {"商标法"}
    assert [ask["slot"] for ask in referral["asks"]] == chat.slots["asked"]


async def test_what_was_understood_is_kept_with_the_conversation_and_for_the_next_message(chat: Chat) -> None:
    await told(chat)

    facts = (await chat.shows()).facts
    assert facts["right"] == chat.slots["right"] == "trademark"
    assert (facts["city"], facts["county"]) == ("赣州市", "章贡区")


async def test_what_the_visitor_does_not_know_is_remembered_but_not_shown_as_a_fact(chat: Chat) -> None:
    await chat.hears(Refer, "商标被抢注了", "squatted")
    assert "other_status" in chat.slots["asked"]

    await chat.hears(Refer, "不清楚", "dont_know")

    assert chat.slots["other_status"] == UNKNOWN
    assert "other_status" not in (await chat.shows()).facts


async def test_a_closed_road_and_a_coming_change_of_law_are_told(chat: Chat) -> None:
    chat.slots |= {"situation": "squatted", "right": "trademark"}
    said = await chat.hears(Refer, "他的商标在初审公告期，上个月10号公告的", "inform")

    assert said.with_response("utter_ruled_out")["why"]
    assert "2027-01-01" in said.with_response("utter_notice")["notice"]


async def test_an_act_under_the_former_law_is_cited_by_it_and_told_so(chat: Chat) -> None:
    said = await chat.hears(Refer, "2025年8月对面的店仿我们的包装装潢，在吉安县", "infringed")
    referral = await chat.referral_of(said)

    assert chat.slots["acted_on"] == "2025-08-31"
    assert "2019年的《反不正当竞争法》" in said.with_response("utter_notice")["notice"]
    assert referral and referral["acted_on"] == "2025-08-31"
    cited = {f"{one['version_date'][:4]}{one['article']}" for one in referral["remedies"][0]["basis"]}
    assert {"2019第六条", "2025第二十条"} <= cited


async def test_what_stands_already_is_not_told_again(chat: Chat) -> None:
    chat.slots |= TOLD
    said = await chat.hears(Refer, "怎么办", "inform")

    assert said.with_response("utter_direction_stays")["name"]
    assert not {"utter_ruled_out", "utter_notice"} & set(said.responses)


async def test_where_people_want_the_law_itself_it_is_shown(chat: Chat) -> None:
    said = await chat.hears(Refer, "发明专利保护多少年", "general_knowledge")

    assert [citation["article"] for citation in said.citations] == ["第四十二条"]
    assert said.with_response("utter_law_related")["title"] == "专利法第四十二条"


async def test_a_question_of_knowledge_is_answered_also_while_nothing_is_found(
    chat: Chat, searcher: FakeSearcher
) -> None:
    searcher.finds = False
    said = await chat.hears(Refer, "发明专利保护多少年", "general_knowledge")

    assert said.messages


async def test_a_correction_changes_the_direction_and_is_acknowledged(chat: Chat) -> None:
    await told(chat)
    said = await chat.hears(Refer, "说错了，不是商标是专利", "inform")
    referral = await chat.referral_of(said)

    assert "utter_changed" in said.responses
    assert referral and referral["remedies"][0]["key"] == "admin_adjudication_patent"


async def test_one_more_fact_is_no_correction(chat: Chat) -> None:
    await told(chat)
    await chat.hears(Refer, "我截了图", "inform")
    said = await chat.hears(Refer, "也做了公证", "inform")

    assert set(chat.slots["evidence"].split("、")) >= {"截图", "公证书"}
    assert "utter_changed" not in said.responses


async def test_what_cannot_be_understood_is_said_and_asked_about(chat: Chat) -> None:
    said = await chat.hears(Refer, "嗯那个就是吧", "nlu_fallback", 0.9)

    assert said.responses == ["utter_not_understood"]
    assert chat.slots["asked"] == ["situation"]


# --- asking ----------------------------------------------------------------------------------------------------------


async def test_what_is_asked_comes_with_buttons_and_never_more_than_two_at_once(chat: Chat) -> None:
    said = await chat.hears(Refer, "有人仿我们的东西", "infringed", entities=[])
    referral = await chat.referral_of(said)

    assert referral and 1 <= len(referral["asks"]) <= MOST_ASKS
    for ask in referral["asks"]:
        assert ask["question"] in said.texts
        assert all(option in [button["title"] for button in said.buttons] for option in ask["options"])


async def test_a_button_carries_its_fact_in_a_form_that_is_understood(chat: Chat) -> None:
    said = await chat.hears(Refer, "有人仿我们的东西", "infringed")
    button = next(button for button in said.buttons if "外观" in button["title"])

    assert json.loads(button["payload"].removeprefix("/inform")) == {"right": "patent_design"}
    await chat.presses(Refer, button["payload"])
    assert chat.slots["right"] == "patent_design"


async def test_every_button_that_was_offered_can_be_pressed(chat: Chat) -> None:
    for situation in ("infringed", "squatted", "preexam_need", "accused_court", "customs", "license_contract"):
        other = await Chat.opens(chat.services)
        said = await other.hears(Refer, "出了点事", situation)
        for button in said.buttons:
            if button["payload"].startswith("/inform"):
                slot, value = next(iter(json.loads(button["payload"].removeprefix("/inform")).items()))
                pressed = await other.presses(Refer, button["payload"])
                assert other.slots[slot] in (value, [value]) or value in other.slots[slot], button
                assert pressed.messages


async def test_not_knowing_the_day_of_a_registration_is_no_trouble(chat: Chat) -> None:
    chat.slots |= {"situation": "squatted", "right": "trademark", "other_status": "registered"}
    await chat.hears(Refer, "怎么办", "inform")
    assert "registered_on" in chat.slots["asked"]

    said = await chat.hears(Refer, "不清楚", "dont_know")

    assert "registered_on" not in chat.slots["asked"]
    assert said.messages


async def test_questions_come_to_an_end(chat: Chat) -> None:
    """Somebody who never knows is not asked for ever, and never the same thing twice."""
    said = await chat.hears(Refer, "有人仿我的商标", "infringed")
    asked: list[str] = []
    while chat.slots["asked"]:
        assert not set(chat.slots["asked"]) & set(asked)
        asked += chat.slots["asked"]
        said = await chat.hears(Refer, "不知道", "dont_know")

    assert "utter_direction_stays" in said.responses


# --- offering a ticket -----------------------------------------------------------------------------------------------


async def everything_known(chat: Chat) -> Said:
    chat.slots |= {
        "situation": "infringed",
        "right": "trademark",
        "right_status": "registered",
        "proceeding": "未起诉",
        "venue": "offline_store",
        "goal": "stop",
        "city": "赣州市",
    }
    return await chat.hears(Refer, "我有截图", "inform")


async def test_once_nothing_more_is_asked_a_ticket_is_offered_and_not_again(chat: Chat) -> None:
    first = await everything_known(chat)
    assert (first.responses[-1], chat.slots["asked"], chat.slots["offered"]) == ("utter_offer_ticket", [], "ticket")

    again = await chat.hears(Refer, "也做了公证", "inform")

    assert "utter_offer_ticket" not in again.responses


async def test_who_only_wants_to_know_is_offered_no_ticket(chat: Chat) -> None:
    said = await chat.hears(Refer, "发明专利保护多少年", "general_knowledge")

    assert ("utter_offer_ticket" in said.responses, chat.slots.get("offered")) == (False, None)


# --- elsewhere -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["对方在广州，我在杭州，他仿我的商标", "我在杭州，对方在深圳抄我们的外观专利"])
async def test_a_matter_that_nothing_ties_to_jiangxi_is_pointed_to_its_own_place(chat: Chat, text: str) -> None:
    said = await chat.hears(Refer, text, "infringed")
    referral = await chat.referral_of(said)

    assert referral and referral["scope"] == "out"
    assert any("12345" in text for text in said.texts)


@pytest.mark.parametrize("text", ["对方在广州，我在赣州，他仿我的商标", "我在杭州，对方在南昌县开店仿我的商标"])
async def test_one_place_in_jiangxi_is_enough(chat: Chat, text: str) -> None:
    referral = await chat.referral_of(await chat.hears(Refer, text, "out_other_province"))

    assert referral and referral["scope"] != "out"


# --- no --------------------------------------------------------------------------------------------------------------


async def test_no_to_an_offer_is_taken_as_no(chat: Chat) -> None:
    await everything_known(chat)
    said = await chat.hears(Deny, "不用了", "deny")

    assert (said.responses, chat.slots["offered"]) == (["utter_anything_else"], None)


async def test_no_to_a_question_is_its_answer(chat: Chat) -> None:
    chat.slots |= {"situation": "infringed", "right": "trademark", "asked": ["right_status"]}
    said = await chat.hears(Deny, "没有", "deny")

    assert chat.slots["right_status"] == "unregistered"
    assert "utter_direction" in said.responses


# --- more about a road -----------------------------------------------------------------------------------------------


async def test_the_first_road_is_explained_with_what_to_bring_and_what_it_stands_on(chat: Chat) -> None:
    await told(chat)
    said = await chat.hears(ExplainRoad, "具体要带什么材料", "ask_detail")
    details = said.with_response("utter_road_details")

    assert details["name"] == "商标行政投诉（市场监管）"
    assert "商标注册证" in details["materials"] and details["gives"] and details["limits"]
    assert "2年" in details["deadlines"]
    assert {citation["law"] for citation in said.citations} >= {"商标法"}


@pytest.mark.parametrize(
    ("text", "index"), [("第二个怎么办", 1), ("第三条路呢", 2), ("第五个呢", 4), ("那个是什么意思", 0)]
)
async def test_another_road_is_explained_by_its_place_in_the_list(chat: Chat, text: str, index: int) -> None:
    referral = await chat.referral_of(await told(chat))
    assert referral
    roads = [remedy["name"] for remedy in referral["remedies"]]

    said = await chat.hears(ExplainRoad, text, "ask_detail")

    assert said.with_response("utter_road_details")["name"] == roads[min(index, len(roads) - 1)]


async def test_a_road_is_explained_by_its_name(chat: Chat) -> None:
    await told(chat)
    said = await chat.hears(ExplainRoad, "民事诉讼要准备什么", "ask_detail")

    assert said.with_response("utter_road_details")["name"] == "民事诉讼"


async def test_before_anything_is_known_there_is_no_road_to_explain_but_a_question(chat: Chat) -> None:
    said = await chat.hears(ExplainRoad, "要带什么材料", "ask_detail")

    assert said.messages


async def test_why_a_road_is_closed_is_explained_with_the_article(chat: Chat) -> None:
    chat.slots |= {"situation": "infringed", "right": "patent_utility", "proceeding": "已起诉"}
    said = await chat.hears(ExplainClosed, "为什么不能找政府裁决", "ask_why_not")

    assert said.responses and set(said.responses) == {"utter_closed_details"}
    assert "专利法第六十五条" in {f"{citation['law']}{citation['article']}" for citation in said.citations}


async def test_where_nothing_is_closed_that_is_said(chat: Chat) -> None:
    chat.slots |= {"situation": "general_knowledge"}
    said = await chat.hears(ExplainClosed, "为什么不行", "ask_why_not")

    assert said.responses == ["utter_nothing_closed"]
