"""What to do first now: what has a last day ahead, else what to take where."""

from dataclasses import replace
from datetime import date

from actions.replies.steps import next_step
from knowledge.slots import Facts
from tests.conftest import TODAY
from tests.content import knowledge_base

KNOWLEDGE = knowledge_base()
SERVED: Facts = {"situation": "accused_court", "right": "trademark"}


def first_step(facts: Facts, today: date = TODAY) -> str:
    return next_step(KNOWLEDGE.referral(facts, today).remedies[0], today)


def test_the_nearest_day_ahead_is_told_without_the_paper_that_it_follows() -> None:
    step = first_step({**SERVED, "doc_received_on": "2026-11-16"})

    assert step == "提交答辩，最晚2026年12月1日"


def test_the_last_day_itself_is_still_ahead() -> None:
    facts = {**SERVED, "doc_received_on": "2026-11-06"}
    [last] = {
        one.act_by
        for one in KNOWLEDGE.referral(facts, TODAY).remedies[0].deadlines
        if one.act_by and "答辩" in one.what
    }

    assert first_step(facts, last).startswith("提交答辩，最晚")


def test_a_day_that_has_passed_is_said_to_have_and_nobody_is_told_to_give_up() -> None:
    step = first_step({**SERVED, "doc_received_on": "2026-10-16"})

    assert "2026年11月2日已经过了" in step and "还能不能补" in step


def test_where_no_day_counts_it_is_told_what_to_take_where() -> None:
    facts = {"situation": "infringed", "right": "trademark", "county": "章贡区", "city": "赣州市"}

    assert first_step(facts).startswith("把商标注册证")
    assert first_step(facts).endswith("找章贡区市场监督管理局")


def test_the_note_of_a_last_day_is_told_with_that_day_and_with_no_earlier_one() -> None:
    [remedy] = KNOWLEDGE.referral({**SERVED, "doc_received_on": "2026-11-16"}, TODAY).remedies[:1]
    [first, *others] = remedy.deadlines
    assert first.act_by

    def told(due: date) -> str:
        noted = replace(first, due=due, note="这一天不上班，顺延。")
        return next_step(replace(remedy, deadlines=(noted, *others)), TODAY)

    assert told(first.act_by).endswith("（这一天不上班，顺延）")
    assert "顺延" not in told(date(2027, 1, 1))
