"""A condition means what the lawyer wrote, and nothing is assumed."""

import pytest

from knowledge.routing.conditions import When
from knowledge.routing.rules import ApplyRule
from knowledge.slots import UNKNOWN, Facts
from tests.content import RULES


@pytest.mark.parametrize(
    ("when", "facts", "expected"),
    [
        ({"right": "trademark"}, {"right": "trademark"}, True),
        ({"right": ["trademark", "patent"]}, {"right": "patent"}, True),
        ({"right": "trademark"}, {}, False),
        ({"right": "trademark"}, {"right": UNKNOWN}, False),
        ({"right": {"not": "trademark"}}, {}, True),
        ({"right": {"not": ["trademark", "patent"]}}, {"right": "patent"}, False),
        ({"right": {"not": "trademark"}}, {"right": UNKNOWN}, True),
        ({"right": {"known": True}}, {"right": UNKNOWN}, False),
        ({"right": {"known": False}}, {}, True),
        ({"circumstances": {"known": False}}, {"circumstances": []}, True),
        ({"circumstances": "mass"}, {"circumstances": ["seller", "mass"]}, True),
        ({"circumstances": {"not": ["mass"]}}, {"circumstances": ["seller", "mass"]}, False),
        ({"circumstances": "mass"}, {"circumstances": UNKNOWN}, False),
        ({"proceeding": "已起诉"}, {"proceeding": "已报案、已起诉"}, True),
        ({"proceeding": "已起诉"}, {"proceeding": "未起诉"}, False),
        ({"years_registered": {"lt": 3}}, {"years_registered": 2.5}, True),
        ({"years_registered": {"gte": 3, "lt": 5}}, {"years_registered": 5}, False),
        ({"years_registered": {"lt": 3}}, {}, False),
        ({"years_registered": {"lt": 3}}, {"years_registered": UNKNOWN}, False),
        ({"right": "trademark", "goal": "stop"}, {"right": "trademark"}, False),
        ({}, {}, True),
    ],
)
def test_a_condition_means_what_the_lawyer_wrote(when: Facts, facts: Facts, expected: bool) -> None:
    assert When(when).holds(facts) is expected


def satisfying(rule: ApplyRule) -> Facts:
    """Facts that meet every positive condition of a rule."""
    facts: Facts = {}
    for slot, condition in rule.when.items():
        if isinstance(condition, dict):
            if condition.get("known"):
                facts[slot] = "x"
            elif "gte" in condition or "gt" in condition:
                bound = condition["gte"] if "gte" in condition else condition["gt"]
                facts[slot] = bound + 0.5
            elif "lt" in condition or "lte" in condition:
                facts[slot] = 0
            continue
        value = condition[0] if isinstance(condition, list) else condition
        facts[slot] = [value] if slot == "circumstances" else value
    return facts


def test_no_rule_assumes_a_fact_that_is_absent_or_unknown() -> None:
    wrong = []
    for remedy in RULES.remedies:
        for rule in (*remedy.applies_when, *remedy.excluded_when):
            facts = satisfying(rule)
            assert rule.when.holds(facts), rule.id
            for slot in facts:
                without = {key: value for key, value in facts.items() if key != slot}
                if rule.when.holds(without) or rule.when.holds({**without, slot: UNKNOWN}):
                    wrong.append((rule.id, slot))
    assert wrong == []
