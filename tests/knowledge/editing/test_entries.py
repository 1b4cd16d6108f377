"""Entries of a file are changed one by one, and the rest of the file stays."""

import difflib

import pytest
import yaml

from knowledge.editing import entries
from knowledge.editing.entries import EntryError
from knowledge.editing.kinds import KINDS
from knowledge.reviewed import CONTENT

TERMS = """\
# Explained once.
terms:
  异议: 在公告期里反对
  # about courts
  保全: 先停下来
"""
CANNED = """\
canned:
- key: hello
  title: 问候
  text: 您好。

# for the end
- key: bye
  title: 道别
  text: 再见。
"""
TERM, REPLY = KINDS["term"], KINDS["canned"]
EDITED = [
    (kind, path)
    for kind in KINDS.values()
    if not kind.whole
    for pattern in kind.files
    for path in sorted(CONTENT.glob(pattern))
]


@pytest.mark.parametrize(("kind", "path"), EDITED, ids=lambda value: getattr(value, "stem", ""))
def test_an_entry_that_is_put_back_as_it_was_changes_nothing(kind, path) -> None:  # type: ignore[no-untyped-def]
    text = path.read_text(encoding="utf-8")
    every = entries.read_all(text, kind)
    some = every[:: max(1, len(every) // 12)]

    assert {key for key, body in some if entries.replace(text, kind, key, body) != text} == set()


def test_a_changed_entry_changes_its_own_lines_and_no_comment() -> None:
    changed = entries.replace(CANNED, REPLY, "hello", "key: hello\ntitle: 问候\ntext: 在的。\n")
    differs = [
        line for line in difflib.ndiff(CANNED.splitlines(), changed.splitlines()) if line[0] in "+-"
    ]

    assert differs == ["-   text: 您好。", "+   text: 在的。"]


def test_a_new_entry_stands_behind_the_others() -> None:
    text = entries.replace(TERMS, TERM, "公证", "公证: 请公证处记下来\n")

    assert list(yaml.safe_load(text)["terms"]) == ["异议", "保全", "公证"]
    assert "# about courts" in text


def test_a_new_entry_of_a_list_without_any_is_its_first() -> None:
    text = entries.replace(
        "# every year\nyears: []\n", KINDS["holiday"], "2027", "year: 2027\nsource: 通知\n"
    )

    assert yaml.safe_load(text) == {"years": [{"year": 2027, "source": "通知"}]}


def test_an_entry_is_taken_away_alone() -> None:
    text = entries.replace(CANNED, REPLY, "hello", None)

    assert [one["key"] for one in yaml.safe_load(text)["canned"]] == ["bye"]
    assert entries.replace(text, REPLY, "hello", None) == text


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("key: other\ntitle: x\n", "编号应是「hello」，不是「other」"),
        ("title: x\n", "编号应是「hello」"),
        ("", "内容是空的"),
        ("key: [hello\n", "不是有效的 YAML"),
        ("- key: hello\n", "编号应是「hello」"),
    ],
)
def test_what_is_no_such_entry_is_refused_with_its_reason(body: str, told: str) -> None:
    with pytest.raises(EntryError, match=told):
        entries.replace(CANNED, REPLY, "hello", body)


def test_two_entries_of_one_key_are_told() -> None:
    with pytest.raises(EntryError, match="用了两次"):
        entries.entries(CANNED.replace("bye", "hello"), REPLY)
