"""The law's own words are shown as they govern today, and what cannot be shown is said."""

from datetime import date

import pytest

from actions.base import Services
from actions.deciding.thresholds import THRESHOLDS
from actions.law import EXTRACT, MOST_ARTICLES
from api.clock import Clock
from api.database import Database
from knowledge.base import KnowledgeBase
from knowledge.search.cards import Found
from tests.actions.chat import Chat
from tests.actions.conftest import FakeParser, FakeSearcher
from tests.actions.likelihood import signs
from tests.content import STATUTES

NEAR, PERHAPS = (THRESHOLDS[name].value for name in ("answer_near", "answer_perhaps"))


async def test_a_named_article_is_shown_with_its_version_and_a_citation(chat: Chat) -> None:
    said = await chat.hears("专利法第六十五条怎么说", "ask_law")
    found = said.with_response("utter_law_found")

    assert (found["law"], found["article"], found["version"]) == (
        "专利法",
        "第六十五条",
        "2020年版",
    )
    assert (found["from"], found["until"]) == ("2021-06-01", "")
    [citation] = said.citations
    assert citation["text"] in said.texts
    assert (citation["law"], citation["kind"]) == ("专利法", "statute")


async def test_an_interpretation_is_shown_under_its_official_title_however_the_visitor_calls_it(
    chat: Chat,
) -> None:
    said = await chat.hears("专利侵权解释一第一条怎么说", "ask_law")

    [citation] = said.citations
    title = "最高人民法院关于审理侵犯专利权纠纷案件应用法律若干问题的解释"
    assert said.with_response("utter_law_digest")["law"] == citation["law"] == title
    assert citation["short"] == "专利侵权解释一"


async def test_a_law_that_is_about_to_change_is_shown_with_its_end_and_a_warning(
    chat: Chat,
) -> None:
    said = await chat.hears("商标法57条", "ask_law")

    assert "2026-12-31" in said.with_response("utter_law_found")["until"]
    changing = said.with_response("utter_law_changing")
    assert (changing["from"], changing["change"]) == ("2027-01-01", "是第七十二条")


async def test_of_an_article_that_will_change_in_substance_the_change_is_told(chat: Chat) -> None:
    changing = (await chat.hears("商标法33条", "ask_law")).with_response("utter_law_changing")

    assert changing["change"].startswith("是第三十六条（变化：异议期由3个月缩短为2个月")


async def test_more_than_sixty_days_before_nothing_is_told_of_the_change(
    database: Database, knowledge: KnowledgeBase
) -> None:
    chat = await Chat.opens(Services(Clock(date(2026, 10, 1)), database, knowledge, FakeParser()))

    assert "utter_law_changing" not in (await chat.hears("商标法57条", "ask_law")).responses


async def test_an_old_number_is_told_from_the_words_around_it_and_todays_article_shown(
    chat: Chat,
) -> None:
    said = await chat.hears("反法第六条混淆怎么罚", "ask_law")
    old = said.with_response("utter_law_old_number")

    assert (old["quote"], old["version"]) == ("反不正当竞争法第六条", "2019年版")
    assert old["change"].startswith("是第七条")
    assert [(one["article"], one["version_date"]) for one in said.citations] == [
        ("第七条", "2025-06-27")
    ]


async def test_an_old_number_that_is_named_as_old_is_shown_and_called_repealed(chat: Chat) -> None:
    said = await chat.hears("旧反法第九条", "ask_law")
    repealed = said.with_response("utter_law_repealed")

    assert (repealed["version"], repealed["from"], repealed["change"]) == (
        "2019年版",
        "2025-10-15",
        "是第十条",
    )
    assert said.citations[0]["version_date"] == "2019-04-23"


async def test_a_number_that_fits_todays_article_is_taken_as_todays(chat: Chat) -> None:
    said = await chat.hears("反法第十条商业秘密", "ask_law")

    assert said.responses == ["utter_law_found"]


async def test_a_bare_number_is_todays_with_a_word_about_the_old_one_while_the_change_is_fresh(
    chat: Chat,
) -> None:
    said = await chat.hears("反法第六条", "ask_law")

    assert said.responses == ["utter_law_found", "utter_law_renumbered"]
    assert said.with_response("utter_law_renumbered")["change"].startswith("是第七条")


async def test_in_the_new_year_an_article_that_is_gone_is_told_so(
    database: Database, knowledge: KnowledgeBase
) -> None:
    chat = await Chat.opens(Services(Clock(date(2027, 1, 1)), database, knowledge, FakeParser()))
    said = await chat.hears("旧商标法第五十八条", "ask_law")

    assert said.with_response("utter_law_repealed")["change"].startswith("不再保留")


async def test_in_the_new_year_the_same_question_shows_the_new_article(
    database: Database, knowledge: KnowledgeBase
) -> None:
    chat = await Chat.opens(Services(Clock(date(2027, 1, 1)), database, knowledge, FakeParser()))
    said = await chat.hears("商标法57条", "ask_law")

    assert said.with_response("utter_law_found")["version"] == "2026年版"
    assert "utter_law_changing" not in said.responses


async def test_a_digest_is_told_from_the_laws_own_words(chat: Chat) -> None:
    said = await chat.hears("商标条例66条", "ask_law")

    assert said.responses[0] == "utter_law_digest"
    assert said.citations[0]["kind"] == "digest"


async def test_several_named_articles_are_shown_in_order(chat: Chat) -> None:
    said = await chat.hears("《商标法》第57条，《专利法》第65条", "ask_law")

    assert [citation["law"] for citation in said.citations] == ["商标法", "专利法"]


@pytest.mark.parametrize(
    ("text", "response", "quote"),
    [
        ("商标法第五百条", "utter_law_unknown", "商标法第五百条"),
        ("火星法第三条", "utter_law_unknown", "火星法第三条"),
        ("植物新品种保护条例第三条", "utter_law_not_in_force", "植物新品种保护条例第三条"),
    ],
)
async def test_what_cannot_be_shown_is_said_and_nothing_is_shown_instead(
    chat: Chat, text: str, response: str, quote: str
) -> None:
    said = await chat.hears(text, "ask_law")

    assert said.responses == [response]
    assert said.with_response(response)["quote"] == quote
    assert said.citations == []


async def test_a_question_without_an_article_is_searched_for(chat: Chat) -> None:
    said = await chat.hears("专利能保护多久", "ask_law")
    related = said.with_response("utter_law_related")

    assert related["title"] == "专利法第四十二条"
    assert len(related["extract"]) <= EXTRACT + 2
    assert (
        said.citations[0]["text"]
        == STATUTES.article("专利法", "第四十二条", date(2026, 11, 22)).text
    )


@pytest.mark.parametrize(
    ("intent", "facts"),
    [("ask_law", {}), ("general_knowledge", {"situation": "general_knowledge"})],
)
async def test_an_answer_that_may_be_meant_is_told_with_the_question_that_it_answers(
    chat: Chat, searcher: FakeSearcher, intent: str, facts: dict[str, str]
) -> None:
    searcher.answer = Found("tmi-damages-method", signs("tmi-damages-method", PERHAPS, facts))
    said = await chat.hears("这个怎么个算法", intent)
    told = said.with_response("utter_answer_perhaps")
    answer = chat.services.knowledge.answers["tmi-damages-method"]

    assert "utter_law_related" not in said.responses
    assert told["question"] == answer.asks[0] and told["says"] == answer.says
    assert told["buttons"][-1]["title"] == "转人工" and said.citations


async def test_the_closest_questions_are_put_to_whoever_gets_no_answer(
    chat: Chat, searcher: FakeSearcher
) -> None:
    searcher.answer = Found("tmi-damages-method", signs("tmi-damages-method", NEAR, {}))
    said = await chat.hears("这个怎么个算法", "ask_law")
    [button] = said.with_response("utter_which_question")["buttons"]

    assert said.responses == ["utter_law_related", "utter_which_question"]
    asked = chat.services.knowledge.answers["tmi-damages-method"].asks[0]
    assert button["title"] == button["payload"] == asked


async def test_a_question_that_is_far_from_all_is_put_to_nobody(
    chat: Chat, searcher: FakeSearcher
) -> None:
    searcher.answer = Found("tmi-damages-method", signs("tmi-damages-method", NEAR - 0.01, {}))

    assert (await chat.hears("这个怎么个算法", "ask_law")).responses == ["utter_law_related"]


async def test_why_a_way_is_advised_is_told_with_its_articles(chat: Chat) -> None:
    chat.slots |= {"situation": "infringed", "right": "trademark", "right_status": "registered"}
    said = await chat.hears("凭什么先走这个", "ask_reason")
    reason = said.with_response("utter_reason")

    assert reason["name"] == "商标行政投诉（市场监管）" and reason["why"] and reason["gives"]
    assert 1 <= len(said.citations) <= MOST_ARTICLES
    assert all(f"《{one['law']}》{one['article']}" in reason["basis"] for one in said.citations)


async def test_where_nothing_is_found_that_is_said(chat: Chat, searcher: FakeSearcher) -> None:
    searcher.finds = False

    assert (await chat.hears("今天吃什么", "ask_law")).responses == ["utter_law_nothing"]


async def test_while_the_index_cannot_be_opened_named_articles_are_still_shown(
    clock: Clock, database: Database, knowledge: KnowledgeBase
) -> None:
    fields = {name: getattr(knowledge, name) for name in knowledge.__dataclass_fields__}
    without = KnowledgeBase(**{**fields, "searcher": None, "search_trouble": "没有索引"})
    chat = await Chat.opens(Services(clock, database, without, FakeParser()))

    assert (await chat.hears("专利法第65条", "ask_law")).citations
    assert (await chat.hears("专利能保护多久", "ask_law")).responses == ["utter_law_nothing"]


async def test_asking_about_the_law_is_recorded_as_a_question_of_knowledge(chat: Chat) -> None:
    said = await chat.hears("商标法57条", "ask_law")
    referral = await chat.referral_of(said)

    assert referral and [remedy["key"] for remedy in referral["remedies"]] == ["legal_info"]


async def test_in_the_middle_of_a_matter_the_law_is_shown_and_the_open_question_is_put_again(
    chat: Chat,
) -> None:
    chat.slots |= {
        "situation": "infringed",
        "right": "trademark",
        "city": "赣州市",
        "asked": ["right_status"],
    }
    said = await chat.hears("商标法57条", "ask_law")

    assert said.citations
    assert "拿到注册证" in said.with_response("utter_back_to_the_question")["question"]
    assert await chat.referral_of(said) is None
    assert (chat.slots["situation"], chat.slots["asked"]) == ("infringed", ["right_status"])


@pytest.mark.parametrize("text", ["法条原文发我", "依据是哪一条", "根据什么法条说的"])
async def test_the_articles_behind_the_advice_are_shown_in_the_laws_own_words(
    chat: Chat, text: str
) -> None:
    chat.slots |= {
        "situation": "infringed",
        "right": "trademark",
        "right_status": "registered",
        "city": "赣州市",
    }
    said = await chat.hears(text, "ask_law")

    assert "utter_basis" in said.responses
    article = STATUTES.article("商标法", "第五十七条", date(2026, 11, 22))
    assert article.text in said.texts


async def test_the_articles_of_another_road_are_shown_when_it_is_named(chat: Chat) -> None:
    chat.slots |= {
        "situation": "infringed",
        "right": "trademark",
        "right_status": "registered",
        "city": "赣州市",
    }
    said = await chat.hears("公证那个办法的法条发我", "ask_law")

    assert {citation["law"] for citation in said.citations} == {"公证法"}
