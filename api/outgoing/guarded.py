"""The way out: replies, hits, referrals and exports pass the citation guard here, and what it
rejects is logged with its origin.

Whatever the service comes to send in future passes one of these functions too. The visitor gets the
answer without what was rejected, and is offered a person.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from api import metrics
from api.dialogue.replies import Reply
from api.outgoing.plain import plain, plain_tree, spoken
from api.outgoing.wording import wording
from knowledge.law.citation_guard import CitationGuard, Days, Rejected

log = logging.getLogger(__name__)


class Hit(Protocol):
    """A hit of a search, as the chat API shows it."""

    id: str
    title: str
    text: str
    why: list[str]

    @property
    def citation(self) -> BaseModel: ...


AnyHit = TypeVar("AnyHit", bound=Hit)


def days_of(today: date, facts: Mapping[str, Any]) -> Days:
    """The days that matter for what is said today about these facts: today and the day of the
    act.
    """
    try:
        return Days(today, date.fromisoformat(str(facts.get("acted_on"))))
    except ValueError:
        return Days(today)


def replies(
    said: Sequence[Reply],
    guard: CitationGuard,
    days: Days,
    origin: str,
    *,
    rejected_before: bool = False,
) -> list[Reply]:
    """The replies of a turn as they may go out; a last one offers a person where something was
    rejected, now or before.

    A reply whose text is gone goes whole: its buttons would answer nothing.
    """
    buttons = [button["title"] for reply in said for button in reply.buttons]
    citations = [cited for reply in said for cited in reply.citations]
    passed = guard.pass_together([*(reply.text for reply in said), *buttons], citations, days)
    _log(passed.rejected, origin)
    kept = {id(cited) for cited in passed.citations}
    titles = iter(passed.texts[len(said) :])
    left = [
        Reply(
            spoken(text),
            [button for button in reply.buttons if next(titles)],
            [cited for cited in reply.citations if id(cited) in kept],
            reply.drafts,
        )
        for reply, text in zip(said, passed.texts, strict=False)
    ]
    offered = []
    if passed.rejected or rejected_before:
        words = wording("sending", "left_out")
        offered = [Reply(words.text, words.buttons)]
    return [reply for reply in left if reply.text] + offered


def hits(found: Iterable[AnyHit], guard: CitationGuard, days: Days) -> tuple[list[AnyHit], bool]:
    """The hits of a search that may be shown, and whether some were rejected. A hit is shown whole
    or not at all.
    """
    shown, rejected = [], False
    for hit in found:
        # says from or until when an older or newer version governs
        heading = f"{hit.title}（{'，'.join(hit.why)}）"
        passed = guard.pass_together([heading, hit.text], [hit.citation.model_dump()], days)
        _log(passed.rejected, f"search hit {hit.id}")
        if passed.rejected:
            rejected = True
        else:
            hit.title, hit.text = plain(hit.title), plain(hit.text)
            shown.append(hit)
    return shown, rejected


def tree(value: Any, guard: CitationGuard, days: Days, origin: str) -> tuple[Any, bool]:
    """A value made of JSON's kinds as it may go out, and whether something in it was rejected."""
    left, rejected = guard.pass_tree(value, days, instead=offer())
    _log(rejected, origin)
    return plain_tree(left), bool(rejected)


def whole(texts: Sequence[str], guard: CitationGuard, days: Days, origin: str) -> bool:
    """Whether the texts of a paper may go out as they are."""
    rejected = guard.pass_together(texts, [], days).rejected
    _log(rejected, origin)
    return not rejected


def offer() -> str:
    """The sentence that says that a citation was left out, and offers a person."""
    return wording("sending", "left_out").text


def _log(rejected: Iterable[Rejected], origin: str) -> None:
    for one in rejected:
        metrics.rejected(1)
        log.warning("%s: rejected the citation %s (%s)", origin, one.named, one.reason)
