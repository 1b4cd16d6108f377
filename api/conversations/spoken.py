"""The texts of what the outbox sends of conversations, as they were said."""

from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import Message, Turn
from api.outbox import service as outbox
from api.outbox.models import OutboxItem


class Spoken:
    """The plain renderer: a text for each message, without buttons and cards."""

    async def bubbles(self, session: AsyncSession, item: OutboxItem) -> list[str]:
        """The texts of an item; none where what it speaks of is gone."""
        if item.kind == outbox.TURN:
            turn = await session.get(Turn, item.ref)
            said = (turn.answer or {}).get("messages", []) if turn else []
            return [one["text"] for one in said]
        message = await session.get(Message, item.ref)
        if message is None:
            return []
        return [f"{message.author}：{message.text}" if message.author else message.text]
