"""What error codes mean, and what follows from them: one table for each platform."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto

AWAY = 0  # the platform did not answer, or not in its own way
_IP = re.compile(r"(?:invalid ip|from ip:) ?([0-9a-fA-F.:]{3,45})")


class Follows(StrEnum):
    """What somebody who sends does about an error."""

    RENEW = auto()  # the access token does not count any more
    LATER = auto()  # a fault that passes
    SLOWER = auto()  # we call too often
    TOMORROW = auto()  # what we may call in a day is used up
    WINDOW = auto()  # the person has to write first
    QUOTA = auto()  # the same: as many messages as are allowed were sent
    FORBIDDEN = auto()  # the account may not call this
    SETTINGS = auto()  # somebody has to set something right
    NEVER = auto()  # it will not be taken, however often it is sent
    TAKEN = auto()  # it was taken before: an attempt whose answer was lost


@dataclass(frozen=True)
class Problem:
    """An error: the platform's number, what it means, and in Chinese what to do about it."""

    code: int
    follows: Follows
    means: str
    advice: str = ""

    def __str__(self) -> str:
        number = f"（{self.code}）" if self.code else ""
        return f"{self.means}{number}"


class Refused(Exception):
    """The platform did not do it. `ip` is our own address as the platform names it."""

    def __init__(self, problem: Problem, ip: str = "") -> None:
        self.problem, self.ip = problem, ip
        super().__init__(str(problem))


class Codes:
    """The codes of one platform; `away` is its silence, `listed` where it explains all of them."""

    def __init__(self, known: Sequence[Problem], away: Problem, listed: str) -> None:
        self.known: Mapping[int, Problem] = {problem.code: problem for problem in known}
        self.away, self._listed = away, listed

    def refused(self, code: int, words: str = "") -> Refused:
        """What a code means; `words` are the platform's own, of which only our address is kept."""
        unknown = Problem(code, Follows.LATER, "返回了没有列出的错误", f"对照{self._listed}。")
        found = _IP.search(words)
        return Refused(self.known.get(code, unknown), found[1] if found else "")
