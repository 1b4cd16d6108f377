"""Facts in, remedies out: which roads are open, in which order, why, and what to ask next.

Every decision is a rule in `content/remedies/*.yml` that a lawyer can read; nothing here depends on similarity.
All functions are pure: the day, the statutes and the institutions are passed in.
"""

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from knowledge import deadlines
from knowledge.asks import UNKNOWN, choose
from knowledge.citations import Citation
from knowledge.deadlines import Deadline, DeadlineRule, Length
from knowledge.institutions import Body, Institutions
from knowledge.intime import Act, LawInTime
from knowledge.notations import check_citation
from knowledge.statutes import CONTENT, Statutes
from knowledge.succession import Succession
from knowledge.workdays import WorkingDays
from knowledge.yamlfile import ContentError, Strict, line_of, load

_COMPARE = {"lt": operator.lt, "lte": operator.le, "gt": operator.gt, "gte": operator.ge}

Facts = dict[str, Any]
When = dict[str, Any]

TEXT_SLOTS = frozenset({"proceeding", "doc_received", "evidence", "urgency", "amount", "contact"})
DATE_SLOTS = frozenset({"doc_received_on", "published_on", "registered_on", "acted_on"})
NUMBER_SLOTS = frozenset({"years_registered"})
LIST_SLOTS = frozenset({"circumstances"})
PLACE_SLOTS = frozenset({"city", "county", "own_city"})

MOST_REMEDIES = 5
INVALIDATION_YEARS = 5  # within which earlier rights must be claimed against a registered mark


class TakeRule(Strict):
    id: str
    when: When
    rank: Literal[1, 2, 3]
    why: str
    body: "BodyRule | None" = None  # where this rule leads to another body than the remedy as such


class CloseRule(Strict):
    id: str
    when: When
    why: str
    basis: tuple[str, ...] = ()


class BodyRule(Strict):
    kind: str
    level: Literal["county", "city", "province", "national", "none"] = "none"
    place: Literal["city", "own_city", "none"] = "none"


class Fees(Strict):
    text: str
    source: str


class Examples(Strict):
    takes: tuple[str, ...] = ()
    not_: tuple[str, ...] = Field(default=(), alias="not")


class Remedy(Strict):
    key: str
    name: str
    gives: str
    limits: str
    serves: tuple[str, ...] = ()
    takes: tuple[TakeRule, ...]
    closes: tuple[CloseRule, ...] = ()
    basis: tuple[str, ...] = ()
    body: BodyRule
    materials: tuple[str, ...] = ()
    deadlines: tuple[DeadlineRule, ...] = ()
    fees: Fees | None = None
    goes_with: tuple[str, ...] = ()
    examples: Examples = Examples()


class AskOption(Strict):
    title: str
    value: str


class AskRule(Strict):
    slot: str
    blocks: bool = False  # without it the authority or the visitor's role would be another one
    must: bool = False  # a lawyer always asks this, whatever else could be asked
    when: When
    question: str
    options: tuple[AskOption, ...] = ()


class _Asks(Strict):
    asks: tuple[AskRule, ...]


@dataclass(frozen=True)
class Road:
    """A remedy that is open, with the rule that opened it."""

    key: str
    name: str
    rule: str
    rank: int
    why: str
    gives: str
    limits: str
    basis: tuple[Citation, ...]
    body: Body
    materials: tuple[str, ...]
    deadlines: tuple[Deadline, ...]
    fees: str | None
    goes_with: tuple[str, ...]


@dataclass(frozen=True)
class ClosedRoad:
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
    remedies: tuple[Road, ...]
    ruled_out: tuple[ClosedRoad, ...]
    asks: tuple[AskRule, ...]
    notices: tuple[str, ...]
    as_of: date
    acted_on: date | None = None

    def as_dict(self) -> dict[str, Any]:
        """The referral as the chat API shows it."""
        return {
            "scope": self.scope,
            "remedies": [_road_as_dict(road) for road in self.remedies],
            "ruled_out": [
                {"key": r.key, "name": r.name, "rule": r.rule, "why": r.why, "basis": [c.as_dict() for c in r.basis]}
                for r in self.ruled_out
            ],
            "asks": [
                {"slot": a.slot, "question": a.question, "options": [o.title for o in a.options]} for a in self.asks
            ],
            "notices": list(self.notices),
            "as_of": self.as_of.isoformat(),
            "acted_on": self.acted_on.isoformat() if self.acted_on else None,
        }


@dataclass(frozen=True)
class Rulebook:
    """All reviewed routing content.

    `vocabulary` maps slot → value → Chinese label; `law_rights` names the rights that a law or
    article of one field is about; `workdays` is the calendar by which periods are counted.
    """

    remedies: tuple[Remedy, ...]
    asks: tuple[AskRule, ...]
    vocabulary: dict[str, dict[str, str]]
    law_rights: dict[str, tuple[str, ...]]
    workdays: WorkingDays

    def concerns(self, cited: Citation, right: str | None) -> bool:
        """Whether an article is of use to somebody with this right; one about no right in particular always is."""
        rights = self.law_rights.get(f"{cited.law}{cited.article}") or self.law_rights.get(cited.law)
        return rights is None or right in rights

    def label(self, slot: str, value: Any) -> str:
        """The Chinese words for a value, the value itself where the slot holds free text."""
        if isinstance(value, list):
            return "、".join(self.label(slot, one) for one in value)
        return self.vocabulary.get(slot, {}).get(value, str(value))


def load_rulebook(statutes: Statutes, institutions: Institutions, content: Path = CONTENT) -> Rulebook:
    """Read and check remedies, asks, vocabulary and holidays; raises ContentError naming file and line."""
    vocabulary = load(content / "vocabulary.yml", _Vocabulary).model_dump()
    law_rights = vocabulary.pop("law_rights")
    remedies = []
    seen: dict[str, Path] = {}
    for path in sorted((content / "remedies").glob("*.yml")):
        remedy = load(path, Remedy)
        _check_remedy(path, remedy, vocabulary, statutes, seen)
        for body in (remedy.body, *(rule.body for rule in remedy.takes if rule.body)):
            _check_body(path, body, institutions)
        remedies.append(remedy)
    asks = load(content / "asks.yml", _Asks).asks
    for index, ask in enumerate(asks):
        _check_when(content / "asks.yml", ("asks", index, "when"), ask.when, vocabulary)
    return Rulebook(tuple(remedies), asks, vocabulary, law_rights, WorkingDays.load(content))


def refer(
    facts: Facts, rules: Rulebook, institutions: Institutions, statutes: Statutes, succession: Succession, on: date
) -> Referral:
    """The referral for what is known on a day. Deterministic; the same facts always give the same roads."""
    facts = derive(facts, on, rules.workdays)
    if facts.get("situation") == "out_of_scope":
        return Referral("out", (), (), (), (), on)
    if facts.get("situation") == "ticket_service":
        return Referral("service", (), (), (), (), on)
    law = LawInTime(statutes, succession, on, act_of(facts))
    asks = next_asks(facts, rules)
    roads, closed = [], []
    for remedy in rules.remedies:
        barred = next((rule for rule in remedy.closes if holds(rule.when, facts)), None)
        opened = min((rule for rule in remedy.takes if holds(rule.when, facts)), key=lambda r: r.rank, default=None)
        if barred:
            closed.append(_closed(remedy, barred, law))
        elif opened and (lapsed := _lapsed(remedy, facts, rules, law)):
            closed.append(lapsed)
        elif opened:
            roads.append(_road(remedy, opened, facts, rules, institutions, law))
    roads.sort(key=lambda road: _order(road, facts, rules))
    kept = tuple(roads[:MOST_REMEDIES])
    scope: Literal["in", "clarify"] = "clarify" if any(ask.blocks for ask in asks) else "in"
    return Referral(scope, kept, tuple(closed), asks, _notices(kept, law), on, law.act.on if law.act else None)


def holds(when: When, facts: Facts) -> bool:
    """Whether every condition of a rule is met. An absent or unknown fact meets only `not` and `known: false`."""
    return all(_meets(slot, condition, facts.get(slot)) for slot, condition in when.items())


def derive(facts: Facts, on: date, workdays: WorkingDays) -> Facts:
    """The facts with what follows from them on that day: the years since a registration."""
    registered = facts.get("registered_on")
    if registered in (None, UNKNOWN) or facts.get("years_registered") not in (None, UNKNOWN):
        return facts
    start = date.fromisoformat(registered)
    # The last day of a year still belongs to it: whoever files on the fifth anniversary is in time.
    year_not_over = (on.month, on.day) <= (start.month, start.day)
    years = max(0, on.year - start.year - year_not_over)
    # Only a period within which one must act runs on past a holiday, not one that has to be waited for.
    if years == INVALIDATION_YEARS and on <= deadlines.add(start, Length(years=INVALIDATION_YEARS), workdays):
        years -= 1
    return facts | {"years_registered": years}


def next_asks(facts: Facts, rules: Rulebook) -> tuple[AskRule, ...]:
    """The questions that change the answer most; never one that was answered with 不清楚."""
    candidates = (ask for ask in rules.asks if ask.slot not in facts and holds(ask.when, facts))
    return choose(candidates, facts, lambda known: roads_of(known, rules))


def roads_of(facts: Mapping[str, Any], rules: Rulebook) -> tuple[str, ...]:
    """The keys of the open roads, best first, by the rules alone: no law is looked up, no period counted."""
    ranked = []
    for place, remedy in enumerate(rules.remedies):
        known = dict(facts)
        if any(holds(rule.when, known) for rule in remedy.closes):
            continue
        opened = [rule.rank for rule in remedy.takes if holds(rule.when, known)]
        if opened:
            ranked.append((min(opened) - 0.5 * (known.get("goal") in remedy.serves), place, remedy.key))
    return tuple(key for _, _, key in sorted(ranked))[:MOST_REMEDIES]


def _meets(slot: str, condition: Any, fact: Any) -> bool:
    known = fact is not None and fact != UNKNOWN and fact != []
    if isinstance(condition, dict):
        return all(_meets_one(slot, word, bound, fact, known) for word, bound in condition.items())
    return known and any(_equals(slot, value, fact) for value in _listed(condition))


def _meets_one(slot: str, word: str, bound: Any, fact: Any, known: bool) -> bool:
    if word == "known":
        return known is bound
    if word == "not":
        return not known or not any(_equals(slot, value, fact) for value in _listed(bound))
    return known and bool(_COMPARE[word](fact, bound))


def _equals(slot: str, value: Any, fact: Any) -> bool:
    return value in fact if slot in TEXT_SLOTS or slot in LIST_SLOTS else bool(value == fact)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _order(road: Road, facts: Facts, rules: Rulebook) -> tuple[float, date, int]:
    """Rank first; what serves the visitor's goal a little earlier; then the nearest deadline; then the book's order."""
    remedy = next(r for r in rules.remedies if r.key == road.key)
    fits = facts.get("goal") in remedy.serves
    due = min((d.act_by for d in road.deadlines if d.act_by), default=date.max)
    return (road.rank - 0.5 * fits, due, list(rules.vocabulary["remedy"]).index(road.key))


def act_of(facts: Facts) -> Act | None:
    """The act that the facts tell of; None while its day is not known."""
    day = _known(facts.get("acted_on"))
    if day is None:
        return None
    return Act(date.fromisoformat(day), "ongoing" in (facts.get("circumstances") or ()), _known(facts.get("right")))


def _road(
    remedy: Remedy, rule: TakeRule, facts: Facts, rules: Rulebook, institutions: Institutions, law: LawInTime
) -> Road:
    return Road(
        key=remedy.key,
        name=remedy.name,
        rule=rule.id,
        rank=rule.rank,
        why=rule.why,
        gives=remedy.gives,
        limits=remedy.limits,
        basis=_of_use(law.cite(remedy.basis), facts, rules),
        body=_body(rule.body or remedy.body, facts, institutions),
        materials=remedy.materials,
        deadlines=tuple(deadline for _, deadline in _living(remedy, facts, rules, law)),
        fees=remedy.fees.text if remedy.fees else None,
        goes_with=remedy.goes_with,
    )


def _closed(remedy: Remedy, rule: CloseRule, law: LawInTime) -> ClosedRoad:
    return ClosedRoad(remedy.key, remedy.name, rule.id, rule.why, law.cite(rule.basis))


def _lapsed(remedy: Remedy, facts: Facts, rules: Rulebook, law: LawInTime) -> ClosedRoad | None:
    for rule, deadline in _living(remedy, facts, rules, law):
        if rule.bars and (why := deadlines.lapsed(deadline, law.on)):
            return ClosedRoad(remedy.key, remedy.name, f"{remedy.key}-lapsed", why, (deadline.basis,))
    return None


def _living(remedy: Remedy, facts: Facts, rules: Rulebook, law: LawInTime) -> list[tuple[DeadlineRule, Deadline]]:
    """The deadlines that run now and are of use to this right."""
    found = deadlines.living(remedy.deadlines, _days(facts), law, rules.workdays)
    running = [(rule, one) for rule, one in found if holds(rule.when, facts)]
    return [(rule, one) for rule, one in running if rules.concerns(one.basis, facts.get("right"))] or running


def _days(facts: Facts) -> dict[str, date]:
    """Date slot → the day, for the days that are known."""
    return {slot: date.fromisoformat(facts[slot]) for slot in DATE_SLOTS if _known(facts.get(slot))}


def _of_use(basis: tuple[Citation, ...], facts: Facts, rules: Rulebook) -> tuple[Citation, ...]:
    """The citations that speak to the visitor's right; all of them where none does."""
    return tuple(one for one in basis if rules.concerns(one, facts.get("right"))) or basis


def _notices(kept: tuple[Road, ...], law: LawInTime) -> tuple[str, ...]:
    """What changes of law mean for these roads: about the act, about periods that began earlier, about what comes."""
    cited = tuple(dict.fromkeys(one for road in kept for one in road.basis))
    running = tuple(dict.fromkeys(one for road in kept for one in road.deadlines))
    return (*law.about_the_act(cited), *deadlines.notices(running, cited, law))


def _body(rule: BodyRule, facts: Facts, institutions: Institutions) -> Body:
    city = facts.get(rule.place) if rule.place != "none" else None
    county = facts.get("county") if rule.place == "city" else None
    return institutions.body(rule.kind, rule.level, _known(city), _known(county))


def _known(value: Any) -> Any:
    return None if value == UNKNOWN else value


def _road_as_dict(road: Road) -> dict[str, Any]:
    return {
        "key": road.key,
        "name": road.name,
        "rule": road.rule,
        "why": road.why,
        "gives": road.gives,
        "limits": road.limits,
        "basis": [c.as_dict() for c in road.basis],
        "body": {
            "kind": road.body.kind,
            "name": road.body.name,
            "city": road.body.city,
            "county": road.body.county,
            "note": road.body.note,
        },
        "materials": list(road.materials),
        "deadlines": [deadline.as_dict() for deadline in road.deadlines],
        "fees": road.fees,
        "goes_with": list(road.goes_with),
    }


class _Vocabulary(Strict):
    """The closed vocabularies; each value with its Chinese label. The order of `remedy` breaks ties."""

    right: dict[str, str]
    situation: dict[str, str]
    right_status: dict[str, str]
    other_status: dict[str, str]
    unused: dict[str, str]
    venue: dict[str, str]
    goal: dict[str, str]
    field: dict[str, str]
    circumstances: dict[str, str]
    remedy: dict[str, str]
    law_rights: dict[str, tuple[str, ...]]


def _check_remedy(
    path: Path, remedy: Remedy, vocabulary: dict[str, dict[str, str]], statutes: Statutes, seen: dict[str, Path]
) -> None:
    if remedy.key != path.stem or remedy.key not in vocabulary["remedy"]:
        raise ContentError(
            path, line_of(path, "key"), f"key 须与文件名一致，并在 vocabulary.yml 的 remedy 表里：{remedy.key}"
        )
    parts: tuple[tuple[str, tuple[TakeRule | CloseRule, ...]], ...] = (
        ("takes", remedy.takes),
        ("closes", remedy.closes),
    )
    for part, rules in parts:
        for index, rule in enumerate(rules):
            if rule.id in seen:
                raise ContentError(path, line_of(path, part, index), f"规则号 {rule.id} 已在 {seen[rule.id].name} 用过")
            seen[rule.id] = path
            _check_when(path, (part, index, "when"), rule.when, vocabulary)
    for index, deadline in enumerate(remedy.deadlines):
        _check_when(path, ("deadlines", index, "when"), deadline.when, vocabulary)
    cited: list[tuple[tuple[str | int, ...], str]] = [(("basis", i), n) for i, n in enumerate(remedy.basis)]
    cited += [(("closes", i, "basis", j), n) for i, rule in enumerate(remedy.closes) for j, n in enumerate(rule.basis)]
    cited += [(("deadlines", i, "basis"), d.basis) for i, d in enumerate(remedy.deadlines)]
    for keys, notation in cited:
        check_citation(path, keys, notation, statutes)
    for index, key in enumerate(remedy.goes_with):
        if key not in vocabulary["remedy"]:
            raise ContentError(path, line_of(path, "goes_with", index), f"没有 {key} 这种救济")


def _check_body(path: Path, body: BodyRule, institutions: Institutions) -> None:
    if body.kind not in institutions.kinds:
        raise ContentError(path, line_of(path, "body"), f"institutions.yml 里没有「{body.kind}」这类机构")
    if body.level not in institutions.levels(body.kind):
        raise ContentError(path, line_of(path, "body"), f"「{body.kind}」没有 {body.level} 这一级")


def _check_when(path: Path, keys: tuple[str | int, ...], when: When, vocabulary: dict[str, dict[str, str]]) -> None:
    free = TEXT_SLOTS | DATE_SLOTS | NUMBER_SLOTS | PLACE_SLOTS
    for slot, condition in when.items():
        if slot not in vocabulary and slot not in free:
            raise ContentError(path, line_of(path, *keys, slot), f"没有「{slot}」这个事实")
        if isinstance(condition, dict):
            if unknown := set(condition) - {"known", "not", "lt", "lte", "gt", "gte"}:
                raise ContentError(path, line_of(path, *keys, slot), f"看不懂条件「{unknown.pop()}」")
            condition = condition.get("not", [])
        for value in _listed(condition):
            if slot in vocabulary and value not in vocabulary[slot]:
                raise ContentError(path, line_of(path, *keys, slot), f"「{slot}」没有「{value}」这个取值")
