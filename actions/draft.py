"""Offers papers prefilled with what the visitor told, and says what they still lack."""

import asyncio

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.refer import Refer
from actions.services import HelplineAction, record

FIRST_GAPS = 4  # named in the chat; the paper itself marks them all


class OfferDrafts(HelplineAction):
    """Which drafts fit, what is still missing in each, and the buttons to download them."""

    def name(self) -> str:
        return "action_offer_drafts"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        facts, drafts = self.understand(tracker), self.services.knowledge.drafts
        referral = self.services.refer(facts)
        text = tracker.latest_message.get("text") or ""
        offered = drafts.asked_for(text, drafts.offered(facts, referral))
        if not offered:
            said.utter_message(response="utter_draft_none")
            return await Refer(self.services).act(said, tracker)
        await record(self, tracker, referral)
        events = await self.remember(tracker, facts)
        said.utter_message(
            response="utter_drafts",
            titles="、".join(f"《{title}》" for _, title in offered),
            json_message={"drafts": [{"key": key, "title": title} for key, title in offered]},
        )
        for key, title in offered:
            missing = (await asyncio.to_thread(drafts.fill, key, facts, referral)).missing
            more = f"等{len(missing)}处" if len(missing) > FIRST_GAPS else ""
            said.utter_message(
                response="utter_draft_missing",
                title=title,
                missing=f"{'、'.join(missing[:FIRST_GAPS])}{more}",
            )
        return events
