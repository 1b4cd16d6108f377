"""What lawyers may write into the files of the rulebook."""

from typing import Literal

from pydantic import Field

from knowledge.law.deadlines import DeadlineRule
from knowledge.reviewed import Strict
from knowledge.routing.conditions import When

ALWAYS = When({})


class ApplyRule(Strict):
    """Opens a remedy, in the first, second or third rank."""

    id: str
    when: When
    rank: Literal[1, 2, 3]
    why: str
    body: "BodyRule | None" = None  # where this rule leads to another body than the remedy as such
    basis: tuple[str, ...] = ()  # articles of this case alone, told before the remedy's
    materials: tuple[str, ...] = ()  # where this case needs other papers than the remedy as such


class ExcludeRule(Strict):
    """Rules a remedy out, whatever opens it."""

    id: str
    when: When
    why: str
    basis: tuple[str, ...] = ()


class BodyRule(Strict):
    """Whom a remedy leads to; `place` names the slot with the city that is competent."""

    kind: str
    level: Literal["county", "city", "province", "national", "none"] = "none"
    place: Literal["city", "own_city", "none"] = "none"


class RemedyDeadline(DeadlineRule):
    """A period of a remedy, shown only where its `when` holds."""

    when: When = ALWAYS


class Sourced(Strict):
    """Words that a visitor reads, with where they were found.

    待核 stands in the words where nobody confirmed them.
    """

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
    """One way to help oneself, as its file in `content/remedies/` has it."""

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
    deadlines: tuple[RemedyDeadline, ...] = ()
    duration: Sourced | None = None
    fees: Sourced | None = None
    goes_with: tuple[str, ...] = ()
    examples: Examples = Examples()


class CourtRule(BodyRule):
    """Which court hears the matter first, where a remedy leads to the competent court."""

    id: str
    when: When


class PriorityRule(Strict):
    """What moves an open remedy forward, by `boost` of a rank, and why.

    `remedies` names the remedies, or those that serve the visitor's goal, or those with a day to
    act by that lies ahead (`within`: at most so many days). A boost of 0 decides between remedies
    that stand level.
    """

    id: str
    name: str
    why: str
    when: When = ALWAYS
    remedies: tuple[str, ...] | Literal["serves_goal", "dated"]
    within: int | None = None
    boost: float = Field(ge=0, le=1)


class ConflictRule(Strict):
    """What one proceeding means for another: a notice told beside the remedies it touches."""

    id: str
    when: When
    remedies: tuple[str, ...] = Field(min_length=1)
    notice: str
    basis: tuple[str, ...] = ()


class AskOption(Strict):
    title: str
    value: str


class AskRule(Strict):
    """A question about one slot.

    `required_for_routing`: without it the authority or the visitor's role would be another one;
    `always_ask`: a lawyer always asks this, whatever else could be asked.
    """

    slot: str
    required_for_routing: bool = False
    always_ask: bool = False
    when: When
    question: str
    options: tuple[AskOption, ...] = ()
