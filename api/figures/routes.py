"""The figures of the desk, as its page shows them."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from api.accounts import audit
from api.accounts.access import FiguresReader, Operator
from api.accounts.roles import MAY, Permission
from api.answers.service import AppKnowledge
from api.clock import AppClock
from api.conversations.outcomes import ANSWER, REMEDY
from api.database import AppDatabase
from api.figures import comments, details, schemas, service
from api.figures.details import Labels
from api.figures.service import Period
from api.outgoing.wording import vocabulary
from api.replicas.reading import AppReadings

router = APIRouter(prefix="/api/desk", tags=["desk"])


# Days that are days in every time zone.
_DAYS: dict[str, Any] = {"ge": date(2000, 1, 1), "le": date(2999, 12, 31)}


async def _period(
    clock: AppClock,
    first: Annotated[
        date | None, Query(alias="from", description="Without it, 30 days are counted.", **_DAYS)
    ] = None,
    last: Annotated[
        date | None, Query(alias="to", description="This day too; without it, today.", **_DAYS)
    ] = None,
    channel: Annotated[str | None, Query(max_length=20)] = None,
) -> Period:
    return Period.of(first, last, channel, clock.today())


AskedPeriod = Annotated[Period, Depends(_period)]


@router.get("/figures")
async def show_figures(
    staff: FiguresReader,
    period: AskedPeriod,
    readings: AppReadings,
    clock: AppClock,
) -> schemas.Figures:
    """How the desk stands, and what happened on each day over each channel.

    By person only for whoever oversees the desk; for others small numbers are told as one.
    """
    oversees = Permission.OVERSEE in MAY[staff.role]
    labels = service.situations()
    return await readings.late(
        lambda session: service.figures(session, period, labels, oversees=oversees, clock=clock)
    )


MOST_COMMENTS = 10_000  # in a table


async def labels_of(knowledge: AppKnowledge) -> Labels:
    """What facts and content are called."""
    words = vocabulary()
    remedies = {(REMEDY, key): name for key, name in words["remedy"].items()}
    answers = {(ANSWER, answer.id): answer.asks[0] for answer in knowledge.answers}
    return Labels(words["situation"], words["right"], remedies | answers)


@router.get("/figures/details")
async def show_details(
    staff: FiguresReader,
    period: AskedPeriod,
    readings: AppReadings,
    clock: AppClock,
    labels: Annotated[Labels, Depends(labels_of)],
) -> schemas.Details:
    """Hours, cities, rights, what the bot did with messages, promises, and the content that was
    told. For whoever does not oversee the desk small numbers are told as one.
    """
    oversees = Permission.OVERSEE in MAY[staff.role]
    return await readings.late(
        lambda session: details.details(session, period, labels, oversees=oversees, at=clock.now())
    )


@router.get("/figures/comments")
async def show_comments(
    staff: FiguresReader,
    reader: Operator,
    period: AskedPeriod,
    database: AppDatabase,
    readings: AppReadings,
    clock: AppClock,
    before: Annotated[int | None, Query(ge=1)] = None,
) -> schemas.Comments:
    """What visitors wrote beside their ratings, masked, for who may read conversations."""
    found = await readings.late(lambda session: comments.comments(session, period, before))
    async with database.session() as session:
        await audit.record(session, reader, "comments.read", "figures", "comments", at=clock.now())
    return found
