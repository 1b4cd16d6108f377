"""Small talk; ends a topic, begins anew, or deletes what is stored of the visitor."""

from rasa_sdk.events import EventType, SlotSet

from actions import asking
from actions.base import Visit
from actions.deciding.decision import DELETION
from api.privacy import service as privacy
from knowledge.slots import SLOTS

_SMALL_TALK = {
    "goodbye": "utter_goodbye",
    "thanks": "utter_thanks",
    "bot_challenge": "utter_bot_challenge",
}


async def start_afresh(visit: Visit) -> list[EventType]:
    """Forget everything that was said."""
    visit.dispatcher.utter_message(response="utter_started_afresh")
    return [*await visit.keep(), *_nothing_is_open()]


async def ask_deletion(visit: Visit) -> list[EventType]:
    """Say what would be deleted and what would stay, and ask whether to."""
    visit.dispatcher.utter_message(response="utter_ask_deletion")
    return [SlotSet("offered", DELETION)]


async def delete_data(visit: Visit) -> list[EventType]:
    """Delete what is stored of this conversation, which ends with it."""
    services = visit.services
    async with visit.unit() as session:
        await privacy.delete_case(
            session,
            visit.conversation_id,
            "visitor",
            at=services.clock.now(),
            present_turn=visit.turn_id,
        )
    visit.dispatcher.utter_message(response="utter_data_deleted")
    return [*(SlotSet(slot, None) for slot in SLOTS), *_nothing_is_open()]


async def keep_data(visit: Visit) -> list[EventType]:
    """Delete nothing, then, and go on where it was asked."""
    visit.dispatcher.utter_message(response="utter_data_kept")
    asking.resume(visit)
    return [SlotSet("offered", None)]


def _nothing_is_open() -> list[EventType]:
    return [
        SlotSet("asked", None),
        SlotSet("asked_times", None),
        SlotSet("offered", None),
        SlotSet("parked_matters", None),
        SlotSet("explained", None),
        SlotSet("last_answer", None),
        SlotSet("stayed", None),
        SlotSet("unclear", None),
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


async def small_talk(visit: Visit) -> list[EventType]:
    """Bid welcome or farewell, take thanks, and own up to be a machine."""
    response = _SMALL_TALK.get(visit.turn.intent or "", "utter_greet")
    visit.dispatcher.utter_message(response=response)
    return []
