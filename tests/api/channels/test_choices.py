"""Numbers choose among what was shown, and nothing else does."""

import pytest

from api.channels.choices import Miss, Offer, choice, numbered

SHOWN = [Offer(title, f"/inform{title}") for title in ("已经注册", "还在申请", "没有申请")]
MANY = [Offer(f"选项{number}", str(number)) for number in range(1, 15)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", 1),
        ("２", 2),
        ("③", 3),
        ("2.", 2),
        (" 3 ", 3),
        ("（1）", 1),
        ("二", 2),
        ("第二个", 2),
        ("第一", 1),
        ("第三条", 3),
        ("选3", 3),
        ("我选第二个", 2),
        ("选择1", 1),
        ("就1吧", 1),
        ("回复2", 2),
        ("最后一个", 3),
        ("倒数第二个", 2),
        ("还在申请", 2),
    ],
)
def test_a_number_chooses(text: str, number: int) -> None:
    assert choice(text, SHOWN) == SHOWN[number - 1]


@pytest.mark.parametrize(("text", "number"), [("14", 14), ("十二", 12), ("第十一个", 11)])
def test_a_number_of_two_digits_chooses(text: str, number: int) -> None:
    assert choice(text, MANY) == MANY[number - 1]


@pytest.mark.parametrize(
    "text",
    [
        "2万",
        "3个月",
        "13812345678",
        "2026",
        "11月27日",
        "11.27",
        "商标法第五十七条",
        "第一次被人投诉",
        "都不是",
        "我在赣州",
        "1号店被人仿了",
        "一个月前",
        "",
        "？",
    ],
)
def test_anything_else_is_words(text: str) -> None:
    assert choice(text, SHOWN) is None


def test_nothing_is_chosen_where_nothing_is_shown() -> None:
    assert choice("1", []) is None


@pytest.mark.parametrize("text", ["4", "0", "第九个", "99"])
def test_a_number_that_is_not_shown_is_told_so(text: str) -> None:
    assert choice(text, SHOWN) == Miss(several=False)


@pytest.mark.parametrize("text", ["1、2", "1,3", "2 3", "1和2"])
def test_several_numbers_are_told_so(text: str) -> None:
    assert choice(text, SHOWN) == Miss(several=True)


@pytest.mark.parametrize("text", ["25", "27", "1、2"])
def test_a_number_that_may_answer_a_question_is_words(text: str) -> None:
    assert choice(text, SHOWN, awaits_words=True) is None


def test_options_are_numbered_one_a_line() -> None:
    assert numbered(SHOWN[:2], 7) == "7 已经注册\n8 还在申请"
