"""What can be labelled is what the repository knows, and each choice has a key."""

import pytest
import yaml

from api.labels.agreement import kappa
from api.labels.vocabulary import vocabulary
from knowledge.reviewed import ROOT
from knowledge.routing.rulebook import load_vocabulary

KEYS = 10  # 1 to 9 and 0


def test_every_intent_that_rasa_knows_can_be_chosen_once() -> None:
    domain = yaml.load((ROOT / "domain.yml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    offered = [one.value for group in vocabulary().intents for one in group.options]
    assert sorted(offered) == sorted(domain["intents"])


def test_every_right_can_be_chosen_once() -> None:
    offered = [one.value for group in vocabulary().rights for one in group.options]
    assert sorted(offered) == sorted(load_vocabulary()["right"])


def test_every_choice_has_a_number_key() -> None:
    known = vocabulary()
    for groups in (known.intents, known.rights):
        assert len(groups) <= KEYS
        assert all(len(group.options) <= KEYS for group in groups)


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("a", "a"), ("b", "b")], 1.0),
        ([("a", "b"), ("b", "a")], -1.0),
        ([("a", "a"), ("a", "b"), ("b", "b"), ("b", "a")], 0.0),
        ([("a", "a"), ("a", "a")], None),
        ([], None),
    ],
)
def test_kappa_is_agreement_beyond_chance(
    pairs: list[tuple[str, str]], expected: float | None
) -> None:
    assert kappa(pairs) == expected
