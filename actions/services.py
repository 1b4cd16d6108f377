"""What every action needs, and the shape that all actions share."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.facts import Understood, in_progress, known_facts, understood
from api.clock import Clock
from api.conversations import service as conversations
from api.database import Database
from api.referrals import service as referrals
from knowledge.base import KnowledgeBase
from knowledge.routing.referral import Referral
from knowledge.slots import SLOTS, UNKNOWN, Facts


@dataclass(frozen=True)
class Services:
    """The doors that actions use; put together in api/app.py."""

    clock: Clock
    database: Database
    knowledge: KnowledgeBase
    parse: Callable[
        [str], Awaitable[Mapping[str, Any] | None]
    ]  # what the dialogue engine understands of a text

    def refer(self, facts: Facts) -> Referral:
        """The referral for these facts on today's law."""
        return self.knowledge.referral(facts, self.clock.today())


class HelplineAction(Action):
    """An action with the services at hand. A subclass names itself and says what it does in `act`."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def name(self) -> str:
        raise NotImplementedError

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        raise NotImplementedError

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> list[EventType]:
        return await self.act(dispatcher, tracker)

    def understand(self, tracker: Tracker) -> Facts:
        """All facts after the latest message."""
        return self.understood(tracker).facts

    def settled(self, tracker: Tracker) -> Facts:
        """The facts for a question about what was told: naming a road (为什么不能报警) states nothing new."""
        return (
            known_facts(tracker.slots) if in_progress(tracker.slots) else self.understand(tracker)
        )

    def understood(self, tracker: Tracker) -> Understood:
        """All facts after the latest message, and those of the matter that it left."""
        return self._understood(tracker.slots, tracker.latest_message)

    def understand_alone(self, message: Mapping[str, Any]) -> Facts:
        """The facts of a message as if it were the first."""
        return self._understood({}, message).facts

    def _understood(self, slots: Mapping[str, Any], message: Mapping[str, Any]) -> Understood:
        knowledge, today = self.services.knowledge, self.services.clock.today()
        return understood(slots, message, knowledge.reader, knowledge.rules, today)

    async def remember(self, tracker: Tracker, facts: Facts) -> list[EventType]:
        """Keep the facts with the conversation, and return the events that keep them in the tracker."""
        known = {slot: None if facts.get(slot) == UNKNOWN else facts.get(slot) for slot in SLOTS}
        async with self.services.database.session() as session:
            await conversations.remember_facts(session, tracker.sender_id, known)
        return [
            SlotSet(slot, facts.get(slot))
            for slot in SLOTS
            if tracker.get_slot(slot) != facts.get(slot)
        ]


def turn_of(tracker: Tracker) -> str:
    """The id of the turn that Rasa is answering, as the service passed it along."""
    return str((tracker.latest_message.get("metadata") or {})["turn"])


async def record(
    action: HelplineAction, tracker: Tracker, referral: Referral, others: Sequence[Referral] = ()
) -> None:
    """Keep the referral with the turn that made it; `others` are those of matters told beside it."""
    clock, database = action.services.clock, action.services.database
    body = referral.as_dict() | {"others": [other.as_dict() for other in others]}
    turn, gate, at = turn_of(tracker), action.services.knowledge.gate, clock.now()
    checked = await asyncio.to_thread(referrals.checked, body, gate, f"turn {turn}", at=at)
    async with database.session() as session:
        await referrals.record(session, tracker.sender_id, turn, checked, at=at)
