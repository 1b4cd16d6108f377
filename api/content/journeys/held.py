"""Holds conversations on two sides by the service's own turn, and tells message by message what
would be answered otherwise.

No dialogue engine, no HTTP, nothing stored: each side thinks a message through with what it
remembers of the conversation. The report:

    looked_at, total, picked   conversations that were held; that there are; that were to be held
    messages                   that were said in them
    changed_in                 conversations in which something changed
    changed                    [{id, at, text, what, before, after}] of the first MOST_SHOWN of them
    said                       {id: all messages} of those, so that one reads what came between

`at` counts messages from 1; `what` is remedies, answer, articles, asks or text. After a first
difference what follows in a conversation may differ because of it.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.content.journeys.script import Journey
from api.conversations.service import StoredMessage
from api.suggestions.schemas import Composed, Composer

log = logging.getLogger(__name__)

LONGEST_S = 180.0  # for all of them: a reviewer waits
MOST_SHOWN = 40  # conversations

Json = dict[str, Any]
Progress = Callable[[int, int], None]
NOTHING: Json = {
    **{"remedies": [], "answer": None, "articles": [], "asks": []},
    "text": "（这一句没有答上来）",
}


@dataclass
class _Side:
    """One side of a conversation, with what it remembers."""

    composer: Composer
    memory: Json = field(default_factory=dict)
    seen: Json = field(default_factory=dict)

    async def says(self, journey: Journey, text: str) -> Json:
        stored = StoredMessage(journey.id, "web", journey.id, 1, text, text, self.memory, None)
        try:
            composed = await self.composer(stored, self.memory, self.seen)
        except Exception:  # whatever it is, the other messages are compared all the same
            log.exception("a message of the journey %s has no answer", journey.id)
            return dict(NOTHING)
        self.memory, self.seen = composed.memory, composed.seen
        return _told(composed)


async def compare(
    known: Sequence[Journey],
    total: int,
    before: Composer,
    after: Composer,
    progress: Progress = lambda done, total: None,
    longest_s: float = LONGEST_S,
) -> Json:
    """The report on these conversations, of `total` that there are.

    It goes on until all are held or the time is over, and rests after each message as long as that
    kept the processor busy: visitors come first.
    """
    until = time.monotonic() + longest_s
    held, messages, changed, said = 0, 0, [], {}
    for journey in known:
        if time.monotonic() >= until:
            break
        differences = await _differences(journey, _Side(before), _Side(after))
        if differences:
            changed.append(differences)
            said[journey.id] = list(journey.says)
        held, messages = held + 1, messages + len(journey.says)
        progress(held, len(known))
    return {
        "looked_at": held,
        "total": total,
        "picked": len(known),
        "messages": messages,
        "changed_in": len(changed),
        "changed": [one for differences in changed[:MOST_SHOWN] for one in differences],
        "said": dict(list(said.items())[:MOST_SHOWN]),
    }


async def _differences(journey: Journey, before: _Side, after: _Side) -> list[Json]:
    found: list[Json] = []
    for at, text in enumerate(journey.says, start=1):
        began = time.process_time()
        told, tells = await before.says(journey, text), await after.says(journey, text)
        found += [
            {"id": journey.id, "at": at, "text": text, "what": what, **one}
            for what, one in _changed(told, tells)
        ]
        await asyncio.sleep(time.process_time() - began)
    return found


def _changed(told: Mapping[str, Any], tells: Mapping[str, Any]) -> Iterator[tuple[str, Json]]:
    for what in told:
        if told[what] != tells[what]:
            yield what, {"before": told[what], "after": tells[what]}


def _told(composed: Composed) -> Json:
    """What the visitor is told: the ways with the office that they name, the written answer, the
    articles, the questions, the words.
    """
    referral = composed.referral or {}
    reply = next((one for one in composed.candidates if one.kind == "reply"), None)
    replies = reply.replies if reply else ()
    basis = [one for remedy in referral.get("remedies", []) for one in remedy.get("basis", [])]
    cited = [*basis, *(one for said in replies for one in said.citations)]
    return {
        "remedies": [_way(one) for one in referral.get("remedies", [])],
        "answer": _written(reply.source if reply else None),
        "articles": list(dict.fromkeys(map(_article, cited))),
        "asks": [one["question"] for one in referral.get("asks", [])],
        "text": "\n".join(said.text for said in replies),
    }


def _way(remedy: Mapping[str, Any]) -> str:
    office = (remedy.get("body") or {}).get("name")
    return f"{remedy['name']}：{office}" if office else str(remedy["name"])


def _written(source: str | None) -> str | None:
    return None if source is None or source.startswith("rule:") else source


def _article(cited: Mapping[str, Any]) -> str:
    law = cited.get("short") or cited.get("law") or ""
    return f"{law}({str(cited.get('version_date') or '')[:4]}){cited.get('article', '')}"
