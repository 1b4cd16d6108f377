"""What every action needs, and the shape that all steps share."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.ext.asyncio import AsyncSession

from actions.deciding.answering import (
    advises,
    certainty,
    is_errand,
    leaves_it_unclear,
    led_to,
    left_open,
    opening_after,
    topics,
)
from actions.deciding.decide import decide
from actions.deciding.decision import Decision, Form, State
from actions.deciding.known import Known
from actions.deciding.ticketing import form_after
from actions.deciding.turn import Turn, read_whole
from actions.deciding.understanding import guessed_right
from api.clock import Clock
from api.conversations import service as conversations
from api.database import Database
from api.desk.schemas import Duty
from api.referrals import service as referrals
from api.tickets import service as tickets
from knowledge.base import KnowledgeBase
from knowledge.office.office import Office
from knowledge.slots import FORM_SLOTS, SLOTS, TICKET_FORM, UNKNOWN

log = logging.getLogger(__name__)

# What a step does beyond saying something and remembering it.
Effect = Literal["open_ticket", "update_ticket", "ticket_word", "delete_data", "hand_off"]


class Keeping(Protocol):
    """Where attempts at turns recall and keep what they find out, and who has effects done."""

    async def recall(self, turn_id: str, attempt: int) -> tuple[str, dict[str, Any]]:
        """The conversation's id and its memory (slot → value); raises TurnOver."""

    def unit(self, turn_id: str, attempt: int) -> AbstractAsyncContextManager[AsyncSession]:
        """A unit of work for this attempt; raises TurnOver once it was given up."""

    async def referral(
        self, session: AsyncSession, visit: "Visit", body: Mapping[str, Any]
    ) -> None:
        """Keep the checked referral with the turn."""

    async def facts(self, session: AsyncSession, visit: "Visit", known: Mapping[str, Any]) -> None:
        """Keep the facts that the visitor sees with the turn; None forgets one."""

    async def memory(
        self, session: AsyncSession, visit: "Visit", memory: Mapping[str, Any]
    ) -> None:
        """Keep with the turn what the next message is read against."""

    def leaves_to_staff(self, turn_id: str, effect: Effect) -> bool:
        """Whether an effect is not carried out here, because a person decides on it."""


@dataclass(frozen=True)
class StoredTurns:
    """Keeps with the stored turn, in the database, and has every effect done."""

    database: Database
    clock: Clock

    async def recall(self, turn_id: str, attempt: int) -> tuple[str, dict[str, Any]]:
        async with self.database.reading() as session:
            return await conversations.recall(session, turn_id, attempt)

    @asynccontextmanager
    async def unit(self, turn_id: str, attempt: int) -> AsyncIterator[AsyncSession]:
        async with self.database.session() as session:
            await conversations.open_turn(session, turn_id, attempt)
            yield session

    async def referral(
        self, session: AsyncSession, visit: "Visit", body: Mapping[str, Any]
    ) -> None:
        now = self.clock.now()
        await referrals.record(session, visit.conversation_id, visit.turn_id, body, at=now)

    async def facts(self, session: AsyncSession, visit: "Visit", known: Mapping[str, Any]) -> None:
        await conversations.remember_facts(session, visit.turn_id, known)

    async def memory(
        self, session: AsyncSession, visit: "Visit", memory: Mapping[str, Any]
    ) -> None:
        turn, decision = visit.turn, visit.decision
        await conversations.keep_memory(
            session,
            visit.turn_id,
            memory,
            certainty(turn, decision) if advises(decision) else None,
            topics=topics(turn, decision, visit.known.base.answers),
            led_to=led_to(turn, decision),
            errand=is_errand(turn, decision),
        )

    def leaves_to_staff(self, turn_id: str, effect: Effect) -> bool:
        return False


# Who is at the desk at the moment.
OnDuty = Callable[[AsyncSession], Awaitable[Duty]]


async def nobody(_: AsyncSession) -> Duty:
    """A desk at which nobody ever sits."""
    return Duty(open=False, hours=None, next=None)


@dataclass(frozen=True)
class Services:
    """The doors that actions use; put together in api/app.py."""

    clock: Clock
    database: Database
    knowledge: KnowledgeBase
    understand: Callable[[str], Awaitable[Mapping[str, Any]]]  # a text, as Rasa parses it
    look_ups: tickets.LookUps = field(default_factory=tickets.LookUps)
    duty: OnDuty = nobody
    turns: Keeping | None = None  # None keeps with the stored turns
    office: Office = field(default_factory=Office.load)
    _days: dict[date, Known] = field(default_factory=dict, init=False, repr=False, compare=False)

    def known(self) -> Known:
        """What is known on today's law."""
        today = self.clock.today()
        if today not in self._days:
            self._days.clear()
            self._days[today] = Known(self.knowledge, today)
        return self._days[today]

    def keeping(self) -> Keeping:
        """Where turns are kept."""
        return self.turns or StoredTurns(self.database, self.clock)


@dataclass(frozen=True)
class Visit:
    """A message that is being answered: what was read and decided, and the doors to answer by.

    `attempt` counts how often the turn was begun; `slots` is the conversation's memory before the
    message.
    """

    services: Services
    known: Known
    conversation_id: str
    turn_id: str
    attempt: int
    turn: Turn
    state: State
    decision: Decision
    slots: Mapping[str, Any]
    dispatcher: CollectingDispatcher
    _at_its_end: list[Mapping[str, Any] | None] = field(default_factory=list, init=False)

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[AsyncSession]:
        """A unit of work for this attempt at the turn; raises TurnOver once it was given up."""
        async with self.services.keeping().unit(self.turn_id, self.attempt) as session:
            yield session

    def leaves_to_staff(self, effect: Effect) -> bool:
        """Whether the effect is only named here, for a person to have it done or not."""
        return self.services.keeping().leaves_to_staff(self.turn_id, effect)

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
            await self.services.keeping().referral(session, self, body)

    async def remember(self, session: AsyncSession) -> list[EventType]:
        """Keep the facts that the visitor sees with the turn.

        Returns the events that keep all of them in the conversation's memory.
        """
        facts = self.decision.facts
        if not self.decision.remembers:
            return []
        known = {slot: None if facts.get(slot) == UNKNOWN else facts.get(slot) for slot in SLOTS}
        if self.decision.doubt:
            known["situation"] = None  # a guess that is being asked about is no fact yet
        await self.services.keeping().facts(session, self, known)
        return self._remembered()

    def _remembered(self) -> list[EventType]:
        if not self.decision.remembers:
            return []
        facts = self.decision.facts
        guessed = guessed_right(self.turn, self.state, facts)
        kept = [SlotSet(slot, facts.get(slot)) for slot in SLOTS]
        return [*kept, SlotSet("guessed_right", guessed)]

    async def keep(self) -> list[EventType]:
        """Have the referral recorded and the facts remembered, where the step does either, by the
        unit of work in which the action ends.
        """
        if not (self.decision.records or self.decision.remembers):
            return []
        self._at_its_end.append(await asyncio.to_thread(self.checked))
        return self._remembered()

    async def end(self, memory: Mapping[str, Any]) -> None:
        """Keep what was to be kept and the memory, in one unit of work; raises TurnOver."""
        async with self.unit() as session:
            for body in self._at_its_end:
                await self.record(session, body)
                await self.remember(session)
            await self.services.keeping().memory(session, self, memory)


class HelplineAction(Action):
    """An action with the services at hand.

    A subclass names itself and says what it does in `act`.
    """

    def __init__(self, services: Services) -> None:
        self.services = services

    def name(self) -> str:
        raise NotImplementedError

    async def act(self, visit: Visit) -> list[EventType] | None:
        """Carry out what was decided.

        Returns what the memory keeps, and what Rasa's form does; None where the message is left to
        another action.
        """
        raise NotImplementedError

    def form(self, tracker: Tracker) -> Form:
        """Where the ticket's form stands when this action is called."""
        asking = (tracker.active_loop or {}).get("name") == TICKET_FORM
        return Form.ASKING if asking else Form.CLOSED

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> list[EventType]:
        """Read the message once, decide once, carry it out, and keep what the next one needs.

        Rasa's tracker brings the message and whether the form asks; all else is the conversation's
        memory. An attempt that was given up meanwhile says and changes nothing.
        """
        try:
            return await self._run(dispatcher, tracker)
        except conversations.TurnOver:
            log.info("%s came too late: its turn was answered or begun again", self.name())
            dispatcher.messages.clear()
            return []

    async def _run(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        services, known = self.services, self.services.known()
        metadata = tracker.latest_message.get("metadata") or {}
        turn_id, attempt = str(metadata["turn"]), int(metadata["attempt"])
        conversation_id, slots = await services.keeping().recall(turn_id, attempt)
        turn = await read_whole(
            tracker.latest_message, services.knowledge, known.day, services.understand
        )
        state = State.of(slots, self.form(tracker))
        decision = await asyncio.to_thread(decide, turn, state, known)
        visit = Visit(
            services=services,
            known=known,
            conversation_id=conversation_id,
            turn_id=turn_id,
            attempt=attempt,
            turn=turn,
            state=state,
            decision=decision,
            slots=slots,
            dispatcher=dispatcher,
        )
        done = await self.act(visit)
        events = [] if done is None else [*done, *_of_answers(visit)]
        memory = slots | {one["name"]: one["value"] for one in events if one["event"] == "slot"}
        memory["requested_slot"] = form_after(events, memory, state.form)
        await visit.end(memory)
        was_asking = slots.get("requested_slot") is not None
        if done is None and was_asking:
            return []  # so the form steps back
        return _for_rasa(events, memory)


def _of_answers(visit: Visit) -> list[EventType]:
    """The events that keep the words of the matter, which answer was told last, which ones a
    question waits for, and how often in a row it stayed unclear what the matter is.
    """
    waiting = [[one.name, one.chance] for one in left_open(visit.turn, visit.state, visit.decision)]
    unclear = visit.state.unclear + 1 if leaves_it_unclear(visit.decision) else None
    kept: list[EventType] = [
        SlotSet("opening", opening_after(visit.turn, visit.state, visit.decision) or None),
        SlotSet("open_answers", waiting or None),
        SlotSet("unclear", unclear),
    ]
    if told := visit.decision.answer or visit.decision.perhaps:
        kept.append(SlotSet("last_answer", told))
    return kept


def _for_rasa(events: Iterable[EventType], memory: Mapping[str, Any]) -> list[EventType]:
    """What Rasa has to know: what its form does, and what the form needs to know."""
    of_the_form = [
        one for one in events if one["event"] != "slot" or one["name"] == "requested_slot"
    ]
    return [*of_the_form, *(SlotSet(slot, memory.get(slot)) for slot in FORM_SLOTS)]
