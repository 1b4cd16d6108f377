"""The rulebook: remedies, questions and vocabularies, read from `content/` and checked.

What may stand there, `rules.py` says; what follows from it for a visitor, `refer.py` works out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from knowledge.law.citations import Citation
from knowledge.law.notations import check_citation
from knowledge.law.statutes import Statutes
from knowledge.law.working_days import WorkingDays
from knowledge.places.institutions import Institutions
from knowledge.reviewed import CONTENT, ContentError, Strict, line_of, load
from knowledge.routing.checks import (
    Keys,
    Vocabulary,
    check_body,
    check_ids,
    check_remedies,
    check_when,
)
from knowledge.routing.rules import (
    ApplyRule,
    AskRule,
    ConflictRule,
    CourtRule,
    ExcludeRule,
    PriorityRule,
    Remedy,
)
from knowledge.slots import as_written


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

    @cached_property
    def position(self) -> dict[str, int]:
        """Remedy → its place in the vocabulary, which decides between remedies that stand level."""
        return {key: place for place, key in enumerate(self.vocabulary["remedy"])}

    def concerns(self, cited: Citation, right: str | None) -> bool:
        """Whether an article is of use to who has this right; one about no right always is."""
        by_article = self.law_rights.get(f"{cited.short_title}{cited.article}")
        rights = by_article or self.law_rights.get(cited.short_title)
        return rights is None or right in rights

    def label(self, slot: str, value: Any) -> str:
        """The Chinese words for a value, the value itself where the slot holds free text."""
        if isinstance(value, list):
            return "、".join(self.label(slot, one) for one in value)
        return self.vocabulary.get(slot, {}).get(value, str(as_written(value)))


def load_rulebook(
    statutes: Statutes, institutions: Institutions, content: Path = CONTENT
) -> Rulebook:
    """Read and check remedies, asks, courts, priorities, conflicts and vocabulary.

    Raises ContentError naming file and line.
    """
    vocabulary = load_vocabulary(content)
    law_rights = vocabulary.pop("law_rights")
    return Rulebook(
        _load_remedies(content / "remedies", vocabulary, statutes, institutions),
        _load_asks(content / "asks.yml", vocabulary),
        _load_courts(content / "courts.yml", vocabulary, institutions),
        _load_priorities(content / "priorities.yml", vocabulary),
        _load_conflicts(content / "conflicts.yml", vocabulary, statutes),
        vocabulary,
        law_rights,
        WorkingDays.load(content),
    )


def load_vocabulary(content: Path = CONTENT) -> dict[str, Any]:
    """The closed values of each slot with their labels, and `law_rights`.

    Raises ContentError, also where a value that ships is gone: code, forms and models know it.
    """
    path = content / "vocabulary.yml"
    words = load(path, _Vocabulary).model_dump()
    for slot, values in _shipped_values().items():
        if gone := [value for value in values if value not in words[slot]]:
            line = line_of(path, slot)
            raise ContentError(path, line, f"{slot}：少了 {gone[0]}，值不能删，只能改叫法或者添")
    return words


@cache
def _shipped_values() -> dict[str, list[str]]:
    """Slot → the values that ship."""
    shipped = load(CONTENT / "vocabulary.yml", _Vocabulary).model_dump()
    return {slot: list(values) for slot, values in shipped.items() if slot != "law_rights"}


# --- the files ------------------------------------------------------------------------------------


class _Vocabulary(Strict):
    """The closed vocabularies: value → Chinese label. The order of `remedy` breaks ties."""

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


class _Asks(Strict):
    asks: tuple[AskRule, ...]


class _Courts(Strict):
    courts: tuple[CourtRule, ...]


class _Priorities(Strict):
    priorities: tuple[PriorityRule, ...]


class _Conflicts(Strict):
    conflicts: tuple[ConflictRule, ...]


def _load_remedies(
    folder: Path, vocabulary: Vocabulary, statutes: Statutes, institutions: Institutions
) -> tuple[Remedy, ...]:
    remedies = []
    files_of_rules: dict[str, Path] = {}
    for path in sorted(folder.glob("*.yml")):
        remedy = load(path, Remedy)
        if remedy.key != path.stem or remedy.key not in vocabulary["remedy"]:
            raise ContentError(
                path,
                line_of(path, "key"),
                f"key 须与文件名一致，并在 vocabulary.yml 的 remedy 表里：{remedy.key}",
            )
        _check_rules(path, remedy, vocabulary, files_of_rules)
        for keys, notation in _cited(remedy):
            check_citation(path, keys, notation, statutes)
        check_remedies(path, ("goes_with",), remedy.goes_with, vocabulary)
        _check_bodies(path, remedy, institutions)
        remedies.append(remedy)
    return tuple(remedies)


def _check_rules(
    path: Path, remedy: Remedy, vocabulary: Vocabulary, files_of_rules: dict[str, Path]
) -> None:
    """The rules' numbers are taken by no other remedy, and their conditions name what exists."""
    numbered: list[tuple[Keys, ApplyRule | ExcludeRule]] = [
        *((("applies_when", index), rule) for index, rule in enumerate(remedy.applies_when)),
        *((("excluded_when", index), rule) for index, rule in enumerate(remedy.excluded_when)),
    ]
    for keys, rule in numbered:
        if rule.id in files_of_rules:
            taken = files_of_rules[rule.id].name
            raise ContentError(path, line_of(path, *keys), f"规则号 {rule.id} 已在 {taken} 用过")
        files_of_rules[rule.id] = path
        if isinstance(rule, ApplyRule) and not rule.when:
            message = "when 是空的，这条办法会对所有人开启，请写明在什么情况下"
            raise ContentError(path, line_of(path, *keys, "when"), message)
        check_when(path, (*keys, "when"), rule.when, vocabulary)
    for index, deadline in enumerate(remedy.deadlines):
        check_when(path, ("deadlines", index, "when"), deadline.when, vocabulary)


def _check_bodies(path: Path, remedy: Remedy, institutions: Institutions) -> None:
    check_body(path, ("body",), remedy.body, institutions)
    for index, rule in enumerate(remedy.applies_when):
        if rule.body:
            check_body(path, ("applies_when", index, "body"), rule.body, institutions)


def _cited(remedy: Remedy) -> Iterator[tuple[Keys, str]]:
    """Every article that a remedy names, with the keys under which it stands."""
    for place, notation in enumerate(remedy.basis):
        yield ("basis", place), notation
    for index, applies in enumerate(remedy.applies_when):
        for place, notation in enumerate(applies.basis):
            yield ("applies_when", index, "basis", place), notation
    for index, excluded in enumerate(remedy.excluded_when):
        for place, notation in enumerate(excluded.basis):
            yield ("excluded_when", index, "basis", place), notation
    for index, deadline in enumerate(remedy.deadlines):
        yield ("deadlines", index, "basis"), deadline.basis


def _load_asks(path: Path, vocabulary: Vocabulary) -> tuple[AskRule, ...]:
    asks = load(path, _Asks).asks
    for index, ask in enumerate(asks):
        check_when(path, ("asks", index, "when"), ask.when, vocabulary)
    return asks


def _load_courts(
    path: Path, vocabulary: Vocabulary, institutions: Institutions
) -> tuple[CourtRule, ...]:
    courts = load(path, _Courts).courts
    check_ids(path, "courts", [court.id for court in courts])
    for index, court in enumerate(courts):
        check_when(path, ("courts", index, "when"), court.when, vocabulary)
        check_body(path, ("courts", index), court, institutions)
    return courts


def _load_priorities(path: Path, vocabulary: Vocabulary) -> tuple[PriorityRule, ...]:
    priorities = load(path, _Priorities).priorities
    check_ids(path, "priorities", [rule.id for rule in priorities])
    for index, rule in enumerate(priorities):
        check_when(path, ("priorities", index, "when"), rule.when, vocabulary)
        if not isinstance(rule.remedies, str):
            check_remedies(path, ("priorities", index, "remedies"), rule.remedies, vocabulary)
        if rule.within is not None and rule.remedies != "dated":
            line = line_of(path, "priorities", index, "within")
            raise ContentError(path, line, "within 只能与 remedies: dated 连用")
    return priorities


def _load_conflicts(
    path: Path, vocabulary: Vocabulary, statutes: Statutes
) -> tuple[ConflictRule, ...]:
    conflicts = load(path, _Conflicts).conflicts
    check_ids(path, "conflicts", [rule.id for rule in conflicts])
    for index, rule in enumerate(conflicts):
        check_when(path, ("conflicts", index, "when"), rule.when, vocabulary)
        check_remedies(path, ("conflicts", index, "remedies"), rule.remedies, vocabulary)
        for place, notation in enumerate(rule.basis):
            check_citation(path, ("conflicts", index, "basis", place), notation, statutes)
    return conflicts
