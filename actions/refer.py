"""Tells the visitor which way to go, and asks what changes the answer."""

import json
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import show_law
from actions.facts import changed, likeliest_intent
from actions.services import HelplineAction, record
from knowledge.asks import UNKNOWN
from knowledge.facts import SLOTS
from knowledge.routing import AskRule, Facts, Referral

# Remedies for which people want the law itself: what was found in the laws and guidance is shown with them.
EXPLAINED = frozenset({"legal_info", "compliance_clearance"})
# Situations in which nobody has to act, so that a ticket is not offered.
NO_TICKET = frozenset({"general_knowledge", "clearance"})


class Refer(HelplineAction):
    def name(self) -> str:
        return "action_refer"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        before, facts = tracker.slots, self.understand(tracker)
        if self._is_elsewhere(tracker, facts):
            return await say_exit(self, said, tracker, "other_province")
        referral = self.services.refer(facts)
        await record(self, tracker, referral)
        if changed(before, facts):
            said.utter_message(response="utter_changed")
        self._say(said, tracker, facts, referral, self._told_before(before))
        offered = self._offer(said, tracker, facts, referral)
        events = await self.remember(tracker, facts)
        return [*events, SlotSet("asked", [ask.slot for ask in referral.asks]), SlotSet("offered", offered)]

    def _is_elsewhere(self, tracker: Tracker, facts: Facts) -> bool:
        """Nothing ties the matter to Jiangxi: both places lie elsewhere, or one does and the visitor's words say so."""
        places = [facts[slot] for slot in ("city", "own_city") if facts.get(slot) not in (None, UNKNOWN)]
        if any(self.services.knowledge.institutions.is_ours(place) for place in places):
            return False
        said_so = likeliest_intent(tracker.latest_message)["name"] == "out_other_province"
        return len(places) == 2 or said_so

    def _told_before(self, before: Facts) -> Referral | None:
        """The referral that the visitor has in front of him, if there is one."""
        known = {slot: before[slot] for slot in SLOTS if before.get(slot) not in (None, [], "")}
        return self.services.refer(known) if known.get("situation") else None

    def _say(
        self, said: CollectingDispatcher, tracker: Tracker, facts: Facts, referral: Referral, told: Referral | None
    ) -> None:
        if not facts.get("situation") and not facts.get("right"):
            said.utter_message(response="utter_not_understood")
        elif referral.remedies:
            first, *others = referral.remedies
            also = "、".join(f"「{road.name}」" for road in others)
            if first.key in EXPLAINED:
                said.utter_message(text=first.why)
                show_law(self.services, said, tracker.latest_message["text"], self.services.clock.today())
            elif told and told.remedies and told.remedies[0].rule == first.rule:
                said.utter_message(response="utter_direction_stays", name=first.name, body=first.body.name)
            else:
                said.utter_message(
                    response="utter_direction",
                    name=first.name,
                    body=first.body.name,
                    why=first.why,
                    also=f"\n还可以同时考虑：{also}。" if also else "",
                )
        else:
            said.utter_message(response="utter_no_road_yet" if referral.asks else "utter_no_road")
        known = {closed.rule for closed in told.ruled_out} if told else set()
        for closed in [closed for closed in referral.ruled_out if closed.rule not in known][:1]:
            said.utter_message(response="utter_ruled_out", name=closed.name, why=closed.why)
        for notice in (one for one in referral.notices if not told or one not in told.notices):
            said.utter_message(response="utter_notice", notice=notice)
        for ask in referral.asks:
            said.utter_message(text=ask.question, buttons=[_button(ask, i) for i in range(len(ask.options))])

    def _offer(self, said: CollectingDispatcher, tracker: Tracker, facts: Facts, referral: Referral) -> str | None:
        """Offer a ticket once there is a road and nothing more is asked."""
        done = referral.remedies and not referral.asks and facts["situation"] not in NO_TICKET
        if not done or tracker.get_slot("offered"):
            return None
        said.utter_message(response="utter_offer_ticket")
        return "ticket"


class Deny(HelplineAction):
    """No: to an offered ticket, or as the answer to a question."""

    def name(self) -> str:
        return "action_deny"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        if tracker.get_slot("asked"):
            return await Refer(self.services).act(said, tracker)
        said.utter_message(response="utter_anything_else")
        return [SlotSet("offered", None)]


class ExplainRoad(HelplineAction):
    """What to bring, by when, and what a road can and cannot do."""

    def name(self) -> str:
        return "action_explain_road"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        referral = self.services.refer(self.understand(tracker))
        if referral.scope != "in" or not referral.remedies:
            return await Refer(self.services).act(said, tracker)
        text = tracker.latest_message.get("text") or ""
        order = next((i for i, words in enumerate(("第二", "第三", "第四", "第五"), start=1) if words in text), 0)
        named = [road for road in referral.remedies if road.name[:4] in text]
        road = named[0] if named else referral.remedies[min(order, len(referral.remedies) - 1)]
        deadlines = "".join(f"{d.what}：{d.period}，从{d.from_}起算。" for d in road.deadlines)
        said.utter_message(
            response="utter_road_details",
            name=road.name,
            gives=road.gives,
            limits=road.limits,
            materials="、".join(road.materials) or "没有固定要求，先打电话问受理机关",
            deadlines=deadlines,
            json_message={"citations": [citation.as_dict() for citation in road.basis]},
        )
        return []


class ExplainClosed(HelplineAction):
    """Why a road is closed."""

    def name(self) -> str:
        return "action_explain_closed"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        referral = self.services.refer(self.understand(tracker))
        if not referral.ruled_out:
            said.utter_message(response="utter_nothing_closed")
        for closed in referral.ruled_out:
            said.utter_message(
                response="utter_closed_details",
                name=closed.name,
                why=closed.why,
                json_message={"citations": [citation.as_dict() for citation in closed.basis]},
            )
        return []


class AskMatter(HelplineAction):
    """What a ticket would be about, when it was wished before anything was told."""

    def name(self) -> str:
        return "action_ask_ticket_form_situation"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        await record(self, tracker, self.services.refer(self.understand(tracker)))
        said.utter_message(response="utter_ask_situation")
        return []


async def say_exit(action: HelplineAction, said: CollectingDispatcher, tracker: Tracker, topic: str) -> list[EventType]:
    """Say politely that this line cannot help, with one pointer; what was said before stays."""
    await record(action, tracker, action.services.refer({"situation": "out_of_scope"}))
    said.utter_message(text=action.services.knowledge.exits.reply(topic))
    return [SlotSet("asked", None), SlotSet("offered", None)]


def _button(ask: AskRule, index: int) -> dict[str, Any]:
    option = ask.options[index]
    return {"title": option.title, "payload": f"/inform{json.dumps({ask.slot: option.value}, ensure_ascii=False)}"}
