"""What the answers so far leave known and asked, for a message that is looked at again later."""

from collections.abc import Mapping, Sequence
from typing import Any

from knowledge.slots import SLOTS

# What a message itself tells; the rest of the memory says what was answered to it.
TOLD = frozenset({*SLOTS, "parked_matters"})
_OFFERS_TICKET = {"/open_ticket", "/deny"}
_OFFERS_DELETION = "确认删除"


def slots_after(answers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The memory (slot → value) that a message after these answers was read against, as far as the
    answers tell: facts, the questions just put, and what was offered.
    """
    if not answers:
        return {}
    referral = next((one["referral"] for one in reversed(answers) if one.get("referral")), None)
    payloads = {
        button["payload"]
        for message in answers[-1].get("messages") or []
        for button in message.get("buttons") or []
    }
    offered = "ticket" if payloads >= _OFFERS_TICKET else None
    return {
        **(answers[-1].get("facts") or {}),
        "asked": [ask["slot"] for ask in (referral or {}).get("asks", [])],
        "offered": "deletion" if _OFFERS_DELETION in payloads else offered,
    }
