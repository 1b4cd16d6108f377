"""The audit log: who of the staff saw and did what."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.access import Staff


async def record(
    session: AsyncSession,
    staff: Staff | None,
    what: str,
    object_kind: str,
    object_id: str,
    *,
    at: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write into the log, in the caller's unit of work, that somebody saw or did something.

    `what`: a verb with its noun, e.g. conversation.read; `detail`: ids and codes, never a visitor's
    words.
    """
