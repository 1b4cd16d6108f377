"""Figures as files to take along: tables, the monthly report, the open data of a year."""

import asyncio
from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts import audit
from api.accounts.access import FiguresReader, Operator
from api.accounts.roles import MAY, Permission
from api.clock import AppClock
from api.database import AppDatabase
from api.figures import comments, details, monthly, service, tables, yearly
from api.figures.details import Labels
from api.figures.routes import MOST_COMMENTS, AskedPeriod, labels_of
from api.figures.service import Period
from api.replicas.reading import AppReadings
from api.settings import Settings

router = APIRouter(prefix="/api/desk", tags=["desk"])

CSV = "text/csv"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ZIP = "application/zip"

AppLabels = Annotated[Labels, Depends(labels_of)]


@router.get("/figures.csv", response_class=Response)
async def export_days(
    staff: FiguresReader, period: AskedPeriod, readings: AppReadings, clock: AppClock
) -> Response:
    """The days as a table for a spreadsheet."""
    days = await readings.late(lambda session: service.days(session, period, at=clock.now()))
    return _csv("figures", tables.days(days))


@router.get("/figures/tables/{name}.csv", response_class=Response)
async def export_table(
    name: tables.Name,
    staff: FiguresReader,
    period: AskedPeriod,
    readings: AppReadings,
    clock: AppClock,
    labels: AppLabels,
) -> Response:
    """One of the other figures as a table, as whoever asks may see it."""
    oversees = Permission.OVERSEE in MAY[staff.role]

    async def rows(session: AsyncSession) -> list[tables.Row]:
        if name in ("topics", "satisfaction"):
            figures = await service.figures(
                session, period, labels.situations, oversees=oversees, clock=clock
            )
            return tables.of_figures(name, figures)
        found = await details.details(session, period, labels, oversees=oversees, at=clock.now())
        return tables.of_details(name, found)

    return _csv(name, await readings.late(rows))


@router.get("/figures/comments.csv", response_class=Response)
async def export_comments(
    staff: FiguresReader,
    reader: Operator,
    period: AskedPeriod,
    database: AppDatabase,
    readings: AppReadings,
    clock: AppClock,
) -> Response:
    """What visitors wrote beside their ratings, masked, for who may read conversations."""
    found = await readings.late(
        lambda session: comments.comments(session, period, None, page=MOST_COMMENTS)
    )
    async with database.session() as session:
        await audit.record(
            session, reader, "comments.exported", "figures", "comments", at=clock.now()
        )
    return _csv("comments", tables.comments(found.comments))


@router.get("/figures/report.docx", response_class=Response)
async def write_report(
    request: Request,
    staff: FiguresReader,
    month: Annotated[str, Query(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", description="2026-11")],
    readings: AppReadings,
    clock: AppClock,
    labels: AppLabels,
) -> Response:
    """The report of a month as a Word file; problems and advice are left for people to write."""
    settings: Settings = request.app.state.settings
    period = Period.of_month(date.fromisoformat(f"{month}-01"), clock.today())
    found = await readings.late(
        lambda session: monthly.month(session, period, labels, at=clock.now())
    )
    kept_days = settings.keep_conversations_days
    document = await asyncio.to_thread(
        monthly.document, found, settings.operator, kept_days, clock.today()
    )
    return _file(document, WORD, f"受理情况月报-{month}.docx")


@router.get("/figures/open-data.zip", response_class=Response)
async def pack_open_data(
    request: Request,
    staff: FiguresReader,
    year: Annotated[int, Query(ge=2000, le=2999)],
    readings: AppReadings,
    clock: AppClock,
    labels: AppLabels,
) -> Response:
    """The sums of a year that has passed, for everybody: no cell under five."""
    settings: Settings = request.app.state.settings
    period = Period.of_year(year, clock.today())
    counted = await readings.late(lambda session: yearly.year(session, period, at=clock.now()))
    kept_days = settings.keep_conversations_days
    packed = await asyncio.to_thread(yearly.archive, counted, labels, kept_days, clock.today())
    return _file(packed, ZIP, f"开放数据-{year}.zip")


def _csv(name: str, rows: list[tables.Row]) -> Response:
    return _file(tables.csv_text(rows).encode(), CSV, f"{name}.csv")


def _file(content: bytes, media_type: str, name: str) -> Response:
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": disposition})
