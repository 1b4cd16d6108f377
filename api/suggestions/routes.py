"""The desk's calls about suggestions."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status

from api.accounts import audit
from api.accounts.access import Operator, Supervisor
from api.answers.service import AppKnowledge
from api.clock import AppClock
from api.database import AppDatabase
from api.suggestions import schemas, service
from api.suggestions.approvals import AppApprovals, Approved
from api.suggestions.suggester import AppSuggester

router = APIRouter(prefix="/api/desk", tags=["desk: suggestions"])


@router.get("/conversations/{conversation_id}/suggestions")
async def show_suggestions(
    conversation_id: UUID,
    staff: Operator,
    suggester: AppSuggester,
    database: AppDatabase,
    clock: AppClock,
    knowledge: AppKnowledge,
    message_id: Annotated[
        UUID | None, Query(description="Of a visitor's message; else the newest.")
    ] = None,
) -> schemas.SuggestionSet | None:
    """What may be answered to the visitor, with what it stands on; null while he said nothing.

    Where the newest message asks for the person who is reading, those for the one before it.
    """
    conversation = str(conversation_id)
    made = await (
        suggester.suggest(conversation, str(message_id))
        if message_id
        else suggester.newest(conversation)
    )
    at = clock.now()
    async with database.session() as session:
        await audit.record(session, staff, "suggestions.read", "conversation", conversation, at=at)
        if made is None:
            return None
        content = knowledge.content
        return await service.with_canned(session, made, conversation, staff, content, at=at)


@router.post("/suggestions/{suggestion_id}/reject", status_code=status.HTTP_204_NO_CONTENT)
async def reject(
    suggestion_id: UUID,
    rejection: schemas.Rejection,
    staff: Operator,
    database: AppDatabase,
    clock: AppClock,
) -> Response:
    """Say why a suggestion is of no use; it is noted as a gap in the knowledge."""
    at = clock.now()
    async with database.session() as session:
        conversation_id = await service.reject(session, str(suggestion_id), rejection, staff, at=at)
        await audit.record(
            session,
            staff,
            "suggestion.reject",
            "conversation",
            conversation_id,
            at=at,
            detail={"suggestion": str(suggestion_id), "reason": rejection.reason},
        )
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.post("/approvals/{turn_id}", status_code=status.HTTP_204_NO_CONTENT)
async def approve(
    turn_id: UUID,
    approved: Approved,
    staff: Operator,
    approvals: AppApprovals,
    knowledge: AppKnowledge,
) -> Response:
    """Let what the bot would say go out, say something else in its place, or neither. 409 where a
    colleague or the time has decided.
    """
    await approvals.decide(str(turn_id), approved, knowledge.guard, staff)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.get("/gaps")
async def show_gaps(
    staff: Supervisor,
    database: AppDatabase,
    clock: AppClock,
    before: Annotated[int | None, Query(description="The page before this gap.")] = None,
    reason: schemas.RejectReason | None = None,
) -> schemas.Gaps:
    """What operators rejected, newest first, for whoever looks after the content."""
    async with database.reading() as session:
        return await service.gaps(session, before, reason)
