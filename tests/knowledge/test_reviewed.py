"""A fault in a content file is told with the file, the line and what to change."""

from pathlib import Path

import pytest

from knowledge.reviewed import ContentError, Strict, line_of, load


class Stall(Strict):
    name: str
    goods: tuple[str, ...] = ()


class Market(Strict):
    stalls: tuple[Stall, ...]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "market.yml"


def fault(file: Path, text: str) -> ContentError:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as error:
        load(file, Market)
    return error.value


def test_a_good_file_is_read_into_its_schema(file: Path) -> None:
    file.write_text("stalls:\n- name: 老李豆腐\n  goods: [豆腐, 豆干]\n", encoding="utf-8")

    assert load(file, Market) == Market(stalls=(Stall(name="老李豆腐", goods=("豆腐", "豆干")),))


def test_what_was_read_cannot_be_changed_by_accident(file: Path) -> None:
    file.write_text("stalls: []\n", encoding="utf-8")
    market = load(file, Market)

    with pytest.raises(ValueError, match="frozen"):
        market.stalls = ()  # type: ignore[misc]


def test_files_of_the_same_text_share_what_was_read_and_a_change_is_read_at_once(
    file: Path, tmp_path: Path
) -> None:
    copied = tmp_path / "copy.yml"
    for one in (file, copied):
        one.write_text("stalls:\n- name: 老李豆腐\n", encoding="utf-8")

    assert load(file, Market) is load(copied, Market)
    file.write_text("stalls:\n- name: 老王豆腐\n", encoding="utf-8")
    assert load(file, Market).stalls[0].name == "老王豆腐"
    assert load(copied, Market).stalls[0].name == "老李豆腐"


def test_the_same_fault_in_two_files_is_told_of_each(file: Path, tmp_path: Path) -> None:
    for one in (file, tmp_path / "copy.yml"):
        assert fault(one, "stalls: 老李豆腐\n").path == one


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("stalls:\n- name: 老李豆腐\n  colour: 白\n", 3),  # a field that does not exist
        (
            "stalls:\n- name: 老李豆腐\n- goods: [豆干]\n",
            3,
        ),  # a field that is missing: the entry it is missing from
        (
            "stalls:\n- name: 老李豆腐\n  goods:\n  - 豆腐\n  - [豆干]\n",
            5,
        ),  # a value of the wrong kind
        ("- name: 老李豆腐\n", 1),  # not the shape at all
        ("", 1),  # nothing
    ],
)
def test_a_fault_is_blamed_on_its_line(file: Path, text: str, line: int) -> None:
    error = fault(file, text)

    assert (error.path, error.line) == (file, line)
    assert f"market.yml 第 {line} 行" in str(error)


def test_text_that_is_no_yaml_is_blamed_on_the_line_where_reading_stopped(file: Path) -> None:
    error = fault(file, "stalls:\n- name: 老李豆腐\n  goods: [豆腐\n- name: 二\n")

    assert error.line >= 3
    assert "不是有效的 YAML" in str(error)


def test_a_file_saved_in_another_encoding_is_told_so(file: Path) -> None:
    file.write_bytes("stalls:\n- name: 老李豆腐\n".encode("gbk"))

    with pytest.raises(ContentError, match=r"market\.yml"):
        load(file, Market)


def test_the_line_of_a_value_or_of_the_closest_parent_is_found(file: Path) -> None:
    file.write_text("stalls:\n- name: 老李豆腐\n- name: 老王\n  goods:\n  - 鱼\n", encoding="utf-8")

    assert line_of(file, "stalls", 1, "goods", 0) == 5
    assert line_of(file, "stalls", 1, "colour") == 3
    assert line_of(file, "stalls", 7) == 2
