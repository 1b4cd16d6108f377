"""Whether to tell a way or to ask first, by the table of costs."""

from pathlib import Path

import pytest

from knowledge.reviewed import CONTENT, ContentError
from knowledge.routing.doubt import MOST_OPTIONS, DoubtRules
from tests.content import DOUBT, RULES


def test_where_one_situation_is_nearly_sure_nothing_is_asked() -> None:
    assert DOUBT.about("infringed", [("infringed", 0.97), ("clearance", 0.03)], False) is None


def test_a_chance_of_the_other_side_is_asked_about_sooner_than_one_of_another_way() -> None:
    other_side = [("infringed", 0.88), ("accused_letter", 0.12)]
    other_way = [("infringed", 0.88), ("license_contract", 0.12)]

    assert DOUBT.about("infringed", other_side, False) is not None
    assert DOUBT.about("infringed", other_way, False) is None


def test_a_question_that_was_put_before_needs_far_more_doubt() -> None:
    chances = [("infringed", 0.6), ("license_contract", 0.4)]

    assert DOUBT.about("infringed", chances, False) is not None
    assert DOUBT.about("infringed", chances, True) is None


def test_situations_with_the_same_first_answer_are_not_asked_about() -> None:
    assert DOUBT.about("clearance", [("clearance", 0.5), ("general_knowledge", 0.5)], False) is None


def test_the_likeliest_stand_first_and_no_more_than_can_be_read() -> None:
    names = ["infringed", "accused_letter", "clearance", "license_contract", "ownership"]
    doubt = DOUBT.about("infringed", [(name, 0.2) for name in names], False)

    assert doubt is not None
    assert doubt.situations == tuple(names[:MOST_OPTIONS])
    ask = DOUBT.ask(doubt)
    assert [option.value for option in ask.options] == list(doubt.situations)
    assert all(option.title == DOUBT.options[option.value] for option in ask.options)


def test_what_is_told_stands_first_though_another_is_likelier() -> None:
    doubt = DOUBT.about("infringed", [("accused_letter", 0.6), ("infringed", 0.4)], False)

    assert doubt is not None and doubt.situations == ("infringed", "accused_letter")


def test_a_situation_that_hardly_has_a_chance_is_no_button() -> None:
    chances = [("infringed", 0.6), ("accused_letter", 0.37), ("ownership", 0.03)]
    doubt = DOUBT.about("infringed", chances, False)

    assert doubt is not None and "ownership" not in doubt.situations


def test_where_nothing_else_is_likely_there_is_nothing_to_choose_from() -> None:
    chances = [("infringed", 0.4), *((name, 0.03) for name in list(DOUBT.options)[2:22])]

    assert DOUBT.about("infringed", chances, False) is None


@pytest.mark.parametrize(
    ("told", "true", "costlier_than"),
    [
        ("infringed", "accused_court", ("infringed", "license_contract")),
        ("accused_letter", "criminal_lead", ("accused_letter", "ownership")),
        ("infringed", "license_contract", ("infringed", "criminal_lead")),
        ("clearance", "general_knowledge", ("clearance", "clearance")),
    ],
)
def test_the_wrong_side_costs_most_then_the_wrong_way_then_one_that_helps_too(
    told: str, true: str, costlier_than: tuple[str, str]
) -> None:
    assert DOUBT.cost(told, true) > DOUBT.cost(*costlier_than)
    assert DOUBT.cost(told, true) == DOUBT.cost(true, told)


@pytest.mark.parametrize(
    ("accused", "is_open"), [(0.3, True), (0.05, False)], ids=["may be accused", "hardly"]
)
def test_the_side_is_open_while_both_have_a_chance(accused: float, is_open: bool) -> None:
    rest = 0.5 - accused
    chances = [("infringed", 0.5), ("accused_letter", accused), ("license_contract", rest)]
    doubt = DOUBT.about("infringed", chances, False)

    assert doubt is not None and doubt.side_open is is_open


def test_every_situation_can_be_a_button_and_every_attacking_remedy_exists() -> None:
    problems = set(RULES.vocabulary["situation"]) - {"out_of_scope"}
    assert problems <= set(DOUBT.options)
    assert DOUBT.attacking <= set(RULES.vocabulary["remedy"])


def test_a_value_of_no_vocabulary_is_a_fault_of_the_file(tmp_path: Path) -> None:
    text = (CONTENT / "doubt.yml").read_text(encoding="utf-8")
    (tmp_path / "doubt.yml").write_text(
        text.replace("attacks: [infringed", "attacks: [infringing"), encoding="utf-8"
    )
    with pytest.raises(ContentError, match="没有 infringing"):
        DoubtRules.load(RULES.vocabulary, tmp_path)
