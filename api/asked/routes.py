"""The desk's calls about what people really ask."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, status

from api.accounts import audit
from api.accounts.access import ContentEditor
from api.asked import schemas, service
from api.asked.gathering import Gathering
from api.clock import AppClock
from api.database import AppDatabase
from api.labels import service as labels
from api.labels.routes import AppLabels, proposed
from api.replicas.reading import AppReadings
from api.suggestions.alone import thought
from api.suggestions.suggester import AppSuggester, Suggester

router = APIRouter(prefix="/api/desk/asked", tags=["desk: asked"])

NEAR = 5
FURTHEST = 100_000


async def _gathering_of(request: Request) -> Gathering:
    gathering: Gathering = request.app.state.gathering
    return gathering


AppGathering = Annotated[Gathering, Depends(_gathering_of)]


@router.get("/groups")
async def show_groups(
    _: ContentEditor,
    readings: AppReadings,
    clock: AppClock,
    standing: schemas.Standing = "open",
    reason: schemas.ReasonName | None = None,
    offset: Annotated[int, Query(ge=0, le=FURTHEST)] = 0,
) -> schemas.Groups:
    """Questions that went badly, in groups of one meaning; those that come most of late first."""
    at = clock.now()
    return await readings.fresh(
        lambda session: service.page(session, standing, reason, offset, at=at)
    )


@router.post("/refresh", status_code=status.HTTP_202_ACCEPTED)
async def refresh(_: ContentEditor, gathering: AppGathering) -> None:
    """Make the groups anew at once, in the background."""
    gathering.soon()


@router.get("/groups/{group_id}")
async def show_group(
    group_id: int,
    staff: ContentEditor,
    suggester: AppSuggester,
    gathering: AppGathering,
    database: AppDatabase,
    clock: AppClock,
) -> schemas.WholeGroup:
    """A group with its sentences, what is near to it, and what the bot says to it at present."""
    async with database.reading() as session:
        sentence = await service.central(session, group_id)
    near = await gathering.near(sentence, NEAR)
    now = await _now(suggester, sentence)
    at = clock.now()
    async with database.session() as session:
        await audit.record(session, staff, "asked.read", "asked", str(group_id), at=at)
        return await service.whole(session, group_id, near, now, at=at)


@router.post("/groups/{group_id}/aside", status_code=status.HTTP_204_NO_CONTENT)
async def put_aside(
    group_id: int,
    done: schemas.PutAside,
    staff: ContentEditor,
    database: AppDatabase,
    clock: AppClock,
) -> None:
    """Put a group aside for what is done with it; it comes back when it has grown by half."""
    async with database.session() as session:
        await service.put_aside(session, group_id, done, staff, at=clock.now())


@router.post("/groups/{group_id}/back", status_code=status.HTTP_204_NO_CONTENT)
async def bring_back(
    group_id: int, staff: ContentEditor, database: AppDatabase, clock: AppClock
) -> None:
    """Put a group back among those that wait."""
    async with database.session() as session:
        await service.bring_back(session, group_id, staff, at=clock.now())


@router.post("/groups/{group_id}/sentences")
async def take_sentences(
    group_id: int,
    take: schemas.TakeSentences,
    staff: ContentEditor,
    suggester: AppSuggester,
    known: AppLabels,
    database: AppDatabase,
    clock: AppClock,
) -> schemas.Taken:
    """Let sentences of a group be labelled; each with what the model takes it for."""
    async with database.reading() as session:
        conversations = await service.conversations_of(session, group_id, take.turn_ids)
        words = await service.words_of(session, list(conversations))
    said = [
        labels.Said(text, await proposed(suggester, known, text), conversations[turn_id], turn_id)
        for turn_id, text in words.items()
    ]
    at = clock.now()
    async with database.session() as session:
        there = await service.conversations_of(session, group_id, take.turn_ids)
        said = [one for one in said if one.turn_id in there]
        added = await labels.add(session, said, staff, at=at)
        done = schemas.PutAside(what="sentence")
        await service.put_aside(session, group_id, done, staff, at=at)
    return schemas.Taken(added=added)


async def _now(suggester: Suggester, sentence: str) -> schemas.BotSays | None:
    found = await thought(suggester, sentence) if sentence else None
    if found is None:
        return None
    seen = found.composed.seen
    return schemas.BotSays(
        said=found.said,
        answer=found.answer,
        remedies=list(found.remedies),
        intent=found.composed.intent,
        situation=seen.get("situation"),
        right=seen.get("right"),
    )
