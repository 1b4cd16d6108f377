"""Keeping referrals, so that the turn that made one and whoever looks later see the same."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.outgoing import guarded
from api.referrals.models import RecordedReferral
from api.referrals.schemas import Referral
from knowledge.law.citation_guard import CitationGuard

# Made once: every turn asks.
_OF_TURN = select(RecordedReferral).where(RecordedReferral.turn_id == bindparam("turn"))


def checked(
    referral: Mapping[str, Any], guard: CitationGuard, origin: str, *, at: datetime
) -> dict[str, Any]:
    """A referral as it may go out, as far as it passes the citation guard. Plain computing.

    Where something was rejected its `notices` say so. Raises pydantic.ValidationError when
    `referral` does not keep the contract.
    """
    body = Referral.model_validate(dict(referral)).model_dump(mode="json", by_alias=True)
    days = guarded.days_of(at.date(), body)
    body, rejected = guarded.tree(body, guard, days, f"referral of {origin}")
    if rejected:
        body["notices"] = [*body.get("notices", []), guarded.offer()]
    return dict(body)


async def record(
    session: AsyncSession,
    conversation_id: str,
    turn_id: str,
    body: Mapping[str, Any],
    *,
    at: datetime,
) -> None:
    """Keep the `checked` referral of a turn; a second one in the same turn replaces the first."""
    if recorded := await _row_of(session, turn_id):
        recorded.body, recorded.recorded_at = dict(body), at
    else:
        session.add(
            RecordedReferral(
                conversation_id=conversation_id, turn_id=turn_id, body=dict(body), recorded_at=at
            ),
        )
    await session.flush()


async def of_turn(session: AsyncSession, turn_id: str) -> dict[str, Any] | None:
    """The referral that was recorded in this turn."""
    recorded = await _row_of(session, turn_id)
    return recorded.body if recorded else None


def was_cut(referral: Mapping[str, Any] | None) -> bool:
    """Whether something of a referral was rejected when it was recorded."""
    return referral is not None and guarded.offer() in referral.get("notices", [])


async def take_back(session: AsyncSession, turn_id: str) -> dict[str, Any] | None:
    """Take the referral of a turn out of what its visitor sees; what it was."""
    recorded = await _row_of(session, turn_id)
    if recorded is None:
        return None
    await session.delete(recorded)
    await session.flush()
    return recorded.body


async def latest(session: AsyncSession, conversation_id: str) -> dict[str, Any] | None:
    """The newest referral of a conversation."""
    newest = select(RecordedReferral).where(RecordedReferral.conversation_id == conversation_id)
    recorded = await session.scalar(newest.order_by(RecordedReferral.id.desc()).limit(1))
    return recorded.body if recorded else None


async def of_every_turn(session: AsyncSession, conversation_id: str) -> dict[str, dict[str, Any]]:
    """The referrals of a conversation, oldest first, by the turn that made each."""
    all_of_it = select(RecordedReferral).where(RecordedReferral.conversation_id == conversation_id)
    rows = await session.scalars(all_of_it.order_by(RecordedReferral.id))
    return {row.turn_id: row.body for row in rows}


async def _row_of(session: AsyncSession, turn_id: str) -> RecordedReferral | None:
    row: RecordedReferral | None = await session.scalar(_OF_TURN, {"turn": turn_id})
    return row
