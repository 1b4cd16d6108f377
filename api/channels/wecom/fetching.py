"""Fetching what people sent: 企业微信 only calls to say that something is there.

The cursor moves on once everything before it is stored. Whoever dies in between fetches the same
again, and the intake knows it by its msgid.
"""

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta

from api.channels.joining.channel import House
from api.channels.tencent.calls import loop_time
from api.channels.tencent.errors import Refused
from api.channels.wecom.client import Message, Page, WecomClient
from api.channels.wecom.errors import MESSAGE_TOKEN_OVER
from api.channels.wecom.models import WecomCursor
from api.channels.wecom.payloads import not_delivered, received
from api.database import DatabaseUnavailable, insert_once

log = logging.getLogger(__name__)

# An account that is fetched for the first time has three days of messages that others answered.
FIRST_FROM = timedelta(minutes=5)
EVERY_S = 300.0  # without being called: a call may be lost, and without a token we may ask seldom
AGAIN_S, LONGEST_AGAIN_S = 10.0, 60.0  # after a failure, each time twice as long
TOKEN_LASTS_S = 540.0  # of the ten minutes for which it counts


class Fetcher:
    """Fetches for one account, one page after the other."""

    def __init__(self, client: WecomClient, house: House) -> None:
        self._client, self._house = client, house
        self._one_fetches = asyncio.Lock()
        self._not_begun: asyncio.Task[None] | None = None
        self._token: str | None = None
        self._token_until = 0.0
        self._failed = asyncio.Event()
        self._failures = 0

    def fetch(self, token: str | None) -> "asyncio.Task[None]":
        """Fetch all that is there by now; many who ask at once share one fetch. It raises Refused,
        DatabaseUnavailable.
        """
        if token:
            self._token, self._token_until = token, loop_time() + TOKEN_LASTS_S
        if self._not_begun is None:
            self._not_begun = asyncio.create_task(self._in_turn())
            self._not_begun.add_done_callback(self._note)
        return self._not_begun

    async def walk(self) -> None:
        """Fetch at the start, now and then, and again after a failure, until cancelled."""
        while True:
            await asyncio.wait({self.fetch(None)})
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY_S):
                    await self._failed.wait()
            if self._failed.is_set():
                await asyncio.sleep(min(AGAIN_S * 2 ** (self._failures - 1), LONGEST_AGAIN_S))

    async def _in_turn(self) -> None:
        async with self._one_fetches:
            self._not_begun = None
            await self._all()

    def _note(self, task: "asyncio.Task[None]") -> None:
        if task.cancelled():
            self._not_begun = None
        elif error := task.exception():
            self._failures += 1
            self._failed.set()
            log.warning("the account %s was not fetched: %r", self._client.account.name, error)
        else:
            self._failures = 0
            self._failed.clear()

    async def _all(self) -> None:
        place = await self._place()
        cursor, has_more = place.cursor, True
        while has_more:
            page = await self._page(cursor)
            for message in page.messages:
                await self._take(message, place)
            if page.cursor and page.cursor != cursor:
                await self._keep(page.cursor)
            has_more = page.has_more and page.cursor != cursor
            cursor = page.cursor

    async def _page(self, cursor: str) -> Page:
        token = self._token if loop_time() < self._token_until else None
        try:
            return await self._client.page(cursor, token)
        except Refused as refused:
            if token is None or refused.problem.code != MESSAGE_TOKEN_OVER:
                raise
        self._token = None
        return await self._client.page(cursor, None)

    async def _take(self, message: Message, place: WecomCursor) -> None:
        account = self._client.account.name
        if why := not_delivered(message):
            log.warning("the account %s: a message that was taken did not arrive: %s", account, why)
        incoming = received(message, account)
        if incoming is None or incoming.sent_at < place.since:
            return
        try:
            await self._house.intake.accept(incoming, self._house.clock.now())
        except DatabaseUnavailable:
            raise
        except Exception:  # one that nobody can take keeps no others back
            log.exception("a message of the account %s is passed over", account)

    async def _place(self) -> WecomCursor:
        """How far we are; from a moment ago where the account is fetched for the first time."""
        open_kfid = self._client.account.open_kfid
        async with self._house.database.reading() as session:
            found = await session.get(WecomCursor, open_kfid)
        if found is not None:
            return found
        since = self._house.clock.moment() - FIRST_FROM
        async with self._house.database.session() as session:
            first = {"open_kfid": open_kfid, "cursor": "", "since": since}
            await insert_once(session, WecomCursor, first)
            return await session.get_one(WecomCursor, open_kfid)

    async def _keep(self, cursor: str) -> None:
        async with self._house.database.session() as session:
            place = await session.get_one(WecomCursor, self._client.account.open_kfid)
            place.cursor = cursor
