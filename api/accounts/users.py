"""Who works at the desk: adding, changing, turning off, a password anew."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from sqlalchemy import delete, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts import audit, sessions
from api.accounts.access import Staff
from api.accounts.models import SignInTries, User
from api.accounts.roles import Role
from api.errors import HelplineError

# Letters of any script, digits and a few signs; no blank, so that it can be read out.
NAME = re.compile(r"[\w.@-]{2,40}")


class UserUnknown(HelplineError):
    code = "user_unknown"
    status = HTTPStatus.NOT_FOUND
    title = "没有这个账号"
    detail = "没有这个账号，请核对名单。"


class UserExists(HelplineError):
    code = "user_exists"
    status = HTTPStatus.CONFLICT
    title = "账号已存在"
    detail = "这个账号或邮箱已经有人用了，请换一个；停用的账号可以重新启用。"


class NameWrong(HelplineError):
    code = "user_name_wrong"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "账号写法不对"
    detail = "账号是 2 到 40 个汉字、字母、数字或 . _ - @，中间没有空格。"


class LastAdmin(HelplineError):
    code = "last_admin"
    status = HTTPStatus.CONFLICT
    title = "至少要有一个管理员"
    detail = "这是最后一个管理员，停用或改角色之后就没人能管理账号了。请先添加另一个管理员。"


@dataclass(frozen=True)
class Newcomer:
    """Somebody who is given an account."""

    name: str
    role: Role
    display_name: str = ""
    email: str | None = None
    extension: str | None = None


async def add(
    session: AsyncSession, newcomer: Newcomer, password_hash: str, by: Staff | None, *, at: datetime
) -> User:
    """Give somebody an account, whose password he has to change; raises NameWrong, UserExists."""
    name = folded(newcomer.name)
    if not NAME.fullmatch(name):
        raise NameWrong
    email = _folded_or_none(newcomer.email)
    await _must_be_free(session, name, email)
    user = User(
        name=name,
        display_name=newcomer.display_name.strip() or newcomer.name.strip(),
        role=newcomer.role,
        email=email,
        extension=newcomer.extension or None,
        active=True,
        password_hash=password_hash,
        must_change_password=True,
        created_at=at,
    )
    session.add(user)
    await session.flush()
    detail = {"name": name, "role": newcomer.role}
    await audit.record(session, by, "user.added", "user", str(user.id), at=at, detail=detail)
    return user


async def change(
    session: AsyncSession,
    user_id: int,
    changes: Mapping[str, str | bool | None],
    by: Staff | None,
    *,
    at: datetime,
) -> User:
    """Change display_name, role, email, extension, active; who is turned off is signed out.

    Raises UserUnknown, UserExists, LastAdmin.
    """
    user = await _locked_with_admins(session, user_id)
    told = dict(changes)
    if "email" in told:
        told["email"] = email = _folded_or_none(told["email"])
        if email != user.email:
            await _must_be_free(session, None, email)
    if "extension" in told:
        told["extension"] = told["extension"] or None
    if _gives_up_admin(user, told):
        await _must_leave_an_admin(session, user)
    different = {name: value for name, value in told.items() if getattr(user, name) != value}
    for name, value in different.items():
        setattr(user, name, value)
    if not user.active:
        await sessions.end_all(session, user.id)
    if different:
        # Of an address or a telephone it is enough to know that it was changed.
        plain = {name: value for name, value in different.items() if name in ("role", "active")}
        detail = {"changed": sorted(different), **plain}
        await audit.record(session, by, "user.changed", "user", str(user.id), at=at, detail=detail)
    return user


async def give_password(
    session: AsyncSession, user_id: int, password_hash: str, by: Staff | None, *, at: datetime
) -> User:
    """Another first password: signed out everywhere, unlocked, and free to come by the office's
    own sign-in under another identity. Raises UserUnknown.
    """
    user = await _locked(session, user_id)
    user.password_hash, user.must_change_password, user.oidc_subject = password_hash, True, None
    await sessions.end_all(session, user.id)
    await unlock(session, user.name)
    await audit.record(session, by, "user.reset", "user", str(user.id), at=at)
    return user


async def take_password(
    session: AsyncSession, user_id: int, password_hash: str, by: Staff, *, at: datetime
) -> User:
    """A password of his own; he is signed out everywhere."""
    user = await _locked(session, user_id)
    user.password_hash, user.must_change_password = password_hash, False
    await sessions.end_all(session, user.id)
    await audit.record(session, by, "user.password_changed", "user", str(user.id), at=at)
    return user


async def named(session: AsyncSession, name: str) -> User:
    """The user with a name; raises UserUnknown."""
    found = await session.scalar(select(User).where(User.name == folded(name)))
    if found is None:
        raise UserUnknown
    return found


async def everybody(session: AsyncSession) -> Sequence[User]:
    """All users, those who are off last."""
    return (await session.scalars(select(User).order_by(User.active.desc(), User.name))).all()


async def somebody_can_sign_in(session: AsyncSession) -> bool:
    """Whether anybody has an account that is on."""
    return await session.scalar(select(User.id).where(User.active).limit(1)) is not None


async def unlock(session: AsyncSession, name: str) -> None:
    """Forget the wrong tries with a name."""
    tries = SignInTries.name_sha256 == sessions.digest(folded(name))
    await session.execute(delete(SignInTries).where(tries))


def folded(name: str) -> str:
    """One spelling of a name or an address, whatever keyboard it was typed with."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def _folded_or_none(email: object) -> str | None:
    return folded(email) or None if isinstance(email, str) else None


async def _must_be_free(session: AsyncSession, name: str | None, email: str | None) -> None:
    taken = or_(
        User.name == name if name else false(),
        User.email == email if email else false(),
    )
    if await session.scalar(select(User.id).where(taken).limit(1)) is not None:
        raise UserExists


async def _locked(session: AsyncSession, user_id: int) -> User:
    user = await session.get(User, user_id, with_for_update=True)
    if user is None:
        raise UserUnknown
    return user


async def _locked_with_admins(session: AsyncSession, user_id: int) -> User:
    """The user, locked together with all admins: two who turn each other off at the same moment
    leave one. Everybody locks them in the same order, so that nobody waits in a circle.
    """
    both = (User.id == user_id) | (User.role == Role.ADMIN)
    in_order = select(User).where(both).order_by(User.id).with_for_update()
    found = await session.scalars(in_order.execution_options(populate_existing=True))
    user = next((one for one in found if one.id == user_id), None)
    if user is None:
        raise UserUnknown
    return user


def _gives_up_admin(user: User, told: Mapping[str, object]) -> bool:
    stays = told.get("role", user.role) == Role.ADMIN and told.get("active", user.active)
    return user.role == Role.ADMIN and user.active and not stays


async def _must_leave_an_admin(session: AsyncSession, user: User) -> None:
    others = select(func.count()).where(User.role == Role.ADMIN, User.active, User.id != user.id)
    if not await session.scalar(others):
        raise LastAdmin
