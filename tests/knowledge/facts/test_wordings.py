"""Wordings: the dialect, mistakes blamed by file and line, every value read as its file says."""

import re
from pathlib import Path

import pytest

from knowledge.facts import wordings
from knowledge.facts.reader import FactReader
from knowledge.facts.wordings import WORDINGS, Dialect, differ
from knowledge.reviewed import ROOT, ContentError
from tests.content import READER, REGIONS
from tests.knowledge.facts.test_reader import TODAY

DIALECT = Dialect({"他": ("他们?", "对方"), "谁": ("{他}", "原告"), "谈": ("谈", "和解")})
GOOD = """stop:
  say: ["{叫}..4停"]
  examples: [叫他停下来, 让那家店赶快停]
  not: [叫我停]
"""
LONGEST = 100

SAID = [
    (path.stem, value, text)
    for path in wordings.slot_files()
    for value, wording in wordings.read_slot(path).items()
    for text in wording.examples
]
NOT_SAID = [
    (path.stem, value, text)
    for path in wordings.slot_files()
    for value, wording in wordings.read_slot(path).items()
    for text in wording.counter
]


def values(slot: str, text: str, reader: FactReader = READER) -> set[str]:
    return {reading.value for reading in reader.read(text, TODAY) if reading.slot == slot}


@pytest.mark.parametrize(("slot", "value", "text"), SAID)
def test_every_example_is_read_as_its_value(slot: str, value: str, text: str) -> None:
    assert value in values(slot, text)


@pytest.mark.parametrize(("slot", "value", "text"), NOT_SAID)
def test_no_counter_example_is_read_as_the_value(slot: str, value: str, text: str) -> None:
    assert value not in values(slot, text)


@pytest.mark.parametrize("folder", [WORDINGS, ROOT / "data" / "lexicon"])
def test_no_line_is_too_long_to_be_read(folder: Path) -> None:
    long = [
        f"{path.name}:{number}"
        for path in sorted(folder.iterdir())
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > LONGEST
    ]
    assert long == []


@pytest.mark.parametrize(
    ("wording", "found", "not_found"),
    [
        ("{谁}不{谈}", ["他不谈", "他们不和解", "原告不谈"], ["她不谈"]),
        ("不(跟我们?|再)?谈", ["不谈", "不跟我谈", "不跟我们谈"], ["不想谈"]),
        ("要..3赔", ["要赔", "要他现赔", "要 他赔"], ["要，赔", "要他们现在赔"]),
        ("要...5赔", ["要钱，不赔"], ["要钱。不赔"]),
        ("叫..4~(我|咱)停", ["叫他停", "叫停"], ["叫我停", "叫他让我停"]),
        ("^收到$", ["收到"], ["收到了", "没收到"]),
        ("<收到>", ["好的，收到，谢谢"], ["才收到", "收到函"]),
        ("还剩#天", ["还剩3天", "还剩十几天"], ["还剩几个工作天"]),
        ("拉黑|不接", ["被拉黑", "电话不接"], ["不回"]),
    ],
)
def test_a_wording_finds_what_its_dialect_says(
    wording: str, found: list[str], not_found: list[str]
) -> None:
    regex = re.compile(DIALECT.compiled(wording))

    assert [text for text in found if not regex.search(text)] == []
    assert [text for text in not_found if regex.search(text)] == []


@pytest.mark.parametrize(
    ("wording", "fault"),
    [
        ("{她}停", "没有词类"),
        ("[他她]停", "不在写法之内"),
        ("(?!他)停", "不在写法之内"),
        ("停.*", "不在写法之内"),
        ("(停", "不成对"),
        ("叫..4~(我停", "少一个右括号"),
        ("Logo", "小写"),
    ],
)
def test_what_is_no_wording_is_an_error_of_its_line(
    tmp_path: Path, wording: str, fault: str
) -> None:
    write(tmp_path, goal=GOOD.replace("{叫}..4停", wording))

    with pytest.raises(ContentError, match=fault) as error:
        list(wordings.patterns(tmp_path))
    assert (error.value.path.name, error.value.line) == ("goal.yml", 2)


@pytest.mark.parametrize(
    ("words", "fault", "line"),
    [
        ("叫: ['{让}']\n让: ['{叫}']\n", "互相包含：叫 → 让 → 叫", 1),
        ("让: [让]\n叫: ['{使}']\n", "没有词类「使」", 2),
        ("叫: [叫]\n停: [停]\n叫: [让]\n", "写了两次", 3),
    ],
)
def test_a_bad_word_class_is_blamed_on_its_line(
    tmp_path: Path, words: str, fault: str, line: int
) -> None:
    write(tmp_path, words=words, goal=GOOD)

    with pytest.raises(ContentError, match=fault) as error:
        list(wordings.patterns(tmp_path))
    assert (error.value.path.name, error.value.line) == ("words.yml", line)


@pytest.mark.parametrize(
    ("good", "bad", "line"),
    [
        ("叫他停下来, 让那家店赶快停", "", 3),  # none
        ("叫他停下来, 让那家店赶快停", "叫他停下来", 3),  # one
        ("叫他停下来, 让那家店赶快停", "叫他停下来, 叫对方停下来", 3),  # one word apart
        ("not: [叫我停]", "not: []", 4),
    ],
)
def test_a_value_needs_unlike_examples_and_a_counter_example(
    tmp_path: Path, good: str, bad: str, line: int
) -> None:
    write(tmp_path, goal=GOOD.replace(good, bad))

    with pytest.raises(ContentError) as error:
        list(wordings.patterns(tmp_path))
    assert error.value.line == line


@pytest.mark.parametrize(
    ("one", "other", "unlike"),
    [
        ("在淘宝店卖", "在京东店卖", False),
        ("叫他停", "叫他停下", False),
        ("电话不接", "把我拉黑了", True),
        ("叫他停下来", "他该停下来别卖我的", True),
    ],
)
def test_examples_that_share_all_but_one_word_are_alike(one: str, other: str, unlike: bool) -> None:
    assert differ(one, other) is unlike


def test_conditions_take_a_wording_back(tmp_path: Path) -> None:
    write(
        tmp_path,
        goal="""stop:
  say:
    - {say: 停手, unless_before: "不(会|肯)", unless_after: 费}
    - {say: 停产, own: "{他}|投诉"}
  examples: [叫他停手, 我要让那边停产]
  not: [他不会停手]
""",
        words="叫: [叫]\n他: [他, 对方]\n",
    )
    reader = FactReader.load(REGIONS, tmp_path)

    assert values("goal", "叫他停手", reader) == values("goal", "我们停产", reader) == {"stop"}
    for text in ("他不会停手", "停手费", "对方停产", "我被投诉停产"):
        assert values("goal", text, reader) == set()


def test_what_the_visitor_calls_our_that_one_is_his_own(tmp_path: Path) -> None:
    write(tmp_path, goal=GOOD.replace('"{叫}..4停"', "{say: 停产, own: 那个}"))
    reader = FactReader.load(REGIONS, tmp_path)

    assert values("goal", "我们那个厂停产", reader) == {"stop"}
    assert values("goal", "那个厂停产", reader) == set()
    assert values("goal", "我看那个厂停产", reader) == set()


def test_first_comes_before_the_values_above_and_weak_after_all(tmp_path: Path) -> None:
    block = "  examples: [叫他停下来, 赔我钱]\n  not: [好]\n"
    write(
        tmp_path,
        goal=f"stop:\n  say: [停]\n  weak: [钱]\n{block}"
        f"damages:\n  first: [赔光]\n  say: [赔]\n{block}",
    )
    reader = FactReader.load(REGIONS, tmp_path)

    assert values("goal", "停了再赔", reader) == {"stop"}
    assert values("goal", "停了再赔光", reader) == values("goal", "赔钱", reader) == {"damages"}
    assert values("goal", "钱", reader) == {"stop"}


def test_a_reading_names_the_file_and_line_of_its_wording(tmp_path: Path) -> None:
    write(tmp_path, goal=GOOD)
    reader = FactReader.load(REGIONS, tmp_path)

    found = [reading.source for reading in reader.worded("让他停")]
    assert found == [f"{tmp_path.name}/goal.yml:2"]


def write(folder: Path, goal: str, words: str = "叫: [叫, 让]\n") -> None:
    (folder / "words.yml").write_text(words, encoding="utf-8")
    (folder / "goal.yml").write_text(goal, encoding="utf-8")
