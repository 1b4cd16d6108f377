"""Receiving a message: store what was said, ask the dialogue engine, store and return what it led
to.

Each conversation is a lane (api.lanes): its messages are served one by one, in the order in which
they came, in whichever process.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Protocol

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from api import logs, metrics
from api.clock import Clock
from api.conversations import handoffs, service
from api.conversations.models import Conversation
from api.conversations.schemas import NewMessage
from api.conversations.service import StoredMessage
from api.conversations.states import WITH_PEOPLE
from api.database import Database, DatabaseUnavailable
from api.dialogue.engine import Dialogue, DialogueUnavailable
from api.dialogue.replies import Reply
from api.errors import HelplineError
from api.lanes.lanes import LaneFull, Lanes, Place
from api.outgoing import guarded
from api.telemetry import spans
from knowledge.law.citation_guard import CitationGuard

log = logging.getLogger(__name__)

MAX_QUEUED = 32
LOOK_AGAIN_S = 0.2


class ConversationBusy(HelplineError):
    code = "conversation_busy"
    status = HTTPStatus.TOO_MANY_REQUESTS
    title = "消息太密"
    detail = f"这段对话还有 {MAX_QUEUED} 条消息在排队，请等前面的答复到了再发。"


class HelplineBusy(HelplineError):
    code = "helpline_busy"
    status = HTTPStatus.TOO_MANY_REQUESTS
    title = "来的人太多"
    detail = "现在来问的人太多，这条还没有收下。请过一会儿再发一次。"


class AnswerDelayed(HelplineError):
    """The message is stored; its answer could not be. Sent again, it gets one."""

    code = "answer_delayed"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "答复要晚一点"
    detail = "您的话已经存好，答复一时没有写下来。过几秒再发一次同一条就能看到，不会记两遍。"


# Lets in who may speak in a conversation.
Entry = Callable[[AsyncSession], Awaitable[Conversation]]
# Hears of every message that people answer, and of those that somebody reads along with.
Listener = Callable[[StoredMessage], Awaitable[None]]


class Approval(Protocol):
    """Keeps replies back until a person has looked at them."""

    async def hold(
        self,
        session: AsyncSession,
        stored: StoredMessage,
        replies: Sequence[Reply],
        *,
        attempt: int,
        at: datetime,
    ) -> dict[str, Any] | None:
        """The Turn that the message is answered with meanwhile; None where they go out at once.

        Raises TurnOver.
        """


class Fallback(Protocol):
    """Answers a message while the dialogue engine is away."""

    async def __call__(
        self, stored: StoredMessage, metadata: Mapping[str, Any], memory: Mapping[str, Any]
    ) -> list[Reply]: ...


class Voice(Protocol):
    """What an answer is made and checked with; both are of the same knowledge."""

    @property
    def fallback(self) -> Fallback: ...
    @property
    def guard(self) -> CitationGuard: ...


@dataclass(frozen=True)
class _Said:
    """What an attempt at a turn led to, by whom, and what its citations are held against."""

    attempt: int
    replies: list[Reply]
    origin: str
    guard: CitationGuard


@dataclass
class _Queue:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    length: int = 0


class ConversationQueues:
    """A queue for each conversation in this process: one after the other, in the order they
    came.
    """

    def __init__(self) -> None:
        self._queues: dict[str, _Queue] = {}

    def __len__(self) -> int:
        return len(self._queues)

    @asynccontextmanager
    async def turn(self, conversation_id: str) -> AsyncIterator[None]:
        """Wait in the queue; the block runs when it is this message's turn. Raises
        ConversationBusy.
        """
        queue = self._queues.setdefault(conversation_id, _Queue())
        if queue.length >= MAX_QUEUED:
            raise ConversationBusy(headers={"Retry-After": "5"})
        queue.length += 1
        try:
            with spans.span("lane"):
                await queue.lock.acquire()  # wakes its waiters first come, first served
            try:
                yield
            finally:
                queue.lock.release()
        finally:
            queue.length -= 1
            if not queue.length:
                del self._queues[conversation_id]


@dataclass(frozen=True, eq=False)
class Receiver:
    """Everything that it takes to receive a message. Nobody waits for the `listeners`. `voice`
    gives what is in use.

    In its queue of `queues` a message waits to draw its place in the lane; where no other process
    draws, until all before it were answered, so that it is stored as soon as it has drawn.
    """

    database: Database
    clock: Clock
    dialogue: Dialogue
    voice: Callable[[], Voice]
    lanes: Lanes
    queues: ConversationQueues = field(default_factory=ConversationQueues)
    patience_s: float = 12  # for the answer of a process that was taken for dead
    listeners: Sequence[Listener] = ()
    approval: Approval | None = None
    _listening: set[asyncio.Task[None]] = field(default_factory=set, init=False, repr=False)

    async def receive(
        self, conversation_id: str, token: str | None, message: NewMessage
    ) -> dict[str, Any]:
        """The Turn of the chat API, in JSON, that a message from a page leads to.

        A message whose client_message_id is known gives the turn it gave before. One that people
        answer is stored, and the bot does not hear it. No session is held
        while the message is thought about: actions write through sessions of their own. Raises
        HelplineBusy before anything is stored, and AnswerDelayed after.
        """

        async def entry(session: AsyncSession) -> Conversation:
            return await service.authenticate(session, conversation_id, token)

        with spans.span("turn"):
            return await self._receive(conversation_id, message, entry, None)

    async def receive_from(
        self, contact_id: int, conversation_id: str, message: NewMessage, inbound_id: int
    ) -> dict[str, Any]:
        """The same for what came in over a channel, which vouches for the contact: from then on he
        is written to there, and the Turn stands in the outbox as well.

        Raises ConversationUnknown where the conversation is not his any more, and what `receive`
        raises.
        """

        async def entry(session: AsyncSession) -> Conversation:
            return await service.of_contact(session, conversation_id, contact_id)

        with spans.span("turn"):
            return await self._receive(conversation_id, message, entry, inbound_id)

    async def _receive(
        self, conversation_id: str, message: NewMessage, entry: Entry, inbound_id: int | None
    ) -> dict[str, Any]:
        if self.dialogue.queue.full and not await self._is_with_people(conversation_id):
            metrics.turn("refused")
            wait = self.dialogue.queue.seconds_for(len(self.dialogue.queue))
            raise HelplineBusy(headers={"Retry-After": str(wait)})
        async with self._in_line(conversation_id) as place:
            stored, passed_on = await self._in_turn(message, entry, inbound_id, place)
            spans.tell(turn=stored.turn_id)
            if stored.answer is not None:
                metrics.turn("people" if passed_on else "repeated")
                return stored.answer
            with logs.of_turn(stored.turn_id):
                answer = await self._serve(stored, place)
            if stored.watched:
                self.let_hear(stored)
            return answer

    @asynccontextmanager
    async def _in_line(self, conversation_id: str) -> AsyncIterator[Place]:
        lane = f"conversation:{conversation_id}"
        async with (
            self.queues.turn(lane) if self.lanes.alone else nullcontext(),
            self.lanes.place(lane) as place,
        ):
            yield place

    async def _is_with_people(self, conversation_id: str) -> bool:
        async with self.database.reading() as session:
            return await service.state_of(session, conversation_id) in WITH_PEOPLE

    def let_hear(self, stored: StoredMessage) -> None:
        """Let the listeners hear of a message, behind its answer."""
        for listener in self.listeners:
            task = asyncio.create_task(_heard(listener, stored))
            self._listening.add(task)
            task.add_done_callback(self._listening.discard)

    async def _serve(self, stored: StoredMessage, place: Place) -> dict[str, Any]:
        try:
            said = await self._ask(stored)
            with metrics.stage("answer"):
                return await self._answer(stored, said, place)
        except service.TurnOver:  # a process that was taken for dead was sent the same message
            return await self._answer_of_another(stored)
        except DatabaseUnavailable as trouble:
            metrics.turn("failed")
            log.error("turn %s is stored and not answered: %s", stored.turn_id, trouble)
            raise AnswerDelayed(headers={"Retry-After": "3"}) from trouble

    async def _in_turn(
        self, message: NewMessage, entry: Entry, inbound_id: int | None, place: Place
    ) -> tuple[StoredMessage, bool]:
        """The message, stored when it is its turn, and whether it was passed on to people just
        now. Where nobody stands before it, it draws its place and is stored in one unit of work.
        """
        while place.entry is None:
            async with nullcontext() if self.lanes.alone else self.queues.turn(place.lane):
                stored = await self._store(message, entry, inbound_id, place)
            if stored is not None:
                return stored
            with spans.span("lane"):
                await place.turn()  # a place that was lost is drawn again
        stored = await self._store(message, entry, inbound_id, place)
        assert stored is not None, "it is its turn"
        return stored

    async def _store(
        self, message: NewMessage, entry: Entry, inbound_id: int | None, place: Place
    ) -> tuple[StoredMessage, bool] | None:
        """The message, and whether it was passed on to people just now; None where others stand
        before it.
        """
        client_message_id = str(message.client_message_id) if message.client_message_id else None
        with metrics.stage("store"):
            async with self.database.session() as session:
                conversation = await entry(session)
                at = self.clock.now()
                if place.entry is None and not await self._draw(session, conversation, place):
                    return None
                stored = await service.store_message(
                    session, conversation, message.text, client_message_id, at=at
                )
                await service.note_way(session, stored, inbound_id)
                passed_on = stored.held and stored.answer is None
                if passed_on:
                    stored = await handoffs.pass_on(session, stored, at=at)
                if stored.answer is not None:
                    await place.leave(session)
        if stored.answer is not None:
            await place.left()
        if passed_on and stored.held:
            self.let_hear(stored)
        return stored, passed_on

    async def _draw(self, session: AsyncSession, conversation: Conversation, place: Place) -> bool:
        """Whether it is this message's turn at once; raises ConversationBusy."""
        await service.going_on(session, conversation.id)
        try:
            return await place.draw(session, MAX_QUEUED)
        except LaneFull as full:
            raise ConversationBusy(headers={"Retry-After": "5"}) from full

    async def _answer_of_another(self, stored: StoredMessage) -> dict[str, Any]:
        """The answer that another process stores; raises AnswerDelayed."""
        for _ in range(round(self.patience_s / LOOK_AGAIN_S)):
            async with self.database.reading() as session:
                if answer := await service.answer_of(session, stored.turn_id):
                    metrics.turn("repeated")
                    return answer
            await asyncio.sleep(LOOK_AGAIN_S)
        raise AnswerDelayed(headers={"Retry-After": "3"})

    async def _ask(self, stored: StoredMessage) -> _Said:
        """What the attempt that succeeded says. What an engine began and did not end is begun
        anew.
        """
        metadata: dict[str, Any] = {"turn": stored.turn_id, "attempt": stored.attempt}

        async def again() -> None:
            async with self.database.session() as session:
                metadata["attempt"] = await service.begin_again(session, stored.turn_id)

        try:
            replies = await self.dialogue.send(
                stored.turn_id,
                stored.spoken,
                metadata,
                stored.memory,
                stored.conversation_id,
                again,
            )
            # Before anything is waited for: the voice that its actions had.
            guard = self.voice().guard
            metrics.turn("engine")
            return _Said(metadata["attempt"], replies, "the dialogue engine", guard)
        except DialogueUnavailable as trouble:
            metrics.turn("fallback")
            metrics.fallback(trouble.cause)
            log.warning(
                "turn %s is answered without the dialogue engine: %s", stored.turn_id, trouble
            )
        await again()
        voice = self.voice()
        with spans.span("fallback"):
            replies = await voice.fallback(stored, metadata, stored.memory)
        return _Said(metadata["attempt"], replies, "the fallback", voice.guard)

    async def _answer(self, stored: StoredMessage, said: _Said, place: Place) -> dict[str, Any]:
        at = self.clock.now()
        async with self.database.reading() as session:
            facts, was_cut = await service.known_of(session, stored)
        with metrics.stage("guard"):
            passed = await asyncio.to_thread(
                guarded.replies,
                said.replies,
                said.guard,
                guarded.days_of(at.date(), facts),
                f"{stored.channel} turn {stored.turn_id} from {said.origin}",
                rejected_before=was_cut,
            )
        async with self.database.session() as session:
            answer = await self._close(session, stored, said.attempt, passed, at)
            await place.leave(session)
        await place.left()
        return answer

    async def _close(
        self,
        session: AsyncSession,
        stored: StoredMessage,
        attempt: int,
        passed: Sequence[Reply],
        at: datetime,
    ) -> dict[str, Any]:
        """What the turn is answered with: the replies, or that they wait for a nod."""
        if self.approval and (
            held := await self.approval.hold(session, stored, passed, attempt=attempt, at=at)
        ):
            return held
        return await service.answer(session, stored.turn_id, passed, at=at, attempt=attempt)


async def _heard(listener: Listener, stored: StoredMessage) -> None:
    """What a listener does with a message is lost where it fails; the message is not."""
    try:
        await listener(stored)
    except Exception:
        log.exception("a listener failed at turn %s", stored.turn_id)


async def _receiver_of(request: Request) -> Receiver:
    receiver: Receiver = request.app.state.receiver
    return receiver


AppReceiver = Annotated[Receiver, Depends(_receiver_of)]
