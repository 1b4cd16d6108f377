"""What to say to a question that this line cannot answer: one polite sentence and one pointer."""

import re
from pathlib import Path

from pydantic import field_validator

from knowledge.reviewed import CONTENT, Strict, load

# Topics so wide that the words may tell more than the topic does.
_WIDE = frozenset({"family_property", "other"})


class Exit(Strict):
    """`owner` is the button of whoever is the owner of what was faked: it leads back to us."""

    label: str
    reply: str
    owner: str | None = None
    hotline: str | None = None
    source: str | None = None


class NearerExit(Exit):
    """An exit that the visitor's own words lead to: `said` is a regular expression."""

    said: str

    @field_validator("said")
    @classmethod
    def _can_be_read(cls, said: str) -> str:
        try:
            re.compile(said)
        except re.error as error:
            raise ValueError(f"不是有效的正则表达式：{error}") from error
        return said


class OutOfScope(Strict):
    """The replies by topic; `other` serves every topic that has no reply of its own."""

    topics: dict[str, Exit]
    nearer: tuple[NearerExit, ...] = ()

    @classmethod
    def load(cls, content: Path = CONTENT) -> "OutOfScope":
        """Read out_of_scope.yml; raises ContentError."""
        return load(content / "out_of_scope.yml", cls)

    def exit(self, topic: str, text: str = "") -> Exit:
        """Where to send `text`, understood as `topic`; without the text the exit of the topic."""
        known = topic if topic in self.topics else "other"
        nearer = (one for one in self.nearer if re.search(one.said, text))
        own = self.topics[known]
        return next(nearer, own) if known in _WIDE else own
