"""How far a replica is behind, by what the primary had written when.

The moment of the last transaction that a replica replayed tells nothing while nobody writes: it
grows old on a replica that has everything. So both places in the log (WAL) are compared, and the
age is that of the oldest place that the replica has not reached.
"""

from collections import deque

MOST_PLACES = 2000  # remembered; more than an hour, then every second one is forgotten


class Lag:
    """Remembers where the primary's log stood at moments of this machine's clock, in seconds."""

    def __init__(self) -> None:
        self._places: deque[tuple[float, int]] = deque()
        self._was_level = False

    def written(self, place: int, *, now: float) -> None:
        """The primary's log has come to this place (bytes)."""
        if not self._places or self._places[-1][1] < place:
            self._places.append((now, place))
        if len(self._places) > MOST_PLACES:
            self._places = deque(list(self._places)[::2])

    def of(self, replayed: int, stamp_age_s: float | None, *, now: float) -> float:
        """Seconds that a replica is behind which has replayed up to a place.

        `stamp_age_s` is the age of the last transaction that it replayed: it tells of what was
        written before anybody looked. None where the replica has replayed none.
        """
        while self._places and self._places[0][1] <= replayed:
            self._places.popleft()
            self._was_level = True
        if not self._places:
            return 0.0
        seen = now - self._places[0][0]
        return seen if self._was_level else max(seen, stamp_age_s or 0.0)
