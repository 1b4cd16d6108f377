"""What to say to a question that this line cannot answer: one polite sentence and one pointer."""

from pathlib import Path

from knowledge.reviewed import CONTENT, Strict, load


class Exit(Strict):
    label: str
    reply: str
    hotline: str | None = None
    source: str | None = None


class OutOfScope(Strict):
    """The exits by topic; `other` serves every topic that has no reply of its own."""

    exits: dict[str, Exit]

    @classmethod
    def load(cls, content: Path = CONTENT) -> "OutOfScope":
        """Read exits.yml; raises ContentError."""
        return load(content / "exits.yml", cls)

    def reply(self, topic: str) -> str:
        """The words for a topic."""
        return self.exits.get(topic, self.exits["other"]).reply
