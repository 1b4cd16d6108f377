"""The rows of turns and groups, one unit of work at a time; the caller commits."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api.asked.models import AskedTurn, Build, Group
from api.asked.reasons import Found, Reason
from api.conversations.models import Conversation, Message
from api.database import insert_missing
from api.protection.masking import mask
from knowledge.search.encoder.embedding import Floats

_KEEPS_ITS_NAME = 0.5  # share of its turns that a group keeps at least when it is made anew


@dataclass(frozen=True)
class Changes:
    """What has to be written of the turns that went badly."""

    new: Sequence[Found] = ()
    changed: Sequence[tuple[str, int]] = ()  # turn, its reasons
    gone: Sequence[str] = ()

    def in_parts(self, size: int) -> Iterator["Changes"]:
        """The same in units of work of at most `size` rows of a kind."""
        longest = max(len(self.new), len(self.changed), len(self.gone))
        for start in range(0, longest, size):
            part = slice(start, start + size)
            yield Changes(self.new[part], self.changed[part], self.gone[part])


async def begin(session: AsyncSession, slot: str, *, at: datetime) -> int | None:
    """The id of a build that begins; None where another copy of the service has begun it."""
    build = Build(slot=slot, begun_at=at)
    try:
        async with session.begin_nested():
            session.add(build)
    except IntegrityError:
        return None
    return build.id


async def end(session: AsyncSession, build: int, turns: int, groups: int, *, at: datetime) -> None:
    """Note that a build came to its end; those before it are of no more use."""
    row = await session.get_one(Build, build)
    row.ended_at, row.turns, row.groups = at, turns, groups
    await session.execute(delete(Build).where(Build.id < build))


async def last_begun(session: AsyncSession) -> datetime | None:
    """When the last build began that came to its end."""
    ended = select(Build.begun_at).where(Build.ended_at.is_not(None))
    return await session.scalar(ended.order_by(Build.id.desc()).limit(1))


async def held(session: AsyncSession) -> dict[str, int]:
    """Turn → reasons, as they are kept."""
    rows = await session.execute(select(AskedTurn.turn_id, AskedTurn.reasons))
    return {turn_id: why for turn_id, why in rows}


def changes(found: Sequence[Found], held: Mapping[str, int], looked_at: Collection[str]) -> Changes:
    """What differs from what is kept. That an operator corrected something is read once, and stays
    known as long as its turn is looked at.
    """
    now = {one.turn_id: one.reasons for one in found}
    wanted = {
        turn_id: now.get(turn_id, Reason(0))
        | (Reason(why) & Reason.CORRECTED if turn_id in looked_at else Reason(0))
        for turn_id, why in held.items()
    }
    return Changes(
        [one for one in found if one.turn_id not in held],
        [(turn_id, int(why)) for turn_id, why in wanted.items() if why and why != held[turn_id]],
        [turn_id for turn_id, why in wanted.items() if not why],
    )


async def write(session: AsyncSession, some: Changes) -> None:
    """Write what differs; a conversation that was deleted meanwhile is left alone."""
    if some.gone:
        await session.execute(delete(AskedTurn).where(AskedTurn.turn_id.in_(some.gone)))
    for turn_id, why in some.changed:
        await session.execute(
            update(AskedTurn).where(AskedTurn.turn_id == turn_id).values(reasons=why)
        )
    wanted = {one.conversation_id for one in some.new}
    kept = set(
        await session.scalars(
            select(Conversation.id).where(Conversation.id.in_(wanted)).with_for_update(read=True)
        )
    )
    new = [_row(one) for one in some.new if one.conversation_id in kept]
    if new:
        await insert_missing(session, AskedTurn, new)


def _row(one: Found) -> dict[str, Any]:
    return {
        "turn_id": one.turn_id,
        "conversation_id": one.conversation_id,
        "asked_at": one.at,
        "reasons": int(one.reasons),
    }


async def without_meaning(session: AsyncSession, space: str, limit: int) -> dict[str, str]:
    """Turn → its masked words, for some whose meaning is not known in this space."""
    rows = await session.execute(
        select(AskedTurn.turn_id, Message.text)
        .join(Message, (Message.turn_id == AskedTurn.turn_id) & (Message.role == "visitor"))
        .where(or_(AskedTurn.space.is_(None), AskedTurn.space != space))
        .order_by(AskedTurn.asked_at.desc(), AskedTurn.turn_id)
        .limit(limit)
    )
    return {turn_id: mask(text) for turn_id, text in rows}


async def keep_meaning(session: AsyncSession, space: str, vectors: Mapping[str, Floats]) -> None:
    """Keep what was computed, of turns that are still there."""
    for turn_id, vector in vectors.items():
        kept = {"space": space, "vector": vector.astype(np.float16).tobytes()}
        await session.execute(update(AskedTurn).where(AskedTurn.turn_id == turn_id).values(**kept))


async def meanings(
    session: AsyncSession, space: str, after: str, limit: int
) -> list[tuple[str, int | None, Floats]]:
    """(Turn, its group, its vector) of some, by their ids."""
    rows = await session.execute(
        select(AskedTurn.turn_id, AskedTurn.group_id, AskedTurn.vector)
        .where(AskedTurn.space == space, AskedTurn.turn_id > after)
        .order_by(AskedTurn.turn_id)
        .limit(limit)
    )
    return [
        (turn_id, group, np.frombuffer(vector or b"", np.float16).astype(np.float32))
        for turn_id, group, vector in rows
    ]


def kept_ids(
    members: Sequence[Sequence[str]], before: Mapping[str, int | None]
) -> list[int | None]:
    """The group of before that each group goes on being: the one that most of its turns stood in,
    where that is at least half of what is left of it. None where it is a new one.
    """
    sizes = Counter(before.values())
    given: set[int] = set()
    names: list[int | None] = []
    for turns in members:  # the largest first
        common = Counter(old for one in turns if (old := before[one]) is not None)
        likely = [
            old
            for old, shared in sorted(common.items(), key=lambda pair: (-pair[1], pair[0]))
            if old not in given and shared >= _KEEPS_ITS_NAME * sizes[old]
        ]
        names.append(likely[0] if likely else None)
        given.update(likely[:1])
    return names


async def name(
    session: AsyncSession,
    kept: Sequence[int | None],
    near: Sequence[tuple[str, float] | None],
) -> list[int]:
    """The ids of the groups, new ones made, with what is nearest to each."""
    ids = []
    for old, nearest in zip(kept, near, strict=True):
        values = {
            "nearest": nearest and nearest[0],
            "likeness": nearest and round(nearest[1], 4),
        }
        if old is None:
            group = Group(**values)
            session.add(group)
            await session.flush()
            ids.append(group.id)
        else:
            await session.execute(update(Group).where(Group.id == old).values(**values))
            ids.append(old)
    return ids


async def place(session: AsyncSession, places: Sequence[tuple[str, int, float]]) -> None:
    """Put turns into their groups."""
    for turn_id, group_id, distance in places:
        await session.execute(
            update(AskedTurn)
            .where(AskedTurn.turn_id == turn_id)
            .values(group_id=group_id, distance=round(distance, 4))
        )


async def drop_empty(session: AsyncSession) -> None:
    """Forget groups that no turn is left of."""
    has_turns = exists().where(AskedTurn.group_id == Group.id)
    await session.execute(delete(Group).where(~has_turns))
