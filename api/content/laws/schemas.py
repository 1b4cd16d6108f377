"""Laws as the desk's API shows them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, StringConstraints

from knowledge.law.articles import CANONICAL
from knowledge.law.store import LawKind

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Number = Annotated[str, StringConstraints(pattern=f"^{CANONICAL}$", max_length=20)]
By = Literal["act", "today"]
MOST_ARTICLES = 3000


class _Exact(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewLawImport(_Exact):
    """A file: docx, PDF, HTML, Markdown or plain text, at most 20 MB."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    data: Base64Bytes


class LawDetails(_Exact):
    """What is said of a text. `law` is the short title; `address` where the text is published,
    `compared_with` a second place where it was compared.
    """

    law: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] = ""
    kind: LawKind = "法律"
    version_date: date | None = None
    in_force_from: date | None = None
    in_force_to: date | None = None
    publisher: Line = ""
    document_number: Line = ""
    address: Line = ""
    compared_with: Line = ""


class LawMove(_Exact):
    """Where an article of the older version went: `old` null is one that is new, `new` empty one
    that is gone. `by`: whether the day of the act decides between the two, or today. `note`: what
    changed in substance, as visitors are told.
    """

    old: Number | None
    new: Annotated[list[Number], Field(max_length=20)]
    by: By
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] = ""


class SavedLaw(_Exact):
    """`moves` null leaves the map as it is proposed; `over` is the version that was changed."""

    details: LawDetails
    moves: Annotated[list[LawMove], Field(max_length=2 * MOST_ARTICLES)] | None = None
    over: int


class LawHandedIn(_Exact):
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


class LawPiece(BaseModel):
    op: Literal["same", "gone", "come"]
    text: str


class LawMoveShown(LawMove):
    """`score`: how alike the words are, 0 to 1; null where somebody wrote the line. `pieces`: what
    changes from the old text to the new ones, one after the other.
    """

    score: float | None
    pieces: list[LawPiece]


class LawAgainst(BaseModel):
    """The version that the text is compared with. `same`: it is that very version, and there is no
    map. `digest`: what is held are digests in our own words. `ends_on`: its last day, once the new
    one is there.
    """

    law: str
    version_date: date
    in_force_from: date
    ends_on: date | None
    same: bool
    digest: bool
    articles: int


class LawFault(BaseModel):
    """What is missing or wrong; `field` is one of the details, `file` or `moves`."""

    field: str
    message: str


class LawRevision(BaseModel):
    id: int
    kind: str
    file: str
    title: str
    state: str
    said: list[str] = Field(description="What was said about it, the newest last.")


class LawImportShown(BaseModel):
    """`state`: draft, in_review, published, or returned where a part was turned down, taken back or
    put away.
    """

    id: int
    file_name: str
    title: str
    law: str
    version_date: date | None
    articles: int
    problems: int
    state: Literal["draft", "in_review", "published", "returned"]
    author: str
    author_id: int
    made_at: datetime


class WholeLawImport(LawImportShown):
    """`reading`: {title, numbering, lines, articles: [{number, heads, text, line}], left_out:
    [{line, kind, text}], problems: [{line, message}], guessed}. `unwritable`: articles that the map
    cannot name. `is_new`: no version of this law is held.
    """

    version: int
    reading: dict[str, Any]
    details: LawDetails
    is_new: bool
    against: LawAgainst | None
    moves: list[LawMoveShown]
    unwritable: list[str]
    faults: list[LawFault]
    revisions: list[LawRevision]
    release_id: int | None = Field(description="The newest release that is to bring them.")


class LawVersionShown(BaseModel):
    """A version that governs, or is going to. `confirmed_by` is null where laws.yml tells the day.
    `overdue`: it was not confirmed for 90 days.
    """

    law: str
    title: str
    kind: str
    version_date: date
    in_force_from: date
    in_force_to: date | None
    governs: bool
    text: Literal["statute", "digest", "none"]
    articles: int
    trust: str
    confirmed_on: date
    confirmed_by: str | None
    source: str
    note: str
    days: int
    overdue: bool


class LawsShown(BaseModel):
    """Versions, those that are longest unconfirmed first; `names`: every law that is held."""

    versions: list[LawVersionShown]
    names: list[str]
    again_after_days: int


class NewLawConfirmation(_Exact):
    law: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    version_date: date
    source: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=300)]
    note: Line = ""
