"""Legal terms are told in plain words."""

import re

import pytest

from knowledge.answers.terms import Terms

TERMS = Terms.load()


def test_a_term_is_explained_once_the_first_of_the_text_first() -> None:
    text = "先提驳回复审，再看保全"
    found = TERMS.to_explain(text, [])

    assert found and found[0] == "驳回复审"
    second = TERMS.to_explain(text, ["驳回复审", "复审"])
    assert second and second[0] == "保全"
    assert TERMS.to_explain(text, ["驳回复审", "复审", "保全"]) is None


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("什么叫复审", ["复审"]),
        ("驳回复审是什么意思", ["驳回复审"]),
        ("撤三和异议有什么不一样", ["异议", "撤三"]),
        ("发票是什么意思", []),
    ],
)
def test_a_question_names_its_terms_the_longest_alone(question: str, named: list[str]) -> None:
    told = dict(TERMS.named(question))

    assert sorted(told) == sorted(named)
    assert all(told[term] == TERMS.terms[term] for term in named)


def test_explanations_cite_no_law_and_promise_nothing() -> None:
    for meaning in TERMS.terms.values():
        assert not re.search("第.+条|《", meaning)
        assert not any(word in meaning for word in ("一定", "肯定", "保证"))
