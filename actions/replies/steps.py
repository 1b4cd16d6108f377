"""What to do first now, in one clause."""

from datetime import date

from knowledge.law.deadlines import Deadline
from knowledge.routing.referral import OpenRemedy


def next_step(remedy: OpenRemedy, today: date) -> str:
    """What has a last day ahead, with how it is reckoned; else what to take where."""
    ahead = [one for one in remedy.deadlines if one.act_by and one.act_by >= today]
    if ahead:
        return _in_time(min(ahead, key=lambda one: one.act_by or date.max))
    missed = [one for one in remedy.deadlines if one.act_by]
    if missed:
        last = max(missed, key=lambda one: one.act_by or date.min)
        return f"{_thing(last)}的期限{_day(last)}已经过了，别放下，马上问受理的地方还能不能补"
    taken = remedy.materials[0] if remedy.materials else "手上的材料"
    return f"把{taken}备好，找{remedy.body.name}"


def _in_time(deadline: Deadline) -> str:
    # The note speaks of the last day by the law; where an earlier one is safer, it would mislead.
    told = deadline.note if deadline.due == deadline.act_by else None
    note = f"（{told.rstrip('。')}）" if told else ""
    return f"{_thing(deadline)}，最晚{_day(deadline)}{note}"


def _thing(deadline: Deadline) -> str:
    """What is to be done, without the paper that it follows: 收到起诉状副本的：提交答辩."""
    return deadline.what.split("：")[-1]


def _day(deadline: Deadline) -> str:
    return f"{deadline.act_by:%Y年%-m月%-d日}"
