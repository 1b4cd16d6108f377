"""Sets the stage: the parts of the service that conversations need, with a clock that is set from
outside and without the dialogue engine. What the bot says is what it would really say.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import httpx

from actions import Services, all_actions
from api.clock import Clock
from api.conversations.receive import Receiver
from api.database import Database
from api.desk import duty
from api.desk.hours import Hours
from api.desk.sending import AfterSending, Sender
from api.dialogue.engine import Dialogue
from api.edge import webhook
from api.fallback.dialogue import FallbackDialogue
from api.fallback.understanding import Understanding
from api.lanes.lanes import Lanes
from api.protection.notice import Notice
from api.settings import Settings
from knowledge.answers.responses import Responses
from knowledge.base import KnowledgeBase
from knowledge.law.citation_guard import CitationGuard
from knowledge.law.working_days import WorkingDays
from knowledge.office.office import Office

NOBODY = "http://127.0.0.1"
IMPATIENCE_S = 1.0


class MovingClock(Clock):
    """A clock whose moment is set."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at

    def now(self) -> datetime:
        return self.at

    def moment(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class Stage:
    """What a play needs."""

    database: Database
    clock: MovingClock
    dialogue: Dialogue
    receiver: Receiver
    sender: Sender
    office: Office
    knowledge: KnowledgeBase
    consent_version: str

    async def close(self) -> None:
        """Close what has connections; the database is the caller's."""
        await self.dialogue.close()


@dataclass(frozen=True)
class _Voice:
    """What is said on the stage, and what it is checked with; nobody hears of what is sent."""

    fallback: FallbackDialogue
    guard: CitationGuard
    after_sending: tuple[AfterSending, ...] = ()


@dataclass(frozen=True)
class Mind:
    """What knows and understands, loaded once."""

    knowledge: KnowledgeBase
    understanding: Understanding

    @classmethod
    def load(cls, settings: Settings) -> "Mind":
        """Read index and model from their folders. Takes seconds: for a thread."""
        return cls(
            KnowledgeBase.load(settings.var, settings.embedder, vector_store=settings.vector_store),
            Understanding.load(settings.var / "models"),
        )


async def set_stage(
    settings: Settings, database: Database, clock: MovingClock, mind: Mind
) -> Stage:
    """Put the parts together, as the application does."""
    hours = Hours(settings.desk_hours, await asyncio.to_thread(WorkingDays.load))
    office = await asyncio.to_thread(Office.load)
    services = Services(
        clock,
        database,
        mind.knowledge,
        mind.understanding,
        office=office,
        duty=partial(duty.of, hours, clock),
    )
    responses = await asyncio.to_thread(Responses.load)
    run = webhook.Runner(webhook.executor_of(all_actions(services)), responses)
    dialogue = Dialogue(NOBODY, IMPATIENCE_S, httpx.MockTransport(_refuse))
    fallback = FallbackDialogue(mind.understanding, run)
    voice = _Voice(fallback, mind.knowledge.guard)
    return Stage(
        database,
        clock,
        dialogue,
        Receiver(database, clock, dialogue, lambda: voice, Lanes(database)),
        Sender(database, clock, lambda: voice),
        office,
        mind.knowledge,
        Notice.of(settings).version,
    )


def _refuse(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("there is no dialogue engine on this stage", request=request)
