"""A lock of the database over one kind of work, for as long as a unit of work lasts."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_LOCK = text("SELECT pg_advisory_xact_lock(hashtext(:work))")


async def one_by_one(session: AsyncSession, work: str) -> None:
    """From here to the end of the unit of work nobody else is at this work, in whichever process.
    SQLite lets one write at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(_LOCK, {"work": work})
