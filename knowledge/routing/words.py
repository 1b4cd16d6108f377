"""The visitor's own words for things: what people call a remedy, and legal terms in plain words."""

import re
from dataclasses import dataclass
from pathlib import Path

from knowledge.reviewed import CONTENT, ContentError, Strict, line_of, load


class _Called(Strict):
    """Remedy → what people say when they mean it; regular expressions over normalised text."""

    called: dict[str, str]


class _Terms(Strict):
    """Legal term → one sentence that a shop owner understands."""

    terms: dict[str, str]


@dataclass(frozen=True)
class Words:
    called: dict[str, re.Pattern[str]]
    terms: dict[str, str]

    @classmethod
    def load(cls, content: Path = CONTENT) -> "Words":
        """Read called.yml and terms.yml; raises ContentError."""
        path = content / "called.yml"
        called = {}
        for key, words in load(path, _Called).called.items():
            try:
                called[key] = re.compile(words)
            except re.error as error:
                raise ContentError(
                    path, line_of(path, "called", key), f"不是正则表达式：{error}"
                ) from error
        return cls(called, load(content / "terms.yml", _Terms).terms)

    def named(self, text: str) -> list[str]:
        """The remedies that a text names, the word that stands first being the first."""
        found = [
            (match.start(), key)
            for key, words in self.called.items()
            if (match := words.search(text))
        ]
        return [key for _, key in sorted(found)]

    def to_explain(self, text: str, explained: list[str]) -> tuple[str, str] | None:
        """The first term of a text that was not explained yet, with its explanation."""
        found = [
            (text.find(term), term) for term in self.terms if term in text and term not in explained
        ]
        return (min(found)[1], self.terms[min(found)[1]]) if found else None
