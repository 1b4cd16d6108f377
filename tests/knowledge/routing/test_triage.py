"""A ticket is urgent by rules that name the reason, or by a deadline that is near."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from knowledge.reviewed import ContentError
from knowledge.routing.refer import refer
from knowledge.routing.triage import URGENT_DAYS, Triage, TriageRules, triage
from knowledge.slots import Facts
from tests.content import INSTITUTIONS, RULES, STATUTES, SUCCESSION

TODAY = date(2026, 11, 22)
TRIAGE = TriageRules.load()


def judged(facts: Facts, on: date = TODAY) -> Triage:
    return triage(facts, refer(facts, RULES, INSTITUTIONS, STATUTES, SUCCESSION, on), TRIAGE)


@pytest.mark.parametrize(
    "facts",
    [
        {"situation": "customs"},
        {"situation": "accused_court"},
        {"situation": "criminal_lead", "right": "trademark"},
        {"situation": "accused_criminal"},
        {"situation": "exhibition", "right": "patent_design"},
        {"situation": "overseas", "doc_received": "传票"},
        {"situation": "infringed", "right": "trademark", "circumstances": ["safety"]},
        {"situation": "registration_exam", "right": "trademark", "doc_received": "驳回通知"},
        {"situation": "infringed", "right": "patent_utility", "doc_received": "裁决书"},
        {"situation": "opposition_invalid_cancel", "right": "trademark", "doc_received": "裁决书"},
        {"situation": "accused_admin", "right": "trademark", "doc_received": "处罚告知"},
    ],
    ids=lambda facts: "-".join(map(str, facts.values())),
)
def test_what_cannot_wait_is_urgent_and_the_reason_is_given(facts: Facts) -> None:
    judgement = judged(facts)

    assert judgement.priority == "urgent"
    assert judgement.reason.endswith("。")


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"situation": "infringed", "right": "trademark"},
        {"situation": "overseas", "right": "trademark"},
        {"situation": "general_knowledge"},
        {"situation": "registration_exam", "right": "patent_invention", "doc_received": "驳回通知"},
        {
            "situation": "opposition_invalid_cancel",
            "right": "patent_design",
            "doc_received": "裁决书",
        },
        {"situation": "squatted", "right": "trademark", "other_status": "registered"},
    ],
    ids=lambda facts: "-".join(map(str, facts.values())),
)
def test_everything_else_is_not(facts: Facts) -> None:
    assert judged(facts) == Triage("normal", "", None, None)


def published_so_that_due(day: date) -> Facts:
    """An opposition whose three months end on a day (chosen so that no month's end is in the
    way).
    """
    return {
        "situation": "squatted",
        "right": "trademark",
        "other_status": "published",
        "published_on": day.replace(month=day.month - 3).isoformat(),
    }


def test_a_deadline_within_fifteen_days_is_urgent_and_named() -> None:
    due = TODAY + timedelta(days=URGENT_DAYS)
    judgement = judged(published_so_that_due(due))

    assert (judgement.priority, judgement.due) == ("urgent", due)
    assert judgement.what and judgement.what in judgement.reason
    assert due.isoformat() in judgement.reason


def test_a_later_deadline_is_kept_without_being_urgent() -> None:
    due = TODAY + timedelta(days=URGENT_DAYS + 1)
    judgement = judged(published_so_that_due(due))

    assert (judgement.priority, judgement.reason, judgement.due) == ("normal", "", due)


def test_the_nearest_deadline_is_the_next_one_also_when_a_rule_made_it_urgent() -> None:
    judgement = judged(
        {"situation": "accused_court", "right": "trademark", "doc_received_on": "2026-11-16"}
    )

    assert (judgement.priority, judgement.due) == ("urgent", date(2026, 12, 1))


@pytest.mark.parametrize(
    ("on", "published", "due"),
    [
        (TODAY, "2026-10-20", date(2026, 12, 20)),
        (date(2026, 12, 28), "2026-10-20", date(2026, 12, 31)),
        (date(2027, 1, 5), "2026-11-20", date(2027, 1, 20)),
    ],
)
def test_a_period_that_runs_over_a_change_of_law_is_due_on_the_earlier_day(
    on: date, published: str, due: date
) -> None:
    facts = {
        "situation": "squatted",
        "right": "trademark",
        "other_status": "published",
        "published_on": published,
    }

    assert judged(facts, on).due == due


def test_a_deadline_that_has_passed_is_no_next_one() -> None:
    judgement = judged(
        {"situation": "accused_court", "right": "trademark", "doc_received_on": "2026-10-01"}
    )

    assert judgement.due is None or judgement.due >= TODAY


def test_a_day_that_the_visitor_does_not_know_is_no_deadline() -> None:
    judgement = judged(
        {"situation": "accused_letter", "right": "trademark", "doc_received_on": "unknown"}
    )

    assert (judgement.priority, judgement.due) == ("normal", None)


def test_rule_numbers_are_unique() -> None:
    ids = [rule.id for rule in TRIAGE.urgent]

    assert len(ids) == len(set(ids))


def test_a_broken_file_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "triage.yml").write_text(
        "urgent:\n- {id: a, when: {}, why: 急}\n- {id: b, why: 急}\n", encoding="utf-8"
    )

    with pytest.raises(ContentError, match=r"triage\.yml 第 3 行"):
        TriageRules.load(tmp_path)
