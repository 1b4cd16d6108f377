"""From which sums on infringing is a crime: the numbers, each to be verified, and how a stated sum compares with them.

Whether a case is opened is for the police to decide, and every sentence says so. The numbers stand in
`content/thresholds.yml`.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from pydantic import Field

from knowledge.citations import Citation, citation
from knowledge.intime import LawInTime
from knowledge.notations import check_citation
from knowledge.statutes import CONTENT, Statutes
from knowledge.yamlfile import Strict, load

TEN_THOUSAND = 10_000
_UNITS = {"十": 10, "百": 100, "千": 1_000, "万": TEN_THOUSAND, "亿": 100_000_000}
_DIGITS = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_NUMBER = rf"\d+(?:\.\d+)?|[{''.join(_DIGITS)}{''.join(_UNITS)}]+"
_SAID = re.compile(
    rf"(?P<number>{_NUMBER})[来多]?(?P<unit>[百千]?[万亿]|[百千])?(?:多|左右|上下)?(?:元|块钱?|人民币)?(?:多|左右)?"
)


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
        return f"{self.at_least // TEN_THOUSAND}万{self.unit}" if whole else f"{self.at_least}{self.unit}"


class Crime(Strict):
    key: str
    name: str
    rights: tuple[str, ...] = Field(min_length=1)
    basis: str
    needs: str
    measures: tuple[Measure, ...] = Field(min_length=1)
    special: tuple[Measure, ...] = ()


class ThresholdRules(Strict):
    decision: str
    to_verify: str
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
    """A crime with its numbers: `sentence` tells them with what else must be there, `sources` where they were read.

    `compared` says how a stated sum stands to those in yuan, None without one.
    """

    name: str
    sentence: str
    sources: tuple[str, ...]
    compared: str | None
    basis: Citation


def thresholds(rules: ThresholdRules, right: str | None, amount: int | None, law: LawInTime) -> tuple[Threshold, ...]:
    """The crimes that concern a right whose article is in force, in the order of the law. `amount`: in yuan."""
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


def yuan(words: str) -> int | None:
    """'8万', '三十多万元', '5000块', '1.2亿' in yuan, of 多 the least; None for what names no certain sum, such as 几万."""
    found = _SAID.fullmatch(words.strip().replace(",", "").replace("w", "万"))
    if not found:
        return None
    number, factor = found["number"], 1
    for unit in found["unit"] or "":
        factor *= _UNITS[unit]
    value = float(number) if number[0].isdigit() else _chinese(number)
    return round(value * factor) if value else None


def _sentence(rules: ThresholdRules, crime: Crime) -> str:
    numbers = f"{_numbers(crime.measures)}（{rules.to_verify}）。"
    special = f"特别情形：{_numbers(crime.special)}（{rules.to_verify}）。" if crime.special else ""
    return f"{crime.name}：{numbers}{special}{crime.needs}。"


def _numbers(measures: tuple[Measure, ...]) -> str:
    return "，或".join(f"{one.what}{one.amount}以上" for one in measures)


def _compared(rules: ThresholdRules, crime: Crime, amount: int | None) -> str | None:
    """How a sum stands to the numbers in yuan; which of them it is a sum of, the visitor knows best."""
    in_yuan = [one for one in crime.measures if one.unit == "元"]
    if amount is None or not in_yuan:
        return None
    parts = []
    for verb, reached in (("达到", True), ("未达到", False)):
        if named := [f"{one.what}{one.amount}" for one in in_yuan if (amount >= one.at_least) is reached]:
            parts.append(f"{verb}「{'、'.join(named)}」（待核）的数字")
    return f"说的数额{'，'.join(parts)}，{rules.decision}。"


def _chinese(words: str) -> float:
    """'三十' → 30, '两千五百' → 2500, '一百二十万' → 1200000."""
    total = section = digit = 0
    for character in words:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif _UNITS[character] < TEN_THOUSAND:
            section, digit = section + (digit or 1) * _UNITS[character], 0
        else:
            total, section, digit = total + (section + digit) * _UNITS[character], 0, 0
    return total + section + digit
