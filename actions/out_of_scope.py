"""Says politely what this line cannot do, with one pointer.

A problem that was being spoken of goes on.
"""

from rasa_sdk.events import EventType, SlotSet

from actions.asking import resume
from actions.base import Visit

_OWNER = '/inform{"situation": "infringed"}'


async def turn_away(visit: Visit) -> list[EventType]:
    """Labour, tax, consumer refunds, chat, abuse, wrongdoing, attacks, another province."""
    events = await visit.keep()
    out_of_scope = visit.services.knowledge.out_of_scope
    way_out = out_of_scope.exit(visit.decision.topic or "", visit.turn.text)
    buttons = [{"title": way_out.owner, "payload": _OWNER}] if way_out.owner else []
    visit.dispatcher.utter_message(text=way_out.reply, buttons=buttons)
    resume(visit)
    if visit.decision.records:  # no problem goes on
        events += [SlotSet("asked", None), SlotSet("offered", None)]
    return events
