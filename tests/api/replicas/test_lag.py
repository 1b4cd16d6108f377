"""How far a replica is behind is told by places in the log, not by the age of the last change."""

from api.replicas.lag import MOST_PLACES, Lag

AN_HOUR = 3600.0


def test_a_replica_that_has_everything_is_not_behind_however_long_nobody_writes() -> None:
    lag = Lag()
    lag.written(100, now=0)

    assert lag.of(100, AN_HOUR, now=AN_HOUR) == 0


def test_it_is_behind_since_what_it_lacks_was_written() -> None:
    lag = Lag()
    lag.written(100, now=0)
    assert lag.of(100, 0, now=0) == 0
    for at, place in ((10, 200), (20, 300)):
        lag.written(place, now=at)

    assert lag.of(150, AN_HOUR, now=25) == 15
    assert lag.of(200, AN_HOUR, now=25) == 5
    assert lag.of(300, AN_HOUR, now=25) == 0


def test_one_that_was_behind_before_anybody_looked_is_as_old_as_what_it_replayed_last() -> None:
    lag = Lag()
    lag.written(100, now=0)

    assert lag.of(50, AN_HOUR, now=1) == AN_HOUR


def test_one_that_is_away_for_long_is_never_taken_for_nearer_than_it_is() -> None:
    lag = Lag()
    lag.written(0, now=0)
    assert lag.of(0, 0, now=0) == 0
    for at in range(1, 4 * MOST_PLACES):
        lag.written(at, now=at)

    assert lag.of(0, None, now=4 * MOST_PLACES) == 4 * MOST_PLACES - 1
