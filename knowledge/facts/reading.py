"""What is read from a text: one fact a reading."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Reading:
    """One fact as read from a text.

    `weak`: only when nothing better is known; `role`: which date slot a day belongs to, or whose a
    place is (own, seated: where the visitor's firm is registered, theirs, seat: where the other
    side's firm is, act: where it happened); `source`: the file and line of the wording that
    matched, such as wordings/goal.yml:12.
    """

    slot: str
    value: Any
    weak: bool = False
    role: str | None = None
    source: str | None = None
