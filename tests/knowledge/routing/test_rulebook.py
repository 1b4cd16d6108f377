"""Files that are wrong are told with file and line."""

import shutil
from pathlib import Path

import pytest

from knowledge.reviewed import CONTENT, ContentError
from knowledge.routing.rulebook import Rulebook, load_rulebook
from tests.content import INSTITUTIONS, STATUTES

OPPOSITION = "remedies/trademark_opposition.yml"
TABLES = ("courts.yml", "priorities.yml", "conflicts.yml")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the rules with two remedies only."""
    (tmp_path / "remedies").mkdir()
    for file in (
        "vocabulary.yml",
        "asks.yml",
        *TABLES,
        OPPOSITION,
        "remedies/admin_complaint_trademark.yml",
    ):
        shutil.copy(CONTENT / file, tmp_path / file)
    return tmp_path


def loading(content: Path) -> Rulebook:
    return load_rulebook(STATUTES, INSTITUTIONS, content)


def broken(content: Path, file: str, old: str, new: str) -> ContentError:
    """What loading says after `old` was replaced by `new`; the blame must fall on the line that was
    changed.
    """
    path = content / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError) as error:
        loading(content)
    assert error.value.path == path
    assert error.value.line == text[: text.index(old)].count("\n") + 1
    return error.value


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("key: trademark_opposition", "key: trademark_oposition", "文件名"),
        (
            "situation: opposition_invalid_cancel, right: trademark",
            "situation: opposition_invalid_cancel, right: tm",
            "tm",
        ),
        (
            "situation: opposition_invalid_cancel, right: trademark",
            "sitution: squatted, right: trademark",
            "sitution",
        ),
        ("rank: 1", "rank: 4", "rank"),
        ("body: {kind: cnipa_trademark,", "body: {kind: cnipa_tm,", "cnipa_tm"),
        ("level: national", "level: county", "county"),
        ("  - 商标法(2019)第三十五条", "  - 商标法(2019)第五百条", "查无此条"),
        ("  - 商标法(2019)第三十五条", "  - 商标法第三十五条", "年份"),
        ("  - 商标法(2019)第三十五条", "  - 商标法(2013)第三十五条", "查无此条"),
        ("  - 商标法(2019)第三十五条", "  - 火星法第三十五条", "火星法"),
        ("  - 商标法(2019)第三十五条", "  - 商标法三十五", "写法"),
        ("goes_with: [notarisation_evidence", "goes_with: [notarization", "notarization"),
    ],
)
def test_a_mistake_in_a_remedy_is_told_with_file_and_line(
    content: Path, old: str, new: str, says: str
) -> None:
    assert says in str(broken(content, OPPOSITION, old, new))


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("courts.yml", "kind: ip_tribunal", "kind: ip_court", "ip_court"),
        ("courts.yml", "right: trade_secret", "right: secret", "secret"),
        ("priorities.yml", "remedies: [customs_protection", "remedies: [customs", "customs"),
        ("priorities.yml", "circumstances: safety", "circumstances: danger", "danger"),
        ("priorities.yml", "id: goal", "id: safety-first", "两次"),
        (
            "conflicts.yml",
            "remedies: [admin_complaint_trademark]",
            "remedies: [complaint]",
            "complaint",
        ),
        (
            "conflicts.yml",
            "basis: [商标法(2019)第六十二条",
            "basis: [商标法(2019)第六百条",
            "查无此条",
        ),
    ],
)
def test_a_mistake_in_a_table_is_told_with_file_and_line(
    content: Path, file: str, old: str, new: str, says: str
) -> None:
    assert says in str(broken(content, file, old, new))


def test_a_condition_that_nobody_understands_is_refused(content: Path) -> None:
    error = broken(content, OPPOSITION, "{not: [generic_name]}", "{nott: [generic_name]}")

    assert "nott" in str(error)


def test_a_rule_number_that_is_taken_is_refused(content: Path) -> None:
    path = content / OPPOSITION
    text = path.read_text(encoding="utf-8").replace("id: opp-unfair", "id: tm-admin-1", 1)
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ContentError, match="tm-admin-1 已在 admin_complaint_trademark") as error:
        loading(content)
    assert error.value.path == path


def test_a_question_about_something_unheard_of_is_refused(content: Path) -> None:
    assert "venu" in str(
        broken(content, "asks.yml", "venue: {not: [ecommerce", "venu: {not: [ecommerce")
    )
