"""The helpline as a network of queues (SimPy): its processes wait for each other and for cores.

A message is stored by its service, read by an engine, which has an action carried out by some
service, and is answered by its service. A service or an engine does one thing at a time; PostgreSQL
as many as it has cores. Where the processes share a machine's cores, they take turns on them, as do
other processes that are always hungry.
"""

import math
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import simpy

from evaluation.growth.crowd import nearest

QUANTUM_MS = 5.0  # a turn on a core
WARMING = 0.1  # of the messages: those that find the house empty are not counted

Steps = Generator[simpy.Event, Any, None]


@dataclass(frozen=True)
class Demand:
    """Milliseconds of a core that one message takes of each kind of process."""

    service: float
    engine: float = 0.0
    database: float = 0.0
    proxy: float = 0.0


Draw = Callable[[Random], Demand]


@dataclass(frozen=True)
class Plan:
    """So many processes; `cores` that all share, or None where each process has one of its own.

    `others` are foreign processes that are always hungry, on the shared cores. `parts` of a
    service's work come before the engine, as its action, and after it.
    """

    services: int = 1
    engines: int = 1
    database_cores: int = 1
    cores: int | None = None
    others: float = 0.0
    parts: tuple[float, float, float] = (0.15, 0.55, 0.3)


@dataclass
class Outcome:
    """Messages a second and milliseconds; `busy` is the share of the time that each kind works."""

    per_s: float
    p50_ms: float
    p95_ms: float
    mean_ms: float
    busy: dict[str, float] = field(default_factory=dict)


class Station:
    """Processes of one kind that do `capacity` things at a time, each of them on a core."""

    def __init__(self, env: simpy.Environment, cores: simpy.Resource | None, capacity: int) -> None:
        self.env, self.cores = env, cores
        self.places = simpy.Resource(env, capacity)
        self.worked_ms = 0.0

    @property
    def load(self) -> int:
        """Who is served and who waits."""
        return self.places.count + len(self.places.queue)

    def work(self, ms: float) -> Steps:
        """Wait for a place, then for cores, until so much is done; for no work not at all."""
        if ms <= 0:
            return
        with self.places.request() as place:
            yield place
            self.worked_ms += ms
            yield from on_a_core(self.env, self.cores, ms)


def on_a_core(env: simpy.Environment, cores: simpy.Resource | None, ms: float) -> Steps:
    """So much work on one of the shared cores, by turns; on a core of its own at once."""
    if cores is None:
        yield env.timeout(ms)
        return
    while ms > 0:
        with cores.request() as turn:
            yield turn
            yield env.timeout(min(ms, QUANTUM_MS))
        ms -= QUANTUM_MS


class House:
    """All stations of a plan."""

    def __init__(self, env: simpy.Environment, plan: Plan, chance: Random) -> None:
        self.env, self.plan, self.chance = env, plan, chance
        cores = simpy.Resource(env, plan.cores) if plan.cores else None
        self.services = [Station(env, cores, 1) for _ in range(plan.services)]
        self.engines = [Station(env, cores, 1) for _ in range(plan.engines)]
        self.database = Station(env, cores, plan.database_cores)
        self.proxy = Station(env, cores, plan.cores or plan.services)
        if cores is not None:
            for _ in range(math.ceil(plan.others)):
                env.process(self._hungry(cores, plan.others / math.ceil(plan.others)))

    def message(self, demand: Demand, service: Station) -> Steps:
        """One message from coming in to being answered."""
        before, action, after = (demand.service * part for part in self.plan.parts)
        yield from self.proxy.work(demand.proxy)
        yield from service.work(before)
        yield from self.database.work(demand.database / 2)
        engine = self._least(self.engines)
        yield from engine.work(demand.engine / 2)
        yield from self._least(self.services).work(action)
        yield from engine.work(demand.engine / 2)
        yield from service.work(after)
        yield from self.database.work(demand.database / 2)

    def busy(self) -> dict[str, float]:
        """The share of the time so far that each kind has worked, of what it could."""
        kinds = {"service": self.services, "engine": self.engines, "database": [self.database]}
        span = self.env.now or 1.0
        return {
            kind: sum(one.worked_ms for one in stations)
            / (span * sum(one.places.capacity for one in stations))
            for kind, stations in kinds.items()
        }

    def _least(self, stations: Sequence[Station]) -> Station:
        """The one with the least to do, any of those alike."""
        least = min(one.load for one in stations)
        return self.chance.choice([one for one in stations if one.load == least])

    def _hungry(self, cores: simpy.Resource, share: float) -> Steps:
        while True:
            yield from on_a_core(self.env, cores, QUANTUM_MS)
            if share < 1:
                yield self.env.timeout(self.chance.expovariate(share / (1 - share)) * QUANTUM_MS)


def closed(plan: Plan, draw: Draw, clients: int, messages: int, seed: int = 1) -> Outcome:
    """Visitors who send the next message as soon as the last one is answered."""
    env, chance = simpy.Environment(), Random(seed)
    house, told = House(env, plan, chance), _Told(env, messages)

    def speaks(number: int) -> Steps:
        service = house.services[number % plan.services]
        while True:
            began = env.now
            yield from house.message(draw(chance), service)
            told.answered(env.now - began)

    for number in range(clients):
        env.process(speaks(number))
    env.run(until=told.enough)
    return told.outcome(house)


def poisson(plan: Plan, draw: Draw, per_s: float, messages: int, seed: int = 1) -> Outcome:
    """Messages that come whenever they come, so many a second on average."""
    env, chance = simpy.Environment(), Random(seed)
    house, told = House(env, plan, chance), _Told(env, messages)

    def one() -> Steps:
        began = env.now
        yield from house.message(draw(chance), chance.choice(house.services))
        told.answered(env.now - began)

    def come() -> Steps:
        while True:
            yield env.timeout(chance.expovariate(per_s / 1000))
            env.process(one())

    env.process(come())
    env.run(until=told.enough)
    return told.outcome(house)


def drawn_from(samples: Sequence[Demand]) -> Draw:
    """What was measured, one message drawn as it was."""
    return lambda chance: chance.choice(samples)


class _Told:
    """The times of the messages that were answered; `enough` happens when there are so many."""

    def __init__(self, env: simpy.Environment, messages: int) -> None:
        self.env, self.messages, self.enough = env, messages, env.event()
        self.took: list[float] = []
        self.began = 0.0

    def answered(self, ms: float) -> None:
        self.took.append(ms)
        if len(self.took) == int(self.messages * WARMING):
            self.began = self.env.now
        if len(self.took) == self.messages:
            self.enough.succeed()

    def outcome(self, house: House) -> Outcome:
        counted = sorted(self.took[int(self.messages * WARMING) : self.messages])
        return Outcome(
            per_s=len(counted) / (self.env.now - self.began) * 1000,
            p50_ms=nearest(counted, 0.5),
            p95_ms=nearest(counted, 0.95),
            mean_ms=sum(counted) / len(counted),
            busy=house.busy(),
        )
