"""Facts in, remedies out: which roads are open, in which order, why, and what to ask next.

Every decision is a rule in `content/remedies/*.yml` that a lawyer can read; nothing here depends on similarity.
All functions are pure: the day, the statutes and the institutions are passed in.
"""

import calendar
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from knowledge.asks import UNKNOWN, answered, choose
from knowledge.citations import Citation, Reference, citation
from knowledge.institutions import Body, Institutions
from knowledge.intime import MOST_CHANGES, Act, LawInTime, changes_soon, what_comes
from knowledge.statutes import CONTENT, Article, Statutes, UnknownArticle, UnknownLaw
from knowledge.succession import Succession
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
MOST_BRANCHES = 4
HOLIDAYS = timedelta(days=10)  # a period that ends on a holiday runs on to the next working day


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


class Length(Strict):
    days: int = 0
    workdays: int = 0
    months: int = 0
    years: int = 0


class DeadlineRule(Strict):
    when: When = Field(default_factory=dict)  # shown only where this holds
    what: str
    period: str
    from_: str = Field(alias="from")
    starts: Literal["doc_received_on", "published_on", "registered_on"] | None = None
    length: Length | None = None
    bars: bool = False  # once it has passed, the road is closed
    basis: str


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
class OtherPeriod:
    """The same period as the version before or after today's has it; `turns` is the day of the change."""

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
    """A period of today's law, with the one of the other version where a change of law may touch it.

    `act_by` is the earlier of both days that is still ahead.
    """

    what: str
    period: str
    from_: str
    due: date | None
    act_by: date | None
    basis: Citation
    other: OtherPeriod | None = None


@dataclass(frozen=True)
class Road:
    """A remedy that is open, with the rule that opened it. `drafts`: (key, title) of papers that can be prefilled for it."""

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
    drafts: tuple[tuple[str, str], ...] = ()


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
    article of one field is about.
    """

    remedies: tuple[Remedy, ...]
    asks: tuple[AskRule, ...]
    vocabulary: dict[str, dict[str, str]]
    law_rights: dict[str, tuple[str, ...]]

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
    """Read and check remedies, asks and vocabulary; raises ContentError naming file and line."""
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
        check_when(content / "asks.yml", ("asks", index, "when"), ask.when, vocabulary)
    return Rulebook(tuple(remedies), asks, vocabulary, law_rights)


def refer(
    facts: Facts, rules: Rulebook, institutions: Institutions, statutes: Statutes, succession: Succession, on: date
) -> Referral:
    """The referral for what is known on a day. Deterministic; the same facts always give the same roads."""
    facts = derive(facts, on)
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


def derive(facts: Facts, on: date) -> Facts:
    """The facts with what follows from them on that day: the years since a registration."""
    registered = facts.get("registered_on")
    if registered in (None, UNKNOWN) or facts.get("years_registered") not in (None, UNKNOWN):
        return facts
    start = date.fromisoformat(registered)
    # The last day of a year still belongs to it: whoever files on the fifth anniversary is in time.
    year_not_over = (on.month, on.day) <= (start.month, start.day)
    return facts | {"years_registered": max(0, on.year - start.year - year_not_over)}


def next_asks(facts: Facts, rules: Rulebook) -> tuple[AskRule, ...]:
    """The questions that change the answer most; never one that was answered with 不清楚."""
    candidates = (ask for ask in rules.asks if ask.slot not in facts and holds(ask.when, facts))
    return choose(candidates, facts, lambda known: roads_of(known, rules))


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
        roads = roads_of(known | {slot: answered(slot, option.value)}, rules) if option.value != UNKNOWN else ()
        if roads:
            titles.setdefault(roads[0], []).append(option.title)
    if len(titles) < 2:
        return ()
    names = rules.vocabulary["remedy"]
    return tuple(Branch(tuple(said), names[key]) for key, said in titles.items())[:MOST_BRANCHES]


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


def add(start: date, length: Length) -> date | None:
    """The last day of a period that begins the day after `start`; None for periods counted in working days.

    Not moved past holidays: the earlier date is the safe one to tell.
    """
    if length.workdays:
        return None
    months = start.month - 1 + length.months + 12 * length.years
    year, month = start.year + months // 12, months % 12 + 1
    day = min(start.day, calendar.monthrange(year, month)[1])
    return date(year, month, day) + timedelta(days=length.days)


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
    """The act that the facts speak of; None while its day is not known."""
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
        last = _last(deadline)
        if rule.bars and last and last + HOLIDAYS < law.on:
            period = deadline.period
            if deadline.other and last != deadline.due:
                period = f"{period}，旧法是{deadline.other.period}"
            why = f"{deadline.what}的期限是{period}（{deadline.from_}起算），到{last}已经届满。"
            return ClosedRoad(remedy.key, remedy.name, f"{remedy.key}-lapsed", why, (deadline.basis,))
    return None


def _last(deadline: Deadline) -> date | None:
    """The last day under today's law, or under the former where the period began under it and is longer there."""
    former = deadline.other.due if deadline.other and not deadline.other.comes else None
    return max(filter(None, (deadline.due, former)), default=None)


def _living(remedy: Remedy, facts: Facts, rules: Rulebook, law: LawInTime) -> list[tuple[DeadlineRule, Deadline]]:
    """The deadlines whose basis is in force on the day and of use to this right.

    Periods are today's, whenever the act was.
    """
    living = []
    for rule in remedy.deadlines:
        article = law.article(rule.basis)
        if article is None or not holds(rule.when, facts):
            continue
        due, other = _due(rule, facts), _other_period(remedy, rule, article, facts, law)
        act_by = _earlier(due, other, law.on)
        living.append((rule, Deadline(rule.what, rule.period, rule.from_, due, act_by, citation(article), other)))
    right = facts.get("right")
    return [(rule, one) for rule, one in living if rules.concerns(one.basis, right)] or living


def _other_period(
    remedy: Remedy, rule: DeadlineRule, today: Article, facts: Facts, law: LawInTime
) -> OtherPeriod | None:
    """The period of another length that matters too.

    The coming one when it is near or today's runs past the change, the former one when the period began under it.
    """
    due, began = _due(rule, facts), _start(rule, facts)
    for other in remedy.deadlines:
        article = law.of_its_year(other.basis)
        if other.what != rule.what or other.period == rule.period or article is None or article.law != today.law:
            continue
        comes = article.in_force_from > law.on
        turns = article.in_force_from if comes else today.in_force_from
        if comes:
            matters = due >= turns if due else changes_soon(today, law.on) == turns
        else:
            matters = began is not None and began < turns
        if matters:
            return OtherPeriod(other.period, article, _due(other, facts), turns)
    return None


def _earlier(due: date | None, other: OtherPeriod | None, on: date) -> date | None:
    """The day to act by: the earlier of both periods that is still ahead.

    Once the coming, shorter period has passed, the last day of today's law is the last one that is sure.
    """
    if due is None or other is None or other.due is None:
        return due
    ahead = [day for day in (due, other.due) if day >= on]
    if other.comes and other.due < on:
        ahead.append(other.turns - timedelta(days=1))
    return min(ahead, default=due)


def _of_use(basis: tuple[Citation, ...], facts: Facts, rules: Rulebook) -> tuple[Citation, ...]:
    """The citations that speak to the visitor's right; all of them where none does."""
    return tuple(one for one in basis if rules.concerns(one, facts.get("right"))) or basis


def _notices(kept: tuple[Road, ...], law: LawInTime) -> tuple[str, ...]:
    """What changes of law mean for these roads: about the act, about periods that began earlier, about what comes."""
    cited = tuple(dict.fromkeys(one for road in kept for one in road.basis))
    touched = tuple(dict.fromkeys(one for road in kept for one in road.deadlines if one.other))
    periods = [sentence for one in touched if (sentence := _began_under_the_former(one, law.on))]
    return (*law.about_the_act(cited), *periods, *_what_comes(cited, touched, law))


def _began_under_the_former(deadline: Deadline, on: date) -> str | None:
    """Both ends of a period that began under the former version and is still open under one of the two."""
    other = deadline.other
    last = _last(deadline)
    if other is None or other.comes or last is None or last < on:
        return None
    return (
        f"{deadline.from_}早于{other.turns}的，{deadline.what}按旧法是{other.period}（到{other.due}），"
        f"按现行法是{deadline.period}（到{deadline.due}）。过渡办法尚未见到规定，请马上办，不要等到晚的那个日期。"
    )


def _what_comes(cited: tuple[Citation, ...], touched: tuple[Deadline, ...], law: LawInTime) -> list[str]:
    """One sentence for each law that changes soon: changed periods first, then what else changes of what is cited."""
    changes: dict[tuple[date, str], list[str]] = {}
    for one in touched:
        if one.other and one.other.comes:
            by_new_law = f"，按新法算到{one.other.due}" if one.other.due else ""
            changes.setdefault((one.other.turns, one.basis.law), []).append(
                f"{one.what}由{one.period}变为{one.other.period}（新{one.other.article.article}{by_new_law}）"
            )
    shortened = set(changes)
    told = {one.basis for one in touched}
    for key, what in law.coming_changes(one for one in cited if one not in told).items():
        changes[key] = [*changes.get(key, []), *what][:MOST_CHANGES]
    return [
        what_comes(turns, name, changes[turns, name])
        + ("过渡办法尚未见到规定，请按较早的日期办。" if (turns, name) in shortened else "")
        for turns, name in sorted(changes)
    ]


def _due(rule: DeadlineRule, facts: Facts) -> date | None:
    start = _start(rule, facts)
    return add(start, rule.length) if start and rule.length else None


def _start(rule: DeadlineRule, facts: Facts) -> date | None:
    day = _known(facts.get(rule.starts)) if rule.starts else None
    return date.fromisoformat(day) if day else None


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
        "deadlines": [
            {
                "what": d.what,
                "period": d.period,
                "from": d.from_,
                "due": d.due.isoformat() if d.due else None,
                "act_by": d.act_by.isoformat() if d.act_by else None,
                "basis": d.basis.as_dict(),
            }
            for d in road.deadlines
        ],
        "fees": road.fees,
        "goes_with": list(road.goes_with),
        "drafts": [{"key": key, "title": title} for key, title in road.drafts],
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
    slot: dict[str, str]
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
            check_when(path, (part, index, "when"), rule.when, vocabulary)
    for index, deadline in enumerate(remedy.deadlines):
        check_when(path, ("deadlines", index, "when"), deadline.when, vocabulary)
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


def check_citation(path: Path, keys: tuple[str | int, ...], notation: str, statutes: Statutes) -> None:
    """Raise ContentError where what stands under `keys` names no article, or not which version of it."""
    try:
        reference = Reference.parse(notation)
        law = statutes.laws[statutes.short_title(reference.law)]
        if reference.year is None and len(law.versions) > 1:
            raise ValueError(
                f"{law.short} 有几个版本，请写明年份，如 {law.short}({law.versions[-1].version_date.year})"
            )
        statutes.of_year(law.short, reference.year or law.versions[0].version_date.year, reference.article)
    except UnknownLaw as error:
        raise ContentError(path, line_of(path, *keys), f"laws.yml 里没有「{notation}」这部法") from error
    except UnknownArticle as error:
        raise ContentError(path, line_of(path, *keys), f"查无此条：「{notation}」") from error
    except ValueError as error:
        raise ContentError(path, line_of(path, *keys), str(error)) from error


def check_when(path: Path, keys: tuple[str | int, ...], when: When, vocabulary: dict[str, dict[str, str]]) -> None:
    """Raise ContentError where a condition under `keys` asks for a fact or a value that does not exist."""
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
