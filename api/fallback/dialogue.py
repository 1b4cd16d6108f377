"""Carries a turn through without Rasa: the rules of data/rules, for the one action and the form.

The actions are the same, run by the same executor; so facts, tickets and answers come out as they
would with Rasa.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from api.conversations.service import StoredMessage
from api.dialogue.replies import Reply, replies_in
from knowledge.slots import TICKET_FORM, asked_next

TURN = "action_turn"
VALIDATE = f"validate_{TICKET_FORM}"
FILED = "action_open_ticket"
OPENS_FORM = frozenset({"open_ticket", "provide_contact"})
ASKS = f"action_ask_{TICKET_FORM}_"  # begins the name of the action that asks for a slot

# What a text means, as Rasa's own parse tells it.
Understand = Callable[[str], Awaitable[dict[str, Any]]]
# Runs an action call, as Rasa sends it; returns its events and its responses in words.
Run = Callable[[dict[str, Any]], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True)
class FallbackDialogue:
    """Everything that it takes to go on without the dialogue engine."""

    understanding: Understand
    run: Run

    async def __call__(
        self, stored: StoredMessage, metadata: Mapping[str, Any], memory: Mapping[str, Any]
    ) -> list[Reply]:
        """What is said to a message; the actions keep all else with its turn."""
        message = await self.understanding(stored.spoken)
        turn = _Turn(self, stored.turn_id, {**message, "metadata": dict(metadata)})
        await turn.go(memory.get("requested_slot"))
        return replies_in(turn.said)


@dataclass
class _Turn:
    """One message on its way through the rules; `said` is what the visitor hears."""

    dialogue: FallbackDialogue
    id: str
    message: dict[str, Any]
    said: list[dict[str, Any]] = field(default_factory=list)
    in_form: bool = False

    async def go(self, asked: str | None) -> None:
        """`asked` is what the form asks for, None while it is closed."""
        intent = self.message["intent"]["name"]
        self.in_form = asked is not None or intent in OPENS_FORM
        if self.in_form:
            taken = await self._act(VALIDATE)
            if taken or asked is None:
                await self._form_goes_on(taken)
                return
        events = await self._act(TURN)
        if any(_closes(event) for event in events):
            return
        if any(event["event"] == "followup" for event in events):
            self.in_form = True  # a form that opens takes first what the message holds
            await self._form_goes_on([*events, *await self._act(VALIDATE)])
        elif asked is not None:
            await self._ask(asked)

    async def _form_goes_on(self, events: list[Mapping[str, Any]]) -> None:
        """The form asks for what is missing, or has all and the ticket is opened."""
        self.in_form = True
        told = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
        following = told["requested_slot"] if "requested_slot" in told else asked_next(told)
        if following is None:
            self.in_form = False
            await self._act(FILED)
        else:
            await self._ask(following)

    async def _ask(self, slot: str) -> None:
        await self._act(f"{ASKS}{slot}")

    async def _act(self, action: str) -> list[Mapping[str, Any]]:
        call = {
            "next_action": action,
            "sender_id": self.id,
            "domain": {},
            "tracker": {
                "sender_id": self.id,
                "slots": {},
                "latest_message": self.message,
                "events": [],
                "paused": False,
                "followup_action": None,
                "active_loop": {"name": TICKET_FORM} if self.in_form else {},
                "latest_action_name": "action_listen",
            },
        }
        result = await self.dialogue.run(call)
        self.said += result["responses"]
        return list(result["events"])


def _closes(event: Mapping[str, Any]) -> bool:
    return event["event"] == "active_loop" and event["name"] is None
