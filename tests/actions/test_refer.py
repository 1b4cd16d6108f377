"""The visitor is told which way to go and asked what changes the answer.

The turn keeps what was told.
"""

import json

import pytest
from sqlalchemy import select

from api.tickets.models import Ticket
from knowledge.answers.responses import Responses
from knowledge.routing.questions import MOST_ASKS
from knowledge.search.cards import Found
from knowledge.slots import UNKNOWN
from tests.actions.chat import Chat, Said
from tests.actions.conftest import FakeParser, FakeSearcher
from tests.actions.likelihood import SURELY

STORY = "对方在赣州章贡区开店，招牌用了我注册的商标"
TOLD = {
    "situation": "squatted",
    "right": "trademark",
    "other_status": "published",
    "published_on": "2026-11-01",
}


async def told(chat: Chat) -> Said:
    return await chat.hears(STORY, "infringed")


# --- the direction --------------------------------------------------------------------------------


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


async def test_what_was_understood_is_kept_with_the_conversation_and_for_the_next_message(
    chat: Chat,
) -> None:
    await told(chat)

    facts = (await chat.shows()).facts
    assert facts["right"] == chat.slots["right"] == "trademark"
    assert (facts["city"], facts["county"]) == ("赣州市", "章贡区")


async def test_a_right_that_nobody_named_gives_way_to_the_one_that_the_visitor_registered(
    chat: Chat,
) -> None:
    sounds = {"entity": "likely_right", "value": "unfair_competition"}
    await chat.hears("隔壁新店跟我家一模一样", "infringed", entities=[sounds])
    assert chat.slots["guessed_right"] == chat.slots["right"] == "unfair_competition"
    sounds = {"entity": "likely_right", "value": "trademark"}
    await chat.hears("我注册过的，第30类", entities=[sounds])

    assert chat.slots["right"] == "trademark"
    await chat.hears("我有商标注册证，商标是2019年注册的", entities=[sounds])
    assert chat.slots["guessed_right"] is None


async def test_what_the_visitor_does_not_know_is_remembered_but_not_shown_as_a_fact(
    chat: Chat,
) -> None:
    await chat.hears("商标被抢注了", "squatted")
    assert "other_status" in chat.slots["asked"]

    await chat.hears("不清楚", "dont_know")

    assert chat.slots["other_status"] == UNKNOWN
    assert "other_status" not in (await chat.shows()).facts


async def test_a_closed_road_and_a_coming_change_of_law_are_told(chat: Chat) -> None:
    chat.slots |= {"situation": "squatted", "right": "trademark"}
    said = await chat.hears("他的商标在初审公告期，上个月10号公告的", "inform")

    assert said.with_response("utter_ruled_out")["why"]
    assert "2027-01-01" in said.with_response("utter_notice")["notice"]


async def test_an_act_under_the_former_law_is_cited_by_it_and_told_so(chat: Chat) -> None:
    said = await chat.hears("2025年8月对面的店仿我们的包装装潢，在吉安县", "infringed")
    referral = await chat.referral_of(said)

    assert chat.slots["acted_on"] == "2025-08-31"
    assert "2019年的《反不正当竞争法》" in said.with_response("utter_notice")["notice"]
    assert referral and referral["acted_on"] == "2025-08-31"
    cited = {
        f"{one['version_date'][:4]}{one['article']}" for one in referral["remedies"][0]["basis"]
    }
    assert {"2019第六条", "2025第二十条"} <= cited


async def test_what_stands_already_is_not_told_again(chat: Chat) -> None:
    chat.slots |= TOLD
    said = await chat.hears("怎么办", "inform")
    stays = said.with_response("utter_no_news")

    assert "商标异议" in stays["direction"] and "2027年1月1日" in stays["step"]
    assert not {"utter_direction", "utter_ruled_out", "utter_notice"} & set(said.responses)


async def test_news_is_read_back_in_words_with_what_to_do_first_now(chat: Chat) -> None:
    await told(chat)
    said = await chat.hears("我截了图", "inform")
    news = said.with_response("utter_news")

    assert "截图" in news["news"] and "商标行政投诉" in news["direction"]
    assert news["step"].startswith("把商标注册证")


async def test_news_that_settles_whom_to_go_to_is_told_with_the_body(chat: Chat) -> None:
    await chat.hears("有人在赣州用了我注册的商标", "infringed")
    said = await chat.hears("他店开在章贡区", "inform")
    news = said.with_response("utter_news")

    assert "章贡区市场监督管理局" in news["direction"]


async def test_where_people_want_the_law_itself_it_is_shown(chat: Chat) -> None:
    said = await chat.hears("发明专利保护多少年", "general_knowledge")

    assert [citation["article"] for citation in said.citations] == ["第四十二条"]
    assert said.with_response("utter_law_related")["title"] == "专利法第四十二条"


async def test_a_question_of_knowledge_is_answered_also_while_nothing_is_found(
    chat: Chat, searcher: FakeSearcher
) -> None:
    searcher.finds = False
    said = await chat.hears("发明专利保护多少年", "general_knowledge")

    assert said.responses == ["utter_law_nothing"]


async def test_a_correction_changes_the_direction_and_says_what_changed(chat: Chat) -> None:
    await told(chat)
    said = await chat.hears("说错了，不是商标是专利", "inform")
    referral = await chat.referral_of(said)

    assert said.with_response("utter_changed")["changes"] == "权利：商标→专利（类型未明）"
    assert referral and referral["remedies"][0]["key"] == "admin_adjudication_patent"


async def test_one_more_fact_is_no_correction(chat: Chat) -> None:
    await told(chat)
    await chat.hears("我截了图", "inform")
    said = await chat.hears("也做了公证", "inform")

    assert set(chat.slots["evidence"]) >= {"截图", "公证书"}
    assert "utter_changed" not in said.responses


async def test_what_cannot_be_understood_is_said_and_asked_about(chat: Chat) -> None:
    said = await chat.hears("嗯那个就是吧", "nlu_fallback", 0.9)

    assert said.responses == ["utter_not_understood"]
    assert chat.slots["asked"] == ["situation"]


# --- asking ---------------------------------------------------------------------------------------


async def test_what_is_asked_comes_with_buttons_and_never_more_than_two_at_once(chat: Chat) -> None:
    said = await chat.hears("有人仿我们的东西", "infringed", entities=[])
    referral = await chat.referral_of(said)

    assert referral and 1 <= len(referral["asks"]) <= MOST_ASKS
    for ask in referral["asks"]:
        assert ask["question"] in said.texts
        assert all(
            option in [button["title"] for button in said.buttons] for option in ask["options"]
        )


async def test_a_button_carries_its_fact_in_a_form_that_is_understood(chat: Chat) -> None:
    said = await chat.hears("有人仿我们的东西", "infringed")
    button = next(button for button in said.buttons if "外观" in button["title"])

    assert json.loads(button["payload"].removeprefix("/inform")) == {"right": "patent_design"}
    await chat.presses(button["payload"])
    assert chat.slots["right"] == "patent_design"


async def test_every_button_that_was_offered_can_be_pressed(chat: Chat) -> None:
    for situation in (
        "infringed",
        "squatted",
        "preexam_need",
        "accused_court",
        "customs",
        "license_contract",
    ):
        other = await Chat.opens(chat.services)
        said = await other.hears("出了点事", situation)
        for button in said.buttons:
            if button["payload"].startswith("/inform"):
                slot, value = next(
                    iter(json.loads(button["payload"].removeprefix("/inform")).items())
                )
                pressed = await other.presses(button["payload"])
                assert other.slots[slot] in (value, [value]) or value in other.slots[slot], button
                assert pressed.messages


async def test_not_knowing_the_day_of_a_registration_is_no_trouble(chat: Chat) -> None:
    chat.slots |= {"situation": "squatted", "right": "trademark", "other_status": "registered"}
    await chat.hears("怎么办", "inform")
    assert "registered_on" in chat.slots["asked"]

    said = await chat.hears("不清楚", "dont_know")

    assert "registered_on" not in chat.slots["asked"]
    assert said.messages


async def test_questions_come_to_an_end(chat: Chat) -> None:
    """Somebody who never knows is not asked for ever, and never the same thing twice."""
    said = await chat.hears("有人仿我的商标", "infringed")
    asked: list[str] = []
    while chat.slots["asked"]:
        assert not set(chat.slots["asked"]) & set(asked)
        asked += chat.slots["asked"]
        said = await chat.hears("不知道", "dont_know")

    assert "utter_no_news" in said.responses


# --- doubt ----------------------------------------------------------------------------------------

ACCUSED_TOO = [("accused_letter", 0.4)]


async def test_in_doubt_one_question_is_put_and_nothing_that_attacks_is_told(chat: Chat) -> None:
    said = await chat.hears("隔壁那家的招牌", "infringed", 0.6, others=ACCUSED_TOO)
    doubt, referral = said.with_response("utter_doubt"), await chat.referral_of(said)

    assert "截图" in doubt["first"]
    assert "别人用了、仿了我的" in doubt["ways"] and "有人发函" in doubt["ways"]
    assert "utter_direction" not in said.responses and chat.slots["asked"] == ["situation"]
    assert [json.loads(one["payload"].removeprefix("/inform")) for one in said.buttons] == [
        {"situation": "infringed"},
        {"situation": "accused_letter"},
    ]
    assert referral and referral["scope"] == "clarify"
    told = {one["key"] for one in referral["remedies"]}
    assert not told & chat.services.knowledge.doubt.attacking


async def test_the_button_of_a_doubt_settles_it(chat: Chat) -> None:
    said = await chat.hears("隔壁那家的招牌", "infringed", 0.6, others=ACCUSED_TOO)
    pressed = await chat.presses(said.buttons[1]["payload"])

    assert chat.slots["situation"] == "accused_letter"
    assert "utter_doubt" not in pressed.responses and "situation" not in chat.slots["asked"]
    assert "函件回应" in pressed.with_response("utter_direction")["name"]


async def test_clear_words_are_no_doubt(chat: Chat) -> None:
    said = await chat.hears("收到律师函了", "accused_letter", 0.6, others=[("infringed", 0.4)])

    assert "utter_doubt" not in said.responses and said.with_response("utter_direction")


# --- offering a ticket ----------------------------------------------------------------------------


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
    return await chat.hears("我有截图", "inform")


async def test_once_nothing_more_is_asked_a_ticket_is_offered_and_not_again(chat: Chat) -> None:
    first = await everything_known(chat)
    assert (first.responses[-1], chat.slots["asked"], chat.slots["offered"]) == (
        "utter_offer_ticket",
        [],
        "ticket",
    )

    again = await chat.hears("也做了公证", "inform")

    assert "utter_offer_ticket" not in again.responses


async def test_who_only_wants_to_know_is_offered_no_ticket(chat: Chat) -> None:
    said = await chat.hears("发明专利保护多少年", "general_knowledge")

    assert ("utter_offer_ticket" in said.responses, chat.slots.get("offered")) == (False, None)


# --- elsewhere ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["对方在广州，我在杭州，他仿我的商标", "我在杭州，对方在深圳抄我们的外观专利"]
)
async def test_a_matter_that_nothing_ties_to_jiangxi_is_pointed_to_its_own_place(
    chat: Chat, text: str
) -> None:
    said = await chat.hears(text, "infringed")
    referral = await chat.referral_of(said)

    assert referral and referral["scope"] == "out"
    assert any("12345" in text for text in said.texts)


@pytest.mark.parametrize(
    "text", ["对方在广州，我在赣州，他仿我的商标", "我在杭州，对方在南昌县开店仿我的商标"]
)
async def test_one_place_in_jiangxi_is_enough(chat: Chat, text: str) -> None:
    referral = await chat.referral_of(await chat.hears(text, "out_other_province"))

    assert referral and referral["scope"] != "out"


# --- no -------------------------------------------------------------------------------------------


async def test_no_to_an_offer_is_taken_as_no(chat: Chat) -> None:
    await everything_known(chat)
    said = await chat.hears("不用了", "deny")

    assert (said.responses, chat.slots["offered"]) == (["utter_anything_else"], None)


async def test_no_to_a_question_is_its_answer(chat: Chat) -> None:
    chat.slots |= {"situation": "infringed", "right": "trademark", "asked": ["right_status"]}
    said = await chat.hears("没有", "deny")

    assert chat.slots["right_status"] == "unregistered"
    assert "utter_direction" in said.responses


# --- more about a remedy --------------------------------------------------------------------------


async def test_the_first_road_is_explained_with_what_to_bring_and_what_it_stands_on(
    chat: Chat,
) -> None:
    await told(chat)
    said = await chat.hears("具体要带什么材料", "ask_detail")
    details = said.with_response("utter_remedy_details")

    assert details["name"] == "商标行政投诉（市场监管）"
    assert "商标注册证" in details["details"]
    assert {citation["law"] for citation in said.citations} >= {"商标法"}


@pytest.mark.parametrize(
    ("text", "index"),
    [("第二个怎么办", 1), ("第三条路呢", 2), ("第5个呢", 4), ("那个是什么意思", 0)],
)
async def test_another_road_is_explained_by_its_place_in_the_list(
    chat: Chat, text: str, index: int
) -> None:
    referral = await chat.referral_of(await told(chat))
    assert referral
    roads = [remedy["name"] for remedy in referral["remedies"]]

    said = await chat.hears(text, "ask_detail")

    details = said.with_response("utter_remedy_overview")
    assert details["name"] == roads[min(index, len(roads) - 1)]
    assert details["gives"] and details["limits"] and details["details"]
    assert "utter_back_to_the_question" in said.responses


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("投诉要多久", "2年"),
        ("要花多少钱", "不收费"),
        ("去哪里投诉", "章贡区"),
        ("手续有哪些", "注册证"),
    ],
)
async def test_only_the_side_that_was_asked_about_is_told(
    chat: Chat, text: str, words: str
) -> None:
    await told(chat)
    said = await chat.hears(text, "ask_detail")

    assert words in said.with_response("utter_remedy_details")["details"]


async def test_a_road_is_explained_by_its_name(chat: Chat) -> None:
    await told(chat)
    said = await chat.hears("民事诉讼要准备什么", "ask_detail")

    assert said.with_response("utter_remedy_details")["name"] == "民事诉讼"


async def test_before_anything_is_known_there_is_no_road_to_explain_but_a_question(
    chat: Chat,
) -> None:
    said = await chat.hears("要带什么材料", "ask_detail")

    assert said.messages


async def test_why_a_road_is_closed_is_explained_with_the_article(chat: Chat) -> None:
    chat.slots |= {"situation": "infringed", "right": "copyright_text"}
    said = await chat.hears("为什么不能找市监局投诉", "ask_why_not")

    assert said.responses and set(said.responses) == {"utter_closed_details"}
    assert "著作权法第七条" in {
        f"{citation['law']}{citation['article']}" for citation in said.citations
    }


async def test_where_nothing_is_closed_the_way_that_is_open_is_said(chat: Chat) -> None:
    chat.slots |= {"situation": "support_need"}
    said = await chat.hears("那就没办法了吗", "ask_why_not")

    assert said.with_response("utter_a_way_is_open")["name"] == "维权援助"


async def test_what_a_first_message_asks_about_the_way_is_told_with_it(chat: Chat) -> None:
    said = await chat.hears("我想给画登记版权，要带什么材料", "registration_exam")

    assert "版权、软著登记" in said.with_response("utter_direction")["name"]
    assert said.with_response("utter_remedy_details")["details"].startswith("要准备：")


# --- several matters ------------------------------------------------------------------------------


async def test_another_matter_is_taken_up_and_the_first_waits(chat: Chat) -> None:
    await told(chat)
    said = await chat.hears("还有件事，我的外观专利被人在展会上仿了", "exhibition")

    assert said.with_response("utter_new_matter")["previous"] == "商标 · 权利被侵犯"
    assert (chat.slots["situation"], chat.slots["right"]) == ("exhibition", "patent_design")
    assert [one["right"] for one in chat.slots["parked_matters"]] == ["trademark"]


async def test_the_visitor_can_go_back_and_finds_everything_as_he_left_it(chat: Chat) -> None:
    await told(chat)
    await chat.hears("还有件事，我的外观专利被人在展会上仿了", "exhibition")
    said = await chat.hears("回到刚才商标那件事", "return_topic")
    referral = await chat.referral_of(said)

    assert said.with_response("utter_back_to_matter")["title"] == "商标 · 权利被侵犯"
    assert (chat.slots["right"], chat.slots["county"]) == ("trademark", "章贡区")
    assert referral and referral["remedies"][0]["key"] == "admin_complaint_trademark"
    assert [one["right"] for one in chat.slots["parked_matters"]] == ["patent_design"]


async def test_where_nothing_waits_that_is_said_and_the_question_is_put_again(chat: Chat) -> None:
    await told(chat)
    said = await chat.hears("回到前面那个", "return_topic")

    assert said.responses == ["utter_no_other_matter", "utter_back_to_the_question"]


async def test_a_question_beside_the_matter_starts_no_other_one(
    chat: Chat, searcher: FakeSearcher
) -> None:
    await told(chat)
    searcher.answer = Found("ptf-annual-missed", SURELY)
    said = await chat.hears("顺便问下专利年费什么时候交", "general_knowledge")

    assert said.responses == ["utter_answer", "utter_back_to_the_question"]
    assert (chat.slots["right"], chat.slots["parked_matters"]) == ("trademark", [])


async def test_two_matters_in_one_message_become_two_referrals_the_nearest_deadline_first(
    chat: Chat, parser: FakeParser
) -> None:
    parser.intents = {"外观": "infringed", "传票": "accused_court"}
    text = "赣州有人仿我的外观专利，另外昨天我们收到法院传票说我们商标侵权"
    said = await chat.hears(text, "infringed")
    referral = await chat.referral_of(said)

    assert referral and referral["remedies"][0]["key"] == "non_infringement_response"
    [other] = referral["others"]
    assert other["remedies"][0]["key"] == "admin_adjudication_patent"
    assert said.with_response("utter_other_matter")["title"] == "外观设计专利 · 权利被侵犯"
    assert [one["situation"] for one in chat.slots["parked_matters"]] == ["infringed"]


async def test_a_second_sum_takes_the_place_of_the_first_only_when_it_corrects_it(
    chat: Chat,
) -> None:
    await chat.hears("别人的店卖仿我商标的货，我亏了8万", "infringed")
    await chat.hears("他还要我再交2万授权费", "inform")
    beside = chat.slots["amount"]
    await chat.hears("说错了，不是8万，是15万", "inform")

    assert (beside, chat.slots["amount"]) == ("8万", "15万")


# --- questions in between, and none answered ------------------------------------------------------


async def test_a_question_of_knowledge_is_answered_and_the_matter_goes_on(chat: Chat) -> None:
    await told(chat)
    said = await chat.hears("商标一般能保护多少年", "general_knowledge")

    assert "utter_law_related" in said.responses
    assert said.responses[-1] == "utter_back_to_the_question"
    assert await chat.referral_of(said) is None
    assert chat.slots["situation"] == "infringed"


async def test_not_knowing_is_answered_with_where_each_possibility_leads(chat: Chat) -> None:
    chat.slots |= {"situation": "squatted", "right": "trademark", "asked": ["other_status"]}
    said = await chat.hears("不清楚", "dont_know")
    words = said.with_response("utter_branches")["branches"]

    assert "初审公告中" in words and "商标异议" in words and "已经注册" in words
    assert "other_status" not in chat.slots["asked"]


async def test_a_question_that_was_twice_not_answered_is_not_put_a_third_time(chat: Chat) -> None:
    await chat.hears("我的商标被抢注了", "squatted")
    assert "other_status" in chat.slots["asked"]
    await chat.hears("我真的很着急", "inform")
    assert "other_status" in chat.slots["asked"]

    said = await chat.hears("快点帮我想办法", "inform")

    assert "other_status" not in chat.slots["asked"]
    assert "utter_no_news" in said.responses and "utter_branches" not in said.responses


async def test_nobody_is_asked_for_ever_what_happened(chat: Chat) -> None:
    for text in ("嗯", "那个", "就是"):
        said = await chat.hears(text, "nlu_fallback", 0.9)

    assert chat.slots["asked"] == []
    [button, _] = Responses.load().say("bot", "utter_no_remedy").buttons
    assert button["payload"] == "/human_handoff"
    assert "utter_no_remedy" in said.responses


async def test_a_legal_term_is_explained_once(chat: Chat) -> None:
    first = await chat.hears("赣州有个厂仿我的实用新型专利", "infringed")
    again = await chat.hears("不对，是外观专利", "inform")

    assert first.with_response("utter_term")["term"] == "行政裁决"
    assert "行政裁决" not in [message.get("term") for message in again.messages]


async def test_what_changes_in_a_law_is_told_once(chat: Chat) -> None:
    first = await chat.hears("有人在赣州章贡区的店里用了我注册的商标", "infringed")
    await chat.hears("搞错了，是抖音上卖的", "inform")
    again = await chat.hears("不对，就是那家店里", "inform")
    told = [
        part
        for said in (first, again)
        for one in said.messages
        if one.get("response") == "utter_notice"
        for part in str(one["notice"]).rstrip("。").partition("条号会变：")[2].split("；")
    ]

    assert told and len(told) == len(set(told))


async def test_a_fact_is_read_back_as_people_say_it(chat: Chat) -> None:
    await chat.hears("有人在赣州章贡区的店里用了我的商标", "infringed")
    said = await chat.hears("已经注册了", "inform")

    assert said.with_response("utter_news")["news"] == "您的商标已经注册"


# --- an open ticket -------------------------------------------------------------------------------


async def test_a_correction_goes_into_the_open_ticket_and_opens_no_second_one(chat: Chat) -> None:
    await told(chat)
    await chat.files("登记", "open_ticket")
    said = await chat.hears("说错了，是在瑞金市", "inform")

    assert "utter_ticket_updated" in said.responses
    async with chat.services.database.session() as session:
        [ticket] = await session.scalars(select(Ticket))
    assert ticket.facts["county"] == "瑞金市"


async def test_without_a_ticket_nothing_is_opened_by_itself(chat: Chat) -> None:
    await told(chat)
    await chat.hears("说错了，是在瑞金市", "inform")

    async with chat.services.database.session() as session:
        assert not list(await session.scalars(select(Ticket)))


# --- why a remedy is excluded ---------------------------------------------------------------------


async def test_only_the_road_that_was_asked_about_is_explained(chat: Chat) -> None:
    chat.slots |= {
        "situation": "infringed",
        "right": "patent_utility",
        "right_status": "registered",
    }
    said = await chat.hears("为什么不能找市监局投诉", "ask_why_not")

    assert said.with_response("utter_closed_details")["name"] == "商标行政投诉（市场监管）"


async def test_a_road_that_is_open_after_all_is_told_with_its_place(chat: Chat) -> None:
    await told(chat)
    said = await chat.hears("为什么不能去法院告他", "ask_why_not")

    assert said.with_response("utter_not_closed")["number"] > 1


async def test_a_road_that_nobody_would_think_of_is_told_with_its_limits(chat: Chat) -> None:
    await told(chat)
    said = await chat.hears("为什么不做域名争议", "ask_why_not")

    assert said.with_response("utter_not_listed")["limits"]


async def test_the_same_sentence_is_not_said_twice_in_a_row(chat: Chat) -> None:
    chat.slots |= {"situation": "infringed", "right": "trademark", "city": "赣州市"}
    first = await chat.hears("唉这个事啊", "inform")
    second = await chat.hears("真是的", "inform")

    assert "utter_no_news" in first.responses
    assert "utter_no_news" not in second.responses
    assert "转人工" in [one["title"] for one in second.buttons]


async def test_ways_that_are_compared_are_told_side_by_side(chat: Chat) -> None:
    chat.slots |= {"situation": "infringed", "right": "patent_design"}
    said = await chat.hears("法院起诉还是行政裁决，哪个快", "ask_time")

    lines = said.with_response("utter_remedies_compared")["lines"].splitlines()
    assert [line.partition("」")[0] for line in lines] == ["「专利侵权纠纷行政裁决", "「民事诉讼"]
    assert all("一般要多久" in line for line in lines)


async def test_whether_one_can_still_sue_is_answered_with_the_place_of_that_way(
    chat: Chat,
) -> None:
    await told(chat)
    said = await chat.hears("那还能告吗", "ask_whether")

    assert said.with_response("utter_way_is_open")["name"] == "民事诉讼"


async def test_a_compared_way_that_is_closed_is_told_with_its_reason(chat: Chat) -> None:
    chat.slots |= {"situation": "squatted", "right": "trademark", "other_status": "published"}
    said = await chat.hears("提异议和无效哪个好", "ask_detail")

    first, last = said.with_response("utter_remedies_compared")["lines"].splitlines()
    assert first.startswith("「商标异议」能做到")
    assert last.startswith("「商标无效宣告」眼下走不通")
