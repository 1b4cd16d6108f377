"""Sets the stage: the parts of the service that a conversation needs, with a clock that is set from
outside and without the dialogue engine. What the bot says is what it would really say.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime

import httpx

from actions import Services, all_actions
from api.clock import Clock
from api.conversations.receive import Receiver
from api.database import Database
from api.dialogue.engine import Dialogue
from api.edge import webhook
from api.fallback.dialogue import FallbackDialogue
from api.fallback.responses import Responses
from api.fallback.understanding import Understanding
from api.settings import Settings
from knowledge.base import KnowledgeBase

NOBODY = "http://127.0.0.1"
IMPATIENCE_S = 1.0


class MovingClock(Clock):
    """A clock whose moment is set."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at

    def now(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class Stage:
    """What a play needs."""

    settings: Settings
    database: Database
    clock: MovingClock
    dialogue: Dialogue
    receiver: Receiver

    async def close(self) -> None:
        """Close what has connections; the database is the caller's."""
        await self.dialogue.close()


async def set_stage(settings: Settings, database: Database, clock: MovingClock) -> Stage:
    """Load the knowledge and the model, and put the parts together."""
    knowledge = await asyncio.to_thread(
        KnowledgeBase.load, settings.var, settings.embedder, vector_store=settings.vector_store
    )
    understanding = await asyncio.to_thread(Understanding.load, settings.var / "models")
    executor = webhook.executor_of(all_actions(Services(clock, database, knowledge, understanding)))
    dialogue = Dialogue(NOBODY, IMPATIENCE_S, httpx.MockTransport(_refuse))
    receiver = Receiver(
        database,
        clock,
        dialogue,
        FallbackDialogue(understanding, Responses(), webhook.run_with(executor)),
        knowledge.guard,
    )
    return Stage(settings, database, clock, dialogue, receiver)


def _refuse(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("there is no dialogue engine on this stage", request=request)
