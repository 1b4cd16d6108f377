"""What belongs to one matter and what to another is told by the visitor's words."""

import pytest

from actions.deciding.matters import (
    MOST_PARKED,
    are_several,
    begins_another,
    park,
    parts_of,
    title,
    wanted,
)
from knowledge.slots import Facts
from tests.content import RULES

MARK: Facts = {"situation": "infringed", "right": "trademark", "city": "赣州市"}
DESIGN: Facts = {"situation": "infringed", "right": "patent_design"}
SERVED: Facts = {"situation": "accused_court", "right": "trademark"}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("有人仿我们的包装，另外昨天还收到一张法院传票", 2),
        ("商标被抢注了怎么办？还有个问题，软著怎么登记", 2),
        ("一是专利年费忘交了，二是有人在仿我们的产品", 2),
        ("想问下续展要多少钱。对了，隔壁店还冒用我们招牌", 2),
        ("他仿了我的包装，还在网上卖", 1),
        ("另外一家店也在卖我们的假货", 1),
        ("有人卖假货，另外", 1),
        ("怎么办", 1),
    ],
)
def test_a_message_is_cut_where_another_matter_begins(text: str, count: int) -> None:
    assert len(parts_of(text)) == count


def test_nothing_of_a_message_is_lost_when_it_is_cut() -> None:
    parts = parts_of("有人仿我们的包装，另外昨天还收到一张法院传票")

    assert "仿我们的包装" in parts[0] and "法院传票" in parts[1]


@pytest.mark.parametrize(
    ("before", "said", "text", "another"),
    [
        (MARK, DESIGN, "另外我们的外观也被仿了", True),
        (MARK, SERVED, "还有一件事，我们收到传票了", True),
        (MARK, {"situation": "preexam_need", "right": "patent"}, "我们的发明想走预审", True),
        (MARK, DESIGN, "说错了，不是商标，是外观专利", False),
        (MARK, SERVED, "他反过来把我们告了", False),
        (MARK, {"situation": "infringed"}, "他还在卖", False),
        ({}, DESIGN, "另外我们的外观也被仿了", False),
    ],
)
def test_another_matter_begins_where_words_or_another_right_say_so_and_never_by_a_correction(
    before: Facts, said: Facts, text: str, another: bool
) -> None:
    assert begins_another(before, said, text) is another


def test_the_same_problem_told_in_two_ways_is_one_matter() -> None:
    assert not are_several([DESIGN, {**DESIGN, "right": "patent_invention"}])
    assert are_several([MARK, DESIGN]) and are_several([MARK, SERVED])


def test_waiting_matters_are_few_and_none_waits_twice() -> None:
    parked: list[Facts] = []
    for right in ("trademark", "patent", "copyright", "trade_secret", "trademark"):
        parked = park(parked, {"situation": "infringed", "right": right})

    assert [one["right"] for one in parked] == ["trademark", "trade_secret", "copyright"]
    assert len(parked) == MOST_PARKED


def test_what_is_no_problem_yet_is_not_kept_waiting() -> None:
    assert park([], {"city": "赣州市"}) == []


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("回到商标那件事", 1),
        ("传票那个接着说", 0),
        ("先说第一件", 2),
        ("最开始那个怎么弄", 2),
        ("回到前面", 0),
        ("外观那个呢", 2),
    ],
)
def test_a_waiting_matter_is_found_by_its_words_or_its_place(text: str, index: int) -> None:
    parked = [SERVED | {"right": "copyright"}, MARK | {"situation": "squatted"}, DESIGN]

    assert wanted(parked, text, RULES) == index


def test_where_nothing_waits_nothing_is_found() -> None:
    assert wanted([], "回到前面", RULES) is None


def test_a_matter_is_named_in_a_few_words() -> None:
    assert title(MARK, RULES) == "商标 · 权利被侵犯"
    assert title({"situation": "preexam_need", "right": "unknown"}, RULES) == "想预审、加快"
