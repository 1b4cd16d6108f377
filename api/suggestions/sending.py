"""What a message that was sent tells about the suggestion that it began with."""

from contextlib import suppress

from sqlalchemy.ext.asyncio import AsyncSession

from api.desk.sending import Sent
from api.suggestions import service


async def mark(session: AsyncSession, sent: Sent) -> None:
    """Note the suggestion as used or edited, in the unit of work that stores the message; one that
    is gone keeps nothing from being sent.
    """
    if sent.suggestion_id is None:
        return
    with suppress(service.SuggestionUnknown):
        await service.mark_sent(
            session,
            sent.conversation_id,
            str(sent.suggestion_id),
            sent.text,
            sent.staff,
            at=sent.at,
        )
