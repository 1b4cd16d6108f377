"""Keeps the index up to date, in the background and before a search."""

import asyncio
import logging

from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from api.database import Database, DatabaseUnavailable
from api.lookup import index

log = logging.getLogger(__name__)

EVERY_S = 20
BEFORE_A_SEARCH = 3  # units of work that a search waits for; the rest is done in the background


async def watch(database: Database) -> None:
    """Run until cancelled. What is there already when the service starts is indexed little by
    little.
    """
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            while await step(database):
                await asyncio.sleep(0.1)  # who serves people goes first
        except DatabaseUnavailable:  # the log has its cause
            log.warning("the index of the search is not up to date and is tried again")
        except SQLAlchemyError:
            log.exception("the index of the search is not up to date and is tried again")


async def before_search(database: Database) -> None:
    """Index the newest of what changed."""
    for _ in range(BEFORE_A_SEARCH):
        if not await step(database):
            return


async def step(database: Database) -> int:
    """Index some; returns how many documents. Where another process did the same at the same
    moment, it is left to that one.
    """
    try:
        async with database.reading() as session:
            if not await index.is_behind(session):
                return 0
        async with database.session() as session:
            return await index.bring_up_to_date(session)
    except IntegrityError:
        return 0
