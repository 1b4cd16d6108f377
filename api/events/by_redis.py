"""Processes wake each other through Redis."""

import asyncio
import logging

import redis.asyncio as redis
from redis.exceptions import RedisError

from api.events.wakes import CHANNEL, LOOK, TRY_AGAIN_S, Heard
from api.logs import Outage

log = logging.getLogger(__name__)

REDIS_S = 1.0  # for a Redis that does not answer: whoever says something waits for it


class ByRedis:
    """A line by publish and subscribe."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._outage = Outage("listening for events in Redis")

    @classmethod
    def at(cls, url: str) -> "ByRedis":
        """Through the Redis of this address."""
        answering = {"socket_timeout": REDIS_S, "socket_connect_timeout": REDIS_S}
        return cls(redis.from_url(url, decode_responses=True, **answering))

    async def listen(self, heard: Heard) -> None:
        while True:
            try:
                async with self._client.pubsub(ignore_subscribe_messages=True) as line:
                    await line.subscribe(CHANNEL)
                    self._outage.ends()
                    heard(LOOK)
                    async for told in line.listen():
                        heard(str(told["data"]))
            except (RedisError, OSError) as trouble:
                self._outage.begins(str(trouble))
            await asyncio.sleep(TRY_AGAIN_S)

    async def say(self, words: str) -> None:
        try:
            await self._client.publish(CHANNEL, words)
        except (RedisError, OSError) as trouble:
            log.warning("nobody was woken: %s", trouble)
