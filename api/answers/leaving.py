"""The way out: replies, hits, referrals and exports pass the gate here, and what it stops is logged with its origin.

Whatever the service comes to send in future passes one of these functions too. The visitor gets the answer without what
was stopped, and is offered a person.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from api.answers.schemas import FoundPassage
from api.dialogue import Reply
from knowledge.law.citation_guard import CitationGuard, Days, Rejected

log = logging.getLogger(__name__)


def days_of(today: date, facts: Mapping[str, Any]) -> Days:
    """The days that matter for what is said today about these facts: today and the day of the act."""
    try:
        return Days(today, date.fromisoformat(str(facts.get("acted_on"))))
    except ValueError:
        return Days(today)


def replies(
    said: Sequence[Reply],
    gate: CitationGuard,
    days: Days,
    origin: str,
    *,
    rejected_before: bool = False,
) -> list[Reply]:
    """The replies of a turn as they may go out; a last one offers a person where something was stopped, now or before.

    A reply whose text is gone goes whole: its buttons would answer nothing.
    """
    buttons = [button["title"] for reply in said for button in reply.buttons]
    citations = [cited for reply in said for cited in reply.citations]
    passed = gate.pass_together([*(reply.text for reply in said), *buttons], citations, days)
    _log(passed.rejected, origin)
    kept = {id(cited) for cited in passed.citations}
    titles = iter(passed.texts[len(said) :])
    left = [
        Reply(
            text,
            [button for button in reply.buttons if next(titles)],
            [cited for cited in reply.citations if id(cited) in kept],
            reply.drafts,
        )
        for reply, text in zip(said, passed.texts, strict=False)
    ]
    offered = (
        [Reply(offer(), [dict(_words()["button"])])] if passed.rejected or rejected_before else []
    )
    return [reply for reply in left if reply.text] + offered


def hits(
    found: Iterable[FoundPassage], gate: CitationGuard, days: Days
) -> tuple[list[FoundPassage], bool]:
    """The hits of a search that may be shown, and whether some were stopped. A hit is shown whole or not at all."""
    shown, stopped = [], False
    for hit in found:
        heading = f"{hit.title}（{'，'.join(hit.why)}）"  # says from or until when an older or newer version governs
        passed = gate.pass_together([heading, hit.text], [hit.citation.model_dump()], days)
        _log(passed.rejected, f"search hit {hit.id}")
        if passed.rejected:
            stopped = True
        else:
            shown.append(hit)
    return shown, stopped


def tree(value: Any, gate: CitationGuard, days: Days, origin: str) -> tuple[Any, bool]:
    """A value made of JSON's kinds as it may go out, and whether something in it was stopped."""
    left, stopped = gate.pass_tree(value, days, instead=offer())
    _log(stopped, origin)
    return left, bool(stopped)


def whole(texts: Sequence[str], gate: CitationGuard, days: Days, origin: str) -> bool:
    """Whether the texts of a paper may go out as they are."""
    stopped = gate.pass_together(texts, [], days).rejected
    _log(stopped, origin)
    return not stopped


def offer() -> str:
    """The sentence that says that a citation was left out, and offers a person."""
    sentence: str = _words()["offer"]
    return sentence


def _log(stopped: Iterable[Rejected], origin: str) -> None:
    for one in stopped:
        log.warning("%s: stopped the citation %s (%s)", origin, one.named, one.reason)


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load(
        (Path(__file__).parent / "stopped.yml").read_text(encoding="utf-8")
    )
    return words
