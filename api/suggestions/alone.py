"""What the bot would make of a sentence that stands alone, and say to it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from api.conversations.service import StoredMessage
from api.outgoing import guarded
from api.suggestions.schemas import Composed
from api.suggestions.suggester import Suggester, checked

log = logging.getLogger(__name__)

NOBODY = "00000000-0000-4000-8000-000000000000"  # whose conversation it is said in


@dataclass(frozen=True)
class Thought:
    """What the bot's own turn makes of a sentence; nothing of it is carried out.

    `said`: its reply, empty where the citation guard rejects it; `answer`: the id of the written
    answer that it tells; `remedies`: the names of the ways.
    """

    composed: Composed
    said: str
    answer: str | None
    remedies: Sequence[str]


async def thought(suggester: Suggester, text: str) -> Thought | None:
    """Think a sentence through as the first of a conversation; None where an action fails."""
    voice = suggester.voice()
    stored = StoredMessage(NOBODY, "web", NOBODY, 0, text, text, {}, None)
    try:
        composed = await voice.composer(stored, {}, {})
    except Exception:
        log.exception("a sentence could not be thought through")
        return None
    reply = next((one for one in composed.candidates if one.kind == "reply"), None)
    days = guarded.days_of(suggester.clock.today(), composed.seen)
    passed = checked(reply, voice.guard, days, "a sentence alone") if reply else None
    source = reply.source if reply else None
    remedies = (composed.referral or {}).get("remedies", [])
    return Thought(
        composed,
        passed.text if passed else "",
        source if source and not source.startswith("rule:") else None,
        [str(one["name"]) for one in remedies],
    )
