"""The calls of the chat API about drafts."""

from urllib.parse import quote

from fastapi import APIRouter, Depends, Response

from api.clock import AppClock
from api.conversations import service as conversations
from api.conversations.routes import ConversationId, Token
from api.database import AppDatabase
from api.drafts import service
from api.drafts.schemas import Draft
from api.drafts.service import AppDrafting
from api.edge.limits import count_reading

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

router = APIRouter(
    prefix="/api/conversations/{conversation_id}/drafts",
    tags=["drafts"],
    dependencies=[Depends(count_reading)],
)


@router.get("")
async def list_drafts(
    conversation_id: ConversationId,
    token: Token,
    database: AppDatabase,
    clock: AppClock,
    knowledge: AppDrafting,
) -> list[Draft]:
    """The papers that can be prefilled with what is known, and what would still be missing in
    each.
    """
    async with database.reading() as session:
        facts = (await conversations.authenticate(session, conversation_id, token)).facts
    return await service.fitting(knowledge, facts, clock.today())


@router.get(
    "/{key}.docx",
    response_class=Response,
    responses={200: {"content": {WORD: {}}, "description": "A Word file."}},
)
async def download_draft(
    conversation_id: ConversationId,
    key: str,
    token: Token,
    database: AppDatabase,
    clock: AppClock,
    knowledge: AppDrafting,
) -> Response:
    """The paper in Word's format, prefilled with what is known; gaps are highlighted."""
    async with database.reading() as session:
        facts = (await conversations.authenticate(session, conversation_id, token)).facts
    draft = await service.download(
        knowledge, key, facts, clock.today(), f"conversation {conversation_id}"
    )
    name = quote(f"{draft.title}（草稿）.docx")
    disposition = f"attachment; filename=\"{key}.docx\"; filename*=UTF-8''{name}"
    return Response(draft.document, media_type=WORD, headers={"Content-Disposition": disposition})
