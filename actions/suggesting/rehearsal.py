"""Turns that are only thought through: what they find out stays in memory, effects are named.

The actions are the bot's own. They meet the message with the memory that the caller hands over;
of the database they only read.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from actions.base import Effect, Visit
from api.conversations.service import TurnOver, laid_over
from api.database import Database
from knowledge.slots import Facts


@dataclass
class Rehearsal:
    """One message that is thought through.

    `memory` and `seen` (the facts that the visitor sees) are those before it, then those after it.
    """

    conversation_id: str
    memory: dict[str, Any]
    seen: Facts
    id: str = field(default_factory=lambda: str(uuid4()))
    begun: int = 0  # actions that were called
    visits: list[Visit] = field(default_factory=list)  # of those that came to their end
    referral: dict[str, Any] | None = None
    effects: list[Effect] = field(default_factory=list)

    @property
    def succeeded(self) -> bool:
        """Whether every action that was called came to its end."""
        return 0 < self.begun == len(self.visits)


@dataclass(frozen=True)
class Rehearsals:
    """The rehearsals that are under way, by their ids, in the place of stored turns."""

    database: Database
    _under_way: dict[str, Rehearsal] = field(default_factory=dict, init=False, repr=False)

    @contextmanager
    def begin(self, rehearsal: Rehearsal) -> Iterator[Rehearsal]:
        """Let actions meet the message of this rehearsal while the block runs."""
        self._under_way[rehearsal.id] = rehearsal
        try:
            yield rehearsal
        finally:
            del self._under_way[rehearsal.id]

    async def recall(self, turn_id: str, attempt: int) -> tuple[str, dict[str, Any]]:
        rehearsal = self._of(turn_id)
        rehearsal.begun += 1
        return rehearsal.conversation_id, dict(rehearsal.memory)

    @asynccontextmanager
    async def unit(self, turn_id: str, attempt: int) -> AsyncIterator[AsyncSession]:
        async with self.database.reading() as session:
            yield session

    async def referral(self, session: AsyncSession, visit: Visit, body: Mapping[str, Any]) -> None:
        self._of(visit.turn_id).referral = dict(body)

    async def facts(self, session: AsyncSession, visit: Visit, known: Mapping[str, Any]) -> None:
        rehearsal = self._of(visit.turn_id)
        rehearsal.seen = laid_over(rehearsal.seen, known)

    async def memory(self, session: AsyncSession, visit: Visit, memory: Mapping[str, Any]) -> None:
        rehearsal = self._of(visit.turn_id)
        rehearsal.memory = {slot: value for slot, value in memory.items() if value is not None}
        rehearsal.visits.append(visit)

    def leaves_to_staff(self, turn_id: str, effect: Effect) -> bool:
        self._of(turn_id).effects.append(effect)
        return True

    def _of(self, turn_id: str) -> Rehearsal:
        if turn_id not in self._under_way:
            raise TurnOver
        return self._under_way[turn_id]
