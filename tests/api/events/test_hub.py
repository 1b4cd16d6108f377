"""Events reach every follower in every process, in order, none twice and none lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisAway

from api.clock import Clock
from api.database import Database
from api.events import hub as hubs
from api.events import service as events
from api.events.by_redis import ByRedis
from api.events.hub import Hub
from api.events.models import DeskEvent
from api.events.service import Event
from api.events.wakes import LOOK, Alone, ByPostgreSQL, Heard, Wakes
from tests.conftest import KEYS

PATIENCE_S = 30


async def told(database: Database, kind: str, at: datetime, **more: Any) -> None:
    async with database.session() as session:
        await events.publish(session, kind, at=at, **more)


@asynccontextmanager
async def reading(
    database: Database, wakes: Wakes | None = None, most: int = 100
) -> AsyncIterator[Hub]:
    """A hub that reads, as one process has it."""
    hub = Hub(database, wakes or Alone(), most)
    running = asyncio.create_task(hub.run())
    yield hub
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


class Follower:
    """Follows a hub, past the beginning."""

    def __init__(self, hub: Hub, name: str = "a", last: int | None = None) -> None:
        self._stream = hub.follow(("staff", name), lambda event: event, last)

    async def next(self) -> Event:
        return await asyncio.wait_for(anext(self._stream), PATIENCE_S)

    async def kinds(self, number: int) -> list[str]:
        return [(await self.next()).kind for _ in range(number)]

    async def ends(self) -> None:
        with pytest.raises(StopAsyncIteration):
            while True:
                await self.next()

    async def goes(self) -> None:
        await self._stream.aclose()


async def test_what_is_committed_is_heard_in_order_by_everybody(
    database: Database, clock: Clock
) -> None:
    async with reading(database) as hub:
        followers = [Follower(hub, name) for name in ("a", "b", "a")]
        assert [await one.kinds(1) for one in followers] == [["ready"]] * 3
        writing = [told(database, f"k{number}", clock.now()) for number in range(20)]
        await asyncio.gather(*writing)
        heard = [[await one.next() for _ in range(20)] for one in followers]

    for each in heard:
        ids = [event.id or 0 for event in each]
        assert ids == sorted(set(ids)) and {event.kind for event in each} == {
            f"k{number}" for number in range(20)
        }


async def test_what_is_rolled_back_is_never_told(database: Database, clock: Clock) -> None:
    async with reading(database) as hub:
        follower = Follower(hub)
        await follower.next()
        with pytest.raises(RuntimeError):
            async with database.session() as session:
                await events.publish(session, "never", at=clock.now())
                raise RuntimeError
        await told(database, "always", clock.now(), data={"role": "visitor"})

        assert (await follower.next()).as_dict()["role"] == "visitor"


async def test_who_comes_back_hears_what_he_missed_once(database: Database, clock: Clock) -> None:
    async with reading(database) as hub:
        first = Follower(hub)
        ready = await first.next()
        for number in range(3):
            await told(database, f"k{number}", clock.now())
        seen = await first.next()
        assert (ready.id or 0) < (seen.id or 0)
        await first.kinds(2)
        await first.goes()

        again = Follower(hub, last=seen.id)
        assert await again.kinds(3) == ["ready", "k1", "k2"]
        await told(database, "k3", clock.now())
        assert await again.kinds(1) == ["k3"]


@pytest.mark.parametrize("times", [1, 3])
async def test_who_loses_the_connection_as_soon_as_he_is_back_still_misses_nothing(
    database: Database, clock: Clock, times: int
) -> None:
    async with reading(database) as hub:
        first = Follower(hub)
        last = (await first.next()).id
        await first.goes()
        await told(database, "k0", clock.now())
        for _ in range(times):  # told that he may begin, and gone
            again = Follower(hub, last=last)
            last = (await again.next()).id
            await again.goes()

        assert await Follower(hub, last=last).kinds(2) == ["ready", "k0"]


@pytest.mark.parametrize("case", ["too long ago", "an older database was put back"])
async def test_who_missed_what_is_no_longer_kept_is_told_to_read_afresh(
    database: Database, clock: Clock, case: str
) -> None:
    for number in range(3):
        await told(database, f"k{number}", clock.now())
    async with database.session() as session:
        oldest = await events.oldest(session) or 0
        await session.delete(await session.get_one(DeskEvent, oldest))
        newest = await events.newest(session)
    async with reading(database) as hub:
        last = oldest - 1 if case == "too long ago" else newest + 1000
        assert await Follower(hub, last=last).kinds(2) == ["ready", "resync"]


async def test_a_follower_who_does_not_read_is_let_go_and_resumes(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "MOST_UNREAD", 3)
    async with reading(database) as hub:
        slow, quick = Follower(hub, "slow"), Follower(hub, "quick")
        ready = await slow.next()
        await quick.next()
        for number in range(6):
            await told(database, f"k{number}", clock.now())
            assert await quick.kinds(1) == [f"k{number}"]
        await slow.ends()

        again = Follower(hub, "slow", last=ready.id)
        assert await again.kinds(7) == ["ready", *(f"k{number}" for number in range(6))]


async def test_the_oldest_of_too_many_streams_of_one_person_gives_way(
    database: Database, clock: Clock
) -> None:
    async with reading(database, most=hubs.MOST_EACH + 1) as hub:
        streams = [Follower(hub) for _ in range(hubs.MOST_EACH + 1)]
        for one in streams:
            await one.next()
        assert hub.full
        await streams[0].ends()
        assert not hub.full
        await told(database, "k", clock.now())
        assert await streams[-1].kinds(1) == ["k"]


async def test_a_hub_that_ends_lets_everybody_go(database: Database) -> None:
    async with reading(database) as hub:
        follower = Follower(hub)
        await follower.next()
        hub.end()
        await follower.ends()
        late = Follower(hub)
        await late.ends()


async def test_two_processes_hear_of_each_other_through_postgresql(
    postgresql_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "LOOK_AGAIN_S", 600)  # whatever is heard was told by the database
    here, there = Database(postgresql_url, KEYS), Database(postgresql_url, KEYS)
    async with (
        reading(here, ByPostgreSQL(postgresql_url, here)) as ours,
        reading(there, ByPostgreSQL(postgresql_url, there)) as theirs,
    ):
        follower, own = Follower(theirs), Follower(ours)
        assert (await follower.kinds(1), await own.kinds(1)) == (["ready"], ["ready"])
        await told(here, "k1", clock.now())
        assert await follower.kinds(1) == ["k1"]
        # The line is open by now: what is not stored passes too, and is heard once by its own side.
        await ours.tell(Event(None, "typing", "c", staff_id=7, data={"typing": True}))
        heard = await follower.next()
        assert (heard.id, heard.kind, heard.staff_id, heard.data) == (
            None,
            "typing",
            7,
            {"typing": True},
        )
        await told(here, "k2", clock.now())
        assert sorted(await own.kinds(3)) == ["k1", "k2", "typing"]
    await here.close()
    await there.close()


async def test_a_signal_is_heard_by_the_other_processes_and_told_to_no_follower(
    postgresql_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "LOOK_AGAIN_S", 600)  # whatever is heard was told by the database
    here, there = Database(postgresql_url, KEYS), Database(postgresql_url, KEYS)
    heard: list[str] = []
    was_heard = asyncio.Event()

    def hears(hub: Hub, name: str) -> None:
        def told(what: str) -> None:
            heard.append(f"{name}: {what}")
            was_heard.set()

        hub.hear_signal("free", told)

    async with (
        reading(here, ByPostgreSQL(postgresql_url, here)) as ours,
        reading(there, ByPostgreSQL(postgresql_url, there)) as theirs,
    ):
        hears(ours, "ours")
        hears(theirs, "theirs")
        follower = Follower(theirs)
        await follower.next()
        await told(here, "k1", clock.now())
        assert await follower.kinds(1) == ["k1"]  # by now the line is open
        await ours.signal("free", "one")
        await ours.signal("nobody hears", "another")
        async with asyncio.timeout(PATIENCE_S):
            await was_heard.wait()
        await told(here, "k2", clock.now())
        assert await follower.kinds(1) == ["k2"]
        assert heard == ["theirs: one"]
    await here.close()
    await there.close()


async def test_on_postgresql_an_id_is_seen_only_when_all_before_it_are(
    postgresql_url: str, clock: Clock
) -> None:
    database = Database(postgresql_url, KEYS)
    async with reading(database) as hub:
        follower = Follower(hub)
        await follower.next()
        await asyncio.gather(*(told(database, "k", clock.now()) for _ in range(60)))
        ids = [(await follower.next()).id or 0 for _ in range(60)]
    await database.close()
    assert ids == sorted(ids)


class FakeRedis:
    """Redis' publish and subscribe for clients in this process; it may be away."""

    def __init__(self) -> None:
        self.lines: list[asyncio.Queue[dict[str, Any]]] = []
        self.away = False

    async def publish(self, channel: str, words: str) -> None:
        if self.away:
            raise RedisAway("refused")
        for line in self.lines:
            line.put_nowait({"data": words})

    def pubsub(self, **_: Any) -> "FakeRedis":
        if self.away:
            raise RedisAway("refused")
        return self

    async def __aenter__(self) -> "FakeRedis":
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def subscribe(self, channel: str) -> None:
        self.lines.append(asyncio.Queue())

    async def listen(self) -> AsyncIterator[dict[str, Any]]:
        line = self.lines[-1]
        while True:
            yield await line.get()


async def test_two_processes_hear_of_each_other_through_redis(
    sqlite_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "LOOK_AGAIN_S", 600)
    redis: Any = FakeRedis()
    here, there = Database(sqlite_url, KEYS), Database(sqlite_url, KEYS)
    async with reading(here, ByRedis(redis)), reading(there, ByRedis(redis)) as theirs:
        follower = Follower(theirs)
        await follower.next()
        await told(here, "k", clock.now())
        assert await follower.kinds(1) == ["k"]
    await here.close()
    await there.close()


async def test_while_redis_is_away_events_are_found_by_looking(
    sqlite_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "LOOK_AGAIN_S", 0.05)
    redis: Any = FakeRedis()
    redis.away = True
    here, there = Database(sqlite_url, KEYS), Database(sqlite_url, KEYS)
    async with reading(here, ByRedis(redis)), reading(there, ByRedis(redis)) as theirs:
        follower = Follower(theirs)
        await follower.next()
        await told(here, "k", clock.now())
        assert await follower.kinds(1) == ["k"]
    await here.close()
    await there.close()


@pytest.mark.parametrize("words", ["{", "[]", '{"event": 3}', '{"event": {"kind": 5}}'])
async def test_words_that_are_none_of_ours_are_left_alone(
    sqlite_url: str, clock: Clock, words: str
) -> None:
    redis: Any = FakeRedis()
    database = Database(sqlite_url, KEYS)
    async with reading(database, ByRedis(redis)) as hub:
        follower = Follower(hub)
        await follower.next()
        await redis.publish("", words)
        await told(database, "k", clock.now())
        assert await follower.kinds(1) == ["k"]
    await database.close()


class Line(Alone):
    """A line on which the test speaks."""

    heard: Heard

    async def listen(self, heard: Heard) -> None:
        self.heard = heard
        await super().listen(heard)


class Idle(Hub):
    """Has nothing to read."""

    async def _read_on(self) -> None:
        return None


@pytest.mark.parametrize("later", range(4))
async def test_a_hub_that_is_ended_just_as_it_hears_something_ends(
    sqlite_url: str, later: int
) -> None:
    async def passes(turns: int) -> None:
        for _ in range(turns):
            await asyncio.sleep(0)

    database, line = Database(sqlite_url, KEYS), Line()
    running = asyncio.create_task(Idle(database, line).run())
    await passes(turns=5)
    line.heard(LOOK)
    await passes(later)
    running.cancel()
    await passes(turns=10)
    assert running.cancelled()
    await database.close()
