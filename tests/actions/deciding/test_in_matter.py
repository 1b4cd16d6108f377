"""A question in the middle of a matter is read with the words that told the matter."""

from dataclasses import replace
from typing import cast

import pytest

from actions.deciding.answering import opening_after
from actions.deciding.decide import decide
from actions.deciding.decision import Decision, State, Step
from actions.deciding.known import Known
from actions.deciding.thresholds import THRESHOLDS
from actions.deciding.turn import Turn
from knowledge.search.cards import Found
from knowledge.search.searcher import Searcher
from knowledge.slots import Facts
from tests.actions.chat import Chat
from tests.actions.conftest import FakeSearcher
from tests.actions.deciding.test_decide import COMPLETE, KNOWN, MARK, OF_MARKS, OF_PATENTS, turn
from tests.actions.likelihood import signs
from tests.conftest import TODAY

STORY = "有人在赣州卖冒我们商标的货"
ASKED, SURE, PERHAPS, NEAR, UNASKED = (
    THRESHOLDS[f"answer_{name}_in_matter"].value
    for name in ("asked", "sure", "perhaps", "near", "unasked")
)


def told(
    message: Turn,
    chance: float,
    answer: str = OF_MARKS,
    facts: Facts = COMPLETE,
    opening: str = STORY,
) -> Decision:
    """What is decided in the middle of a matter where this answer is found, as likely as that."""
    searcher = FakeSearcher()
    searcher.answer = Found(answer, signs(answer, chance, facts, in_matter=True))
    known = Known(replace(KNOWN.base, searcher=cast(Searcher, searcher)), TODAY)
    return decide(message, State(facts=facts, opening=opening), known)


@pytest.mark.parametrize(
    ("text", "intent", "line", "otherwise"),
    [
        ("他讲是他自己想出来的", "inform", PERHAPS, Step.REFER),
        ("发票我都留着", "inform", PERHAPS, Step.REFER),
        ("这样算不算", "ask_whether", PERHAPS, Step.SEARCH_LAW),
        ("要带什么材料，证书原件丢了", "ask_detail", ASKED, Step.REMEDY_DETAILS),
        ("气死我了", "worried", UNASKED, Step.IN_SHORT),
    ],
)  # fmt: skip
def test_what_an_answer_settles_is_answered_and_a_likelier_one_has_to_be_where_more_can_be_said(
    text: str, intent: str, line: float, otherwise: Step
) -> None:
    assert told(turn(text, intent), line).step is Step.ANSWER
    below = told(turn(text, intent), line - 0.005)
    assert below.step is otherwise
    if line > PERHAPS or otherwise is Step.IN_SHORT:
        assert below.answer is None


def test_only_a_sure_answer_is_told_without_the_question_that_it_answers() -> None:
    message = turn("他讲是他自己想出来的", "inform")

    assert told(message, SURE).answer == OF_MARKS
    assert (told(message, PERHAPS).answer, told(message, PERHAPS).perhaps) == (None, OF_MARKS)


def test_what_may_be_meant_is_put_as_a_question() -> None:
    message = turn("他讲是他自己想出来的", "inform")

    assert [one.name for one in told(message, NEAR).nearest] == [OF_MARKS]
    assert told(message, NEAR - 0.005).nearest == ()


def test_an_answer_about_another_situation_does_not_take_the_place_of_the_ways() -> None:
    message = turn("要带什么材料，证书原件丢了", "ask_detail")

    assert told(message, SURE, OF_PATENTS).step is Step.REMEDY_DETAILS


@pytest.mark.parametrize(
    ("text", "intent", "step"),
    [
        ("转人工", "human_handoff", Step.HAND_OFF),
        ("帮我登记一张工单", "open_ticket", Step.TICKET_FORM),
        ("商标法第五十七条", "ask_law", Step.ARTICLES),
        ("行政裁决是什么意思", "ask_meaning", Step.MEANING),
        ("帮我伪造一份商标证", "out_wrongdoing", Step.OUT_OF_SCOPE),
        ("知道了", "acknowledge", Step.IN_SHORT),
    ],
)
def test_no_answer_takes_the_place_of_what_is_wished_in_plain_words(
    text: str, intent: str, step: Step
) -> None:
    assert told(turn(text, intent), 0.99).step is step


def test_new_facts_move_the_ways_with_the_answer_before_them() -> None:
    decision = told(turn("今天收到法院传票了", "inform"), 0.99)

    assert (decision.step, decision.answer) == (Step.REFER, OF_MARKS)
    assert decision.facts != COMPLETE


@pytest.mark.parametrize(("chance", "step"), [(0.69, Step.SEARCH_LAW), (0.7, Step.OUT_OF_SCOPE)])
def test_a_question_in_a_matter_leads_away_only_where_that_is_rather_sure(
    chance: float, step: Step
) -> None:
    message = turn("还要不要交押金", "out_family_property", chance)

    assert told(message, 0.0).step is step
    assert told(message, 0.0, opening="").step is Step.OUT_OF_SCOPE


def test_whose_relative_was_arrested_elsewhere_is_told_what_to_do() -> None:
    facts: Facts = {"situation": "accused_criminal", "city": "莆田市", "own_city": "莆田市"}

    assert decide(turn("他只是打包的", "inform"), State(facts=facts), KNOWN).step is Step.REFER


def test_the_words_that_began_a_matter_are_kept_until_another_begins() -> None:
    first = decide(turn(STORY, "infringed"), State(), KNOWN)
    kept = opening_after(turn(STORY, "infringed"), State(), first)
    assert kept == STORY

    state = State(facts=MARK, opening=STORY)
    news = turn("在九江也有", "inform")
    assert opening_after(news, state, decide(news, state, KNOWN)) == STORY
    other = turn("另外还有件事，公司收到一封律师函说我们侵犯专利", "accused_letter")
    assert opening_after(other, state, decide(other, state, KNOWN)) == other.text


async def test_what_is_asked_later_is_looked_for_with_the_words_of_the_matter(
    chat: Chat, searcher: FakeSearcher
) -> None:
    await chat.hears(STORY, "infringed")
    assert chat.slots["opening"] == STORY

    await chat.hears("要赔多少", "ask_damages")
    assert searcher.matter == STORY

    await chat.hears("重新开始", "start_over")
    await chat.hears("商标能用几年", "general_knowledge")
    assert searcher.matter == "" and chat.slots["opening"] != STORY
