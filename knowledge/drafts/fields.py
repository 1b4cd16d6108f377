"""What stands in a placeholder of a draft, worked out from the facts and the open remedy.

Each field gives its words, or None where they are not known: the gap then stays open.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from knowledge.drafts.word import NEW_PARAGRAPH, to_check, to_fill_in
from knowledge.routing.referral import OpenRemedy
from knowledge.routing.rulebook import Rulebook
from knowledge.slots import UNKNOWN, Facts

_NOT_SETTLED = re.compile("待问|待核")
_OWN_CIRCUMSTANCES = ("seller", "maker", "has_source")
_MARKS = frozenset({"trademark", "geographical_indication"})
# Labels that name no one right, so that a paper cannot say them.
_NO_ONE_RIGHT = frozenset({"patent", "copyright", "multiple", "none"})


@dataclass(frozen=True)
class CaseFile:
    """What the fields are filled from: a matter, the remedy the draft is for, the referral's day.

    `shows` says what a kind of evidence can show.
    """

    facts: Facts
    remedy: OpenRemedy
    rules: Rulebook
    shows: Mapping[str, str]
    as_of: date

    def known(self, slot: str) -> Any:
        """The fact; None where it is absent, unknown or empty."""
        fact = self.facts.get(slot)
        return None if fact in (UNKNOWN, "", []) else fact

    def holds(self, slot: str, value: str) -> bool:
        """Whether a slot of several values holds this one."""
        return value in (self.known(slot) or ())

    def listed(self, slot: str) -> str | None:
        """The values of a slot that holds several, as one phrase."""
        return "、".join(self.known(slot) or ()) or None

    def label(self, slot: str) -> str | None:
        """The fact as the vocabulary words it."""
        fact = self.known(slot)
        return self.rules.label(slot, fact) if fact else None

    def day(self, slot: str) -> str | None:
        """The day as a paper writes it."""
        fact = self.known(slot)
        return chinese_day(date.fromisoformat(fact)) if fact else None


def chinese_day(day: date) -> str:
    """2026年11月22日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _right(case: CaseFile) -> str | None:
    return None if case.known("right") in _NO_ONE_RIGHT else case.label("right")


def _right_status(case: CaseFile) -> str | None:
    if case.known("right_status") != "registered":
        return case.label("right_status")
    return "已经注册" if case.known("right") in _MARKS else "已经授权、登记"


def _place(case: CaseFile) -> str | None:
    return "".join(filter(None, (case.known("city"), case.known("county")))) or None


def _acted_on(case: CaseFile) -> str | None:
    """The fact is the latest day on which the act can have begun, so no more is said."""
    day, goes_on = case.day("acted_on"), case.holds("circumstances", "ongoing")
    if not day and not goes_on:
        return None
    began = f"不晚于{day}" if day else to_fill_in("从什么时候开始")
    return f"{began}，一直持续到现在" if goes_on else began


def _evidence_rows(case: CaseFile) -> list[dict[str, str]]:
    to_show = to_fill_in("想证明什么")
    rows = [
        {"name": one, "shows": case.shows.get(one) or to_show}
        for one in case.known("evidence") or ()
    ]
    return rows or [{"name": to_fill_in("证据名称"), "shows": to_show}]


def _materials(case: CaseFile) -> str | None:
    return NEW_PARAGRAPH.join(f"□ {material}" for material in case.remedy.materials) or None


def _amount(case: CaseFile) -> str | None:
    """Visitors name prices, losses and claims alike: which of them it was is for them to say."""
    amount = case.known("amount")
    return to_check(f"您提到过“{amount}”，是不是填在这里的金额") if amount else None


def _contact(case: CaseFile) -> str | None:
    contact = case.known("contact")
    return None if contact == "refused" else contact


def _body(case: CaseFile) -> str:
    name = case.remedy.body.name
    return to_check(name) if _NOT_SETTLED.search(name) else name


def _sued(case: CaseFile) -> str | None:
    return "没有" if case.holds("proceeding", "未起诉") else None


def _willing(case: CaseFile) -> str | None:
    return "双方都愿意" if case.holds("circumstances", "both_willing") else None


def _own_account(case: CaseFile) -> str | None:
    named = [one for one in _OWN_CIRCUMSTANCES if case.holds("circumstances", one)]
    return case.rules.label("circumstances", named) if named else None


def _deadline(case: CaseFile) -> str | None:
    for deadline in case.remedy.deadlines:
        if deadline.due:
            words = f"{deadline.period}，到{chinese_day(deadline.due)}"
            if deadline.act_by and deadline.act_by != deadline.due:
                words += f"（法律将要改动，请最晚在{chinese_day(deadline.act_by)}提出）"
            return words
    return None


def _subject(case: CaseFile) -> str:
    return "，".join(filter(None, (case.remedy.name, _right(case))))


# Placeholder → its field. What is not here must be an entry of `cites` in drafts.yml.
FIELDS: dict[str, Callable[[CaseFile], Any]] = {
    "as_of": lambda case: chinese_day(case.as_of),
    "right": _right,
    "right_status": _right_status,
    "place": _place,
    "venue": lambda case: case.label("venue"),
    "acted_on": _acted_on,
    "received_on": lambda case: case.day("doc_received_on"),
    "published_on": lambda case: case.day("published_on"),
    "evidence": lambda case: case.listed("evidence"),
    "evidence_rows": _evidence_rows,
    "materials": _materials,
    "amount": _amount,
    "contact": _contact,
    "body": _body,
    "proceeding": lambda case: case.listed("proceeding"),
    "sued": _sued,
    "willing": _willing,
    "own_account": _own_account,
    "deadline": _deadline,
    "matter": _subject,
}
