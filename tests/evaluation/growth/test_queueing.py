"""The model waits as the theory of queues says, where there is one."""

from random import Random

import pytest

from evaluation.growth.queueing import Demand, Plan, closed, poisson

ALL_BEFORE = (1.0, 0.0, 0.0)  # a service's work in one piece
STEADY = Demand(service=10, engine=4, database=2)


def test_one_queue_with_one_server_waits_as_the_theory_says() -> None:
    """M/M/1: 60 a second come to who serves 100; a stay is 1 / (100 - 60) s on average."""

    def exponential(chance: Random) -> Demand:
        return Demand(service=chance.expovariate(1 / 10))

    seen = poisson(Plan(parts=ALL_BEFORE), exponential, 60, 12_000, seed=2)

    assert seen.mean_ms == pytest.approx(25, rel=0.1)
    assert seen.busy["service"] == pytest.approx(0.6, rel=0.05)
    assert seen.p95_ms == pytest.approx(25 * 3, rel=0.1)  # ln 20 times the mean


def test_who_is_alone_waits_for_nothing_but_his_own_work() -> None:
    seen = closed(Plan(), lambda _: STEADY, 1, 50)

    assert seen.mean_ms == pytest.approx(16) and seen.per_s == pytest.approx(1000 / 16)


@pytest.mark.parametrize(
    ("plan", "per_s"),
    [
        (Plan(), 100),  # the service's 10 ms
        (Plan(services=4, engines=1), 250),  # the engine's 4 ms
        (Plan(services=2, engines=2), 200),
        (Plan(services=4, engines=4, database_cores=4, cores=1), 1000 / 16),  # all on one core
        (Plan(services=4, engines=4, database_cores=4, cores=2), 2000 / 16),
    ],
)
def test_a_crowd_is_served_as_fast_as_the_busiest_can(plan: Plan, per_s: float) -> None:
    assert closed(plan, lambda _: STEADY, 32, 1_000).per_s == pytest.approx(per_s, rel=0.03)


def test_a_foreign_process_takes_its_share_of_a_core() -> None:
    demand = Demand(service=10)
    alone = Plan(parts=ALL_BEFORE, cores=1)
    beside = Plan(parts=ALL_BEFORE, cores=1, others=1)

    assert closed(alone, lambda _: demand, 4, 200).per_s == pytest.approx(100, rel=0.03)
    assert closed(beside, lambda _: demand, 4, 200).per_s == pytest.approx(50, rel=0.03)


def test_the_same_seed_tells_the_same() -> None:
    plan = Plan(services=2, engines=2, cores=2, others=0.5)

    assert closed(plan, lambda _: STEADY, 8, 100, 3) == closed(plan, lambda _: STEADY, 8, 100, 3)
