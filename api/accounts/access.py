"""The one place that lets staff in: every route under /api/desk declares what it asks for by
`may`.
"""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request

from api.accounts import csrf, sessions
from api.accounts.models import StaffSession, User
from api.accounts.roles import MAY, Permission, Role
from api.accounts.sessions import Lasting
from api.clock import Clock
from api.database import Database
from api.errors import HelplineError

COOKIE = "helpline_desk"
SECURE_COOKIE = f"__Host-{COOKIE}"  # a browser takes it over https only, and from this host only
# A request that a page makes by itself says so, and is no sign of its user.
BY_ITSELF = "X-Desk-Unattended"


class NotSignedIn(HelplineError):
    code = "not_signed_in"
    status = HTTPStatus.UNAUTHORIZED
    title = "没有登录"
    detail = "请先登录工作台；登录过的，时间太久已自动退出，请再登录一次。"


class NotAllowed(HelplineError):
    code = "not_allowed"
    status = HTTPStatus.FORBIDDEN
    title = "没有权限"
    detail = "您的角色不能做这件事，需要的话请管理员调整角色。"


class PasswordChangeNeeded(HelplineError):
    code = "password_change_needed"
    status = HTTPStatus.FORBIDDEN
    title = "请先换密码"
    detail = "这是别人给您的第一个密码，请先换成自己的，再开始工作。"


@dataclass(frozen=True)
class Staff:
    """Who sends a request to the desk."""

    id: int
    name: str
    display_name: str  # what visitors and colleagues see
    role: Role
    must_change_password: bool = False


@dataclass(frozen=True)
class SignedIn:
    """A session that a request carries, and whose it is."""

    staff: Staff
    token: str
    by: str  # password, oidc


async def signed_in(request: Request) -> SignedIn:
    """The session that a request carries; raises NotSignedIn, CsrfFailed."""
    token, at = _token_of(request), _moment(request)
    found = await _found(request, token, at)
    if not (token and found):
        raise NotSignedIn
    csrf.check(request, token)
    session, user = found
    unattended = BY_ITSELF in request.headers
    if at - session.seen_at >= sessions.NOTED_EVERY and not unattended:
        database: Database = request.app.state.database
        async with database.session() as unit:
            await sessions.note_seen(unit, token, at=at)
    return SignedIn(staff_from(user, session.by), token, session.by)


async def staff_of(signed: Annotated[SignedIn, Depends(signed_in)]) -> Staff:
    """Whose session the request carries; raises NotSignedIn, CsrfFailed."""
    return signed.staff


async def still_signed_in(request: Request) -> bool:
    """Whether the session that a request carries has not ended meanwhile; for answers that go on
    for long. It is no sign of its user.
    """
    return await _found(request, _token_of(request), _moment(request)) is not None


@dataclass(frozen=True)
class May:
    """A dependency that gives the Staff of a request, who has a permission.

    Raises NotSignedIn, CsrfFailed, PasswordChangeNeeded, NotAllowed.
    """

    permission: Permission

    async def __call__(self, staff: Annotated[Staff, Depends(staff_of)]) -> Staff:
        if staff.must_change_password:
            raise PasswordChangeNeeded
        if self.permission not in MAY[staff.role]:
            raise NotAllowed
        return staff


def may(permission: Permission) -> May:
    """The dependency that a route declares which asks for a permission."""
    return May(permission)


def staff_from(user: User, by: str) -> Staff:
    """A user as one of the staff, who came in by his password or by the office's own sign-in; the
    latter has no use for a password here.
    """
    must_change = user.must_change_password and by == "password"
    return Staff(user.id, user.name, user.display_name, Role(user.role), must_change)


async def _found(request: Request, token: str, at: datetime) -> tuple[StaffSession, User] | None:
    if not token:
        return None
    database: Database = request.app.state.database
    async with database.reading() as session:
        return await sessions.find(session, token, Lasting.of(request.app.state.settings), at=at)


def _token_of(request: Request) -> str:
    """What stands in the cookie. Over https only the one that nobody else can have set counts."""
    names = [SECURE_COOKIE] if request.url.scheme == "https" else [SECURE_COOKIE, COOKIE]
    return next((found for name in names if (found := request.cookies.get(name))), "")


def _moment(request: Request) -> datetime:
    clock: Clock = request.app.state.clock
    return clock.moment()


Operator = Annotated[Staff, Depends(may(Permission.CHAT))]
TicketWorker = Annotated[Staff, Depends(may(Permission.TICKETS))]
Searcher = Annotated[Staff, Depends(may(Permission.LOOKUP))]
Supervisor = Annotated[Staff, Depends(may(Permission.OVERSEE))]
FiguresReader = Annotated[Staff, Depends(may(Permission.FIGURES))]
StateReader = Annotated[Staff, Depends(may(Permission.STATE))]
Publisher = Annotated[Staff, Depends(may(Permission.PUBLISH))]
UserAdmin = Annotated[Staff, Depends(may(Permission.USERS))]
Auditor = Annotated[Staff, Depends(may(Permission.AUDIT))]
ContentEditor = Annotated[Staff, Depends(may(Permission.CONTENT))]
