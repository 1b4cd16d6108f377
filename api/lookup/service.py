"""The index over sealed words and the search in it; the caller commits."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.lookup.models import SearchDocument, SearchGram


async def forget(session: AsyncSession, conversation_id: str) -> None:
    """Nothing of a conversation and its tickets is found any more."""
    documents = select(SearchDocument.id).where(SearchDocument.conversation_id == conversation_id)
    await session.execute(delete(SearchGram).where(SearchGram.document_id.in_(documents)))
    await session.execute(
        delete(SearchDocument).where(SearchDocument.conversation_id == conversation_id)
    )
