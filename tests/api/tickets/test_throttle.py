import pytest

from api.tickets.throttle import MOST_REMEMBERED, MOST_TRIES, WITHIN_S, Throttle, TooManyTries


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_too_many_tries_are_refused_until_time_has_passed() -> None:
    seconds = Seconds()
    throttle = Throttle(seconds)
    for _ in range(MOST_TRIES):
        throttle.count("JX1", "a")
        seconds.now += 1

    with pytest.raises(TooManyTries) as refused:
        throttle.count("JX1", "a")
    assert refused.value.headers == {"Retry-After": str(WITHIN_S - MOST_TRIES)}

    throttle.count("JX1", "another address")
    throttle.count("JX2", "a")
    seconds.now = WITHIN_S
    throttle.count("JX1", "a")


def test_refused_tries_do_not_prolong_the_wait() -> None:
    seconds = Seconds()
    throttle = Throttle(seconds)
    for _ in range(MOST_TRIES):
        throttle.count("JX1", "a")
    seconds.now = WITHIN_S - 1
    with pytest.raises(TooManyTries):
        throttle.count("JX1", "a")

    seconds.now = WITHIN_S
    throttle.count("JX1", "a")


def test_a_right_code_clears_the_count() -> None:
    throttle = Throttle(Seconds())
    for _ in range(3 * MOST_TRIES):
        throttle.count("JX1", "a")
        throttle.forgive("JX1", "a")


def test_the_memory_is_bounded() -> None:
    throttle = Throttle(Seconds())
    for n in range(MOST_REMEMBERED + 10):
        throttle.count(f"JX{n}", "a")

    assert len(throttle._tries) == MOST_REMEMBERED
