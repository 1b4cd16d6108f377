"""Offers papers prefilled with what the visitor told, and says what they still lack."""

import asyncio

from rasa_sdk.events import EventType

from actions.base import Visit

FIRST_GAPS = 4  # named in the chat; the paper itself marks them all


async def offer(visit: Visit) -> list[EventType]:
    """Which drafts fit, what is still missing in each, and the buttons to download them."""
    offered = visit.decision.drafts
    gaps = await asyncio.to_thread(_gaps, visit)
    events = await visit.keep()
    visit.dispatcher.utter_message(
        response="utter_drafts",
        titles="、".join(f"《{title}》" for _, title in offered),
        json_message={"drafts": [{"key": key, "title": title} for key, title in offered]},
    )
    for title, missing in gaps:
        more = f"等{len(missing)}处" if len(missing) > FIRST_GAPS else ""
        visit.dispatcher.utter_message(
            response="utter_draft_missing",
            title=title,
            missing=f"{'、'.join(missing[:FIRST_GAPS])}{more}",
        )
    return events


def _gaps(visit: Visit) -> list[tuple[str, tuple[str, ...]]]:
    """(Title, what is missing) of each draft on offer."""
    drafts, decision = visit.services.knowledge.drafts, visit.decision
    assert decision.referral is not None
    return [
        (title, tuple(drafts.fill(key, decision.facts, decision.referral).missing))
        for key, title in decision.drafts
    ]
