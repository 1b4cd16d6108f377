"""The desk's calls about telephone calls, and the door of the telephone system."""

import hmac
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, status
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.accounts.access import Operator
from api.calls import schemas, service
from api.clock import AppClock
from api.conversations.receive import AppReceiver
from api.database import AppDatabase
from api.errors import HelplineError
from api.events.hub import AppHub
from api.protection.notice import AppNotice

router = APIRouter(prefix="/api/desk/calls", tags=["desk: calls"])
telephone = APIRouter(prefix="/api/cti", tags=["telephone system"])

_bearer = HTTPBearer(auto_error=False, description="The token HELPLINE_CTI_TOKEN.")


class TelephoneRefused(HelplineError):
    code = "telephone_refused"
    status = HTTPStatus.UNAUTHORIZED
    title = "口令不对"
    detail = "电话系统的口令不对，或者这边没有设置 HELPLINE_CTI_TOKEN，来电提示没有送出。"


async def _from_the_telephone(
    request: Request,
    told: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> None:
    expected = request.app.state.settings.cti_token.get_secret_value()
    given = told.credentials if told else ""
    if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        raise TelephoneRefused(headers={"WWW-Authenticate": "Bearer"})


@router.post("", status_code=status.HTTP_201_CREATED)
async def begin_call(
    new: schemas.NewCall,
    staff: Operator,
    database: AppDatabase,
    notice: AppNotice,
    clock: AppClock,
) -> schemas.BegunCall:
    """Take a call: it is noted in a conversation of its own, which is one's own from the start."""
    async with database.session() as session:
        return await service.begin(session, new, notice.agreed(None), staff, at=clock.now())


@router.post("/{call_id}/heard")
async def note_heard(
    call_id: UUID,
    heard: schemas.Heard,
    staff: Operator,
    database: AppDatabase,
    receiver: AppReceiver,
    clock: AppClock,
) -> schemas.NotedMessage:
    """Note what the caller says; suggestions follow as for a message of a chat."""
    async with database.session() as session:
        stored, is_new = await service.note(session, str(call_id), heard, staff, at=clock.now())
    if is_new:
        receiver.let_hear(stored)
    return schemas.NotedMessage(message_id=stored.message_id, turn_id=stored.turn_id)


@router.post("/{call_id}/end", status_code=status.HTTP_204_NO_CONTENT)
async def end_call(
    call_id: UUID,
    ended: schemas.EndedCall,
    staff: Operator,
    database: AppDatabase,
    clock: AppClock,
) -> Response:
    """The call is over; its conversation is closed."""
    async with database.session() as session:
        await service.end(session, str(call_id), ended.note, staff, at=clock.now())
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.get("")
async def show_calls(
    staff: Operator,
    database: AppDatabase,
    clock: AppClock,
    caller: Annotated[
        schemas.Number | None, Query(description="A number, as anybody spells it.")
    ] = None,
) -> schemas.Earlier:
    """Earlier calls and tickets of a caller; without one, one's own latest calls."""
    async with database.session() as session:
        return await service.earlier(session, caller, staff, at=clock.now())


@telephone.post("/calls", dependencies=[Depends(_from_the_telephone)])
async def hear_of_call(
    told: schemas.TelephoneEvent, database: AppDatabase, hub: AppHub
) -> schemas.Told:
    """A call rings, is answered, or ended at an extension: its owner's console shows who calls.

    The same call may be told of again and again; nothing of it is stored.
    """
    async with database.reading() as session:
        event = await service.rings(session, told)
    if event is not None:
        await hub.tell(event)
    return schemas.Told(told=event is not None)
