"""Makes suggestions for a visitor's message: composed, held against the statutes, stored, told."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Protocol

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from api import metrics
from api.clock import Clock
from api.conversations.receive import ConversationQueues
from api.conversations.service import StoredMessage
from api.database import Database
from api.events import service as events
from api.outgoing import guarded
from api.suggestions import schemas, service
from api.suggestions.draft import Drafter, Material
from api.suggestions.service import Checked, Heard
from knowledge.law.citation_guard import CitationGuard, Days

log = logging.getLogger(__name__)

READY = "suggestions.ready"
ASKS_FOR_A_PERSON: schemas.Action = "hand_off"


class Voice(Protocol):
    """What suggestions are made and checked with; all of it is of the same knowledge."""

    @property
    def composer(self) -> schemas.Composer: ...
    @property
    def drafter(self) -> Drafter | None: ...
    @property
    def guard(self) -> CitationGuard: ...


@dataclass(frozen=True, eq=False)
class Suggester:
    """Everything that it takes to suggest. Messages of one conversation are taken in order. `voice`
    gives what is in use.
    """

    database: Database
    clock: Clock
    voice: Callable[[], Voice]
    queues: ConversationQueues = field(default_factory=ConversationQueues)
    _drafting: set[asyncio.Task[None]] = field(default_factory=set, init=False, repr=False)

    async def __call__(self, stored: StoredMessage) -> None:
        """Suggest for a message that an operator answers or reads along with."""
        await self.suggest(stored.conversation_id, stored.message_id)

    async def newest(self, conversation_id: str) -> schemas.SuggestionSet | None:
        """The suggestions for the newest message; where that asks for the person who is reading
        them, those for the message before it.

        None while the visitor said nothing.
        """
        latest = await self.suggest(conversation_id)
        if latest is None or latest.action != ASKS_FOR_A_PERSON:
            return latest
        return await self.suggest(conversation_id, earlier=1) or latest

    async def suggest(
        self, conversation_id: str, message_id: str | None = None, earlier: int = 0
    ) -> schemas.SuggestionSet | None:
        """The suggestions for a message, as they are stored, else made now.

        Raises ConversationUnknown, MessageUnknown, ConversationBusy.
        """
        async with self.queues.turn(conversation_id):
            async with self.database.reading() as session:
                heard = await service.heard(session, conversation_id, message_id, earlier)
                made = await service.set_of(session, heard.stored.turn_id) if heard else None
            if heard is None or made is not None:
                return made
            with metrics.stage("suggest"):
                await self._make(heard)
            async with self.database.reading() as session:
                return await service.set_of(session, heard.stored.turn_id)

    async def _make(self, heard: Heard) -> None:
        voice = self.voice()
        composed = await voice.composer(heard.stored, heard.memory, heard.seen)
        at = self.clock.now()
        days = guarded.days_of(at.date(), composed.seen)
        checked = await asyncio.to_thread(_checked, composed.candidates, voice.guard, days, heard)
        async with self.database.session() as session:
            kept = await service.keep(session, heard, composed, checked, at=at)
            if kept:
                await self._tell(session, heard)
        if kept and checked and voice.drafter and heard.remembers:
            drafting = asyncio.create_task(self._draft(voice, heard, checked, days))
            self._drafting.add(drafting)
            drafting.add_done_callback(self._drafting.discard)

    async def _tell(self, session: AsyncSession, heard: Heard) -> None:
        await events.publish(
            session,
            READY,
            at=self.clock.now(),
            conversation_id=heard.stored.conversation_id,
            data={"turn_id": heard.stored.turn_id, "message_id": heard.message_id},
        )

    async def _draft(self, voice: Voice, heard: Heard, made: Sequence[Checked], days: Days) -> None:
        """Offer a draft beside the suggestions, which stand already."""
        turn_id = heard.stored.turn_id
        try:
            material = Material(heard.stored.shown, made)
            candidate = await voice.drafter.draft(material) if voice.drafter else None
            if candidate is None:
                return
            origin = f"draft for turn {turn_id}"
            passed = await asyncio.to_thread(checked, candidate, voice.guard, days, origin)
            if passed:
                async with self.database.session() as session:
                    await service.add_later(session, turn_id, len(made), passed)
                    await self._tell(session, heard)
        except Exception:
            log.exception("turn %s: no draft", turn_id)


def _checked(
    candidates: Sequence[schemas.Candidate], guard: CitationGuard, days: Days, heard: Heard
) -> list[Checked]:
    """The candidates that pass the citation guard whole, each once."""
    origin = f"suggestion for turn {heard.stored.turn_id}"
    passed = (checked(one, guard, days, origin) for one in candidates)
    by_text = {one.text: one for one in passed if one is not None}
    return list(by_text.values())


def checked(
    candidate: schemas.Candidate, guard: CitationGuard, days: Days, origin: str
) -> Checked | None:
    """The candidate as one text; None where the guard rejects something in it."""
    said = guarded.replies(candidate.replies, guard, days, origin)
    if not said or said[-1].text == guarded.offer():
        return None
    return Checked(
        candidate.kind,
        "\n\n".join(reply.text for reply in said),
        [cited for reply in said for cited in reply.citations],
        [draft for reply in said for draft in reply.drafts],
        candidate.chance,
        candidate.why,
        candidate.source,
    )


async def _suggester_of(request: Request) -> Suggester:
    suggester: Suggester = request.app.state.suggester
    return suggester


AppSuggester = Annotated[Suggester, Depends(_suggester_of)]
