"""How damages are reckoned for a right: the order of the methods and the range that the law gives,
never a forecast.

The act decides which version counts (`ApplicableLaw`). What is said stands in
`content/damages.yml`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from knowledge.law.applicable import ApplicableLaw
from knowledge.law.citations import Citation, citation
from knowledge.law.notations import check_citation
from knowledge.law.statutes import Statutes
from knowledge.reviewed import CONTENT, Strict, load

Method = Literal["loss", "profits", "licence_multiple", "licence_fee"]
TEN_THOUSAND = 10_000


class Statutory(Strict):
    """What a court may award where nothing can be ascertained, in yuan."""

    at_least: int | None = None
    at_most: int
    for_: str = Field(default="", alias="for")


class Punitive(Strict):
    """`least` and `most` are the multiples, both None where the law allows more than the loss and
    names no multiple.
    """

    fault: Literal["故意", "恶意"]
    least: int | None = None
    most: int | None = None

    @model_validator(mode="after")
    def _both_multiples_or_none(self) -> Self:
        if (self.least is None) != (self.most is None):
            raise ValueError("least 和 most 要么都写，要么都不写")
        return self


class Remark(Strict):
    text: str
    basis: str


class DamagesEntry(Strict):
    rights: tuple[str, ...] = Field(min_length=1)
    heading: str
    basis: str
    methods: tuple[tuple[Method, ...], ...] = Field(min_length=1)
    statutory: Statutory | None = None
    punitive: Punitive | None = None
    evidence: tuple[str, ...] = Field(min_length=1)
    defences: tuple[Remark, ...] = ()
    note: str = ""
    remarks: tuple[Remark, ...] = ()


class DamagesRules(Strict):
    caution: str
    unknown_right: str
    not_listed: str
    base_not_statutory: Remark
    claim_in_time: Remark
    methods: dict[Method, str]
    costs: str
    entries: tuple[DamagesEntry, ...]

    @model_validator(mode="after")
    def _every_method_has_its_words(self) -> Self:
        if missing := {
            one for entry in self.entries for step in entry.methods for one in step
        } - set(self.methods):
            raise ValueError(f"methods 里没有 {min(missing)} 的说法")
        return self

    @classmethod
    def load(cls, statutes: Statutes, content: Path = CONTENT) -> Self:
        """Read damages.yml; raises ContentError."""
        path = content / "damages.yml"
        rules = load(path, cls)
        for keys, notation in _cited(rules):
            check_citation(path, keys, notation, statutes)
        return rules


@dataclass(frozen=True)
class Damages:
    """What can be asked for under one version of a law.

    `order`, `range` and `punitive` are sentences, the last empty where the law knows no multiple;
    `least` and `most` are the statutory sum in yuan, None where the law names none. `remarks` and
    `defences` are phrases.
    """

    heading: str
    order: str
    range: str
    punitive: str
    least: int | None
    most: int | None
    evidence: tuple[str, ...]
    remarks: tuple[str, ...]
    defences: tuple[str, ...]
    basis: tuple[Citation, ...]


def damages(rules: DamagesRules, right: str | None, law: ApplicableLaw) -> tuple[Damages, ...]:
    """How damages for a right are reckoned, once for each version that judges the act; empty for a
    right not listed.

    Two versions come where the act began under one and goes on under the next. An article that is
    shown beside them is one in force on the day or on the day of the act.
    """
    entries = [entry for entry in rules.entries if right in entry.rights]
    judging = law.cite(entry.basis for entry in entries)
    return tuple(
        _damages(rules, entry, law)
        for entry in entries
        if set(_articles([entry.basis], law)) & set(judging)
    )


def _damages(rules: DamagesRules, entry: DamagesEntry, law: ApplicableLaw) -> Damages:
    about_multiples = (rules.base_not_statutory, rules.claim_in_time) if entry.punitive else ()
    remarks = (*about_multiples, *entry.remarks)
    notations = (
        entry.basis,
        *(one.basis for one in entry.defences),
        *(one.basis for one in remarks),
    )
    sum_ = entry.statutory
    return Damages(
        heading=entry.heading,
        order=_order(rules, entry),
        range=_range(entry),
        punitive=_punitive(entry.punitive),
        least=sum_.at_least if sum_ else None,
        most=sum_.at_most if sum_ else None,
        evidence=entry.evidence,
        remarks=tuple(one.text for one in remarks),
        defences=tuple(one.text for one in entry.defences),
        basis=_articles(notations, law),
    )


def _order(rules: DamagesRules, entry: DamagesEntry) -> str:
    steps = ["或者".join(rules.methods[one] for one in step) for step in entry.methods]
    later = "".join(
        f"，{'还' if index else ''}定不下来的再看{step}" for index, step in enumerate(steps[1:])
    )
    return f"{entry.heading}的赔偿先按{steps[0]}算{later}；{rules.costs}。"


def _range(entry: DamagesEntry) -> str:
    note = f"{entry.note}。" if entry.note else ""
    if entry.statutory is None:
        return f"法条没有写法定赔偿的数额。{note}"
    least = f"{_yuan(entry.statutory.at_least)}以上" if entry.statutory.at_least else ""
    acts = f"（限{entry.statutory.for_}）" if entry.statutory.for_ else ""
    return f"都定不下来的，法院可以在{least}{_yuan(entry.statutory.at_most)}以下酌定{acts}。{note}"


def _punitive(found: Punitive | None) -> str:
    if found is None:
        return ""
    if found.least is None:
        return f"{found.fault}侵权、情节严重的，还可以要求惩罚性赔偿，倍数这里的条文没写。"
    return f"{found.fault}侵权、情节严重的，可以在算出来的数额上要{found.least}到{found.most}倍。"


def _yuan(amount: int) -> str:
    """5000000 → 500万元, 500 → 500元."""
    return f"{amount}元" if amount % TEN_THOUSAND else f"{amount // TEN_THOUSAND}万元"


def _articles(notations: Iterable[str], law: ApplicableLaw) -> tuple[Citation, ...]:
    """The articles that a content file names: of their year where one is written, else today's."""
    found = (law.of_its_year(notation) or law.article(notation) for notation in notations)
    return tuple(dict.fromkeys(citation(article) for article in found if article))


def _cited(rules: DamagesRules) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for name in ("base_not_statutory", "claim_in_time"):
        yield (name, "basis"), getattr(rules, name).basis
    for index, entry in enumerate(rules.entries):
        yield ("entries", index, "basis"), entry.basis
        for place, one in enumerate(entry.defences):
            yield ("entries", index, "defences", place, "basis"), one.basis
        for place, one in enumerate(entry.remarks):
            yield ("entries", index, "remarks", place, "basis"), one.basis
