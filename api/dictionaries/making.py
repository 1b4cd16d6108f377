"""What a dictionary is made of: nothing but the content. Plain computing, seconds of it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import yaml

from api.answers.schemas import Citation
from api.referrals.schemas import Referral
from api.settings import ROOT
from knowledge.answers.responses import FOLDER
from knowledge.law.citations import citation

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

# The form of a turn's answer: names and signs that every one of them holds.
_FORM: dict[str, Any] = {
    "messages": [
        {
            "id": "",
            "role": "bot",
            "text": "",
            "buttons": [],
            "citations": [],
            "drafts": [],
            "at": "2026-11-29T10:00:00.000000+08:00",
            "author": None,
        },
        {"id": ""},
    ],
    "facts": {},
    "referral": None,
    "ticket": None,
    "handoff": None,
}
DRIFT = 16 * 1024  # bytes of words that a dictionary may lack before another one is made
_PARTS = ("remedies", "ruled_out", "asks")


@dataclass(frozen=True)
class Words:
    """The content in use, as far as turns quote it."""

    base: "KnowledgeBase"

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The content's files line by line, then a line each: a citation of every article, the
        texts of the answers, and what is said in fixed words.
        """
        files = sorted(self.base.content.rglob("*.yml"))
        written = (line for file in files for line in file.read_text("utf-8").splitlines())
        said = (*_citations(self.base), *_answers(self.base), *_fixed(self.base), _as_stored(_FORM))
        return tuple(dict.fromkeys((*written, *said)))

    @cached_property
    def fingerprint(self) -> str:
        """The same for the same lines."""
        return sha256("\n".join(self.lines).encode()).hexdigest()

    def lacking(self, body: bytes) -> int:
        """Bytes of lines that a dictionary does not hold."""
        held = set(body.decode().split("\n"))
        return sum(len(line.encode()) for line in self.lines if line not in held)

    def body(self, on: date) -> bytes:
        """The dictionary: the lines, then the parts of referrals as they are stored. What comes
        last is told in the fewest bytes.
        """
        return "\n".join((*self.lines, *_advice(self.base, on))).encode()


def _citations(base: "KnowledgeBase") -> Iterator[str]:
    laws = base.statutes.laws
    for short, law in laws.items():
        for version in law.versions:
            for article in base.statutes.of_version(short, version.version_date).values():
                yield _as_stored(Citation.model_validate(citation(article).as_dict()).model_dump())


def _answers(base: "KnowledgeBase") -> Iterator[str]:
    for answer in base.answers:
        yield from (_as_stored(text) for text in (answer.says, answer.why, answer.unless) if text)


def _fixed(base: "KnowledgeBase") -> Iterator[str]:
    """What the bot says in fixed words, and the channels beside it."""
    said = sorted((base.content / FOLDER).glob("*.yml"))
    for file in (*said, *sorted((ROOT / "api").rglob("*.yml"))):
        yield from _strings(yaml.load(file.read_text("utf-8"), yaml.CSafeLoader))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield _as_stored(value)
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings(one)


def _advice(base: "KnowledgeBase", on: date) -> Iterable[str]:
    """Every remedy and question that referrals of made-up matters hold: one of each situation
    with each right, in no place.
    """
    parts: dict[str, None] = {}
    for situation in base.rules.vocabulary["situation"]:
        for right in base.rules.vocabulary["right"]:
            found = base.referral({"situation": situation, "right": right}, on).as_dict()
            referral = Referral.model_validate(found).model_dump(by_alias=True)
            parts |= dict.fromkeys(_as_stored(one) for name in _PARTS for one in referral[name])
    return parts


def _as_stored(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=date.isoformat)
