"""Who a ticket may be given to."""

from http import HTTPStatus

from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.access import Staff
from api.accounts.models import User
from api.accounts.roles import MAY, Permission, Role
from api.errors import HelplineError
from api.tickets.staff.schemas import Person


class ColleagueUnknown(HelplineError):
    code = "colleague_unknown"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "不能交给这个人"
    detail = "没有这位同事，或者他的角色不办工单，请从同事名单里选。"


async def person(session: AsyncSession, staff: Staff, named: int | str) -> Person:
    """The colleague of this id, or the staff himself for me; raises ColleagueUnknown."""
    if named in ("me", staff.id):
        return Person(id=staff.id, name=staff.display_name)
    user = await session.get(User, named)
    if user is None or not user.active or Permission.TICKETS not in MAY[Role(user.role)]:
        raise ColleagueUnknown
    return Person(id=user.id, name=user.display_name)
