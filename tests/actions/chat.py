"""A visitor's conversation as the actions meet it: turns are stored, slots carry over, Rasa is played by the test."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.services import HelplineAction, Services
from api.conversations import service as conversations
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


@dataclass
class Chat:
    services: Services
    id: str
    token: str
    slots: dict[str, Any] = field(default_factory=dict)

    @classmethod
    async def opens(cls, services: Services) -> "Chat":
        async with services.database.session() as session:
            opened = await conversations.open_conversation(
                session, "web", True, at=services.clock.now()
            )
        return cls(services, opened.id, opened.token)

    async def hears(
        self,
        kind: type[HelplineAction],
        text: str,
        intent: str = "inform",
        confidence: float = SURE,
        entities: Sequence[dict[str, Any]] = (),
    ) -> Said:
        """What an action does about a message; the slots it sets stay for the next one."""
        turn = await self._stored(text)
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": confidence},
            "intent_ranking": [{"name": intent, "confidence": confidence}],
            "entities": list(entities),
            "metadata": {"turn": turn},
        }
        dispatcher = CollectingDispatcher()
        tracker = Tracker(self.id, dict(self.slots), message, [], False, None, {}, "action_listen")
        events = await kind(self.services).run(dispatcher, tracker, {})
        self.slots |= {
            event["name"]: event["value"] for event in events if event["event"] == "slot"
        }
        return Said(dispatcher.messages, [dict(event) for event in events], turn)

    async def presses(self, kind: type[HelplineAction], payload: str) -> Said:
        """What an action does about a button that was pressed; Rasa makes the payload an intent with entities."""
        intent, _, values = payload.removeprefix("/").partition("{")
        entities = [
            {"entity": slot, "value": value}
            for slot, value in json.loads(f"{{{values or '}'}").items()
        ]
        return await self.hears(kind, payload, intent, 1.0, entities)

    async def shows(self) -> Snapshot:
        """The conversation as its visitor sees it."""
        async with self.services.database.session() as session:
            return await conversations.show(
                session, await conversations.authenticate(session, self.id, self.token)
            )

    async def referral_of(self, said: Said) -> dict[str, Any] | None:
        """The referral that was recorded for a turn."""
        async with self.services.database.session() as session:
            return await referrals.of_turn(session, said.turn)

    async def _stored(self, text: str) -> str:
        async with self.services.database.session() as session:
            conversation = await conversations.authenticate(session, self.id, self.token)
            heard = await conversations.store_message(
                session, conversation, text, None, at=self.services.clock.now()
            )
        return heard.turn_id
