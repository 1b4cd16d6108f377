"""Every known question is answered by articles that exist, and mistakes in the files are found."""

from pathlib import Path

import pytest

from knowledge.law.succession import Succession
from knowledge.reviewed import ContentError
from knowledge.search.faq import load_questions, wordings_of
from knowledge.search.passages import article_id
from tests.content import ANSWERS, STATUTES

SUCCESSION = Succession.load(STATUTES)


def written(folder: Path, text: str) -> Path:
    (folder / "some.yml").write_text(text, encoding="utf-8")
    return folder


def test_there_are_questions_on_every_kind_of_right() -> None:
    questions = load_questions(STATUTES, SUCCESSION)
    laws = {answer.split("第")[0] for question in questions for answer in question.answers}
    assert len(questions) >= 1500
    assert laws >= {
        "商标法(2019)",
        "专利法(2020)",
        "著作权法(2020)",
        "反不正当竞争法(2025)",
        "种子法(2021)",
        "集成电路布图设计保护条例(2001)",
        "知识产权海关保护条例(2018)",
        "电子商务法(2018)",
        "民法典(2020)",
        "刑法(2023)",
    }


def test_an_article_answers_in_every_version(tmp_path: Path) -> None:
    folder = written(tmp_path, "- ask: 有人卖假货怎么办\n  articles: [商标法(2019)第五十七条]\n")
    [question] = load_questions(STATUTES, SUCCESSION, folder)
    assert question.answers == ("商标法(2019)第五十七条", "商标法(2026)第七十二条")


def test_every_wording_of_an_answer_is_a_question_that_leads_to_it_and_to_its_articles() -> None:
    answer = next(one for one in ANSWERS if one.articles)
    led = wordings_of([answer])

    assert [(one.text, one.answer) for one in led] == [(text, answer.id) for text in answer.asks]
    ids = {article_id(article) for article in answer.articles}
    assert all(set(one.answers) == ids for one in led)


def test_a_known_question_leads_to_no_written_answer() -> None:
    assert {one.answer for one in load_questions(STATUTES, SUCCESSION)} == {""}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("- ask: 有人卖假货怎么办\n  articles: [商标法(2019)第九百条]\n", 2),
        ("- ask: 有人卖假货怎么办\n  articles: [火星法第一条]\n", 2),
        ("- ask: 有人卖假货怎么办\n  articles: [商标法五十七]\n", 2),
        ("- ask: 有人卖假货怎么办\n  articles: []\n", 2),
        (
            "- ask: 有人卖假货怎么办\n  articles: [专利法第一条]\n"
            "- ask: 有人卖假货怎么办\n  articles: [专利法第二条]\n",
            3,
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(ContentError) as error:
        load_questions(STATUTES, SUCCESSION, written(tmp_path, text))
    assert error.value.line == line
