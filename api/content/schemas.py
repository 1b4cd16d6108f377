"""Content as the desk's API shows it."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from api.content.looking.schemas import Uses
from api.content.models import State

LONGEST_BODY = 400_000  # characters; the longest code as one item has half of it
StateName = Literal["draft", "in_review", "published", "archived", "rejected"]

Kind = Annotated[str, StringConstraints(max_length=20)]
File = Annotated[
    str, StringConstraints(max_length=200, pattern=r"^[\w()-]+(/[\w()〔〕·-]+)*\.(yml|md|json)$")
]
Key = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Body = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_BODY)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class _Exact(BaseModel):
    model_config = ConfigDict(extra="forbid")


class KindShown(BaseModel):
    """A kind of item. `by`: the field of a body that holds its key; null where the body is
    `key: value`, or `whole`, a file.
    """

    key: str
    name: str
    files: list[str]
    by: str | None
    whole: bool
    two_persons: bool


class Named(_Exact):
    """An item by name; where it is a file, its key is the file's name again."""

    kind: Kind
    file: File
    key: Key


class Checked(Named):
    body: Body | None = Field(description="null takes the item away.")


class NewRevision(Checked):
    """`over`: the item's version that was changed, 0 where there was no such item."""

    reason: Text
    effective_from: date | None = None
    expires_on: date | None = Field(None, description="The last day on which it holds.")
    sources: Annotated[list[Text], Field(max_length=20)] = []
    over: int = Field(ge=0)

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.effective_from and self.expires_on and self.expires_on < self.effective_from:
            raise ValueError("失效日期不能早于生效日期")
        return self


class Said(_Exact):
    text: Text


class Proving(_Exact):
    also: Annotated[list[int], Field(max_length=50)] = Field(
        [], description="Other revisions in review that go with it."
    )


class BodyProblem(BaseModel):
    """What is wrong; `line` is the body's, from 1, null where it is not in it."""

    line: int | None
    message: str


class Problems(BaseModel):
    problems: list[BodyProblem]


class RevisionShown(BaseModel):
    id: int
    item_id: int
    number: int
    body: str | None
    author: str
    author_id: int
    reason: str
    effective_from: date | None
    expires_on: date | None
    sources: list[str]
    state: State
    reviewer: str | None
    made_at: datetime
    decided_at: datetime | None


class CommentShown(BaseModel):
    id: int
    revision_id: int | None
    author: str
    text: str
    at: datetime


class ItemShown(BaseModel):
    """`states` are those of its revisions that are not archived, the newest first."""

    id: int
    kind: str
    file: str
    key: str
    title: str
    version: int
    in_use: bool
    states: list[State]
    updated_at: datetime


class ItemsPage(BaseModel):
    items: list[ItemShown]
    before: int | None = Field(description="Hand it back for the next page; null on the last.")


class WholeItem(BaseModel):
    """`diff` of each revision is against what is in use."""

    item: ItemShown
    body: str | None
    revisions: list[RevisionShown]
    diffs: dict[int, list[str]]
    comments: list[CommentShown]
    uses: Uses


class Waiting(BaseModel):
    """A revision in review, with its item."""

    item: ItemShown
    revision: RevisionShown


class Brought(BaseModel):
    """A revision that a release publishes."""

    revision_id: int
    number: int
    kind: str
    file: str
    key: str
    title: str
    author: str
    reason: str
    taken_away: bool


class ReleaseShown(BaseModel):
    """`report` says what would change; see `api/content/proof.py`. `made_by` is null where the
    service made it by itself.
    """

    id: int
    day: date
    state: str
    in_use: bool
    revisions: list[int]
    brings: list[Brought]
    made_by: str | None
    activated_by: str | None
    problem: str | None
    report: dict[str, Any] | None
    made_at: datetime
    activated_at: datetime | None


class CalendarEntry(BaseModel):
    day: date
    what: Literal["begins", "ends"]
    item_id: int
    kind: str
    file: str
    key: str
    title: str
    revision_id: int
