"""Which model is in use: the pointer, and what is not used whatever it says."""

from pathlib import Path

import pytest

from api.dialogue import chosen
from api.dialogue.chosen import SHIPPED, Withdrawn

NAME = "7-0123456789ab"


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """A data folder in which a model of the desk is in use."""
    (tmp_path / "models").mkdir()
    seals(tmp_path, "aaaa")
    folder = chosen.folder_of(tmp_path, NAME)
    folder.mkdir(parents=True)
    (folder / "model.tar.gz").write_bytes(b"model")
    chosen.seal(tmp_path, NAME)
    chosen.choose(tmp_path, NAME, SHIPPED)
    return tmp_path


def seals(var: Path, digest: str) -> None:
    (var / "models" / "helpline.sha256").write_text(f"{digest}  helpline.tar.gz\n", "utf-8")


def test_a_choice_survives_as_a_file(var: Path) -> None:
    assert chosen.chosen(var).archive == var / "training" / NAME / "model.tar.gz"
    assert chosen.before(var) == SHIPPED


def test_without_a_choice_the_checkouts_model_is_in_use(tmp_path: Path) -> None:
    assert chosen.chosen(tmp_path) == chosen.shipped(tmp_path)
    assert chosen.before(tmp_path) is None


def test_a_model_that_is_cut_short_is_not_used(var: Path) -> None:
    (chosen.folder_of(var, NAME) / "model.tar.gz").write_bytes(b"mod")
    assert chosen.chosen(var).name == SHIPPED


def test_a_model_that_was_not_finished_is_not_used(var: Path) -> None:
    (chosen.folder_of(var, NAME) / "model.json").unlink()
    assert chosen.chosen(var).name == SHIPPED


def test_a_model_over_another_one_of_the_checkout_is_not_used(var: Path) -> None:
    assert not chosen.passed_over(var)
    seals(var, "bbbb")
    assert chosen.chosen(var).name == SHIPPED and chosen.passed_over(var)


@pytest.mark.parametrize("written", ["{", "[]", '{"model": 3}', '{"model": "../../x"}', ""])
def test_a_pointer_that_makes_no_sense_leaves_the_checkouts_model(var: Path, written: str) -> None:
    (var / "training" / "chosen.json").write_text(written, encoding="utf-8")
    assert chosen.chosen(var).name == SHIPPED


GONE = Withdrawn(NAME, "没有启动成功", "2026-11-01T08:00:00+08:00")


def test_a_model_put_out_of_use_stays_out_and_leaves_why_until_somebody_chooses(var: Path) -> None:
    chosen.withdraw(var, GONE)
    assert (chosen.chosen(var).name, chosen.before(var)) == (SHIPPED, None)
    assert chosen.withdrawn(var) == (GONE,) and not chosen.passed_over(var)
    chosen.choose(var, NAME, SHIPPED)
    assert chosen.chosen(var).name == NAME and chosen.withdrawn(var) == ()


def test_where_another_was_chosen_meanwhile_nothing_is_put_out_of_use(var: Path) -> None:
    chosen.choose(var, SHIPPED, NAME)
    chosen.withdraw(var, GONE)
    assert chosen.before(var) == NAME and chosen.withdrawn(var) == ()


def test_a_model_before_that_cannot_be_used_any_more_is_passed_over(var: Path) -> None:
    chosen.choose(var, NAME, "6-bbbbbbbbbbbb")
    chosen.withdraw(var, GONE)
    assert chosen.chosen(var).name == SHIPPED
