"""Brings in a person."""

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.facts import SURE, in_progress, known_facts, likeliest_intent
from actions.refer import Refer
from actions.services import HelplineAction, record
from api.conversations import service as conversations


class HandOff(HelplineAction):
    def name(self) -> str:
        return "action_hand_off"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        facts = self.understand(tracker)
        guessed = likeliest_intent(tracker.latest_message)["confidence"] < SURE
        if guessed and facts != known_facts(
            tracker.slots
        ):  # 我想跟他和解 is news of the matter, no wish for a person
            return await Refer(self.services).act(said, tracker)
        async with self.services.database.session() as session:
            handoff = await conversations.hand_off(
                session,
                tracker.sender_id,
                tracker.latest_message.get("text") or "",
                at=self.services.clock.now(),
            )
        if not in_progress(tracker.slots):
            await record(self, tracker, self.services.refer({"situation": "ticket_service"}))
        said.utter_message(response="utter_handed_off", ahead=handoff.position - 1)
        return [*await self.remember(tracker, facts), SlotSet("offered", None)]
