"""What people say when they mean a remedy."""

from pathlib import Path

import pytest

from knowledge.reviewed import ContentError
from knowledge.routing.remedy_names import RemedyNames
from tests.content import RULES

NAMES = RemedyNames.load()


def test_only_remedies_of_the_vocabulary_are_called_something() -> None:
    assert set(NAMES.patterns) <= set(RULES.vocabulary["remedy"])


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("为什么不能找市监局", "admin_complaint_trademark"),
        ("凭什么工商不管", "admin_complaint_trademark"),
        ("能不能报警抓他", "criminal_report"),
        ("为啥不能去法院", "civil_litigation"),
        ("裁决那个怎么走", "admin_adjudication_patent"),
        ("版权局为什么不受理", "copyright_admin_complaint"),
        ("异议为啥不行", "trademark_opposition"),
        ("海关那条呢", "customs_protection"),
    ],
)
def test_a_remedy_is_known_by_what_people_call_it(text: str, key: str) -> None:
    assert key in NAMES.named(text)


def test_what_is_said_first_comes_first() -> None:
    assert NAMES.named("公证和起诉哪个先做")[:2] == ["notarisation_evidence", "civil_litigation"]


def test_a_broken_pattern_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "called.yml").write_text("called:\n  arbitration: 仲裁(\n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"called\.yml.*2"):
        RemedyNames.load(tmp_path)
