"""Hearing a visitor: store what was said, ask the dialogue engine, store and return what it led to."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Any, Protocol

from fastapi import Depends, Request

from api.clock import Clock
from api.conversations import service
from api.conversations.schemas import NewMessage
from api.conversations.service import StoredMessage
from api.database import Database
from api.dialogue import Dialogue, DialogueUnavailable, Reply
from api.errors import HelplineError
from knowledge.law.citation_guard import CitationGuard

log = logging.getLogger(__name__)

MAX_QUEUED = 32


class ConversationBusy(HelplineError):
    code = "conversation_busy"
    status = HTTPStatus.TOO_MANY_REQUESTS
    title = "消息太密"
    detail = f"这段对话还有 {MAX_QUEUED} 条消息在排队，请等前面的答复到了再发。"


class FallbackResponder(Protocol):
    """Answers a message while the dialogue engine is away."""

    async def __call__(self, heard: StoredMessage) -> list[Reply]: ...


@dataclass
class _Line:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    length: int = 0


class Lines:
    """A line for each conversation, in which its messages are served one by one in the order in which they came."""

    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}

    def __len__(self) -> int:
        return len(self._lines)

    @asynccontextmanager
    async def place(self, conversation_id: str) -> AsyncIterator[None]:
        """Wait in line; the block runs when it is this message's turn. Raises ConversationBusy."""
        line = self._lines.setdefault(conversation_id, _Line())
        if line.length >= MAX_QUEUED:
            raise ConversationBusy(headers={"Retry-After": "5"})
        line.length += 1
        try:
            async with line.lock:  # wakes its waiters first come, first served
                yield
        finally:
            line.length -= 1
            if not line.length:
                del self._lines[conversation_id]


@dataclass(frozen=True)
class Receiver:
    """Everything that it takes to hear a visitor."""

    database: Database
    clock: Clock
    dialogue: Dialogue
    stand_in: FallbackResponder
    gate: CitationGuard
    lines: Lines = field(default_factory=Lines)

    async def receive(
        self, conversation_id: str, token: str | None, message: NewMessage
    ) -> dict[str, Any]:
        """The Turn of the chat API, in JSON, that `message` leads to.

        A message whose client_message_id is known gives the turn it gave before. No session is held while the dialogue
        engine thinks: its actions write through sessions of their own.
        """
        async with self.lines.place(conversation_id):
            heard = await self._take_down(conversation_id, token, message)
            if heard.answer is not None:
                return heard.answer
            replies, origin = await self._ask(heard)
            return await self._answer(heard, replies, origin)

    async def _take_down(
        self, conversation_id: str, token: str | None, message: NewMessage
    ) -> StoredMessage:
        client_message_id = str(message.client_message_id) if message.client_message_id else None
        async with self.database.session() as session:
            conversation = await service.authenticate(session, conversation_id, token)
            return await service.store_message(
                session, conversation, message.text, client_message_id, at=self.clock.now()
            )

    async def _ask(self, heard: StoredMessage) -> tuple[list[Reply], str]:
        metadata = {"turn": heard.turn_id, "today": self.clock.today().isoformat()}
        try:
            return await self.dialogue.send(
                heard.conversation_id, heard.spoken, metadata
            ), "the dialogue engine"
        except DialogueUnavailable as trouble:
            log.warning(
                "turn %s is answered without the dialogue engine: %s", heard.turn_id, trouble
            )
            return await self.stand_in(heard), "the stand-in"

    async def _answer(
        self, heard: StoredMessage, replies: list[Reply], origin: str
    ) -> dict[str, Any]:
        async with self.database.session() as session:
            return await service.answer(
                session, heard.turn_id, replies, self.gate, origin, at=self.clock.now()
            )


async def _receiver_of(request: Request) -> Receiver:
    receiver: Receiver = request.app.state.receiver
    return receiver


AppReceiver = Annotated[Receiver, Depends(_receiver_of)]
