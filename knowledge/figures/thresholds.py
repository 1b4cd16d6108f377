"""From which sums on infringing is a crime: the numbers, each to be verified, and how a stated sum
compares with them.

Whether a case is opened is for the police to decide, and every sentence says so. The numbers stand
in `content/thresholds.yml`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from pydantic import Field

from knowledge.law.applicable import ApplicableLaw
from knowledge.law.citations import Citation, citation
from knowledge.law.notations import check_citation
from knowledge.law.statutes import Statutes
from knowledge.reviewed import CONTENT, Strict, load

TEN_THOUSAND = 10_000
# Yuan that a stated sum means at least and at most; most is None where it is open.
Span = tuple[int, int | None]


class Measure(Strict):
    """One number; `source` says where it was read."""

    what: str
    at_least: int
    unit: Literal["元", "件", "部", "次", "人"]
    source: str

    @property
    def amount(self) -> str:
        """50000 → 5万元, 500 → 500件."""
        whole = self.at_least % TEN_THOUSAND == 0
        return (
            f"{self.at_least // TEN_THOUSAND}万{self.unit}"
            if whole
            else f"{self.at_least}{self.unit}"
        )


class Crime(Strict):
    key: str
    name: str
    rights: tuple[str, ...] = Field(min_length=1)
    basis: str
    needs: str
    measures: tuple[Measure, ...] = Field(min_length=1)
    special: tuple[Measure, ...] = ()
    unobtained: tuple[str, ...] = ()


class ThresholdRules(Strict):
    decision: str
    to_verify: str
    unobtained: str
    lower_when_special: str
    not_listed: str
    unknown_right: str
    crimes: tuple[Crime, ...]

    @classmethod
    def load(cls, statutes: Statutes, content: Path = CONTENT) -> Self:
        """Read thresholds.yml; raises ContentError."""
        path = content / "thresholds.yml"
        rules = load(path, cls)
        for index, crime in enumerate(rules.crimes):
            check_citation(path, ("crimes", index, "basis"), crime.basis, statutes)
        return rules


@dataclass(frozen=True)
class Threshold:
    """A crime with its numbers: `sentence` tells them with what else must be there, `sources` where
    they were read.

    `compared` says how a stated sum stands to those in yuan, None without one.
    """

    name: str
    sentence: str
    sources: tuple[str, ...]
    compared: str | None
    basis: Citation


def thresholds(
    rules: ThresholdRules, right: str | None, amount: Span | None, law: ApplicableLaw
) -> tuple[Threshold, ...]:
    """The crimes that concern a right whose article is in force, in the order of the law."""
    found = ((crime, law.article(crime.basis)) for crime in rules.crimes if right in crime.rights)
    return tuple(
        Threshold(
            name=crime.name,
            sentence=_sentence(rules, crime),
            sources=tuple(dict.fromkeys(one.source for one in (*crime.measures, *crime.special))),
            compared=_compared(rules, crime, amount),
            basis=citation(article),
        )
        for crime, article in found
        if article
    )


def _sentence(rules: ThresholdRules, crime: Crime) -> str:
    numbers = f"{_numbers(crime.measures)}（{rules.to_verify}）。"
    special = f"特别情形：{_numbers(crime.special)}（{rules.to_verify}）。" if crime.special else ""
    unobtained = (
        f"{'、'.join(crime.unobtained)}也算，{rules.unobtained}。" if crime.unobtained else ""
    )
    return f"{crime.name}：{numbers}{special}{unobtained}{crime.needs}。"


def _numbers(measures: tuple[Measure, ...]) -> str:
    return "，或".join(f"{one.what}{one.amount}以上" for one in measures)


def _compared(rules: ThresholdRules, crime: Crime, amount: Span | None) -> str | None:
    """How a sum stands to the numbers in yuan; which of them it is a sum of, the visitor knows
    best.

    A vague sum (几万) is compared only with those that all it may mean reaches or misses. A sum
    that misses them is not told to be too small: it may reach the number of a special case, or one
    that has not been obtained.
    """
    in_yuan = [one for one in crime.measures if one.unit == "元"]
    if amount is None:
        return None
    least, most = amount
    reached = [one for one in in_yuan if least >= one.at_least]
    missed = [one for one in in_yuan if most is not None and most < one.at_least]
    parts = [
        f"{verb}「{'、'.join(f'{one.what}{one.amount}' for one in which)}」（待核）的数字"
        for verb, which in (("达到", reached), ("未达到", missed))
        if which
    ]
    if missed and crime.special:
        parts.append(rules.lower_when_special)
    if crime.unobtained and not reached:
        parts.append(f"「{'、'.join(crime.unobtained)}」的{rules.unobtained}")
    return f"说的数额{'，'.join(parts)}，{rules.decision}。" if parts else None
