"""What people call a remedy when they mean it."""

import re
from dataclasses import dataclass
from pathlib import Path

from knowledge.reviewed import CONTENT, ContentError, Strict, line_of, load


class _Called(Strict):
    """Remedy → what people call it; regular expressions over normalised text."""

    called: dict[str, str]


@dataclass(frozen=True)
class RemedyNames:
    """Remedy → the pattern of its names among visitors."""

    patterns: dict[str, re.Pattern[str]]

    @classmethod
    def load(cls, content: Path = CONTENT) -> "RemedyNames":
        """Read called.yml; raises ContentError."""
        path = content / "called.yml"
        patterns = {}
        for key, names in load(path, _Called).called.items():
            try:
                patterns[key] = re.compile(names)
            except re.error as error:
                line = line_of(path, "called", key)
                raise ContentError(path, line, f"不是正则表达式：{error}") from error
        return cls(patterns)

    def named(self, text: str) -> list[str]:
        """The remedies that a text names, in the order in which they are named."""
        found = [
            (match.start(), key)
            for key, pattern in self.patterns.items()
            if (match := pattern.search(text))
        ]
        return [key for _, key in sorted(found)]
