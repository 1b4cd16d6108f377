"""The dialogue engines: each is asked about one turn at a time and remembers none."""

import asyncio
import itertools
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal

import httpx
from circuitbreaker import STATE_HALF_OPEN, CircuitBreaker
from pydantic import SecretStr, ValidationError

from api import metrics
from api.dialogue.queue import AT_ONCE, EngineQueue, WaitedTooLong
from api.dialogue.replies import Reply, ranks_intents, read_replies
from api.errors import HelplineError
from api.telemetry import spans
from knowledge.slots import FORM_SLOTS, TICKET_FORM

log = logging.getLogger(__name__)

NO_TOKEN = SecretStr("")
# A connection for each call, which costs next to nothing on the loopback: what comes on it answers
# that call and no other, and none is given to an engine that just ends it because it was idle.
ONE_CALL = httpx.Limits(max_keepalive_connections=0)
FAILURES = 3  # in a row, after which an engine is left alone
LEFT_ALONE_S = 15
TRIAL_S = (
    2.0  # so long the turn on which one is tried again waits for it, where another could answer
)
LEAST_S = 1.0  # with less time left no other engine is asked
# What Rasa has to know of the memory while the form asks.
FORM_NEEDS = ("requested_slot", *FORM_SLOTS)

# What a look at an engine finds.
Look = Literal["reads", "no_model", "away", "slow"]
# Begins the turn anew, so that nothing of what was begun before counts.
Again = Callable[[], Awaitable[None]]


class DialogueUnavailable(HelplineError):
    """The dialogue engines are down, slow, or said nothing that can be shown."""

    code = "dialogue_unavailable"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "智能助理暂时不在"
    detail = "智能助理暂时没有应答，请稍后再试。"

    def __init__(self, detail: str | None = None, cause: metrics.Cause = "away") -> None:
        super().__init__(detail)
        self.cause = cause


class EngineLost(DialogueUnavailable):
    """The connection to an engine was refused, or broke before it had answered."""


@dataclass(frozen=True)
class _Turn:
    """What an engine is told of a turn; the `metadata` are read anew for each that is asked."""

    id: str
    text: str
    metadata: Mapping[str, Any]
    memory: Mapping[str, Any]

    def message(self) -> dict[str, Any]:
        """Rasa's message; of the memory it holds what the form asks for, where it does. Rasa hands
        the metadata on with its action calls, and with them the trace.
        """
        metadata = {**self.metadata, **spans.carried()}
        message = {"sender": self.id, "message": self.text, "metadata": metadata}
        if self.memory.get("requested_slot"):
            slots = {slot: self.memory.get(slot) for slot in FORM_NEEDS}
            message["form"] = {"name": TICKET_FORM, "slots": slots}
        return message


class Engine:
    """One engine: Rasa with one model, behind its one channel (`bot/door.py`) at `url`. `number`
    is what operators know it by.
    """

    def __init__(self, url: str, client: httpx.AsyncClient, number: int = 1) -> None:
        self.url, self.number = url, number
        self.asked_at = 0  # the place of the turn that it was given last, among all
        self._client = client
        self._at_work = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.breaker = CircuitBreaker(
            failure_threshold=FAILURES,
            recovery_timeout=LEFT_ALONE_S,
            expected_exception=DialogueUnavailable,
        )

    @property
    def at_work(self) -> int:
        """How many calls it has not answered yet."""
        return self._at_work

    @property
    def is_left_alone(self) -> bool:
        """Whether it failed so often of late that it is not asked for a while."""
        return bool(self.breaker.opened)

    @property
    def is_on_trial(self) -> bool:
        """Whether it was left alone and is to show by one turn that it works again."""
        return bool(self.breaker.state == STATE_HALF_OPEN)

    @property
    def takes_turns(self) -> bool:
        """Whether it may be given a turn."""
        return not self.is_left_alone and not (self.is_on_trial and self._at_work)

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

    async def look(self, text: str, patience_s: float) -> Look:
        """What becomes of a sentence that it is to read in so many seconds."""
        try:
            async with asyncio.timeout(patience_s):
                return "reads" if await self.understands(text) else "no_model"
        except (httpx.TimeoutException, TimeoutError):
            return "slow"
        except httpx.HTTPError:
            return "away"

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
    """Speaks to the engines in service, at `urls` by their numbers (or at one), with their `token`.

    A turn goes to the one with the least to do. It never waits longer than `timeout_s` seconds for
    an answer, of which it waits at most half in the queue. An engine that failed several times in a
    row is not asked for a while: nobody waits for it in vain. Others take their places between
    two turns: each turn ends where it began, unless its engine is lost.
    """

    def __init__(
        self,
        urls: str | Mapping[int, str],
        timeout_s: float,
        transport: httpx.AsyncBaseTransport | None = None,
        token: SecretStr = NO_TOKEN,
    ) -> None:
        self._timeout_s, self._transport, self._token = timeout_s, transport, token
        self._turns = itertools.count(1)
        self.queue = EngineQueue(longest_wait_s=timeout_s / 2)
        by_number = {1: urls} if isinstance(urls, str) else urls
        self.engines = [self.engine_at(url, number) for number, url in by_number.items()]
        self._measure()

    def engine_at(self, url: str, number: int = 1) -> Engine:
        """An engine at another address, with the same token; nothing is asked of it yet."""
        secret = self._token.get_secret_value()
        client = httpx.AsyncClient(
            base_url=url,
            timeout=self._timeout_s,
            transport=self._transport,
            limits=ONE_CALL,
            # It is on the loopback: a proxy from the environment must never see what visitors say.
            trust_env=False,
            headers={"Authorization": f"Bearer {secret}"} if secret else {},
        )
        return Engine(url, client, number)

    def serve_by(self, engines: Sequence[Engine]) -> list[Engine]:
        """Let every turn that begins from here on go to these, at least one; returns those that
        serve no more, which have their turns under way to end.
        """
        old = [engine for engine in self.engines if engine not in engines]
        self.engines = list(engines)
        self._measure()
        return old

    @property
    def left_alone(self) -> bool:
        """Whether no engine is asked for a while, because each failed so often of late."""
        return not self._able()

    async def send(
        self,
        turn_id: str,
        text: str,
        metadata: Mapping[str, Any],
        memory: Mapping[str, Any],
        conversation_id: str,
        again: Again | None = None,
    ) -> list[Reply]:
        """What the bot answers to `text`, at least one reply; raises DialogueUnavailable and what
        `again` raises.

        `conversation_id` is what its place in the queue is asked by. A turn whose engine is lost
        is tried once more on another, where there is one and time is left, after `again` has begun
        it anew and said so in the `metadata`; without `again` it is not.

        An engine meets every turn anew: of the conversation's `memory` it is told what the form
        asks for, where it does.
        """
        self._measure()
        if self.left_alone:
            raise _all_left_alone()
        turn = _Turn(turn_id, text, metadata, memory)
        until = time.monotonic() + self._timeout_s
        try:
            async with AsyncExitStack() as served:
                with metrics.queued():
                    await served.enter_async_context(self.queue.turn(conversation_id))
                return await self._think(turn, again, until)
        except WaitedTooLong as error:
            raise DialogueUnavailable("对话引擎前面排队太久", "queue_full") from error

    async def _think(self, turn: _Turn, again: Again | None, until: float) -> list[Reply]:
        engine, left_s = self._least_busy(), max(0.0, until - time.monotonic())
        on_trial = engine.is_on_trial and again is not None and bool(self._able(besides=engine))
        patience_s = min(TRIAL_S, left_s) if on_trial else left_s
        try:
            return await self._give(engine, turn, patience_s)
        except DialogueUnavailable as trouble:
            may_move = on_trial or isinstance(trouble, EngineLost)
            has_time = until - time.monotonic() >= LEAST_S
            if again is None or not (may_move and has_time and self._able(besides=engine)):
                raise
            log.warning("turn %s leaves engine %d: %s", turn.id, engine.number, trouble)
        await again()
        return await self._give(
            self._least_busy(besides=engine), turn, max(0.0, until - time.monotonic())
        )

    async def _give(self, engine: Engine, turn: _Turn, patience_s: float) -> list[Reply]:
        engine.asked_at = next(self._turns)
        try:
            with engine.breaker, metrics.stage("engine"), metrics.asked(engine.number):
                spans.tell(engine=engine.number)
                return await _ask(engine, turn, patience_s)
        finally:
            self._measure()
            if engine.is_left_alone:
                log.warning("engine %d is left alone for %d seconds", engine.number, LEFT_ALONE_S)

    def _least_busy(self, besides: Engine | None = None) -> Engine:
        """Of those that have the least to do, the one whose last turn is the longest ago."""
        able = self._able(besides)
        if not able:
            raise _all_left_alone()
        return min(able, key=lambda engine: (engine.at_work, engine.asked_at))

    def _able(self, besides: Engine | None = None) -> list[Engine]:
        return [one for one in self.engines if one is not besides and one.takes_turns]

    def _measure(self) -> None:
        """Let as many through as the engines can think about, and tell how these are."""
        well = sum(not (one.is_left_alone or one.is_on_trial) for one in self.engines)
        self.queue.let_through(AT_ONCE * max(1, well))
        metrics.circuits({one.number: one.is_left_alone for one in self.engines})

    async def look(self, text: str) -> dict[int, Look]:
        """What each engine in service makes of a sentence in the time of a turn, by its number."""
        engines = list(self.engines)
        found = await asyncio.gather(*(one.look(text, self._timeout_s) for one in engines))
        looks = dict(zip((one.number for one in engines), found, strict=True))
        metrics.engines_ready({number: look == "reads" for number, look in looks.items()})
        return looks

    async def close(self) -> None:
        """Close the connections to the engines in service."""
        await asyncio.gather(*(engine.close() for engine in self.engines))


async def _ask(engine: Engine, turn: _Turn, patience_s: float) -> list[Reply]:
    try:
        # httpx limits each read; this limits the whole answer.
        async with asyncio.timeout(patience_s):
            response = await engine.post("webhook", turn.message())
        response.raise_for_status()
        replies = read_replies(response.content)
    except (httpx.TimeoutException, TimeoutError) as error:
        raise DialogueUnavailable(f"对话引擎没有应答：{type(error).__name__}", "slow") from error
    except (httpx.NetworkError, httpx.RemoteProtocolError) as error:
        raise EngineLost(f"对话引擎没有应答：{type(error).__name__}") from error
    except httpx.HTTPError as error:
        raise DialogueUnavailable(f"对话引擎没有应答：{type(error).__name__}") from error
    except ValidationError as error:
        raise DialogueUnavailable("对话引擎的应答读不懂", "silent") from error
    if not replies:
        # Rasa answers an inner failure with success and an empty list.
        raise DialogueUnavailable("对话引擎没有说话", "silent")
    return replies


def _all_left_alone() -> DialogueUnavailable:
    return DialogueUnavailable("对话引擎刚才连续没有应答，先不等它", "circuit_open")
