"""The words that are in use in this process: what the service says to visitors beside the bot, and
what facts and their values are called.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.in_use import InUse
from knowledge.answers.responses import Responses, Said
from knowledge.reviewed import CONTENT
from knowledge.routing.rulebook import load_vocabulary


@dataclass(frozen=True)
class Words:
    """The reviewed words of a folder of content."""

    responses: Responses
    vocabulary: Mapping[str, Any]

    @classmethod
    def load(cls, content: Path = CONTENT) -> "Words":
        """Read them; raises ContentError."""
        return cls(Responses.load(content), load_vocabulary(content))


_in_use = InUse[Words]()


def speak(words: Words) -> None:
    """Let this process use these words from here on."""
    _in_use.put(words)


def wording(file: str, key: str, /, **filled: object) -> Said:
    """An entry of `knowledge/content/responses/`, filled in."""
    return _words().responses.say(file, key, **filled)


def vocabulary() -> Mapping[str, Any]:
    """The closed values of the facts with their labels: slot → value → label."""
    return _words().vocabulary


def _words() -> Words:
    """What is in use; what ships while the process has no voice yet."""
    try:
        return _in_use()
    except LookupError:
        speak(Words.load())
        return _in_use()
