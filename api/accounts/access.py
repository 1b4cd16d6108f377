"""The one place that lets staff in: every route under /api/desk declares what it asks for by
`may`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request

from api.accounts.roles import MAY, Permission, Role
from api.errors import HelplineError


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


@dataclass(frozen=True)
class Staff:
    """Who sends a request to the desk."""

    id: int
    name: str
    display_name: str  # what visitors and colleagues see
    role: Role
    must_change_password: bool = False


async def staff_of(request: Request) -> Staff:
    """Whose session the request carries; raises NotSignedIn."""
    raise NotSignedIn


def may(permission: Permission) -> Callable[[Staff], Awaitable[Staff]]:
    """A dependency that gives the Staff of a request, who has this permission.

    Raises NotSignedIn, NotAllowed.
    """

    async def allowed(staff: Annotated[Staff, Depends(staff_of)]) -> Staff:
        if permission not in MAY[staff.role]:
            raise NotAllowed
        return staff

    return allowed


Operator = Annotated[Staff, Depends(may(Permission.CHAT))]
TicketWorker = Annotated[Staff, Depends(may(Permission.TICKETS))]
Searcher = Annotated[Staff, Depends(may(Permission.LOOKUP))]
Supervisor = Annotated[Staff, Depends(may(Permission.OVERSEE))]
FiguresReader = Annotated[Staff, Depends(may(Permission.FIGURES))]
UserAdmin = Annotated[Staff, Depends(may(Permission.USERS))]
Auditor = Annotated[Staff, Depends(may(Permission.AUDIT))]
