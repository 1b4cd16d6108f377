"""Ends or resets a topic, and says politely what this line cannot do."""

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.refer import say_exit
from actions.services import HelplineAction


class Exit(HelplineAction):
    """The topic is not this line's: labour, tax, consumer refunds, chat, abuse, wrongdoing, attacks on the bot."""

    def name(self) -> str:
        return "action_exit"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        intent = (tracker.latest_message.get("intent") or {}).get("name") or ""
        return await say_exit(self, said, tracker, intent.removeprefix("out_"))


class StartAfresh(HelplineAction):
    def name(self) -> str:
        return "action_start_afresh"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        said.utter_message(response="utter_started_afresh")
        return [*await self.remember(tracker, {}), SlotSet("asked", None), SlotSet("offered", None)]


class Cancel(HelplineAction):
    def name(self) -> str:
        return "action_cancel"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        said.utter_message(response="utter_cancelled")
        return [SlotSet("asked", None), SlotSet("offered", None)]
