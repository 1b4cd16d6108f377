"""Publishing what happens at the desk, in the unit of work in which it happens."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession


async def publish(
    session: AsyncSession,
    kind: str,
    *,
    conversation_id: str | None = None,
    ticket_number: str | None = None,
    staff_id: int | None = None,
    data: Mapping[str, Any] | None = None,
    at: datetime,
) -> None:
    """Tell the desk of something; `data` holds ids and codes, never a visitor's words."""
