"""The desk's calls about sentences for training."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Query, status

from api.accounts.access import ContentEditor, Publisher
from api.answers.service import AppKnowledge
from api.clock import AppClock
from api.database import AppDatabase
from api.labels import schemas, service
from api.labels.vocabulary import Vocabulary, vocabulary
from api.suggestions.alone import thought
from api.suggestions.suggester import AppSuggester, Suggester
from knowledge.slots import LIST_SLOTS

router = APIRouter(prefix="/api/desk/labels", tags=["desk: labels"])

MOST_SKIPPED = 200


async def _vocabulary_of(knowledge: AppKnowledge) -> Vocabulary:
    return vocabulary(knowledge.content)


AppLabels = Annotated[Vocabulary, Depends(_vocabulary_of)]


@router.get("/vocabulary")
async def show_vocabulary(_: ContentEditor, known: AppLabels) -> schemas.LabelVocabulary:
    """What a sentence may be labelled with."""
    return schemas.LabelVocabulary(
        intents=list(known.intents),
        situations=_choices(known.situations),
        rights=list(known.rights),
        facts=[
            schemas.FactChoices(
                slot=slot,
                name=known.slots[slot],
                options=_choices(values),
                several=slot in LIST_SLOTS,
            )
            for slot, values in known.facts.items()
        ],
    )


@router.get("/next")
async def show_next(
    staff: ContentEditor,
    database: AppDatabase,
    skip: Annotated[
        list[int] | None, Query(max_length=MOST_SKIPPED, description="Passed over for now.")
    ] = None,
) -> schemas.Next:
    """The next sentence for whoever asks."""
    async with database.reading() as session:
        return schemas.Next(
            sentence=await service.next_for(session, staff, skip or []),
            waiting=await service.waiting(session, staff),
        )


@router.post("/sentences", status_code=status.HTTP_201_CREATED)
async def add_own(
    new: schemas.NewSentence,
    staff: ContentEditor,
    suggester: AppSuggester,
    known: AppLabels,
    database: AppDatabase,
    clock: AppClock,
) -> schemas.ToRead:
    """Add a sentence in the office's own words, for its writer to label first: it stays when
    conversations are deleted.
    """
    label = await proposed(suggester, known, new.text)
    async with database.session() as session:
        return await service.add_own(session, new.text, label, staff, at=clock.now())


@router.get("/sentences")
async def show_sentences(
    staff: ContentEditor,
    database: AppDatabase,
    state: schemas.StateName,
    before: Annotated[int | None, Query(ge=1, description="As the page before told it.")] = None,
) -> schemas.SentencesPage:
    """A page of sentences."""
    async with database.reading() as session:
        return await service.page(session, state, staff, before)


@router.post("/sentences/{sentence_id}/readings")
async def read(
    sentence_id: int,
    label: schemas.Label,
    staff: ContentEditor,
    known: AppLabels,
    database: AppDatabase,
    clock: AppClock,
) -> schemas.Read:
    """Say what a sentence means. Whoever read it first cannot be its second reader."""
    checked = known.checked(label)
    async with database.session() as session:
        state = await service.read(session, sentence_id, checked, staff, at=clock.now())
    return schemas.Read(state=state.value)


@router.post("/sentences/{sentence_id}/decision", status_code=status.HTTP_204_NO_CONTENT)
async def decide(
    sentence_id: int,
    label: schemas.Label,
    staff: Publisher,
    known: AppLabels,
    database: AppDatabase,
    clock: AppClock,
) -> None:
    """Settle what two readers see differently."""
    checked = known.checked(label)
    async with database.session() as session:
        await service.decide(session, sentence_id, checked, staff, at=clock.now())


@router.post("/sentences/{sentence_id}/leave-out", status_code=status.HTTP_204_NO_CONTENT)
async def leave_out(
    sentence_id: int, staff: ContentEditor, database: AppDatabase, clock: AppClock
) -> None:
    """Let nobody train with a sentence."""
    async with database.session() as session:
        await service.leave_out(session, sentence_id, staff, at=clock.now())


@router.get("/agreement")
async def show_agreement(
    staff: ContentEditor, known: AppLabels, database: AppDatabase
) -> schemas.Agreement:
    """How far two readers agree, by field."""
    async with database.reading() as session:
        return schemas.Agreement(
            fields=await service.agreement_of(session, known),
            waiting=await service.waiting(session, staff),
        )


async def proposed(suggester: Suggester, known: Vocabulary, text: str) -> schemas.Label | None:
    """What the model takes a sentence for, as a label; None where it cannot tell."""
    found = await thought(suggester, text)
    if found is None:
        return None
    seen = found.composed.seen
    situation, right = seen.get("situation"), seen.get("right")
    return known.proposed(found.composed.intent, seen, situation, right)


def _choices(values: Mapping[str, str]) -> list[schemas.Choice]:
    return [schemas.Choice(value=value, label=label) for value, label in values.items()]
