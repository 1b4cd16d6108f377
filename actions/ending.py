"""Ends a topic, begins anew, or takes no for an answer."""

from rasa_sdk.events import EventType, SlotSet

from actions.base import Visit


async def start_afresh(visit: Visit) -> list[EventType]:
    """Forget everything that was said."""
    visit.dispatcher.utter_message(response="utter_started_afresh")
    return [
        *await visit.keep(),
        SlotSet("asked", None),
        SlotSet("asked_times", None),
        SlotSet("offered", None),
        SlotSet("parked_matters", None),
        SlotSet("explained", None),
        SlotSet("last_answer", None),
        SlotSet("stayed", None),
        SlotSet("ticket_number", None),
    ]


async def cancel(visit: Visit) -> list[EventType]:
    """Leave the topic; what was said is kept."""
    visit.dispatcher.utter_message(response="utter_cancelled")
    return [SlotSet("asked", None), SlotSet("offered", None)]


async def decline(visit: Visit) -> list[EventType]:
    """No ticket, then."""
    visit.dispatcher.utter_message(response="utter_anything_else")
    return [SlotSet("offered", None)]


async def greet(visit: Visit) -> list[EventType]:
    """Bid welcome."""
    visit.dispatcher.utter_message(response="utter_greet")
    return []
