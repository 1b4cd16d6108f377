"""A referral as the chat API shows it: the contract that the routing side has to keep."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api.answers.schemas import Citation


class _Open(BaseModel):
    # The contract's fields are fixed; the knowledge side may add to them.
    model_config = ConfigDict(extra="allow", populate_by_name=True)


class Body(_Open):
    """Who is competent. `name` is null until the place is known."""

    kind: str
    name: str | None
    city: str | None
    county: str | None


class Deadline(_Open):
    what: str
    period: str
    from_: str = Field(alias="from")
    due: date | None
    basis: Citation | None


class Remedy(_Open):
    key: str
    name: str
    why: str
    basis: list[Citation]
    body: Body | None
    materials: list[str]
    deadlines: list[Deadline]
    fees: str | None


class RuledOut(_Open):
    key: str
    name: str
    why: str
    basis: list[Citation]


class Ask(_Open):
    slot: str
    question: str
    options: list[str]


class Referral(_Open):
    """Remedies come best first; what people wrongly think of stands in `ruled_out`, what is still
    missing in `asks`.
    """

    scope: Literal["in", "clarify", "out", "service"]
    remedies: list[Remedy]
    ruled_out: list[RuledOut]
    asks: list[Ask]
    as_of: date
    others: list["Referral"] = []  # about other matters told in the same message
