"""The rulebook: every remedy, question and word of the vocabularies, as lawyers wrote them, read and checked.

What stands in `content/` is told here as values; `knowledge.routing` evaluates it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from knowledge.law.citations import Citation
from knowledge.law.deadlines import DeadlineRule
from knowledge.law.notations import check_citation
from knowledge.law.statutes import Statutes
from knowledge.law.working_days import WorkingDays
from knowledge.places.institutions import Institutions
from knowledge.reviewed import CONTENT, ContentError, Strict, line_of, load
from knowledge.slots import DATE_SLOTS, NUMBER_SLOTS, PLACE_SLOTS, TEXT_SLOTS

When = dict[str, Any]
Vocabulary = dict[str, dict[str, str]]  # slot → value → Chinese label


class ApplyRule(Strict):
    id: str
    when: When
    rank: Literal[1, 2, 3]
    why: str
    body: "BodyRule | None" = None  # where this rule leads to another body than the remedy as such
    basis: tuple[str, ...] = ()  # articles of this case alone, told before the remedy's


class ExcludeRule(Strict):
    id: str
    when: When
    why: str
    basis: tuple[str, ...] = ()


class BodyRule(Strict):
    kind: str
    level: Literal["county", "city", "province", "national", "none"] = "none"
    place: Literal["city", "own_city", "none"] = "none"


class Sourced(Strict):
    """Words that a visitor reads, with where they were found: 待核 stands in the words where nobody confirmed them."""

    text: str
    source: str


class Evidence(Strict):
    """One line of an evidence checklist: what to prove the matter with, and how to come by it."""

    what: str
    how: str


class Examples(Strict):
    applies: tuple[str, ...] = ()
    not_: tuple[str, ...] = Field(default=(), alias="not")


class Remedy(Strict):
    key: str
    name: str
    can_do: str
    cannot_do: str
    for_goals: tuple[str, ...] = ()
    applies_when: tuple[ApplyRule, ...]
    excluded_when: tuple[ExcludeRule, ...] = ()
    basis: tuple[str, ...] = ()
    body: BodyRule
    materials: tuple[str, ...] = ()  # the papers to hand in
    evidence: tuple[Evidence, ...] = ()
    deadlines: tuple[DeadlineRule, ...] = ()
    duration: Sourced | None = None
    fees: Sourced | None = None
    goes_with: tuple[str, ...] = ()
    examples: Examples = Examples()


class CourtRule(BodyRule):
    """Which court hears the matter in the first instance, where a remedy leads to the competent court."""

    id: str
    when: When


class PriorityRule(Strict):
    """What moves an open road forward, by `boost` of a rank, and why.

    `remedies` names the roads, or those that serve the visitor's goal, or those with a day to act by that lies ahead
    (`within`: at most so many days). A boost of 0 decides between roads that stand level.
    """

    id: str
    name: str
    why: str
    when: When = Field(default_factory=dict)
    remedies: tuple[str, ...] | Literal["serves_goal", "dated"]
    within: int | None = None
    boost: float = Field(ge=0, le=1)


class ConflictRule(Strict):
    """What one proceeding means for another: told as a notice beside the roads that it touches."""

    id: str
    when: When
    remedies: tuple[str, ...] = Field(min_length=1)
    notice: str
    basis: tuple[str, ...] = ()


class AskOption(Strict):
    title: str
    value: str


class AskRule(Strict):
    slot: str
    required_for_routing: bool = (
        False  # without it the authority or the visitor's role would be another one
    )
    always_ask: bool = False  # a lawyer always asks this, whatever else could be asked
    when: When
    question: str
    options: tuple[AskOption, ...] = ()


class _Asks(Strict):
    asks: tuple[AskRule, ...]


class _Courts(Strict):
    courts: tuple[CourtRule, ...]


class _Priorities(Strict):
    priorities: tuple[PriorityRule, ...]


class _Conflicts(Strict):
    conflicts: tuple[ConflictRule, ...]


@dataclass(frozen=True)
class Rulebook:
    """All reviewed routing content.

    `vocabulary` maps slot → value → Chinese label; `law_rights` names the rights that a law or
    article of one field is about; `workdays` is the calendar by which periods are counted.
    """

    remedies: tuple[Remedy, ...]
    asks: tuple[AskRule, ...]
    courts: tuple[CourtRule, ...]  # the first that holds counts
    priorities: tuple[PriorityRule, ...]
    conflicts: tuple[ConflictRule, ...]
    vocabulary: Vocabulary
    law_rights: dict[str, tuple[str, ...]]
    workdays: WorkingDays

    def concerns(self, cited: Citation, right: str | None) -> bool:
        """Whether an article is of use to somebody with this right; one about no right in particular always is."""
        rights = self.law_rights.get(f"{cited.law}{cited.article}") or self.law_rights.get(
            cited.law
        )
        return rights is None or right in rights

    def label(self, slot: str, value: Any) -> str:
        """The Chinese words for a value, the value itself where the slot holds free text."""
        if isinstance(value, list):
            return "、".join(self.label(slot, one) for one in value)
        return self.vocabulary.get(slot, {}).get(value, str(value))


def load_rulebook(
    statutes: Statutes, institutions: Institutions, content: Path = CONTENT
) -> Rulebook:
    """Read and check remedies, asks, courts, priorities, conflicts and vocabulary.

    Raises ContentError naming file and line.
    """
    vocabulary = load(content / "vocabulary.yml", _Vocabulary).model_dump()
    law_rights = vocabulary.pop("law_rights")
    remedies = []
    seen: dict[str, Path] = {}
    for path in sorted((content / "remedies").glob("*.yml")):
        remedy = load(path, Remedy)
        _check_remedy(path, remedy, vocabulary, statutes, seen)
        _check_body(path, remedy.body, institutions, ("body",))
        for index, rule in enumerate(remedy.applies_when):
            if rule.body:
                _check_body(path, rule.body, institutions, ("applies_when", index, "body"))
        remedies.append(remedy)
    asks = load(content / "asks.yml", _Asks).asks
    for index, ask in enumerate(asks):
        check_when(content / "asks.yml", ("asks", index, "when"), ask.when, vocabulary)
    return Rulebook(
        tuple(remedies),
        asks,
        _load_courts(content / "courts.yml", vocabulary, institutions),
        _load_priorities(content / "priorities.yml", vocabulary),
        _load_conflicts(content / "conflicts.yml", vocabulary, statutes),
        vocabulary,
        law_rights,
        WorkingDays.load(content),
    )


def listed(value: Any) -> list[Any]:
    """A condition's values, where one may stand for a list of one."""
    return value if isinstance(value, list) else [value]


def _load_courts(
    path: Path, vocabulary: Vocabulary, institutions: Institutions
) -> tuple[CourtRule, ...]:
    courts = load(path, _Courts).courts
    _check_ids(path, "courts", [court.id for court in courts])
    for index, court in enumerate(courts):
        check_when(path, ("courts", index, "when"), court.when, vocabulary)
        _check_body(path, court, institutions, ("courts", index))
    return courts


def _load_priorities(path: Path, vocabulary: Vocabulary) -> tuple[PriorityRule, ...]:
    priorities = load(path, _Priorities).priorities
    _check_ids(path, "priorities", [rule.id for rule in priorities])
    for index, rule in enumerate(priorities):
        check_when(path, ("priorities", index, "when"), rule.when, vocabulary)
        if not isinstance(rule.remedies, str):
            _check_remedies(path, ("priorities", index, "remedies"), rule.remedies, vocabulary)
        if rule.within is not None and rule.remedies != "dated":
            raise ContentError(
                path,
                line_of(path, "priorities", index, "within"),
                "within 只能与 remedies: dated 连用",
            )
    return priorities


def _load_conflicts(
    path: Path, vocabulary: Vocabulary, statutes: Statutes
) -> tuple[ConflictRule, ...]:
    conflicts = load(path, _Conflicts).conflicts
    _check_ids(path, "conflicts", [rule.id for rule in conflicts])
    for index, rule in enumerate(conflicts):
        check_when(path, ("conflicts", index, "when"), rule.when, vocabulary)
        _check_remedies(path, ("conflicts", index, "remedies"), rule.remedies, vocabulary)
        for place, notation in enumerate(rule.basis):
            check_citation(path, ("conflicts", index, "basis", place), notation, statutes)
    return conflicts


def _check_ids(path: Path, part: str, ids: list[str]) -> None:
    for index, one in enumerate(ids):
        if one in ids[:index]:
            raise ContentError(path, line_of(path, part, index), f"规则号 {one} 用了两次")


def _check_remedies(
    path: Path, keys: tuple[str | int, ...], named: tuple[str, ...], vocabulary: Vocabulary
) -> None:
    for index, key in enumerate(named):
        if key not in vocabulary["remedy"]:
            raise ContentError(path, line_of(path, *keys, index), f"没有 {key} 这种救济")


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
    path: Path, remedy: Remedy, vocabulary: Vocabulary, statutes: Statutes, seen: dict[str, Path]
) -> None:
    if remedy.key != path.stem or remedy.key not in vocabulary["remedy"]:
        raise ContentError(
            path,
            line_of(path, "key"),
            f"key 须与文件名一致，并在 vocabulary.yml 的 remedy 表里：{remedy.key}",
        )
    parts: tuple[tuple[str, tuple[ApplyRule | ExcludeRule, ...]], ...] = (
        ("applies_when", remedy.applies_when),
        ("excluded_when", remedy.excluded_when),
    )
    for part, rules in parts:
        for index, rule in enumerate(rules):
            if rule.id in seen:
                raise ContentError(
                    path,
                    line_of(path, part, index),
                    f"规则号 {rule.id} 已在 {seen[rule.id].name} 用过",
                )
            seen[rule.id] = path
            check_when(path, (part, index, "when"), rule.when, vocabulary)
    for index, deadline in enumerate(remedy.deadlines):
        check_when(path, ("deadlines", index, "when"), deadline.when, vocabulary)
    cited: list[tuple[tuple[str | int, ...], str]] = [
        (("basis", i), n) for i, n in enumerate(remedy.basis)
    ]
    cited += [
        (("applies_when", i, "basis", j), n)
        for i, rule in enumerate(remedy.applies_when)
        for j, n in enumerate(rule.basis)
    ]
    cited += [
        (("excluded_when", i, "basis", j), n)
        for i, rule in enumerate(remedy.excluded_when)
        for j, n in enumerate(rule.basis)
    ]
    cited += [(("deadlines", i, "basis"), d.basis) for i, d in enumerate(remedy.deadlines)]
    for keys, notation in cited:
        check_citation(path, keys, notation, statutes)
    _check_remedies(path, ("goes_with",), remedy.goes_with, vocabulary)


def _check_body(
    path: Path, body: BodyRule, institutions: Institutions, keys: tuple[str | int, ...]
) -> None:
    if body.kind not in institutions.kinds:
        raise ContentError(
            path, line_of(path, *keys, "kind"), f"institutions.yml 里没有「{body.kind}」这类机构"
        )
    if body.level not in institutions.levels(body.kind):
        raise ContentError(
            path, line_of(path, *keys, "kind"), f"「{body.kind}」没有 {body.level} 这一级"
        )


def check_when(path: Path, keys: tuple[str | int, ...], when: When, vocabulary: Vocabulary) -> None:
    """Raise ContentError where a condition under `keys` asks for a fact or a value that does not exist."""
    free = TEXT_SLOTS | DATE_SLOTS | NUMBER_SLOTS | PLACE_SLOTS
    for slot, condition in when.items():
        if slot not in vocabulary and slot not in free:
            raise ContentError(path, line_of(path, *keys, slot), f"没有「{slot}」这个事实")
        if isinstance(condition, dict):
            if unknown := set(condition) - {"known", "not", "lt", "lte", "gt", "gte"}:
                raise ContentError(
                    path, line_of(path, *keys, slot), f"看不懂条件「{unknown.pop()}」"
                )
            condition = condition.get("not", [])
        for value in listed(condition):
            if slot in vocabulary and value not in vocabulary[slot]:
                raise ContentError(
                    path, line_of(path, *keys, slot), f"「{slot}」没有「{value}」这个取值"
                )
