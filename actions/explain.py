"""Answers questions about the roads themselves: how one works, why another is closed."""

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.asking import take_up_again
from actions.facts import in_progress
from actions.refer import Refer
from actions.roads import tell_road
from actions.services import HelplineAction
from knowledge.routing.referral import Referral


class ExplainRoad(HelplineAction):
    """What to bring, by when, at what cost, to whom, and what a road can and cannot do."""

    def name(self) -> str:
        return "action_explain_road"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        referral = self.services.refer(self.settled(tracker))
        if not in_progress(tracker.slots) or not referral.remedies:
            return await Refer(self.services).act(said, tracker)
        tell_road(self, said, tracker, referral)
        return []


class ExplainClosed(HelplineAction):
    """Why a road is closed, or what it could do after all."""

    def name(self) -> str:
        return "action_explain_closed"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        if not in_progress(tracker.slots):
            return await Refer(self.services).act(said, tracker)
        referral, knowledge = self.services.refer(self.settled(tracker)), self.services.knowledge
        called = knowledge.remedy_names.named(tracker.latest_message.get("text") or "")
        closed = [one for one in referral.ruled_out if not called or one.key in called]
        for one in closed:
            said.utter_message(
                response="utter_closed_details",
                name=one.name,
                why=one.why,
                json_message={"citations": [citation.as_dict() for citation in one.basis]},
            )
        if not closed:
            self._say_not_closed(said, referral, called)
        take_up_again(self, said, tracker)
        return []

    def _say_not_closed(
        self, said: CollectingDispatcher, referral: Referral, called: list[str]
    ) -> None:
        open_ones = [
            (number, road) for number, road in enumerate(referral.remedies, 1) if road.key in called
        ]
        if open_ones:
            number, road = open_ones[0]
            said.utter_message(
                response="utter_not_closed", name=road.name, number=number, limits=road.cannot_do
            )
        elif called:
            remedy = next(
                one for one in self.services.knowledge.rules.remedies if one.key == called[0]
            )
            said.utter_message(
                response="utter_not_listed", name=remedy.name, limits=remedy.cannot_do
            )
        else:
            said.utter_message(response="utter_nothing_closed")
