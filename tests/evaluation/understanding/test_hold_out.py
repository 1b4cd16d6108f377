"""What is held out is never taught, nor is anything like it, and the files keep their form."""

from collections import Counter
from pathlib import Path

import pytest

from evaluation.understanding.examples import HELD_OUT, NLU, Example, read, written
from evaluation.understanding.hold_out import chosen, without
from evaluation.understanding.near_duplicates import alike_pairs

SHORT = 'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - 你好\n    - 您好\n    - 在吗\n'
LONG = (
    'version: "3.1"\nnlu:\n- intent: infringed\n  examples:\n'
    "  - text: |\n      我的商标被人用了\n    metadata:\n      right: trademark\n"
    "  - text: |\n      专利被人仿了\n    metadata:\n      right: patent\n"
)


def test_no_sentence_held_out_was_taught_nor_was_one_like_it() -> None:
    held, taught = read(HELD_OUT), read(NLU)
    pairs = alike_pairs([one.text for one in (*held, *taught)])

    too_near = [
        (taught[one - len(held)].text, held[other].text)
        for one, other in pairs
        if other < len(held) <= one
    ]
    assert too_near == [], "./helpline evaluate hold-out 会把它们移出训练语料"


def test_every_intent_is_asked_for() -> None:
    asked, taught = (Counter(one.intent for one in read(where)) for where in (HELD_OUT, NLU))

    assert asked.keys() == taught.keys() and min(asked.values()) >= 3


@pytest.mark.parametrize(
    ("text", "gone", "rest"),
    [(SHORT, "您好", ["你好", "在吗"]), (LONG, "专利被人仿了", ["我的商标被人用了"])],
)
def test_a_sentence_taken_out_leaves_the_others_as_they_were(
    tmp_path: Path, text: str, gone: str, rest: list[str]
) -> None:
    file = tmp_path / "nlu.yml"
    file.write_text(text, encoding="utf-8")
    before = {one.text: one for one in read(file)}

    file.write_text(without(text, {gone}), encoding="utf-8")

    assert read(file) == [before[one] for one in rest]
    assert without(text, {"没有这一句"}) == text


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    examples = [Example("您好", "greet"), Example("再见", "goodbye"), Example("- 是 的", "affirm")]
    (tmp_path / "nlu.yml").write_text(written(examples), encoding="utf-8")

    assert {(one.intent, one.text) for one in read(tmp_path)} >= {
        ("greet", "您好"),
        ("goodbye", "再见"),
    }


def test_each_writer_has_a_file_and_all_of_them_are_taught(tmp_path: Path) -> None:
    (tmp_path / "greet.yml").write_text(SHORT, encoding="utf-8")
    (tmp_path / "voices").mkdir()
    (tmp_path / "voices/workshop.yml").write_text(LONG, encoding="utf-8")

    assert {one.intent for one in read(tmp_path)} == {"greet", "infringed"}
    assert Example("专利被人仿了", "infringed", "patent") in read(tmp_path)
    voices = [path for path in (NLU / "voices").glob("*.yml") if not read(path)]
    assert voices == []


def test_later_only_what_came_too_near_is_moved() -> None:
    held = [Example("有人在拼多多卖我们牌子的花炮，根本不是我们厂出的", "infringed")]
    near, far = (
        Example("有人在拼多多卖我们牌子的花炮根本不是我们厂里出的", "infringed"),
        Example("你好", "greet"),
    )

    assert chosen([far, near], held, share=0.5) == [near]


def test_at_first_a_share_of_every_intent_leaves() -> None:
    taught = [
        Example(f"{chr(0x4E00 + 97 * number)}{chr(0x6E00 + 61 * number)}", "ab"[number % 2])
        for number in range(80)
    ]

    assert Counter(one.intent for one in chosen(taught, [], share=0.25)) == {"a": 10, "b": 10}
