"""The dialogue engine: it is asked about one turn at a time and remembers none."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from http import HTTPStatus
from typing import Any

import httpx
from circuitbreaker import CircuitBreaker
from pydantic import SecretStr, ValidationError

from api import metrics
from api.dialogue.queue import EngineQueue, WaitedTooLong
from api.dialogue.replies import Reply, ranks_intents, read_replies
from api.errors import HelplineError
from knowledge.slots import FORM_SLOTS, TICKET_FORM

NO_TOKEN = SecretStr("")
FAILURES = 3  # in a row, after which the engine is left alone
LEFT_ALONE_S = 15
# What Rasa has to know of the memory while the form asks.
FORM_NEEDS = ("requested_slot", *FORM_SLOTS)


class DialogueUnavailable(HelplineError):
    """The dialogue engine is down, slow, or said nothing that can be shown."""

    code = "dialogue_unavailable"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "智能助理暂时不在"
    detail = "智能助理暂时没有应答，请稍后再试。"

    def __init__(self, detail: str | None = None, cause: metrics.Cause = "away") -> None:
        super().__init__(detail)
        self.cause = cause


class Engine:
    """One engine: Rasa with one model, behind its one channel (`bot/door.py`) at `url`."""

    def __init__(self, url: str, client: httpx.AsyncClient) -> None:
        self.url = url
        self._client = client
        self._at_work = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.breaker = CircuitBreaker(
            failure_threshold=FAILURES,
            recovery_timeout=LEFT_ALONE_S,
            expected_exception=DialogueUnavailable,
        )

    async def post(self, path: str, body: Mapping[str, Any]) -> httpx.Response:
        """What it answers; raises httpx.HTTPError."""
        with self._working():
            return await self._client.post(f"/webhooks/rest/{path}", json=body)

    async def understands(self, text: str) -> bool:
        """Whether it reads a sentence with a trained model: an intent and how others ranked.

        Without a model its channel answers, and nothing else does. Raises httpx.HTTPError.
        """
        response = await self.post("parse", {"text": text})
        return response.is_success and ranks_intents(response.content)

    async def close(self) -> None:
        """Wait until the last turn that it was given is over, then close the connections."""
        await self._idle.wait()
        await self._client.aclose()

    @contextmanager
    def _working(self) -> Iterator[None]:
        self._at_work += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._at_work -= 1
            if not self._at_work:
                self._idle.set()


class Dialogue:
    """Speaks to the engine in use, at `url` with its `token`.

    It never waits longer than `timeout_s` seconds for its turn in the queue, nor for an answer. An
    engine that failed several times in a row is not asked for a while: nobody waits for it in vain.
    Another engine takes its place between two turns: each turn ends where it began.
    """

    def __init__(
        self,
        url: str,
        timeout_s: float,
        transport: httpx.AsyncBaseTransport | None = None,
        token: SecretStr = NO_TOKEN,
    ) -> None:
        self._timeout_s, self._transport, self._token = timeout_s, transport, token
        self.engine = self.engine_at(url)
        self.queue = EngineQueue(longest_wait_s=timeout_s)

    def engine_at(self, url: str) -> Engine:
        """An engine at another address, with the same token; nothing is asked of it yet."""
        secret = self._token.get_secret_value()
        client = httpx.AsyncClient(
            base_url=url,
            timeout=self._timeout_s,
            transport=self._transport,
            # It is on the loopback: a proxy from the environment must never see what visitors say.
            trust_env=False,
            headers={"Authorization": f"Bearer {secret}"} if secret else {},
        )
        return Engine(url, client)

    def switch(self, engine: Engine) -> Engine:
        """Let every turn that begins from here on go to `engine`; returns the one before, which has
        its turns under way to end.
        """
        self.engine, old = engine, self.engine
        return old

    @property
    def left_alone(self) -> bool:
        """Whether the engine failed so often of late that it is not asked for a while."""
        return bool(self.engine.breaker.opened)

    async def send(
        self,
        turn_id: str,
        text: str,
        metadata: Mapping[str, Any],
        memory: Mapping[str, Any],
        conversation_id: str,
    ) -> list[Reply]:
        """What the bot answers to `text`, at least one reply; raises DialogueUnavailable.

        `conversation_id` is what its place in the queue is asked by.

        The engine meets every turn anew: of the conversation's `memory` it is told what the form
        asks for, where it does.
        """
        metrics.circuit(self.left_alone)
        if self.left_alone:
            raise DialogueUnavailable("对话引擎刚才连续没有应答，先不等它", "circuit_open")
        try:
            async with AsyncExitStack() as served:
                with metrics.queued():
                    await served.enter_async_context(self.queue.turn(conversation_id))
                engine = self.engine
                with engine.breaker, metrics.stage("engine"):
                    return await self._ask(engine, turn_id, text, metadata, memory)
        except WaitedTooLong as error:
            raise DialogueUnavailable("对话引擎前面排队太久", "queue_full") from error

    async def _ask(
        self,
        engine: Engine,
        turn_id: str,
        text: str,
        metadata: Mapping[str, Any],
        memory: Mapping[str, Any],
    ) -> list[Reply]:
        message = {"sender": turn_id, "message": text, "metadata": dict(metadata)}
        if memory.get("requested_slot"):
            slots = {slot: memory.get(slot) for slot in FORM_NEEDS}
            message["form"] = {"name": TICKET_FORM, "slots": slots}
        try:
            # httpx limits each read; this limits the whole answer.
            async with asyncio.timeout(self._timeout_s):
                response = await engine.post("webhook", message)
            response.raise_for_status()
            replies = read_replies(response.content)
        except (httpx.TimeoutException, TimeoutError) as error:
            raise DialogueUnavailable(
                f"对话引擎没有应答：{type(error).__name__}", "slow"
            ) from error
        except httpx.HTTPError as error:
            raise DialogueUnavailable(f"对话引擎没有应答：{type(error).__name__}") from error
        except ValidationError as error:
            raise DialogueUnavailable("对话引擎的应答读不懂", "silent") from error
        if not replies:
            # Rasa answers an inner failure with success and an empty list.
            raise DialogueUnavailable("对话引擎没有说话", "silent")
        return replies

    async def understands(self, text: str) -> bool:
        """Whether the engine in use reads a sentence with a trained model.

        Raises DialogueUnavailable when nobody is there, TimeoutError when no answer came in the
        time of a turn.
        """
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self.engine.understands(text)
        except httpx.TimeoutException as slow:
            raise TimeoutError from slow
        except httpx.HTTPError as error:
            raise DialogueUnavailable(f"对话引擎没有应答：{type(error).__name__}") from error

    async def close(self) -> None:
        """Close the connections to the engine in use."""
        await self.engine.close()
