"""The way in by name and password, and how tries are held off.

After a few wrong tries a name is locked, each time for longer. It is the name that is locked,
whether or not somebody has it: neither the answer nor its time tells who works here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from math import ceil
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts import audit, sessions, users
from api.accounts.access import SignedIn, staff_from
from api.accounts.models import SignInTries, User
from api.accounts.passwords import Passwords
from api.accounts.passwords import check as check_password
from api.accounts.sessions import By, Lasting
from api.clock import Clock
from api.database import Database
from api.edge.limits import in_words
from api.errors import HelplineError

FREE_TRIES = 5
WITHIN = timedelta(minutes=15)
FIRST_LOCK, LONGEST_LOCK = timedelta(minutes=1), timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=1)


class SignInWrong(HelplineError):
    code = "sign_in_wrong"
    status = HTTPStatus.UNAUTHORIZED
    title = "登录不了"
    detail = "账号或密码不对。忘了密码，请管理员重置。"


class SignInLocked(HelplineError):
    code = "sign_in_locked"
    status = HTTPStatus.TOO_MANY_REQUESTS
    title = "暂时不能登录"
    detail = "这个账号输错太多次，请稍后再试。"


class OldPasswordWrong(HelplineError):
    code = "old_password_wrong"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "原密码不对"
    detail = "原密码不对，请再输一次。"


@dataclass(frozen=True)
class Door:
    """Lets in whoever knows a name and its password."""

    database: Database
    passwords: Passwords
    clock: Clock
    lasting: Lasting

    async def enter(self, name: str, password: str) -> SignedIn:
        """The session that begins.

        Raises SignInWrong, SignInLocked, SignInBusy.
        """
        user = await self._tried(name, password)
        if user is None:
            raise SignInWrong
        anew = None
        if self.passwords.is_outdated(user.password_hash):
            anew = await self.passwords.hash(password)
        async with self.database.session() as session:
            user = await self._unchanged(session, user)
            user.password_hash = anew or user.password_hash
            return await self.admit(session, user, "password")

    async def change_password(self, signed: SignedIn, old: str, new: str) -> SignedIn:
        """Take a password of one's own: every session ends, and another begins.

        Raises OldPasswordWrong, PasswordWeak, SignInLocked, SignInBusy.
        """
        staff = signed.staff
        check_password(new, staff.name, staff.display_name, old=old)
        user = await self._tried(staff.name, old)
        if user is None:
            raise OldPasswordWrong
        hashed = await self.passwords.hash(new)
        async with self.database.session() as session:
            await self._unchanged(session, user)
            at = self.clock.now()
            user = await users.take_password(session, user.id, hashed, staff, at=at)
            return await self.admit(session, user, "password")

    async def admit(self, session: AsyncSession, user: User, by: By) -> SignedIn:
        """Begin a session and write into the log that it began."""
        moment = self.clock.moment()
        await sessions.clear_away(session, self.lasting, at=moment)
        token = await sessions.begin(session, user, by, at=moment)
        staff = staff_from(user, by)
        await audit.record(
            session,
            *(staff, "session.began", "user", str(user.id)),
            at=self.clock.now(),
            detail={"by": by},
        )
        return SignedIn(staff, token, by)

    async def _tried(self, name: str, password: str) -> User | None:
        """The user whose name and password these are; the try is counted."""
        name = users.folded(name)
        async with self.database.session() as session:
            # Counted beforehand, so that tries at the same moment count as well.
            tries = await _count_try(session, name, at=self.clock.moment())
            user = await session.scalar(select(User).where(User.name == name))
        right = await self.passwords.fits(password, user.password_hash if user else None)
        async with self.database.session() as session:
            if user and right and user.active:
                await users.unlock(session, name)
                return user
            await self._note_refused(session, name, user, tries)
        return None

    async def _note_refused(
        self, session: AsyncSession, name: str, user: User | None, tries: int
    ) -> None:
        """Log a wrong try with a name that somebody has. One that nobody has is not written down,
        it may be a password in the wrong field; a row is written all the same, to take as long.
        """
        if user is None:
            row = await session.get(SignInTries, sessions.digest(name))
            if row:
                row.last_at = self.clock.moment()
            return
        await audit.record(
            session,
            *(None, "session.refused", "user", str(user.id)),
            at=self.clock.now(),
            detail={"tries": tries, "active": user.active},
        )

    async def _unchanged(self, session: AsyncSession, known: User) -> User:
        """The same user, unless he was turned off or reset while his password was compared."""
        user = await session.get_one(User, known.id, with_for_update=True)
        if not user.active or user.password_hash != known.password_hash:
            raise SignInWrong
        return user


async def _door_of(request: Request) -> Door:
    state = request.app.state
    return Door(state.database, state.passwords, state.clock, Lasting.of(state.settings))


AppDoor = Annotated[Door, Depends(_door_of)]


async def _count_try(session: AsyncSession, name: str, *, at: datetime) -> int:
    """Count one more try with a name; returns how many there are. Raises SignInLocked."""
    await session.execute(delete(SignInTries).where(SignInTries.last_at < at - FORGOTTEN_AFTER))
    key = sessions.digest(name)
    fresh = {"name_sha256": key, "tries": 0, "since": at, "last_at": at}
    # It locks the row, whether or not it was there: others with that name wait for this try.
    counted = insert(SignInTries).values(**fresh)
    counted = counted.on_conflict_do_update(
        index_elements=[SignInTries.name_sha256], set_={"last_at": at}
    )
    await session.execute(counted)
    row = await session.get_one(SignInTries, key)
    if row.locked_until and row.locked_until > at:
        raise _locked(row.locked_until - at)
    if row.tries < FREE_TRIES and at - row.since > WITHIN:
        row.tries, row.since = 0, at
    row.tries, row.last_at = row.tries + 1, at
    if row.tries >= FREE_TRIES:
        row.locked_until = at + min(LONGEST_LOCK, FIRST_LOCK * 2 ** min(row.tries - FREE_TRIES, 10))
    return row.tries


def _locked(left: timedelta) -> SignInLocked:
    seconds = max(1, ceil(left.total_seconds()))
    return SignInLocked(
        f"这个账号输错太多次，请在{in_words(seconds)}再试。急用请找管理员重置密码。",
        {"Retry-After": str(seconds)},
    )
