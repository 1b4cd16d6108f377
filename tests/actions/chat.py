"""A visitor's conversation as the actions meet it.

Turns are stored and answered, the memory carries over, Rasa is played by the test.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import HelplineAction, Services
from actions.respond import Respond
from actions.ticket import OpenTicket, ValidateTicketForm
from api.conversations import service as conversations
from api.conversations.models import Conversation
from api.conversations.schemas import Snapshot
from api.referrals import service as referrals

SURE = 0.9


@dataclass(frozen=True)
class Said:
    """What an action said and did; `turn` is the id of the turn it answered."""

    messages: list[dict[str, Any]]
    events: list[dict[str, Any]]
    turn: str

    @property
    def responses(self) -> list[str]:
        """The names of the responses, in order."""
        return [message["response"] for message in self.messages if message.get("response")]

    @property
    def texts(self) -> list[str]:
        """The words that stood in no response: questions, the law's own text."""
        return [message["text"] for message in self.messages if message.get("text")]

    @property
    def buttons(self) -> list[dict[str, str]]:
        return [button for message in self.messages for button in message.get("buttons") or []]

    @property
    def citations(self) -> list[dict[str, Any]]:
        return [
            one
            for message in self.messages
            for one in (message.get("custom") or {}).get("citations", [])
        ]

    def with_response(self, name: str) -> dict[str, Any]:
        """The variables of the one response of this name."""
        [message] = [message for message in self.messages if message.get("response") == name]
        return message


class Memory(dict[str, Any]):
    """A memory, in which whatever was not kept is None."""

    def __missing__(self, slot: str) -> None:
        return None


@dataclass
class Chat:
    services: Services
    id: str
    token: str
    slots: Memory = field(default_factory=Memory)  # the conversation's memory, for the test to set
    in_form: bool = False  # while Rasa's form of a ticket asks

    @classmethod
    async def opens(cls, services: Services) -> "Chat":
        async with services.database.session() as session:
            opened = await conversations.open_conversation(
                session, "web", True, at=services.clock.now()
            )
        return cls(services, opened.id, opened.token)

    async def hears(
        self,
        text: str,
        intent: str = "inform",
        confidence: float = SURE,
        entities: Sequence[dict[str, Any]] = (),
        action: type[HelplineAction] = Respond,
        others: Sequence[tuple[str, float]] = (),
    ) -> Said:
        """What is answered to a message; the slots that are set stay for the next one.

        `others`: the intents that are held for less likely, with their chances.
        """
        turn = await self._stored(text)
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": confidence},
            "intent_ranking": [
                {"name": name, "confidence": chance}
                for name, chance in ((intent, confidence), *others)
            ],
            "entities": list(entities),
            "metadata": {"turn": turn, "attempt": 1},
        }
        loop = {"name": "ticket_form"} if self.in_form else {}
        dispatcher = CollectingDispatcher()
        tracker = Tracker(turn, {}, message, [], False, None, loop, "action_listen")
        events = await action(self.services).run(dispatcher, tracker, {})
        await self._answered(turn)
        if any(event["event"] == "active_loop" and event["name"] is None for event in events):
            self.in_form = False
        return Said(dispatcher.messages, [dict(event) for event in events], turn)

    async def presses(self, payload: str, action: type[HelplineAction] = Respond) -> Said:
        """What is answered to a pressed button; Rasa makes the payload an intent with entities."""
        intent, _, values = payload.removeprefix("/").partition("{")
        entities = [
            {"entity": slot, "value": value}
            for slot, value in json.loads(f"{{{values or '}'}").items()
        ]
        return await self.hears(payload, intent, 1.0, entities, action)

    async def fills(self, text: str, intent: str = "inform", **more: Any) -> Said:
        """What the form of a ticket takes from a message."""
        return await self.hears(text, intent, **more, action=ValidateTicketForm)

    async def files(self, text: str, intent: str = "inform") -> Said:
        """The ticket whose form is filled is opened."""
        return await self.hears(text, intent, action=OpenTicket)

    async def shows(self) -> Snapshot:
        """The conversation as its visitor sees it."""
        async with self.services.database.session() as session:
            conversation = await conversations.authenticate(session, self.id, self.token)
            return await conversations.show(session, conversation, at=self.services.clock.now())

    async def referral_of(self, said: Said) -> dict[str, Any] | None:
        """The referral that was recorded for a turn."""
        async with self.services.database.session() as session:
            return await referrals.of_turn(session, said.turn)

    async def _stored(self, text: str) -> str:
        async with self.services.database.session() as session:
            conversation = await conversations.authenticate(session, self.id, self.token)
            conversation.memory = dict(self.slots)
            heard = await conversations.store_message(
                session, conversation, text, None, at=self.services.clock.now()
            )
        return heard.turn_id

    async def _answered(self, turn: str) -> None:
        """Close the turn, so that what it found out is the conversation's."""
        async with self.services.database.session() as session:
            await conversations.answer(session, turn, [], at=self.services.clock.now())
            conversation = await session.get_one(Conversation, self.id)
            self.slots = Memory(conversation.memory or {})
