"""What an operator writes to a visitor, on its way out."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Protocol

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.access import Staff
from api.clock import Clock
from api.conversations import handoffs, schemas
from api.conversations import service as conversations
from api.conversations.service import LONGEST_MESSAGE, Author, TextEmpty, TextTooLong
from api.database import Database
from api.desk import service
from api.desk.schemas import NewOperatorMessage
from api.errors import HelplineError
from api.outgoing import guarded
from api.protection.numbers import without_refused
from knowledge.law.citation_guard import CitationGuard, Rejected

_WHY = {
    "unknown_law": "没有这部法律",
    "unknown_article": "没有这一条",
    "unknown_guidance": "没有这篇指引",
    "not_in_force": "现在不施行；要说它，请在同一句写明施行或废止的日子",
    "wrong_dates": "日期和法条对不上",
    "wrong_kind": "种类和法条对不上",
    "wrong_words": "和法条原文对不上",
}


class CitationWrong(HelplineError):
    """An operator's citation did not pass the guard; nothing was sent."""

    code = "citation_wrong"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "法条引用有误"

    def __init__(self, rejected: tuple[Rejected, ...]) -> None:
        named = {one.named: _WHY.get(one.reason, "核对不上") for one in rejected}
        told = "；".join(f"{name}：{why}" for name, why in named.items())
        super().__init__(f"还没有发出去，引用核对不上（{told}）。请改正或删去再发。")


@dataclass(frozen=True)
class Sent:
    """A message that was sent; `suggestion_id` is the suggestion that it began with."""

    conversation_id: str
    message_id: str
    text: str
    suggestion_id: int | str | None
    staff: Staff
    at: datetime


# Called in the unit of work that stores the message.
AfterSending = Callable[[AsyncSession, Sent], Awaitable[None]]


class Voice(Protocol):
    """What a message is checked with, and who hears of it."""

    @property
    def guard(self) -> CitationGuard: ...
    @property
    def after_sending(self) -> Sequence[AfterSending]: ...


@dataclass(frozen=True, eq=False)
class Sender:
    """Everything that it takes to send an operator's message. `voice` gives what is in use."""

    database: Database
    clock: Clock
    voice: Callable[[], Voice]

    async def send(
        self, conversation_id: str, new: NewOperatorMessage, staff: Staff
    ) -> schemas.Message:
        """The message as its visitor sees it; a repeat is the same message.

        Raises TextEmpty, TextTooLong, CitationWrong, NotYours.
        """
        text = without_refused(new.text)
        if not text:
            raise TextEmpty
        if len(text) > LONGEST_MESSAGE:
            raise TextTooLong(len(text))
        cited = [one.model_dump(mode="json", by_alias=True) for one in new.citations]
        voice = self.voice()
        await self._check(conversation_id, text, cited, voice.guard)
        at = self.clock.now()
        author = Author(staff.id, staff.display_name, str(new.client_message_id))
        async with self.database.session() as session:
            message, is_new = await handoffs.speak(
                session, conversation_id, author, text, at=at, citations=tuple(cited)
            )
            if is_new:
                sent = Sent(conversation_id, message.id, text, new.suggestion_id, staff, at)
                for told in voice.after_sending:
                    await told(session, sent)
                await service.record(session, staff, "message", conversation_id, at=at)
            return conversations.shown(message)

    async def _check(
        self, conversation_id: str, text: str, cited: list[dict[str, Any]], guard: CitationGuard
    ) -> None:
        async with self.database.reading() as session:
            facts = await conversations.facts_of(session, conversation_id)
        days = guarded.days_of(self.clock.today(), facts)
        passed = await asyncio.to_thread(guard.pass_together, [text], cited, days)
        if passed.rejected:
            raise CitationWrong(passed.rejected)


async def _sender_of(request: Request) -> Sender:
    sender: Sender = request.app.state.sender
    return sender


AppSender = Annotated[Sender, Depends(_sender_of)]
