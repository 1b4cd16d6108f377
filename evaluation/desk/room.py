"""The service in this process over an empty database of its own, for measuring the desk."""

import logging
import platform
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import make_url
from starlette.datastructures import State

from api.app import create_app
from api.conversations import handoffs
from api.conversations import service as conversations
from api.conversations.service import StoredMessage
from api.keeping import structure
from api.protection.keys import new_key
from api.settings import Settings
from knowledge.base import KnowledgeBase


@asynccontextmanager
async def desk(var: Path) -> AsyncIterator[State]:
    """The state of a service with the model and the index under `var`; its database is deleted
    when the block ends.
    """
    logging.disable(logging.WARNING)  # nobody listens behind the dialogue engine's address
    with tempfile.TemporaryDirectory(prefix="helpline-desk-") as folder:
        url = f"sqlite:///{Path(folder) / 'desk.db'}"
        settings = Settings(var=var, database_url=url, data_key=SecretStr(new_key()))
        structure.migrate(make_url(settings.database_url))
        app = create_app(settings, knowledge=KnowledgeBase.load(var))
        async with app.router.lifespan_context(app):
            yield app.state


async def opened(state: State) -> str:
    """The id of a conversation whose visitor waits for a person."""
    at = state.clock.now()
    async with state.database.session() as session:
        conversation = await conversations.open_conversation(session, "web", True, at=at)
        await conversations.hand_off(session, conversation.id, "转人工", at=at)
    return conversation.id


async def heard(state: State, conversation_id: str, text: str) -> StoredMessage:
    """What a visitor says there, stored and passed on to people."""
    at = state.clock.now()
    async with state.database.session() as session:
        conversation = await conversations.going_on(session, conversation_id)
        stored = await conversations.store_message(session, conversation, text, None, at=at)
        return await handoffs.pass_on(session, stored, at=at)


def machine() -> str:
    """The machine, as a report names it."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    cores = len([p for p in Path("/sys/devices/system/cpu").glob("cpu[0-9]*")])
    return f"{model}, {cores} cores, {platform.system()} {platform.release()}"
