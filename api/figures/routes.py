"""The figures of the desk, as JSON and as a table of the days."""

import asyncio
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from api.accounts.access import FiguresReader
from api.accounts.roles import MAY, Permission
from api.clock import AppClock
from api.database import AppDatabase
from api.figures import schemas, service
from api.figures.service import Period
from api.outgoing import csv_cells

router = APIRouter(prefix="/api/desk", tags=["desk"])

FILE_NAME = "figures.csv"


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
    database: AppDatabase,
    clock: AppClock,
) -> schemas.Figures:
    """How the desk stands, and what happened on each day over each channel.

    By person only for whoever oversees the desk; for others small numbers are told as one.
    """
    oversees = Permission.OVERSEE in MAY[staff.role]
    labels = await asyncio.to_thread(service.situations)
    async with database.reading() as session:
        return await service.figures(session, period, labels, oversees=oversees, clock=clock)


@router.get("/figures.csv", response_class=Response)
async def export_days(
    staff: FiguresReader, period: AskedPeriod, database: AppDatabase, clock: AppClock
) -> Response:
    """The days as a table for a spreadsheet."""
    async with database.reading() as session:
        days = await service.days(session, period, at=clock.now())
    text = "".join(csv_cells.line(row) for row in service.in_rows(days))
    disposition = f'attachment; filename="{FILE_NAME}"'
    return Response(
        csv_cells.BOM + text, media_type="text/csv", headers={"Content-Disposition": disposition}
    )
