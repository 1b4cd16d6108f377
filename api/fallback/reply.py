"""What can be said without the dialogue engine: directions by the rules, and passages found."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from api.answers.service import Hit, Knowledge
from api.outgoing.wording import wording

MOST_HITS = 3
MOST_REMEDIES = 3
WORDING = Path(__file__).parent / "directions.yml"


@dataclass(frozen=True)
class FallbackReply:
    """An answer given without the dialogue engine. `facts` are the ones known before and those in
    the text.
    """

    text: str
    buttons: list[dict[str, Any]]
    citations: list[dict[str, Any]]
    facts: dict[str, Any]
    referral: dict[str, Any]


async def fallback_reply(
    knowledge: Knowledge, text: str, facts: Mapping[str, Any], today: date
) -> FallbackReply:
    """Directions for what is known and said, with the passages that were found. It needs rules and
    index only.
    """
    known = {**facts, **await asyncio.to_thread(knowledge.read_facts, text, today)}
    referral = (await asyncio.to_thread(knowledge.referral, known, today)).as_dict()
    found: Sequence[Hit] = []
    if referral["scope"] != "out" and knowledge.trouble() is None:
        found = await asyncio.to_thread(knowledge.search, text, today, MOST_HITS)
    citations = [hit.citation.as_dict() for hit in found]
    buttons = [] if referral["scope"] == "out" else wording(WORDING)["buttons"]
    return FallbackReply(_compose(referral, bool(citations)), buttons, citations, known, referral)


def _compose(referral: Mapping[str, Any], has_passages: bool) -> str:
    words = wording(WORDING)
    lines = [words["limited"]]
    if referral["scope"] == "out":
        return "\n".join([*lines, words["out"]])
    if remedies := referral["remedies"][:MOST_REMEDIES]:
        lines.append(words["directions"])
        lines += [
            words["direction"].format(rank=rank, **remedy)
            for rank, remedy in enumerate(remedies, 1)
        ]
    if has_passages:
        lines.append(words["passages"])
    if asks := referral["asks"]:
        lines.append(words["asks"])
        lines += [words["ask"].format(**ask) for ask in asks]
    elif not remedies:
        lines.append(words["unclear"])
    return "\n".join([*lines, words["offer"]])


def limited() -> str:
    """The sentence that says that the assistant is away for a moment."""
    sentence: str = wording(WORDING)["limited"]
    return sentence
