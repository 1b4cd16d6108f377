"""What to say to a question that this line cannot answer: one polite sentence and one pointer."""

import re
from pathlib import Path

from pydantic import field_validator

from knowledge.reviewed import CONTENT, Strict, load

# Topics so wide that the words may tell more than the topic does.
_WIDE = frozenset({"family_property", "other"})


class Exit(Strict):
    label: str
    reply: str
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

    def reply(self, topic: str, text: str = "") -> str:
        """What to answer to `text`, understood as `topic`; without the text the words of the
        topic.
        """
        known = topic if topic in self.topics else "other"
        nearer = (one.reply for one in self.nearer if re.search(one.said, text))
        own = self.topics[known].reply
        return next(nearer, own) if known in _WIDE else own
