"""The facts that a conversation can hold and the words for them, for whoever edits them by hand."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from api.accounts.access import Searcher
from api.outgoing import wording
from knowledge.slots import TABLE, Kind, Slot

router = APIRouter(prefix="/api/desk/vocabulary", tags=["desk"])

Form = Literal["choice", "choices", "text", "texts", "date", "number", "place"]
_FORMS: dict[Kind, Form] = {
    Kind.CHOICE: "choice",
    Kind.CHOICES: "choices",
    Kind.TEXT: "text",
    Kind.TEXTS: "texts",
    Kind.DATE: "date",
    Kind.NUMBER: "number",
    Kind.PLACE: "place",
}


class Option(BaseModel):
    """One value of a closed vocabulary."""

    value: str
    label: str


class FactSlot(BaseModel):
    """One fact: what it is called, what it holds, and its values where they are a closed list."""

    name: str
    label: str
    kind: Form
    options: list[Option]


class VocabularyOfFacts(BaseModel):
    """Every fact that somebody can tell, in the order of the library's table."""

    slots: list[FactSlot]


@router.get("")
async def vocabulary(_: Searcher) -> VocabularyOfFacts:
    """What a conversation can hold, with Chinese labels."""
    return VocabularyOfFacts(slots=[_slot(slot) for slot in TABLE if not slot.derived])


def _slot(slot: Slot) -> FactSlot:
    words = wording.vocabulary()
    values = words.get(slot.name, {})
    return FactSlot(
        name=slot.name,
        # the vocabulary speaks to visitors
        label=words["slot"][slot.name].replace("您的", "来访者"),
        kind=_FORMS[slot.kind],
        options=[Option(value=value, label=label) for value, label in values.items()],
    )
