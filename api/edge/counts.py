"""Counts of the library `limits` in the service's database, where several copies share them."""

import time
from hashlib import sha256

from limits.aio.storage import Storage
from sqlalchemy import case, delete, select
from sqlalchemy.dialects.postgresql import insert

from api.database import Database, DatabaseUnavailable
from api.edge.models import Asker, RateCount

REMEMBERED_S = 3600  # longer than any count of look-up codes lasts


class DatabaseStorage(Storage):
    """Counts in the table `rate_counts`; each count is a unit of work of its own."""

    STORAGE_SCHEME = None  # made here, never from an address

    def __init__(self, database: Database) -> None:
        super().__init__(wrap_exceptions=True)
        self._database = database

    @property
    def base_exceptions(self) -> type[Exception]:
        return DatabaseUnavailable

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, in a window of `expiry` seconds from the first; returns how many there are."""
        now = time.time()
        over = RateCount.expires_at <= now
        statement = (
            insert(RateCount)
            .values(key=_name(key), count=amount, expires_at=now + expiry)
            .on_conflict_do_update(
                index_elements=[RateCount.key],
                set_={
                    "count": case((over, amount), else_=RateCount.count + amount),
                    "expires_at": case((over, now + expiry), else_=RateCount.expires_at),
                },
            )
            .returning(RateCount.count)
        )
        async with self._database.session() as session:
            count: int = (await session.execute(statement)).scalar_one()
            if count == amount:  # a window begins: a good moment to drop those that are over
                ended = delete(RateCount).where(RateCount.expires_at <= now)
                await session.execute(ended)
        return count

    async def get(self, key: str) -> int:
        """How many there are in the window, 0 when it is over."""
        row = await self._row(key)
        return row.count if row and row.expires_at > time.time() else 0

    async def get_expiry(self, key: str) -> float:
        """When the window ends, in Unix seconds."""
        row = await self._row(key)
        return row.expires_at if row else time.time()

    async def check(self) -> bool:
        """Whether the database answers."""
        try:
            await self._row("")
        except DatabaseUnavailable:
            return False
        return True

    async def reset(self) -> int | None:
        """Forget every count."""
        async with self._database.session() as session:
            await session.execute(delete(RateCount))
        return None

    async def clear(self, key: str) -> None:
        """Forget one count."""
        async with self._database.session() as session:
            await session.execute(delete(RateCount).where(RateCount.key == _name(key)))

    async def heard(self, conversation_id: str, address: str | None) -> None:
        """Remember from where a conversation is led; None forgets it."""
        now = time.time()
        async with self._database.session() as session:
            if address is None:
                gone = delete(Asker).where(Asker.conversation_id == conversation_id)
                await session.execute(gone)
                return
            known = {"address": address, "expires_at": now + REMEMBERED_S}
            heard = insert(Asker).values(conversation_id=conversation_id, **known)
            at_the_key = [Asker.conversation_id]
            await session.execute(
                heard.on_conflict_do_update(index_elements=at_the_key, set_=known)
            )
            await session.execute(delete(Asker).where(Asker.expires_at <= now))

    async def asker_of(self, conversation_id: str) -> str | None:
        """From where a conversation is led; None where that is not known."""
        async with self._database.reading() as session:
            row = await session.get(Asker, conversation_id)
        return row.address if row and row.expires_at > time.time() else None

    async def _row(self, key: str) -> RateCount | None:
        async with self._database.reading() as session:
            found: RateCount | None = await session.scalar(
                select(RateCount).where(RateCount.key == _name(key))
            )
            return found


def _name(key: str) -> str:
    return sha256(key.encode()).hexdigest()
