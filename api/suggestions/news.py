"""Tells the consoles that something about suggestions happened."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession


async def publish(
    session: AsyncSession,
    kind: str,
    *,
    at: datetime,
    conversation_id: str | None = None,
    staff_id: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Publish an event in the caller's unit of work; `data` holds no visitor's words."""
