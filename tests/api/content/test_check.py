"""A change is loaded before anybody reviews it, and its faults are told by its own lines."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.content.check import Fault, faults
from knowledge.editing import folder
from knowledge.editing.entries import EntryError
from knowledge.editing.folder import Change, Item
from knowledge.editing.kinds import KINDS
from knowledge.reviewed import CONTENT
from tests.api.content.conftest import FakeWorkshop

ANSWER = """\
id: invented-article
asks: [天上的月亮能不能注册, 月亮归谁所有, 月亮的商标怎么办]
says: 不能，月亮不是商品。
why: 商标要用在商品或者服务上。
articles: [商标法(2019)第九百条]
rights: [trademark]
situations: [general_knowledge]
"""
MARKS = "answers/trademark-registration.yml"


def shipped(kind: str, file: str) -> Item:
    return next(one for one in folder.items_of(KINDS[kind]) if one.file == file)


def found(var: Path, change: Change) -> list[Fault]:
    return faults(var, CONTENT, [], change)


@pytest.mark.parametrize(
    ("body", "line", "word"),
    [
        ("id: x\nsays: <script>alert(1)</script>\n", 2, "HTML"),
        ("id: x\nsays: 见 <a href='//evil'>\n", 2, "HTML"),
        ("id: x\nsays: 看不见\u202e的字\n", 2, "控制字符"),
        ("id: x\nsays: 见 <img src=x onerror=alert(1)>\n", 2, "HTML"),
        ("id: x\nsays: 点[这里](javascript:alert(1))\n", 2, "HTML"),
        ("id: x\nsays: <!-- 看不见 -->\n", 2, "HTML"),
        ("id: x\na: &a [*a]\n", 2, "引用"),  # holds itself
        ("id: x\na: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", 3, "引用"),
        ("\n" * 3000 + "id: x", 2000, "太长"),
    ],
)
def test_a_text_that_is_no_plain_text_is_refused_before_it_is_read(
    tmp_path: Path, body: str, line: int, word: str
) -> None:
    [fault] = found(tmp_path, Change("answer", MARKS, "x", body))

    assert fault.line == line and word in fault.message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("body", "word"),
    [("id: other\nsays: x", "编号应是"), ("id: 'x", "YAML"), ("- x", "编号应是")],
)
def test_a_text_that_is_no_entry_is_refused(tmp_path: Path, body: str, word: str) -> None:
    [fault] = found(tmp_path, Change("answer", MARKS, "x", body))

    assert word in fault.message


def test_a_change_that_fits_no_file_is_never_made(workshop: FakeWorkshop) -> None:
    with pytest.raises(EntryError):
        workshop.make((Change("term", "terms.yml", "异议", "另一条: x\n"),))
    assert not any(workshop.var.glob("content/*/content"))


def test_two_who_want_the_same_at_once_find_it_made(workshop: FakeWorkshop) -> None:
    change = Change("term", "terms.yml", "异议", "异议: 改过\n")
    with ThreadPoolExecutor(4) as pool:
        places = list(pool.map(workshop.make, [(change,)] * 8))

    assert len({place.content for place in places}) == 1
    assert "改过" in (places[0].content / "terms.yml").read_text("utf-8")


def test_an_answer_that_cites_an_invented_article_is_refused_by_line(tmp_path: Path) -> None:
    [fault] = found(tmp_path, Change("answer", MARKS, "invented-article", ANSWER))

    assert fault.line == 5 and "第九百条" in fault.message


def test_a_rule_file_that_does_not_load_is_refused_by_line(tmp_path: Path) -> None:
    remedy = shipped("remedy", "remedies/people_mediation.yml")
    body = remedy.body + "nonsense: true\n"
    [fault] = found(tmp_path, Change("remedy", remedy.file, remedy.key, body))

    assert fault.line and "nonsense" in fault.message


def test_a_rule_that_opens_a_way_for_everybody_is_refused_by_line(tmp_path: Path) -> None:
    remedy = shipped("remedy", "remedies/people_mediation.yml")
    rule = "applies_when:\n  - {id: pm-all, when: {}, rank: 1, why: 都来调解。}"
    body = remedy.body.replace("applies_when:", rule)
    [fault] = found(tmp_path, Change("remedy", remedy.file, remedy.key, body))

    assert fault.line == body[: body.index("when: {}")].count("\n") + 1
    assert "所有人" in fault.message


def test_a_wording_is_held_to_its_examples(tmp_path: Path) -> None:
    body = "伪造:\n  say: [造假的那种]\n  examples: [月亮很圆, 今天下雨了]\n  not: [好]\n"
    file = "wordings/goal.yml"
    [fault] = found(tmp_path, Change("wording", file, "伪造", body))

    assert fault.line == 3 and "月亮很圆" in fault.message


def test_what_is_shipped_has_no_fault(tmp_path: Path) -> None:
    canned = shipped("canned", "canned.yml")

    assert found(tmp_path, Change("canned", canned.file, canned.key, canned.body)) == []


def test_a_value_that_code_and_models_know_stays_in_the_vocabulary(tmp_path: Path) -> None:
    body = shipped("vocabulary", "vocabulary.yml").body.replace("  trade_secret: 商业秘密\n", "")
    [fault] = found(tmp_path, Change("vocabulary", "vocabulary.yml", "vocabulary.yml", body))

    assert fault.line and "right：少了 trade_secret" in fault.message


def test_a_place_that_cannot_be_found_by_its_names_is_refused_by_line(tmp_path: Path) -> None:
    body = "{name: 新增县, kind: county, city: 没有这个市, type: county, source: GK}\n"
    [fault] = found(tmp_path, Change("region", "regions.yml", "新增县", body))

    assert fault.line == 1
