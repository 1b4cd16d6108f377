"""What was understood so far.

What is said now wins, what is guessed never replaces what was said.
"""

from typing import Any

import pytest

from actions.deciding.decide import decide
from actions.deciding.decision import State
from actions.deciding.known import Known
from actions.deciding.merge import changed
from actions.deciding.turn import read
from knowledge.slots import SLOTS, UNKNOWN, Facts
from tests.conftest import TODAY
from tests.content import knowledge_base

SURE, HESITANT = 0.9, 0.3
KNOWN = Known(knowledge_base(), TODAY)


def after(
    text: str,
    intent: str = "inform",
    confidence: float = SURE,
    before: Facts | None = None,
    asked: tuple[str, ...] = (),
    entities: tuple[dict[str, Any], ...] = (),
    guessed: str | None = None,
) -> Facts:
    """All facts after a message; `before` are the facts that stood in the tracker's slots."""
    message = {
        "text": text,
        "intent": {"name": intent, "confidence": confidence},
        "intent_ranking": [{"name": intent, "confidence": confidence}],
        "entities": list(entities),
    }
    state = State.of({**(before or {}), "asked": list(asked), "guessed_right": guessed})
    return decide(read(message, KNOWN.base, TODAY), state, KNOWN).understood


def payload(**values: str) -> tuple[dict[str, Any], ...]:
    return tuple({"entity": slot, "value": value} for slot, value in values.items())


LIKELY_PATENT = payload(likely_right="patent")
STORY = {"situation": "infringed", "right": "trademark"}


# --- one message after the other ------------------------------------------------------------------


def test_a_story_states_what_happened_to_which_right_and_where() -> None:
    facts = after("对方在吉安县开店，招牌仿我的商标", "infringed")

    assert facts == {
        "situation": "infringed",
        "right": "trademark",
        "city": "吉安市",
        "county": "吉安县",
        "their_city": "吉安市",
        "venue": "offline_store",
    }


def test_facts_are_added_to_what_is_known() -> None:
    facts = after("我在赣州", before=STORY)

    assert facts == {**STORY, "own_city": "赣州市"}


@pytest.mark.parametrize(
    ("text", "before", "slot", "value"),
    [
        ("不是商标是专利", STORY, "right", "patent"),
        ("说错了，对方在九江", {**STORY, "city": "赣州市"}, "city", "九江市"),
        ("我的商标还没下来", {**STORY, "right_status": "registered"}, "right_status", "pending"),
    ],
)
def test_what_is_said_now_replaces_what_was_said_before(
    text: str, before: Facts, slot: str, value: str
) -> None:
    assert after(text, before=before)[slot] == value


def test_a_county_does_not_stay_when_the_city_changes() -> None:
    facts = after("说错了，对方在九江", before={**STORY, "city": "赣州市", "county": "章贡区"})

    assert (facts["city"], "county" in facts) == ("九江市", False)


def test_a_general_word_does_not_blur_what_is_known_precisely() -> None:
    assert (
        after("就是那个专利", before={**STORY, "right": "patent_design"})["right"]
        == "patent_design"
    )


@pytest.mark.parametrize(
    ("slot", "known", "text", "expected"),
    [
        (
            "circumstances",
            ["seller", "has_source"],
            "我们是厂家自己生产的",
            {"has_source", "maker"},
        ),
        ("circumstances", ["both_willing"], "他现在不愿意谈了", {"refuses_talk"}),
        ("circumstances", ["small_scale"], "他们是大批量在做", {"mass"}),
        ("circumstances", ["seller"], "他不愿意谈", {"seller", "refuses_talk"}),
        ("proceeding", "未起诉、已报案", "已经起诉了", {"已报案", "已起诉"}),
        ("evidence", ["截图"], "也做了公证", {"截图", "公证书"}),
    ],
)
def test_several_values_add_up_but_opposites_take_each_other_back(
    slot: str, known: Any, text: str, expected: set[str]
) -> None:
    value = after(text, before={**STORY, slot: known})[slot]

    assert set(value) == expected


def test_days_count_from_today() -> None:
    assert (
        after("前天收到的", before={"situation": "accused_court"})["doc_received_on"]
        == "2026-11-20"
    )


def test_the_slots_themselves_are_left_as_they_are() -> None:
    before = {**STORY, "circumstances": ["seller"]}

    after("他不愿意谈", before=before)

    assert before == {**STORY, "circumstances": ["seller"]}


# --- what happened --------------------------------------------------------------------------------


def test_the_first_story_is_believed_even_when_it_is_hesitant() -> None:
    assert after("出了点事", "license_contract", HESITANT)["situation"] == "license_contract"


def test_clear_words_count_more_than_a_hesitant_classifier() -> None:
    assert after("收到法院传票了", "infringed", HESITANT)["situation"] == "accused_court"


def test_a_sure_classifier_counts_more_than_single_words() -> None:
    assert after("传票是什么意思", "general_knowledge", SURE)["situation"] == "general_knowledge"


def test_behind_a_fallback_the_likeliest_story_is_still_believed() -> None:
    message = {
        "text": "出了点事",
        "intent": {"name": "nlu_fallback", "confidence": 0.8},
        "intent_ranking": [
            {"name": "nlu_fallback", "confidence": 0.8},
            {"name": "license_contract", "confidence": 0.2},
        ],
        "entities": [],
    }
    decision = decide(read(message, KNOWN.base, TODAY), State(), KNOWN)

    assert decision.understood["situation"] == "license_contract"


def test_a_short_reply_to_a_question_does_not_change_what_happened() -> None:
    facts = after("在拼多多", "accused_platform", SURE, before=STORY, asked=("venue",))

    assert (facts["situation"], facts["venue"]) == ("infringed", "ecommerce")


def test_a_hesitant_guess_does_not_change_what_happened() -> None:
    assert after("他还说要告我们呢，真是气人，什么世道", "accused_court", HESITANT, before=STORY)[
        "situation"
    ] == ("infringed")


def test_another_story_changes_what_happened() -> None:
    text = "现在情况变了，今天我们公司也收到了法院的传票，他反过来把我们告了"

    assert after(text, "accused_court", SURE, before=STORY)["situation"] == "accused_court"


def test_a_new_matter_drops_the_old_facts_but_not_the_places_and_the_contact() -> None:
    before = {
        **STORY,
        "right_status": "registered",
        "evidence": ["截图"],
        "goal": "stop",
        "city": "赣州市",
        "county": "章贡区",
        "own_city": "南昌市",
        "contact": "13812345678",
    }
    facts = after(
        "另外还有一件事，想问下我们的发明专利怎么申请预审加快", "preexam_need", SURE, before=before
    )

    assert not {"right_status", "evidence", "goal"} & facts.keys()
    assert facts["right"].startswith("patent") and facts["situation"] == "preexam_need"
    assert [facts[slot] for slot in ("city", "county", "own_city", "contact")] == [
        "赣州市",
        "章贡区",
        "南昌市",
        "13812345678",
    ]


def test_the_same_right_in_another_situation_is_the_same_matter() -> None:
    before = {**STORY, "right_status": "registered"}
    facts = after(
        "他反过来告我商标侵权，今天我们公司收到传票了", "accused_court", SURE, before=before
    )

    assert (facts["situation"], facts["right_status"]) == ("accused_court", "registered")


# --- guesses --------------------------------------------------------------------------------------


def test_the_right_is_guessed_from_the_whole_story_where_no_word_names_it() -> None:
    assert (
        after("有人把我们的东西照着做了", "infringed", entities=LIKELY_PATENT)["right"] == "patent"
    )


def test_a_guess_never_replaces_what_was_said_or_is_being_said() -> None:
    assert (
        after("他们照着做了", "infringed", before=STORY, entities=LIKELY_PATENT)["right"]
        == "trademark"
    )
    assert after("有人仿我的商标", "infringed", entities=LIKELY_PATENT)["right"] == "trademark"


def test_a_mere_fact_guesses_no_right_unless_it_was_asked_for() -> None:
    assert "right" not in after("在赣州", before={"situation": "infringed"}, entities=LIKELY_PATENT)
    told = after(
        "就是那个机器", before={"situation": "infringed"}, asked=("right",), entities=LIKELY_PATENT
    )
    assert told["right"] == "patent"


def test_a_guess_that_is_never_registered_gives_way_to_what_the_visitor_registered() -> None:
    """A copied shop sign sounds like unfair competition until its owner tells of his mark."""
    before = {"situation": "infringed", "right": "unfair_competition"}
    likely = payload(likely_right="trademark")
    text = "我注册过的，第30类"

    guessed = after(text, before=before, entities=likely, guessed="unfair_competition")
    assert guessed["right"] == "trademark"
    named = after(text, before=before, entities=likely)
    assert named["right"] == "unfair_competition"
    not_told = after("在赣州", before=before, entities=likely, guessed="unfair_competition")
    assert not_told["right"] == "unfair_competition"


# --- buttons --------------------------------------------------------------------------------------


def test_a_button_sets_its_fact_and_leaves_the_rest() -> None:
    facts = after("/inform", before=STORY, entities=payload(right_status="registered"))

    assert facts == {**STORY, "right_status": "registered"}


@pytest.mark.parametrize(
    "values",
    [
        {"right": "banana"},
        {"situation": "刑事"},
        {"venue": "月球"},
        {"circumstances": "rich"},
        {"asked": "right"},
        {"offered": "ticket"},
        {"law_citation": "商标法57条"},
    ],
    ids=lambda values: "-".join(values),
)
def test_a_value_outside_the_vocabulary_is_ignored(values: dict[str, str]) -> None:
    assert after("/inform", before=STORY, entities=payload(**values)) == STORY


def test_a_button_may_say_that_it_is_not_known() -> None:
    assert after("/inform", before=STORY, entities=payload(right_status=UNKNOWN)) == {
        **STORY,
        "right_status": UNKNOWN,
    }
    later = after("我的商标已经注册了", before={**STORY, "right_status": UNKNOWN})
    assert later["right_status"] == "registered"


def test_a_button_for_a_list_adds_to_it() -> None:
    facts = after(
        "/inform",
        before={**STORY, "circumstances": ["mass"]},
        entities=payload(circumstances="safety"),
    )

    assert facts["circumstances"] == ["mass", "safety"]


# --- yes, no, don't know --------------------------------------------------------------------------


def test_not_knowing_marks_what_was_asked_and_nothing_else() -> None:
    facts = after("不清楚", "dont_know", before=STORY, asked=("right_status", "city"))

    assert facts == {**STORY, "right_status": UNKNOWN, "city": UNKNOWN}


def test_not_knowing_forgets_nothing_that_was_said() -> None:
    facts = after("不清楚", "dont_know", before={**STORY, "city": "赣州市"}, asked=("city", "goal"))

    assert facts == {**STORY, "city": "赣州市", "goal": UNKNOWN}


def test_half_an_answer_marks_only_the_other_half() -> None:
    facts = after("在赣州，注册没注册不知道", "dont_know", before=STORY, asked=("city", "goal"))

    assert (facts["city"], facts["goal"]) == ("赣州市", UNKNOWN)


@pytest.mark.parametrize(
    ("intent", "slot", "value"),
    [
        ("affirm", "right_status", "registered"),
        ("deny", "right_status", "unregistered"),
        ("affirm", "unused", "yes"),
        ("deny", "unused", "no"),
    ],
)
def test_yes_and_no_answer_the_question_that_was_asked(intent: str, slot: str, value: str) -> None:
    assert (
        after("嗯" if intent == "affirm" else "不", intent, before=STORY, asked=(slot,))[slot]
        == value
    )


def test_yes_to_nothing_states_nothing() -> None:
    assert after("好的", "affirm", before=STORY) == STORY


# --- what was taken back --------------------------------------------------------------------------


def test_a_fact_that_was_replaced_counts_as_changed() -> None:
    assert changed(STORY, {**STORY, "right": "patent"}) == {"right"}


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (STORY, {**STORY, "city": "赣州市"}),
        ({**STORY, "city": UNKNOWN}, {**STORY, "city": "赣州市"}),
        ({**STORY, "evidence": ["截图"]}, {**STORY, "evidence": ["截图", "公证书"]}),
        (
            {**STORY, "circumstances": ["seller"]},
            {**STORY, "circumstances": ["seller", "has_source"]},
        ),
        ({**STORY, "right": "patent"}, {**STORY, "right": "patent_design"}),
    ],
    ids=["new", "was-unknown", "one-more-word", "one-more-code", "more-precise"],
)
def test_what_is_only_added_is_no_correction(before: Facts, now: Facts) -> None:
    assert changed(before, now) == set()


def test_only_facts_are_kept() -> None:
    assert set(after("我在赣州，电话13812345678，商标注册四年了，赔3万", "infringed")) <= set(SLOTS)
