"""What the desk reads of trainings."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

StateName = Literal[
    "waiting",
    "training",
    "comparing",
    "ready",
    "refused",
    "active",
    "superseded",
    "withdrawn",
    "failed",
    "cancelled",
]


class IntentScore(BaseModel):
    """How well one intent is told; null where the model never chose it or nobody said it."""

    intent: str
    label: str
    precision: float | None
    recall: float | None
    f1: float
    support: int


class Confusion(BaseModel):
    """How often one intent was taken for another."""

    truth: str
    taken_for: str
    count: int


class Bin(BaseModel):
    """Sentences whose likeliest intent had a chance in [lower, lower + 0.1)."""

    lower: float
    count: int
    confidence: float
    accuracy: float


class Scores(BaseModel):
    """A model on sentences that no training saw."""

    macro_f1: float
    accuracy: float
    ece: float
    intents: list[IntentScore]
    confusions: list[Confusion]
    bins: list[Bin]


class SentenceTold(BaseModel):
    """A sentence that is understood otherwise: its intent, and what each model took it for."""

    text: str
    truth: str
    before: str
    after: str


class HeldOut(BaseModel):
    """Both models on the held-out sentences; `better` and `worse` are those that changed."""

    sentences: int
    before: Scores
    after: Scores
    better: list[SentenceTold]
    worse: list[SentenceTold]


class CaseScores(BaseModel):
    """Scored cases: shares of first remedies that are acceptable and of the best, and forbidden
    remedies that were named.
    """

    acceptable: float
    exact: float
    harm: int


class CaseTold(BaseModel):
    """A case whose first remedy is another one."""

    text: str
    expected: list[str]
    before: str
    after: str


class Cases(BaseModel):
    """Both models on the scored cases; of half of them only numbers are told, as nobody may tune
    by those.
    """

    looked_at: int
    before: CaseScores
    after: CaseScores
    better: list[CaseTold]
    worse: list[CaseTold]
    hidden_better: int
    hidden_worse: int


class Harm(BaseModel):
    """A case in which the trained model names a forbidden remedy and the one in use does not."""

    text: str
    forbidden: list[str]


class JourneyTold(BaseModel):
    """What is answered otherwise to a message of a conversation; `at` counts messages from 1."""

    id: str
    at: int
    text: str
    what: Literal["remedies", "answer", "articles", "asks", "text"]
    before: list[str] | str | None
    after: list[str] | str | None


class Journeys(BaseModel):
    """Both models in whole conversations: how many of all were held in the time there was, with how
    many messages, in how many something changed, and what in the first of those. `said` has all
    messages of these by their id; a report that was made before it was kept has none.
    """

    looked_at: int
    total: int
    picked: int
    messages: int
    changed_in: int
    changed: list[JourneyTold]
    said: dict[str, list[str]] = Field(default_factory=dict)


class Floor(BaseModel):
    """What must not fall, or for `at_most` must not rise, beyond `floor`."""

    name: str
    floor: float
    at_most: bool
    before: float
    after: float
    holds: bool


class Report(BaseModel):
    """What a trained model does better and worse than the one that was in use; reports from before
    conversations were held have none.
    """

    held_out: HeldOut
    cases: Cases
    journeys: Journeys | None = None
    harms: list[Harm]
    hidden_harms: int
    floors: list[Floor]
    refused: bool
    why: list[str]
    seconds: float


class RunShown(BaseModel):
    """A training."""

    id: int
    state: StateName
    started_by: str
    started_at: datetime
    ended_at: datetime | None
    progress: int
    sentences: int
    left_out: int
    model: str | None
    problem: str | None
    activated_by: str | None
    activated_at: datetime | None
    refused_for: list[str]


class WholeRun(BaseModel):
    """A training with its report; `outdated` says in Chinese what has come in use since in the
    place of what it was compared with.
    """

    run: RunShown
    report: Report | None
    outdated: list[str]


class Switching(BaseModel):
    """Another model that is taking the place of the one in use; `problem` where it did not.

    `rolling`: it is in use, and some engines still answer by the one before.
    """

    model: str
    step: Literal["starting", "warming", "rolling", "switched", "failed"]
    problem: str | None


class Training(BaseModel):
    """The page: what is in use, what may be trained with, and the runs, the newest first.

    `withdrawn` says which model was put out of use by itself and why, until somebody chooses one.
    """

    in_use: str
    shipped: bool
    before: str | None
    withdrawn: str | None
    sentences: int
    left_out: int
    can_switch: bool
    switching: Switching | None
    runs: list[RunShown]
