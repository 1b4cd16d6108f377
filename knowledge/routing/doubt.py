"""Whether to tell a way or to ask first: what costs the visitor least, from `content/doubt.yml`.

Pure. Chances are those of the situations, 0 to 1; together at most 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.reviewed import CONTENT, ContentError, Strict, load
from knowledge.routing.conditions import When
from knowledge.routing.rules import AskOption, AskRule

MOST_OPTIONS = 4
_LEAST_OPTIONS = 2
_LEAST_CHANCE = 0.04  # below it a situation is no button
_OPEN_SIDE = 0.2  # from this chance on, another side is not ruled out


class _Costs(Strict):
    wrong_side: float
    wrong_road: float
    alike: float
    question: float
    repeated_question: float


class _File(Strict):
    costs: _Costs
    sides: dict[str, tuple[str, ...]]
    alike: tuple[tuple[str, str], ...]
    attacking: tuple[str, ...]
    question: str
    options: dict[str, str]
    first_of_all: str


@dataclass(frozen=True)
class Doubt:
    """What is open about the situation: the likeliest ones, best first, and whether the side is."""

    situations: tuple[str, ...]
    side_open: bool


@dataclass(frozen=True)
class DoubtRules:
    """The table of costs. `attacking` are the remedies not shown while the side is open;
    `first_of_all` holds whatever the situation is.
    """

    costs: Mapping[str, float]
    sides: Mapping[str, str]
    alike: frozenset[frozenset[str]]
    attacking: frozenset[str]
    question: str
    options: Mapping[str, str]
    first_of_all: str

    @classmethod
    def load(
        cls, vocabulary: Mapping[str, Mapping[str, str]], content: Path = CONTENT
    ) -> "DoubtRules":
        """Read the table; raises ContentError where a value stands in no vocabulary."""
        path = content / "doubt.yml"
        file = load(path, _File)
        sides = {situation: side for side, ones in file.sides.items() for situation in ones}
        named = {*sides, *file.options, *(one for pair in file.alike for one in pair)}
        known = vocabulary["situation"]
        wrong = [*(named - set(known)), *(set(file.attacking) - set(vocabulary["remedy"]))]
        if wrong:
            raise ContentError(path, 1, f"vocabulary.yml 里没有 {wrong[0]}")
        return cls(
            file.costs.model_dump(),
            sides,
            frozenset(map(frozenset, file.alike)),
            frozenset(file.attacking),
            file.question,
            file.options,
            file.first_of_all,
        )

    def about(self, told: str, chances: Sequence[tuple[str, float]], asked: bool) -> Doubt | None:
        """What is to be asked before `told` is taken for the situation; None where telling costs
        less.

        `asked`: the situation was asked for before.
        """
        expected = sum(chance * self.cost(told, true) for true, chance in chances)
        question = self.costs["repeated_question" if asked else "question"]
        likely = [name for name, chance in chances if chance >= _LEAST_CHANCE and self._has(name)]
        options = list(dict.fromkeys([told, *likely]))[:MOST_OPTIONS]
        if expected <= question or len(options) < _LEAST_OPTIONS:
            return None
        return Doubt(tuple(options), self._side_is_open(chances))

    def cost(self, told: str, true: str) -> float:
        """What it costs to tell the way of one situation in another."""
        if told == true:
            return 0.0
        if frozenset((told, true)) in self.alike:
            return self.costs["alike"]
        sides = {self.sides.get(told), self.sides.get(true)}
        opposed = len(sides) == 2 and None not in sides
        return self.costs["wrong_side" if opposed else "wrong_road"]

    def ask(self, doubt: Doubt) -> AskRule:
        """The question with the likeliest situations as its buttons."""
        options = tuple(
            AskOption(title=self.options[name], value=name) for name in doubt.situations
        )
        return AskRule(slot="situation", when=When({}), question=self.question, options=options)

    def _has(self, name: str) -> bool:
        return name in self.options

    def _side_is_open(self, chances: Sequence[tuple[str, float]]) -> bool:
        """Whether the visitor may well be the one who is accused, and may as well not be."""
        by_side = {"attacks": 0.0, "defends": 0.0}
        for name, chance in chances:
            if side := self.sides.get(name):
                by_side[side] += chance
        return min(by_side.values()) >= _OPEN_SIDE
