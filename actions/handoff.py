"""Brings in a person."""

import asyncio

from rasa_sdk.events import EventType, SlotSet

from actions.base import Visit
from api.conversations import service as conversations


async def hand_off(visit: Visit) -> list[EventType]:
    """Put the conversation in the queue for a person, and say how many wait before it."""
    services = visit.services
    body = await asyncio.to_thread(visit.checked)
    async with visit.unit() as session:
        handoff = await conversations.hand_off(
            session, visit.conversation_id, visit.turn.text, at=services.clock.now()
        )
        await visit.record(session, body)
        events = await visit.remember(session)
    ahead = handoff.position - 1
    place = f"前面还有 {ahead} 位" if ahead else "您是下一位"
    visit.dispatcher.utter_message(response="utter_handed_off", place=place)
    return [*events, SlotSet("offered", None)]
