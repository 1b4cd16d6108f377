"""Ends or resets a topic, and says politely what this line cannot do."""

import re

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.facts import in_progress
from actions.refer import Refer, say_out_of_scope
from actions.services import HelplineAction
from knowledge.facts.reader import stated

# How sure the classifier must be to turn away somebody whose words tell a problem of ours. An angry message is nearly
# never only abuse; a wish to forge evidence is refused sooner.
CERTAIN = {"out_abuse": 0.98, "out_chitchat": 0.8, "out_prompt_attack": 0.6, "out_wrongdoing": 0.45}
CERTAIN_ENOUGH = 0.7
PLACES = {"city", "county", "own_city", "their_city"}
REFUSED_AT_ONCE = {"out_wrongdoing", "out_prompt_attack"}
CERTAIN_IN_BETWEEN = 0.9  # while a problem is told, what states a fact of it belongs to it


class Exit(HelplineAction):
    """The topic is not this line's: labour, tax, consumer refunds, chat, abuse, wrongdoing, attacks on the bot."""

    def name(self) -> str:
        return "action_out_of_scope"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        wordless = not re.search(r"\w", tracker.latest_message.get("text") or "")
        if wordless or self._tells_a_problem(tracker):
            return await Refer(self.services).act(said, tracker)
        intent = (tracker.latest_message.get("intent") or {}).get("name") or ""
        return await say_out_of_scope(self, said, tracker, intent.removeprefix("out_"))

    def _tells_a_problem(self, tracker: Tracker) -> bool:
        """Angry words around a real problem, or an answer to our question, are no reason to turn somebody away."""
        intent, text = (
            tracker.latest_message.get("intent") or {},
            tracker.latest_message.get("text") or "",
        )
        knowledge, asked = self.services.knowledge, list(tracker.get_slot("asked") or [])
        readings = knowledge.reader.read(text, self.services.clock.today())
        told = stated(readings, {}, asked)
        confidence = intent.get("confidence", 0)
        of_the_matter = (
            set(told) - PLACES and intent.get("name") not in REFUSED_AT_ONCE
        )  # 南昌明天冷不冷 is none
        if of_the_matter and in_progress(tracker.slots) and confidence < CERTAIN_IN_BETWEEN:
            return True
        if confidence >= CERTAIN.get(intent.get("name") or "", CERTAIN_ENOUGH):
            return False
        keeps_evidence = "wants_evidence" in told.get(
            "circumstances", ()
        )  # 把页面固定下来当证据 is no forging
        clear = any(one.slot == "situation" and not one.weak for one in readings)
        return (
            clear
            or {"situation", "right"} <= set(told)
            or keeps_evidence
            or any(slot in told for slot in asked)
        )


class StartAfresh(HelplineAction):
    def name(self) -> str:
        return "action_start_afresh"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        said.utter_message(response="utter_started_afresh")
        forgotten = [
            SlotSet(slot, None)
            for slot in ("asked", "asked_times", "offered", "parked", "explained")
        ]
        return [*await self.remember(tracker, {}), *forgotten]


class Cancel(HelplineAction):
    def name(self) -> str:
        return "action_cancel"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        told = self.services.knowledge.read_facts(
            tracker.latest_message.get("text") or "", self.services.clock.today()
        )
        if "goal" in told:  # 我改主意了，要他赔钱: another wish, not the end of it
            return await Refer(self.services).act(said, tracker)
        said.utter_message(response="utter_cancelled")
        return [SlotSet("asked", None), SlotSet("offered", None)]
