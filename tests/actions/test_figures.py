"""Who asks for a sum or a day is told it with its articles.

The matter's open questions stay open.
"""

import json

import pytest

from tests.actions.chat import Chat, Said

MATTER = {
    "situation": "infringed",
    "right": "trademark",
    "right_status": "registered",
    "asked": ["city", "goal"],
}


def articles(said: Said) -> set[str]:
    return {f"{one['short']}{one['article']}" for one in said.citations}


# --- damages --------------------------------------------------------------------------------------


async def test_damages_are_told_with_their_article_and_that_nothing_is_forecast(chat: Chat) -> None:
    chat.slots |= MATTER
    said = await chat.hears("能赔多少", "ask_damages")
    told = said.with_response("utter_damages")

    assert "500万元以下" in told["range"] and "不是预测" in told["caution"]
    assert {"商标法第六十三条", "惩罚性赔偿解释第五条"} <= articles(said)
    assert said.with_response("utter_damages_evidence")["evidence"]


async def test_who_is_accused_is_told_what_may_spare_him(chat: Chat) -> None:
    chat.slots |= {"situation": "accused_court", "right": "trademark"}
    said = await chat.hears("要赔他多少", "ask_damages")

    assert "不用赔" in said.with_response("utter_damages_defences")["defences"]
    assert "utter_damages_evidence" not in said.responses


@pytest.mark.parametrize(
    ("intent", "response"),
    [
        ("ask_damages", "utter_damages_which_right"),
        ("ask_threshold", "utter_threshold_which_right"),
    ],
)
@pytest.mark.parametrize("right", [None, "unknown", "multiple"])
async def test_without_a_right_it_is_asked_for(
    chat: Chat, intent: str, response: str, right: str | None
) -> None:
    chat.slots |= {"right": right, "asked": ["city"]}
    said = await chat.hears("一般多少钱", intent)

    assert said.responses == [response]
    assert chat.slots["asked"] == ["city", "right"]


async def test_a_pressed_right_is_answered_and_kept(chat: Chat) -> None:
    said = await chat.presses(f"/ask_damages{json.dumps({'right': 'patent'})}")

    assert "3万元以上500万元以下" in said.with_response("utter_damages")["range"]
    assert chat.slots["right"] == "patent"


async def test_a_guess_of_the_right_does_not_answer_a_bare_question(chat: Chat) -> None:
    guess = {"entity": "likely_right", "value": "patent"}
    said = await chat.hears("能赔多少钱", "ask_damages", entities=[guess])

    assert said.responses == ["utter_damages_which_right"]


async def test_an_act_under_the_former_law_is_reckoned_by_it_and_told_so(chat: Chat) -> None:
    chat.slots |= {
        "situation": "infringed",
        "right": "unfair_competition",
        "acted_on": "2025-08-31",
    }
    said = await chat.hears("能赔多少", "ask_damages")

    assert "2019年的《反不正当竞争法》" in said.with_response("utter_notice")["notice"]
    assert articles(said) == {"反不正当竞争法第十七条"}


async def test_a_right_without_figures_is_told_so(chat: Chat) -> None:
    chat.slots |= {"right": "domain_name"}

    assert (await chat.hears("多少够立案", "ask_threshold")).responses == [
        "utter_threshold_not_listed"
    ]


# --- thresholds -----------------------------------------------------------------------------------


async def test_thresholds_are_told_as_to_be_verified_and_the_police_decide(chat: Chat) -> None:
    chat.slots |= {"right": "trademark"}
    said = await chat.hears("多少钱够立案", "ask_threshold")
    told = said.with_response("utter_threshold")

    assert (
        "需核实" in told["numbers"]
        and "二手" in told["sources"]
        and "由公安决定" in told["compared"]
    )
    assert "刑法第二百一十三条" in articles(said)


async def test_a_sum_that_was_told_is_compared(chat: Chat) -> None:
    chat.slots |= {"right": "trademark"}
    said = await chat.hears("他卖了四万，够判刑吗", "ask_threshold")
    compared = said.with_response("utter_threshold")["compared"]

    assert (
        "达到「违法所得3万元」（待核）的数字，未达到「非法经营额5万元」（待核）的数字" in compared
    )
    assert compared.endswith("是否立案由公安决定。")


# --- deadlines ------------------------------------------------------------------------------------


async def test_a_deadline_is_told_with_its_day_and_what_is_left(chat: Chat) -> None:
    chat.slots |= {"situation": "accused_court", "right": "trademark"}
    said = await chat.hears("11月16号收到的传票，还来得及吗", "ask_deadline")
    [answer] = [one for one in said.messages if "提交答辩" in one.get("what", "")]

    assert (answer["response"], answer["day"], answer["left"]) == (
        "utter_deadline",
        "2026-12-01",
        "还有9天",
    )
    assert "民事诉讼法第一百二十八条" in articles(said)


async def test_where_the_law_changes_the_earlier_day_is_told_with_the_last_one(chat: Chat) -> None:
    chat.slots |= {
        "situation": "squatted",
        "right": "trademark",
        "other_status": "published",
        "published_on": "2026-10-20",
    }
    said = await chat.hears("异议到哪天截止", "ask_deadline")

    assert said.with_response("utter_deadline")["day"] == "2026-12-20"
    assert said.with_response("utter_deadline_earlier")["due"] == "2027-01-20"


async def test_the_day_of_a_letter_begins_no_period_of_the_court(chat: Chat) -> None:
    chat.slots |= {
        "situation": "accused_letter",
        "right": "copyright_art",
        "doc_received": "律师函",
        "doc_received_on": "2026-11-16",
    }
    letter = await chat.hears("还来得及吗", "ask_deadline")
    chat.slots |= {"doc_received": "律师函、传票"}
    served = await chat.hears("还来得及吗", "ask_deadline")

    assert letter.responses == ["utter_deadline_none"]
    assert "2026-12-01" in {one.get("day") for one in served.messages}


async def test_periods_whose_days_nobody_can_tell_yet_are_told_with_their_beginning(
    chat: Chat,
) -> None:
    chat.slots |= {"situation": "infringed", "right": "patent_design", "right_status": "expired"}
    said = await chat.hears("现在去交还来得及不", "ask_deadline")

    periods = said.with_response("utter_deadline_undated")["periods"]
    assert "补缴年费（加收滞纳金）：6个月，从应当缴纳年费期满之日起算" in periods
    assert "专利法实施细则第一百一十五条" in articles(said)


async def test_a_deadline_that_has_passed_is_said_to_have(chat: Chat) -> None:
    chat.slots |= {
        "situation": "accused_court",
        "right": "trademark",
        "doc_received_on": "2026-10-20",
    }
    said = await chat.hears("还来得及吗", "ask_deadline")

    assert "utter_deadline_passed" in said.responses and "utter_deadline" not in said.responses


async def test_a_road_that_has_lapsed_is_told_with_its_last_day(chat: Chat) -> None:
    chat.slots |= {
        "situation": "squatted",
        "right": "trademark",
        "other_status": "published",
        "published_on": "2026-07-01",
    }
    said = await chat.hears("异议还来得及吗", "ask_deadline")

    assert "2026-10-08" in said.with_response("utter_ruled_out")["why"]


async def test_non_use_is_told_with_the_day_it_opens(chat: Chat) -> None:
    chat.slots |= {
        "situation": "squatted",
        "right": "trademark",
        "other_status": "registered",
        "unused": "yes",
        "registered_on": "2023-10-01",
    }
    said = await chat.hears("什么时候能提撤三", "ask_deadline")

    assert "2026-10-02" in said.with_response("utter_deadline_opens")["note"]


async def test_without_the_first_day_it_is_asked_for_and_the_answer_is_understood(
    chat: Chat,
) -> None:
    chat.slots |= {"situation": "accused_court", "right": "trademark", "asked": ["city"]}
    said = await chat.hears("期限到哪天", "ask_deadline")

    assert said.responses == ["utter_deadline_start"]
    assert chat.slots["asked"] == ["city", "doc_received_on"]
    await chat.hears("11月16号", "inform")
    assert chat.slots["doc_received_on"] == "2026-11-16"


async def test_who_wants_damages_is_told_the_limitation(chat: Chat) -> None:
    chat.slots |= {
        "situation": "infringed",
        "right": "trademark",
        "right_status": "registered",
        "goal": "damages",
        "acted_on": "2023-10-01",
    }
    said = await chat.hears("现在告还来得及吗", "ask_deadline")

    assert "2026-10-08" in said.with_response("utter_deadline_limitation")["limitation"]
    assert "民法典第一百八十八条" in articles(said)


async def test_without_a_matter_it_is_asked_what_came(chat: Chat) -> None:
    assert (await chat.hears("还来得及吗", "ask_deadline")).responses == ["utter_deadline_untold"]


# --- what stays -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "intent",
    ["ask_damages", "ask_threshold", "ask_deadline"],
)
async def test_open_questions_and_offers_outlive_the_answer(chat: Chat, intent: str) -> None:
    chat.slots |= {**MATTER, "offered": "ticket"}
    said = await chat.hears("问一下这个", intent)

    assert (chat.slots["asked"], chat.slots["offered"]) == (["city", "goal"], "ticket")
    assert {event["name"] for event in said.events}.isdisjoint({"asked", "offered"})


async def test_the_referral_of_the_matter_is_kept_with_the_turn(chat: Chat) -> None:
    chat.slots |= MATTER
    of_matter = await chat.referral_of(await chat.hears("能赔多少", "ask_damages"))
    chat.slots |= {"situation": None}
    of_question = await chat.referral_of(await chat.hears("能赔多少", "ask_damages"))
    of_law = await chat.referral_of(await chat.hears("专利法第四十二条", "ask_law"))

    assert of_matter and of_matter["remedies"][0]["key"] == "admin_complaint_trademark"
    assert of_question and of_law and of_question["scope"] == of_law["scope"] == "in"
