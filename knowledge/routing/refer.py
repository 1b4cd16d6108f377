"""Facts in, remedies out: which roads are open, in which order, why, and what to ask next.

Every decision is a rule in `content/remedies/*.yml` that a lawyer can read; nothing here depends on similarity.
All functions are pure: the day, the statutes and the institutions are passed in.
"""

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from knowledge.chinese.amounts import amount_range
from knowledge.law import deadlines
from knowledge.law.applicable import Act, ApplicableLaw
from knowledge.law.citations import Citation
from knowledge.law.deadlines import Deadline, DeadlineRule, Length
from knowledge.law.statutes import Statutes
from knowledge.law.succession import Succession
from knowledge.law.working_days import WorkingDays
from knowledge.places.institutions import Body, Institutions
from knowledge.routing.questions import answered, select_questions
from knowledge.routing.rulebook import (
    ApplyRule,
    AskRule,
    BodyRule,
    Evidence,
    ExcludeRule,
    PriorityRule,
    Remedy,
    Rulebook,
    When,
    listed,
)
from knowledge.slots import DATE_SLOTS, LIST_SLOTS, TEXT_SLOTS, UNKNOWN, Facts

_COMPARE = {"lt": operator.lt, "lte": operator.le, "gt": operator.gt, "gte": operator.ge}

MOST_REMEDIES = 5
MOST_BRANCHES = 4
COMPETENT_COURT = "competent_court"  # which one it is, courts.yml says
INVALIDATION_YEARS = 5  # within which earlier rights must be claimed against a registered mark


@dataclass(frozen=True)
class OpenRemedy:
    """A remedy that is open, with the rule that opened it and the priorities that moved it forward.

    `drafts`: (key, title) of papers that can be prefilled for it.
    """

    key: str
    name: str
    rule: str
    rank: int
    why: str
    can_do: str
    cannot_do: str
    basis: tuple[Citation, ...]
    body: Body
    materials: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    deadlines: tuple[Deadline, ...]
    duration: str | None
    fees: str | None
    goes_with: tuple[str, ...]
    order: tuple[PriorityRule, ...]
    drafts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ExcludedRemedy:
    key: str
    name: str
    rule: str
    why: str
    basis: tuple[Citation, ...]


@dataclass(frozen=True)
class Referral:
    """What the helpline tells a visitor to do, on the law of one day. Remedies come best first.

    `acted_on` is the day of the act where it is known: articles in force on that day may be cited too.
    """

    scope: Literal["in", "clarify", "out", "service"]
    remedies: tuple[OpenRemedy, ...]
    ruled_out: tuple[ExcludedRemedy, ...]
    asks: tuple[AskRule, ...]
    notices: tuple[str, ...]
    as_of: date
    acted_on: date | None = None

    def as_dict(self) -> dict[str, Any]:
        """The referral as the chat API shows it."""
        return {
            "scope": self.scope,
            "remedies": [_remedy_as_dict(road) for road in self.remedies],
            "ruled_out": [
                {
                    "key": r.key,
                    "name": r.name,
                    "rule": r.rule,
                    "why": r.why,
                    "basis": [c.as_dict() for c in r.basis],
                }
                for r in self.ruled_out
            ],
            "asks": [
                {"slot": a.slot, "question": a.question, "options": [o.title for o in a.options]}
                for a in self.asks
            ],
            "notices": list(self.notices),
            "as_of": self.as_of.isoformat(),
            "acted_on": self.acted_on.isoformat() if self.acted_on else None,
        }


def refer(
    facts: Facts,
    rules: Rulebook,
    institutions: Institutions,
    statutes: Statutes,
    succession: Succession,
    on: date,
) -> Referral:
    """The referral for what is known on a day. Deterministic; the same facts always give the same roads."""
    facts = derive(facts, on, rules.workdays)
    if facts.get("situation") == "out_of_scope":
        return Referral("out", (), (), (), (), on)
    law = ApplicableLaw(statutes, succession, on, act_of(facts))
    asks = next_asks(facts, rules)
    roads, closed = [], []
    for remedy in rules.remedies:
        barred = next((rule for rule in remedy.excluded_when if holds(rule.when, facts)), None)
        opened = min(
            (rule for rule in remedy.applies_when if holds(rule.when, facts)),
            key=lambda r: r.rank,
            default=None,
        )
        if barred:
            closed.append(_closed(remedy, barred, law))
        elif opened and (lapsed := _lapsed(remedy, facts, rules, law)):
            closed.append(lapsed)
        elif opened:
            roads.append(_road(remedy, opened, facts, rules, institutions, law))
    roads.sort(key=lambda road: _place(road, rules))
    kept = tuple(roads[:MOST_REMEDIES])
    scope: Literal["in", "clarify"] = (
        "clarify" if any(ask.required_for_routing for ask in asks) else "in"
    )
    notices = (*_conflicts(kept, facts, rules, law), *_notices(kept, law))
    return Referral(scope, kept, tuple(closed), asks, notices, on, law.act.on if law.act else None)


def holds(when: When, facts: Facts) -> bool:
    """Whether every condition of a rule is met. An absent or unknown fact meets only `not` and `known: false`."""
    return all(_meets(slot, condition, facts.get(slot)) for slot, condition in when.items())


def derive(facts: Facts, on: date, workdays: WorkingDays) -> Facts:
    """The facts with what follows from them on that day: the years since a registration, an amount in yuan."""
    span = amount_range(str(facts["amount"])) if _known(facts.get("amount")) else None
    if span and span[1] is not None:
        facts = facts | {"amount_yuan": span[1]}  # at most so much
    registered = facts.get("registered_on")
    if registered in (None, UNKNOWN):
        return facts  # years that were only said stand, until the day is known
    start = date.fromisoformat(registered)
    # The last day of a year still belongs to it: whoever files on the fifth anniversary is in time.
    year_not_over = (on.month, on.day) <= (start.month, start.day)
    years = max(0, on.year - start.year - year_not_over)
    # Only a period within which one must act runs on past a holiday, not one that has to be waited for.
    if years == INVALIDATION_YEARS and on <= deadlines.add(
        start, Length(years=INVALIDATION_YEARS), workdays
    ):
        years -= 1
    return facts | {"years_registered": years}


def next_asks(facts: Facts, rules: Rulebook) -> tuple[AskRule, ...]:
    """The questions that change the answer most; never one that was answered with 不清楚."""
    candidates = (ask for ask in rules.asks if ask.slot not in facts and holds(ask.when, facts))
    return select_questions(candidates, facts, lambda known: open_remedies(known, rules))


@dataclass(frozen=True)
class Branch:
    """Answers to a question (`titles`, as its buttons say them) that lead to the same first road."""

    titles: tuple[str, ...]
    remedy: str


def branches(slot: str, facts: Facts, rules: Rulebook) -> tuple[Branch, ...]:
    """Where each answer to the question about `slot` would lead; empty where all lead to the same first road."""
    known = {name: value for name, value in facts.items() if name != slot}
    ask = next((ask for ask in rules.asks if ask.slot == slot and holds(ask.when, known)), None)
    titles: dict[str, list[str]] = {}
    for option in ask.options if ask else ():
        roads = (
            open_remedies(known | {slot: answered(slot, option.value)}, rules)
            if option.value != UNKNOWN
            else ()
        )
        if roads:
            titles.setdefault(roads[0], []).append(option.title)
    if len(titles) < 2:
        return ()
    names = rules.vocabulary["remedy"]
    return tuple(Branch(tuple(said), names[key]) for key, said in titles.items())[:MOST_BRANCHES]


def open_remedies(facts: Mapping[str, Any], rules: Rulebook) -> tuple[str, ...]:
    """The keys of the open roads, best first, by the rules alone: no law is looked up, no period counted."""
    ranked, known = [], dict(facts)
    for remedy in rules.remedies:
        opened = [rule.rank for rule in remedy.applies_when if holds(rule.when, known)]
        if opened and not any(holds(rule.when, known) for rule in remedy.excluded_when):
            lifts = sum(
                rule.boost for rule in rules.priorities if _moves(rule, remedy, (), known, date.min)
            )
            ranked.append(
                (
                    min(opened) - lifts,
                    list(rules.vocabulary["remedy"]).index(remedy.key),
                    remedy.key,
                )
            )
    return tuple(key for _, _, key in sorted(ranked))[:MOST_REMEDIES]


def _meets(slot: str, condition: Any, fact: Any) -> bool:
    known = fact is not None and fact != UNKNOWN and fact != []
    if isinstance(condition, dict):
        return all(_meets_one(slot, word, bound, fact, known) for word, bound in condition.items())
    return known and any(_equals(slot, value, fact) for value in listed(condition))


def _meets_one(slot: str, word: str, bound: Any, fact: Any, known: bool) -> bool:
    if word == "known":
        return known is bound
    if word == "not":
        return not known or not any(_equals(slot, value, fact) for value in listed(bound))
    return known and bool(_COMPARE[word](fact, bound))


def _equals(slot: str, value: Any, fact: Any) -> bool:
    return value in fact if slot in TEXT_SLOTS or slot in LIST_SLOTS else bool(value == fact)


def _place(road: OpenRemedy, rules: Rulebook) -> tuple[float, date, int]:
    """Rank first, less what the priorities lift; between equals the nearest deadline; then the book's order."""
    rank = road.rank - sum(rule.boost for rule in road.order)
    due = min((d.act_by for d in road.deadlines if d.act_by), default=date.max)
    return rank, due, list(rules.vocabulary["remedy"]).index(road.key)


def _moves(
    rule: PriorityRule, remedy: Remedy, running: tuple[Deadline, ...], facts: Facts, on: date
) -> bool:
    """Whether a priority moves this road forward."""
    if not holds(rule.when, facts):
        return False
    if rule.remedies == "serves_goal":
        return facts.get("goal") in remedy.for_goals
    if rule.remedies == "dated":
        days = [(one.act_by - on).days for one in running if one.act_by]
        return any(left >= 0 and (rule.within is None or left <= rule.within) for left in days)
    return remedy.key in rule.remedies


def act_of(facts: Facts) -> Act | None:
    """The act that the facts speak of; None while its day is not known."""
    day = _known(facts.get("acted_on"))
    if day is None:
        return None
    return Act(
        date.fromisoformat(day),
        "ongoing" in (facts.get("circumstances") or ()),
        _known(facts.get("right")),
    )


def _road(
    remedy: Remedy,
    rule: ApplyRule,
    facts: Facts,
    rules: Rulebook,
    institutions: Institutions,
    law: ApplicableLaw,
) -> OpenRemedy:
    running = tuple(deadline for _, deadline in _living(remedy, facts, rules, law))
    return OpenRemedy(
        key=remedy.key,
        name=remedy.name,
        rule=rule.id,
        rank=rule.rank,
        why=rule.why,
        can_do=remedy.can_do,
        cannot_do=remedy.cannot_do,
        basis=_of_use(law.cite(tuple(dict.fromkeys((*rule.basis, *remedy.basis)))), facts, rules),
        body=_body(rule.body or remedy.body, facts, rules, institutions),
        materials=remedy.materials,
        evidence=remedy.evidence,
        deadlines=running,
        duration=remedy.duration.text if remedy.duration else None,
        fees=remedy.fees.text if remedy.fees else None,
        goes_with=remedy.goes_with,
        order=tuple(one for one in rules.priorities if _moves(one, remedy, running, facts, law.on)),
    )


def _closed(remedy: Remedy, rule: ExcludeRule, law: ApplicableLaw) -> ExcludedRemedy:
    return ExcludedRemedy(remedy.key, remedy.name, rule.id, rule.why, law.cite(rule.basis))


def _lapsed(
    remedy: Remedy, facts: Facts, rules: Rulebook, law: ApplicableLaw
) -> ExcludedRemedy | None:
    for rule, deadline in _living(remedy, facts, rules, law):
        if rule.bars and (why := deadlines.lapsed(deadline, law.on)):
            return ExcludedRemedy(
                remedy.key, remedy.name, f"{remedy.key}-lapsed", why, (deadline.basis,)
            )
    return None


def _living(
    remedy: Remedy, facts: Facts, rules: Rulebook, law: ApplicableLaw
) -> list[tuple[DeadlineRule, Deadline]]:
    """The deadlines that run now and are of use to this right."""
    found = deadlines.living(remedy.deadlines, _days(facts), law, rules.workdays)
    running = [(rule, one) for rule, one in found if holds(rule.when, facts)]
    return [
        (rule, one) for rule, one in running if rules.concerns(one.basis, facts.get("right"))
    ] or running


def _days(facts: Facts) -> dict[str, date]:
    """Date slot → the day, for the days that are known."""
    return {slot: date.fromisoformat(facts[slot]) for slot in DATE_SLOTS if _known(facts.get(slot))}


def _of_use(basis: tuple[Citation, ...], facts: Facts, rules: Rulebook) -> tuple[Citation, ...]:
    """The citations that speak to the visitor's right; all of them where none does."""
    return tuple(one for one in basis if rules.concerns(one, facts.get("right"))) or basis


def _conflicts(
    kept: tuple[OpenRemedy, ...], facts: Facts, rules: Rulebook, law: ApplicableLaw
) -> list[str]:
    """What one proceeding means for another, with the articles of today's law that say so."""
    keys = {road.key for road in kept}
    told = []
    for rule in rules.conflicts:
        if not keys & set(rule.remedies) or not holds(rule.when, facts):
            continue
        articles = [f"{one.law}{one.article}" for one in map(law.article, rule.basis) if one]
        if articles or not rule.basis:
            told.append(
                f"{rule.notice}（{'、'.join(articles)}）。" if articles else f"{rule.notice}。"
            )
    return told


def _notices(kept: tuple[OpenRemedy, ...], law: ApplicableLaw) -> tuple[str, ...]:
    """What changes of law mean for these roads: about the act, about periods that began earlier, about what comes."""
    cited = tuple(dict.fromkeys(one for road in kept for one in road.basis))
    running = tuple(dict.fromkeys(one for road in kept for one in road.deadlines))
    return (*law.about_the_act(cited), *deadlines.notices(running, cited, law))


def _body(rule: BodyRule, facts: Facts, rules: Rulebook, institutions: Institutions) -> Body:
    if rule.kind == COMPETENT_COURT:
        rule = next((court for court in rules.courts if holds(court.when, facts)), rule)
    city = facts.get(rule.place) if rule.place != "none" else None
    county = facts.get("county") if rule.place == "city" else None
    return institutions.body(rule.kind, rule.level, _known(city), _known(county))


def _known(value: Any) -> Any:
    return None if value == UNKNOWN else value


def _remedy_as_dict(road: OpenRemedy) -> dict[str, Any]:
    return {
        "key": road.key,
        "name": road.name,
        "rule": road.rule,
        "why": road.why,
        "gives": road.can_do,
        "limits": road.cannot_do,
        "basis": [c.as_dict() for c in road.basis],
        "body": {
            "kind": road.body.kind,
            "name": road.body.name,
            "city": road.body.city,
            "county": road.body.county,
            "note": road.body.note,
        },
        "materials": list(road.materials),
        "evidence": [one.model_dump() for one in road.evidence],
        "deadlines": [deadline.as_dict() for deadline in road.deadlines],
        "duration": road.duration,
        "fees": road.fees,
        "goes_with": list(road.goes_with),
        "order": [{"id": rule.id, "why": rule.why} for rule in road.order],
        "drafts": [{"key": key, "title": title} for key, title in road.drafts],
    }
