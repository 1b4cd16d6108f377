"""The calls that move a conversation: a code is made, a code or a link is used."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, status

from api.accounts.access import Operator
from api.clock import AppClock
from api.conversations import service as conversations
from api.conversations.routes import ConversationId, Token
from api.database import AppDatabase
from api.desk import service as desk
from api.edge.limits import Address, AppLimiter, count_opening, count_reading
from api.moving import schemas, service
from api.moving.links import Links, LinkWrong
from api.moving.service import LASTS, Code
from api.tickets.routes import THIS_MACHINE

router = APIRouter(prefix="/api", tags=["moving"])

CREATED = status.HTTP_201_CREATED


async def _links_of(request: Request) -> Links:
    links: Links = request.app.state.links
    return links


AppLinks = Annotated[Links, Depends(_links_of)]


@router.post(
    "/conversations/{conversation_id}/move",
    status_code=CREATED,
    dependencies=[Depends(count_reading)],
)
async def make_code(
    conversation_id: ConversationId, token: Token, database: AppDatabase, clock: AppClock
) -> schemas.MadeCode:
    """A code with which the conversation goes on in another browser or channel. It is told this
    once, and takes the place of the one before.
    """
    async with database.session() as session:
        await conversations.authenticate(session, conversation_id, token)
        return _told(await service.make(session, conversation_id, "visitor", at=clock.now()))


@router.post("/desk/conversations/{conversation_id}/move", status_code=CREATED)
async def make_code_for_visitor(
    staff: Operator, conversation_id: ConversationId, database: AppDatabase, clock: AppClock
) -> schemas.MadeCode:
    """The same for whoever has the conversation, to read out or to send to its visitor."""
    at = clock.now()
    async with database.session() as session:
        await desk.check_his(session, conversation_id, staff)
        code = await service.make(session, conversation_id, "staff", at=at)
        await desk.record(session, staff, "move", conversation_id, at=at)
    return _told(code)


@router.post("/moves")
async def use_code(
    tried: schemas.TriedCode,
    database: AppDatabase,
    limiter: AppLimiter,
    address: Address,
    clock: AppClock,
) -> schemas.Moved:
    """Go on with the conversation that a code was made for. A code that never was, was used or is
    over is answered alike; every try counts.
    """
    await limiter.try_move(address or THIS_MACHINE)
    async with database.session() as session:
        conversation_id = await service.use(session, tried.code, at=clock.now())
        return await service.let_in(session, conversation_id, "code")


@router.post("/moves/link", dependencies=[Depends(count_opening)])
async def follow_link(
    followed: schemas.FollowedLink, database: AppDatabase, links: AppLinks, clock: AppClock
) -> schemas.Moved:
    """Go on with the conversation that a link leads to, as often as it is opened before its end."""
    conversation_id = links.opened(followed.link, at=clock.now())
    async with database.session() as session:
        if not await service.is_there(session, conversation_id):
            raise LinkWrong
        return await service.let_in(session, conversation_id, "link")


def _told(code: Code) -> schemas.MadeCode:
    return schemas.MadeCode(
        code=code.text, expires_at=code.expires_at, seconds=int(LASTS.total_seconds())
    )
