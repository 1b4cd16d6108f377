"""The console's calls about what waits to be sent, or was given up."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, status

from api.accounts import audit
from api.accounts.access import Staff, Supervisor
from api.clock import AppClock
from api.database import AppDatabase
from api.errors import HelplineError
from api.outbox import schemas, service, view
from api.outbox.models import OutboxItem
from api.outbox.states import State

router = APIRouter(prefix="/api/desk/outbox", tags=["outbox"])

ItemId = Annotated[int, Path(ge=1, le=2**31 - 1)]
UNDECIDED = (State.HELD, State.DEAD, State.PENDING)


class ItemUnknown(HelplineError):
    code = "outbox_item_unknown"
    status = HTTPStatus.NOT_FOUND
    title = "没有这一条"
    detail = "没有找到这一条，可能已经清理，请刷新后再看。"


class ItemSettled(HelplineError):
    code = "outbox_item_settled"
    status = HTTPStatus.CONFLICT
    title = "已经处理过"
    detail = "这一条已经送到、正在发送，或者已经撤下，请刷新后再看。"


@router.get("")
async def show_outbox(
    staff: Supervisor,
    database: AppDatabase,
    state: schemas.Shown = "dead",
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> schemas.WaitingItems:
    """What was given up, is held until its contact is heard of, or is to be sent; newest first."""
    async with database.reading() as session:
        return await view.page(session, state, before)


@router.post("/{item_id}/retry", status_code=status.HTTP_204_NO_CONTENT)
async def retry(staff: Supervisor, item_id: ItemId, database: AppDatabase, clock: AppClock) -> None:
    """Try once more, as if it were the first time."""
    await _settle("retry", item_id, staff, database, clock)


@router.post("/{item_id}/drop", status_code=status.HTTP_204_NO_CONTENT)
async def drop(staff: Supervisor, item_id: ItemId, database: AppDatabase, clock: AppClock) -> None:
    """Send it no more. What was said stays in its conversation."""
    await _settle("drop", item_id, staff, database, clock)


async def _settle(
    what: str, item_id: int, staff: Staff, database: AppDatabase, clock: AppClock
) -> None:
    at = clock.now()
    settle = service.retry if what == "retry" else service.drop
    async with database.session() as session:
        item = await session.get(OutboxItem, item_id, with_for_update=True)
        if item is None:
            raise ItemUnknown
        if item.state not in UNDECIDED:
            raise ItemSettled
        await settle(session, item, at=at)
        detail = {"conversation": item.conversation_id} if item.conversation_id else {}
        await audit.record(
            session, staff, f"outbox.{what}", "outbox", str(item_id), at=at, detail=detail
        )
