"""A folder of content with changes in it; the one that it was made from stays as it was."""

from pathlib import Path

import pytest

from knowledge.editing import folder
from knowledge.editing.entries import EntryError
from knowledge.editing.folder import Change
from knowledge.editing.kinds import KINDS, kind_of


@pytest.fixture
def base(tmp_path: Path) -> Path:
    content = tmp_path / "content"
    (content / "guidance").mkdir(parents=True)
    (content / "terms.yml").write_text("terms:\n  异议: 反对\n", encoding="utf-8")
    (content / "guidance" / "first.md").write_text("甲\n", encoding="utf-8")
    return content


def test_the_changes_stand_in_the_new_folder_and_the_old_one_stays(
    base: Path, tmp_path: Path
) -> None:
    changes = [
        Change("term", "terms.yml", "异议", "异议: 公告期里反对\n"),
        Change("guidance", "guidance/first.md", "guidance/first.md", None),
        Change("guidance", "guidance/second.md", "guidance/second.md", "乙\n"),
    ]

    folder.make(tmp_path / "made", changes, base)

    assert folder.items_of(KINDS["term"], tmp_path / "made")[0].body == "异议: 公告期里反对\n"
    assert folder.files_of(KINDS["guidance"], tmp_path / "made") == ["guidance/second.md"]
    assert folder.items_of(KINDS["term"], base)[0].body == "异议: 反对\n"
    assert folder.files_of(KINDS["guidance"], base) == ["guidance/first.md"]


def test_a_change_that_cannot_be_made_leaves_no_folder(base: Path, tmp_path: Path) -> None:
    with pytest.raises(EntryError):
        folder.make(tmp_path / "made", [Change("term", "terms.yml", "异议", "公证: x\n")], base)

    assert [path.name for path in tmp_path.iterdir()] == ["content"]


@pytest.mark.parametrize(
    "file", ["../outside.md", "guidance/../../outside.md", "laws.yml", "guidance/deep/one.md"]
)
def test_an_item_stands_only_in_a_file_of_its_kind(base: Path, tmp_path: Path, file: str) -> None:
    with pytest.raises(EntryError, match="不是放指引的文件"):
        folder.make(tmp_path / "made", [Change("guidance", file, file, "x\n")], base)

    assert not list(tmp_path.glob("*.md"))


def test_an_item_that_is_not_there_is_none(base: Path) -> None:
    assert folder.item_of(KINDS["term"], "terms.yml", "撤三", base) is None
    assert folder.item_of(KINDS["term"], "../terms.yml", "异议", base) is None
    found = folder.item_of(KINDS["guidance"], "guidance/first.md", "guidance/first.md", base)
    assert found is not None and found.body == "甲\n"


def test_each_file_of_the_content_has_at_most_one_kind() -> None:
    for kind in KINDS.values():
        for file in folder.files_of(kind):
            assert kind_of(file) is kind
