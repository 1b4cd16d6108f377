"""What every action needs, and the shape that all steps share."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.ext.asyncio import AsyncSession

from actions.deciding.answering import left_open
from actions.deciding.decide import decide
from actions.deciding.decision import Decision, Form, State
from actions.deciding.known import Known
from actions.deciding.turn import Turn, read_whole
from api.clock import Clock
from api.conversations import service as conversations
from api.database import Database
from api.referrals import service as referrals
from api.tickets import service as tickets
from knowledge.base import KnowledgeBase
from knowledge.slots import SLOTS, UNKNOWN, Facts

TICKET_FORM = "ticket_form"


@dataclass(frozen=True)
class Services:
    """The doors that actions use; put together in api/app.py."""

    clock: Clock
    database: Database
    knowledge: KnowledgeBase
    parse: Callable[
        [str], Awaitable[Mapping[str, Any] | None]
    ]  # what the dialogue engine understands of a text
    look_ups: tickets.LookUps = field(default_factory=tickets.LookUps)
    _days: dict[date, Known] = field(default_factory=dict, init=False, repr=False, compare=False)

    def known(self) -> Known:
        """What is known on today's law."""
        today = self.clock.today()
        if today not in self._days:
            self._days.clear()
            self._days[today] = Known(self.knowledge, today)
        return self._days[today]


@dataclass(frozen=True)
class Visit:
    """A message that is being answered: what was read and decided, and the doors to answer by."""

    services: Services
    known: Known
    conversation_id: str
    turn_id: str
    turn: Turn
    state: State
    decision: Decision
    slots: Mapping[str, Any]
    dispatcher: CollectingDispatcher

    def checked(self) -> dict[str, Any] | None:
        """The decision's referral as it may go out; None where the step keeps none.

        Plain computing, for a thread: it holds every citation against the statutes.
        """
        decision, services = self.decision, self.services
        if not decision.records or decision.referral is None:
            return None
        others = [other.as_dict() for other in decision.other_referrals]
        body = decision.referral.as_dict() | {"others": others}
        guard, now = services.knowledge.guard, services.clock.now()
        return referrals.checked(body, guard, f"turn {self.turn_id}", at=now)

    async def record(self, session: AsyncSession, body: Mapping[str, Any] | None) -> None:
        """Keep the `checked` referral with the turn that made it."""
        if body is not None:
            now = self.services.clock.now()
            await referrals.record(session, self.conversation_id, self.turn_id, body, at=now)

    async def remember(self, session: AsyncSession) -> list[EventType]:
        """Keep the facts with the conversation.

        Returns the events that keep them in the tracker.
        """
        facts = self.decision.facts
        if not self.decision.remembers:
            return []
        known = {slot: None if facts.get(slot) == UNKNOWN else facts.get(slot) for slot in SLOTS}
        if self.decision.doubt:
            known["situation"] = None  # a guess that is being asked about is no fact yet
        await conversations.remember_facts(session, self.conversation_id, known)
        return self.set_facts(facts)

    def set_facts(self, facts: Facts) -> list[EventType]:
        """The events that bring the tracker's slots to these facts."""
        return [
            SlotSet(slot, facts.get(slot))
            for slot in SLOTS
            if self.slots.get(slot) != facts.get(slot)
        ]

    async def keep(self) -> list[EventType]:
        """Record the referral and remember the facts, in one unit of work, where the step does
        either.
        """
        if not (self.decision.records or self.decision.remembers):
            return []
        body = await asyncio.to_thread(self.checked)
        async with self.services.database.session() as session:
            await self.record(session, body)
            return await self.remember(session)


class HelplineAction(Action):
    """An action with the services at hand.

    A subclass names itself and says what it does in `act`.
    """

    def __init__(self, services: Services) -> None:
        self.services = services

    def name(self) -> str:
        raise NotImplementedError

    async def act(self, visit: Visit) -> list[EventType]:
        """Carry out what was decided; returns the events for the tracker."""
        raise NotImplementedError

    def form(self, tracker: Tracker) -> Form:
        """Where the ticket's form stands when this action is called."""
        asking = (tracker.active_loop or {}).get("name") == TICKET_FORM
        return Form.ASKING if asking else Form.CLOSED

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> list[EventType]:
        """Read the message once, decide once, carry it out."""
        services, known = self.services, self.services.known()
        turn = await read_whole(
            tracker.latest_message, services.knowledge, known.day, services.parse
        )
        state = State.of(tracker.slots, self.form(tracker))
        decision = await asyncio.to_thread(decide, turn, state, known)
        visit = Visit(
            services=services,
            known=known,
            conversation_id=tracker.sender_id,
            turn_id=str((tracker.latest_message.get("metadata") or {})["turn"]),
            turn=turn,
            state=state,
            decision=decision,
            slots=tracker.slots,
            dispatcher=dispatcher,
        )
        return [*await self.act(visit), *_of_answers(visit)]


def _of_answers(visit: Visit) -> list[EventType]:
    """The events that keep which answer was told last, and which ones a question waits for."""
    waiting = [[one.name, one.chance] for one in left_open(visit.turn, visit.state, visit.decision)]
    kept: dict[str, Any] = {"open_answers": waiting or None}
    if told := visit.decision.answer or visit.decision.perhaps:
        kept["last_answer"] = told
    return [SlotSet(slot, value) for slot, value in kept.items() if visit.slots.get(slot) != value]
