"""Says politely what this line cannot do, with one pointer.

A problem that was being spoken of goes on.
"""

from rasa_sdk.events import EventType, SlotSet

from actions.asking import resume
from actions.base import Visit


async def turn_away(visit: Visit) -> list[EventType]:
    """Labour, tax, consumer refunds, chat, abuse, wrongdoing, attacks, another province."""
    events = await visit.keep()
    reply = visit.services.knowledge.out_of_scope.reply(visit.decision.topic or "", visit.turn.text)
    visit.dispatcher.utter_message(text=reply)
    resume(visit)
    if visit.decision.records:  # no problem goes on
        events += [SlotSet("asked", None), SlotSet("offered", None)]
    return events
