"""Periods: when they begin, when they end, and what a change of law does to them.

A period begins the day after; one whose last day is no working day runs on to the next one. Civil
matters: 民法典第二百零一条 and 第二百零三条, 民事诉讼法第八十五条; trademarks:
商标法实施条例第十二条; patents: 专利法实施细则第五条; administrative reconsideration and litigation
refer to civil procedure: 行政复议法第八十八条, 行政诉讼法第一百零一条. All functions are pure: the
day, the law and the calendar are passed in.
"""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, TypeVar

from pydantic import Field

from knowledge.law.applicable import MOST_CHANGES, ONE_DAY, ApplicableLaw, changes_soon, what_comes
from knowledge.law.citations import Citation, citation
from knowledge.law.statutes import Article
from knowledge.law.working_days import WorkingDays
from knowledge.reviewed import Strict


class Length(Strict):
    days: int = 0
    workdays: int = 0
    months: int = 0
    years: int = 0


class DeadlineRule(Strict):
    what: str
    period: str
    from_: str = Field(alias="from")
    starts: Literal["doc_received_on", "published_on", "registered_on"] | None = None
    length: Length | None = None
    bars: bool = False  # once it has passed, the remedy is excluded
    opens: bool = False  # what can be done only once it has passed
    basis: str


Rule = TypeVar("Rule", bound=DeadlineRule)


@dataclass(frozen=True)
class OtherPeriod:
    """The same period as the version before or after today's has it; `turns` is the day of the
    change.

    The last day of a coming version's period is not moved past holidays: nothing says yet that it
    will be.
    """

    period: str
    article: Article
    due: date | None
    turns: date

    @property
    def comes(self) -> bool:
        """Whether it is the coming version's."""
        return self.turns == self.article.in_force_from


@dataclass(frozen=True)
class Deadline:
    """A period of today's law, with the one of the other version where a change of law may touch
    it.

    `due` is its last day as far as that is sure, `act_by` the earlier of both days that is still
    ahead. `latest` is the last day past all days off that are known: only after it has the period
    surely passed. A period after whose end something can be done has `opens_on` instead. `note` is
    what must be said with the day. `starts` is the fact it runs from.
    """

    what: str
    period: str
    from_: str
    due: date | None
    act_by: date | None
    basis: Citation
    other: OtherPeriod | None = None
    opens_on: date | None = None
    note: str | None = None
    starts: str | None = None
    latest: date | None = None

    def as_dict(self) -> dict[str, Any]:
        """The deadline as the chat API shows it, dates in ISO form."""
        return {
            "what": self.what,
            "period": self.period,
            "from": self.from_,
            "due": _iso(self.due),
            "act_by": _iso(self.act_by),
            "opens_on": _iso(self.opens_on),
            "note": self.note,
            "basis": self.basis.as_dict(),
        }


def add(start: date, length: Length, workdays: WorkingDays) -> date:
    """The last day of a period that begins the day after `start`; one that is no working day is
    moved to the next.
    """
    if length.workdays:
        return workdays.after(start, length.workdays)
    return workdays.on_or_after(unmoved(start, length))


def unmoved(start: date, length: Length) -> date:
    """The last day of a period of days, months or years, wherever in the week it falls."""
    months = start.month - 1 + length.months + 12 * length.years
    year, month = start.year + months // 12, months % 12 + 1
    day = min(start.day, calendar.monthrange(year, month)[1])
    return date(year, month, day) + timedelta(days=length.days)


def last_day_note(start: date, length: Length, workdays: WorkingDays) -> str | None:
    """What must be said of a last day: from which day it was moved, and that a year's holidays are
    not recorded here.

    None where the day was not moved and its year is recorded.
    """
    last = add(start, length, workdays)
    missing = _missing_year(start, length, workdays)
    if length.workdays:
        if missing is None:
            return None
        return f"本系统还没有录入{missing}年的放假安排，只按周末计算，遇节假日和补班以实际为准。"
    plain = unmoved(start, length)
    how = "顺延" if missing is None else "按周末顺延"
    moved = f"最后一天本来是{plain}，逢休息日{how}到{last}；" if plain != last else ""
    if missing is not None:
        return f"{moved}本系统还没有录入{missing}年的放假安排，请按{plain}办。"
    return f"{moved}稳妥起见请按{plain}办，窗口和网上系统以停止办理的时间为准。" if moved else None


def living(
    rules: Sequence[Rule],
    days: Mapping[str, date],
    law: ApplicableLaw,
    workdays: WorkingDays,
) -> list[tuple[Rule, Deadline]]:
    """The deadlines of one remedy whose basis is in force on the day. `days`: date slot → the day
    that is known.

    Periods are today's, whenever the act was.
    """
    found = []
    for rule in rules:
        if article := law.article(rule.basis):
            other = None if rule.opens else _other_period(rule, rules, article, days, law, workdays)
            found.append((rule, _deadline(rule, article, other, days, law.on, workdays)))
    return found


def lapsed(deadline: Deadline, on: date) -> str | None:
    """The sentence that a deadline has passed, also under the former law's longer period; None
    while it has not.
    """
    last = _last(deadline)
    if last is None or last >= on:
        return None
    period = deadline.period
    if deadline.other and last != deadline.latest:
        period = f"{period}，旧法是{deadline.other.period}"
    return (
        f"{deadline.what}的期限是{period}（{deadline.from_}起算），到{last}已经届满。"
        f"{deadline.note or ''}"
    )


def notices(
    deadlines: Iterable[Deadline], cited: Iterable[Citation], law: ApplicableLaw
) -> tuple[str, ...]:
    """What changes of law mean for these periods, and what else changes soon of what is cited with
    them.
    """
    touched = [one for one in deadlines if one.other]
    began = [sentence for one in touched if (sentence := _began_under_the_former(one, law.on))]
    return (*began, *_what_comes(cited, touched, law))


def _deadline(
    rule: DeadlineRule,
    article: Article,
    other: OtherPeriod | None,
    days: Mapping[str, date],
    on: date,
    workdays: WorkingDays,
) -> Deadline:
    start = days.get(rule.starts or "")
    due = latest = opens_on = note = None
    if start and rule.length and rule.opens:
        opens_on = unmoved(start, rule.length) + ONE_DAY
        note = f"{opens_on}起才可以办。" if opens_on > on else f"{opens_on}起已经可以办。"
    elif start and rule.length:
        latest, note = (
            add(start, rule.length, workdays),
            last_day_note(start, rule.length, workdays),
        )
        due = _sure_day(start, rule.length, latest, on, workdays)
    act_by = _earlier(due, other, on)
    return Deadline(
        rule.what,
        rule.period,
        rule.from_,
        due,
        act_by,
        citation(article),
        other,
        opens_on,
        note,
        rule.starts,
        latest,
    )


def _sure_day(start: date, length: Length, latest: date, on: date, workdays: WorkingDays) -> date:
    """The last day of which one can be sure: in a year whose holidays are not recorded, the one
    that is not moved.

    Once that one has passed, the moved one is all that is left.
    """
    if length.workdays or _missing_year(start, length, workdays) is None:
        return latest
    plain = unmoved(start, length)
    return plain if plain >= on else latest


def _missing_year(start: date, length: Length, workdays: WorkingDays) -> int | None:
    """The first year that the last day depends on and whose holidays are not recorded; None where
    all are.
    """
    first = start + ONE_DAY if length.workdays else unmoved(start, length)
    last = add(start, length, workdays)
    return next(
        (year for year in range(first.year, last.year + 1) if not workdays.knows(year)), None
    )


def _other_period(
    rule: DeadlineRule,
    rules: Sequence[DeadlineRule],
    today: Article,
    days: Mapping[str, date],
    law: ApplicableLaw,
    workdays: WorkingDays,
) -> OtherPeriod | None:
    """The period of another length that matters too.

    The coming one when it is near or today's runs past the change, the former one when the period
    began under it.
    """
    began = days.get(rule.starts or "")
    due = add(began, rule.length, workdays) if began and rule.length else None
    for other in rules:
        article = law.of_its_year(other.basis)
        if (
            other.what != rule.what
            or other.period == rule.period
            or article is None
            or article.short_title != today.short_title
        ):
            continue
        comes = article.in_force_from > law.on
        turns = article.in_force_from if comes else today.in_force_from
        if comes:
            matters = due >= turns if due else changes_soon(today, law.on) == turns
        else:
            matters = began is not None and began < turns
        if not matters:
            continue
        last = None
        if began and other.length:
            last = unmoved(began, other.length) if comes else add(began, other.length, workdays)
        return OtherPeriod(other.period, article, last, turns)
    return None


def _earlier(due: date | None, other: OtherPeriod | None, on: date) -> date | None:
    """The day to act by: the earlier of both periods that is still ahead.

    Once the coming, shorter period has passed, the last day of today's law is the last one that is
    sure.
    """
    if due is None or other is None or other.due is None:
        return due
    ahead = [day for day in (due, other.due) if day >= on]
    if other.comes and other.due < on:
        ahead.append(other.turns - ONE_DAY)
    return min(ahead, default=due)


def _last(deadline: Deadline) -> date | None:
    """The last day under today's law, or under the former where the period began under it and is
    longer there.
    """
    former = deadline.other.due if deadline.other and not deadline.other.comes else None
    return max(filter(None, (deadline.latest, former)), default=None)


def _began_under_the_former(deadline: Deadline, on: date) -> str | None:
    """Both ends of a period that began under the former version and is still open under one of the
    two.
    """
    other = deadline.other
    last = _last(deadline)
    if other is None or other.comes or last is None or last < on:
        return None
    return (
        f"{deadline.from_}早于{other.turns}的，"
        f"{deadline.what}按旧法是{other.period}（到{other.due}），"
        f"按现行法是{deadline.period}（到{deadline.due}）。"
        "过渡办法尚未见到规定，请马上办，不要等到晚的那个日期。"
    )


def _what_comes(
    cited: Iterable[Citation], touched: Sequence[Deadline], law: ApplicableLaw
) -> list[str]:
    """One sentence for each law that changes soon: changed periods first, then what else changes of
    what is cited.
    """
    changes: dict[tuple[date, str], list[str]] = {}
    for one in touched:
        if one.other and one.other.comes:
            by_new_law = f"，按新法算到{one.other.due}" if one.other.due else ""
            changes.setdefault((one.other.turns, one.basis.title), []).append(
                f"{one.what}由{one.period}变为{one.other.period}（新"
                f"{one.other.article.article}{by_new_law}）"
            )
    shortened = set(changes)
    told = {one.basis for one in touched}
    for key, what in law.coming_changes(one for one in cited if one not in told).items():
        changes[key] = [*changes.get(key, []), *what][:MOST_CHANGES]
    return [
        what_comes(turns, title, changes[turns, title])
        + ("过渡办法尚未见到规定，请按较早的日期办。" if (turns, title) in shortened else "")
        for turns, title in sorted(changes)
    ]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
