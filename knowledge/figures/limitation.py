"""Until when money can be claimed for an infringement: the limitation of actions, from the facts
that are known.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

from pydantic import Field

from knowledge.law.applicable import ApplicableLaw
from knowledge.law.citations import Citation, citation
from knowledge.law.deadlines import Length, add, last_day_note, unmoved
from knowledge.law.notations import check_citation
from knowledge.law.statutes import Statutes
from knowledge.law.working_days import WorkingDays
from knowledge.reviewed import CONTENT, Strict, load


class _ByRight(Strict):
    rights: tuple[str, ...] = Field(min_length=1)
    basis: str
    back: bool = False  # says that damages of what goes on reach back so many years before the suit


class _Stop(Strict):
    text: str
    basis: str


class _Interrupted(Strict):
    text: str
    basis: tuple[str, ...]


class LimitationRules(Strict):
    general: str
    years: int
    longest_years: int
    by_right: tuple[_ByRight, ...]
    stop: _Stop
    interrupted: _Interrupted

    @classmethod
    def load(cls, statutes: Statutes, content: Path = CONTENT) -> Self:
        """Read limitation.yml; raises ContentError."""
        path = content / "limitation.yml"
        rules = load(path, cls)
        for keys, notation in _cited(rules):
            check_citation(path, keys, notation, statutes)
        return rules


@dataclass(frozen=True)
class Limitation:
    """`ends_on`: the last day to sue, counted from the day of the act; None where that is not known
    or it goes on.

    `reaches_back_to`: the first day for which money can be asked if one sues today, where the
    infringement goes on.
    """

    sentence: str
    ends_on: date | None
    reaches_back_to: date | None
    basis: tuple[Citation, ...]


def limitation(
    rules: LimitationRules,
    right: str | None,
    acted_on: date | None,
    goes_on: bool,
    law: ApplicableLaw,
    workdays: WorkingDays,
) -> Limitation:
    """Until when one can sue for money, told on the day of `law`.

    The period runs from the day on which the loss and the infringer are known or should be. Nobody
    knows them before the act, so that `acted_on`, the latest day on which it can have begun, is
    taken as the start, and the sentence says so.
    """
    length = Length(years=rules.years)
    special = [one for one in rules.by_right if right in one.rights]
    reaching = goes_on and any(one.back for one in special)
    back = unmoved(law.on, Length(years=-rules.years)) if reaching else None
    ends_on = add(acted_on, length, workdays) if acted_on and not goes_on else None
    parts = [
        f"要赔偿的诉讼时效是{rules.years}年，从知道或者应当知道权利受损和是谁干的那天算，"
        f"最长{rules.longest_years}年。"
    ]
    if ends_on and acted_on:
        parts.append(
            f"按您说的事最晚发生在{acted_on}算，到{ends_on}{'已经' if ends_on < law.on else ''}满；"
            "后来才知道是谁的从那天起算，事情其实更早、您也早就知道或者应当知道的，到期还要更早。"
        )
        parts.append(last_day_note(acted_on, length, workdays) or "")
    elif goes_on and reaching:
        parts.append(f"还在继续的，今天起诉的话，一般能要{back}以来的部分，越拖能要的越少。")
    elif goes_on:
        parts.append("还在继续的，从哪天算没有收录到专门规定，请尽早主张。")
    parts.append(f"{rules.stop.text}；{rules.interrupted.text}。")
    notations = (
        rules.general,
        *(one.basis for one in special),
        rules.stop.basis,
        *rules.interrupted.basis,
    )
    cited = tuple(
        dict.fromkeys(citation(article) for one in notations if (article := law.article(one)))
    )
    return Limitation("".join(parts), ends_on, back, cited)


def _cited(rules: LimitationRules) -> Iterator[tuple[tuple[str | int, ...], str]]:
    yield ("general",), rules.general
    yield ("stop", "basis"), rules.stop.basis
    for index, one in enumerate(rules.by_right):
        yield ("by_right", index, "basis"), one.basis
    for index, notation in enumerate(rules.interrupted.basis):
        yield ("interrupted", "basis", index), notation
