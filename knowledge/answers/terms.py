"""Legal terms in words that a shop owner understands."""

from collections.abc import Collection
from pathlib import Path

from knowledge.reviewed import CONTENT, Strict, load


class Terms(Strict):
    """Legal term → one sentence that says what it is."""

    terms: dict[str, str]

    @classmethod
    def load(cls, content: Path = CONTENT) -> "Terms":
        """Read terms.yml; raises ContentError."""
        return load(content / "terms.yml", cls)

    def named(self, text: str) -> list[tuple[str, str]]:
        """The terms that a question names, with what they mean; of terms within one another the
        longest.
        """
        found = [term for term in self.terms if term in text]
        longest = [
            one for one in found if not any(one != other and one in other for other in found)
        ]
        return [(term, self.terms[term]) for term in longest]

    def to_explain(self, text: str, explained: Collection[str]) -> tuple[str, str] | None:
        """The first term of a text that was not explained yet, with its explanation."""
        found = [
            (text.find(term), term) for term in self.terms if term in text and term not in explained
        ]
        if not found:
            return None
        _, first = min(found)
        return first, self.terms[first]
