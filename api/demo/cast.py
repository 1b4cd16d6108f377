"""The people of the demo: one account a role, with passwords at random. Nobody of them is real."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from api.accounts import users
from api.accounts.access import Staff
from api.accounts.passwords import Passwords, first_password
from api.accounts.roles import Role
from api.accounts.users import Newcomer
from api.database import Database


@dataclass(frozen=True)
class Part:
    """Somebody of the staff; scripts call the operators 甲 and 乙."""

    key: str
    name: str
    display_name: str
    role: Role
    called: str  # what the role is called


CAST = (
    Part("甲", "operator1", "林示例", Role.OPERATOR, "坐席"),
    Part("乙", "operator2", "何样例", Role.OPERATOR, "坐席"),
    Part("班长", "supervisor", "郑演示", Role.SUPERVISOR, "班长"),
    Part("管理员", "admin", "罗示例", Role.ADMIN, "管理员"),
    Part("分析员", "analyst", "邓样例", Role.ANALYST, "分析员"),
)


@dataclass(frozen=True)
class Login:
    """How somebody signs in at the demo's desk."""

    role: str
    name: str
    password: str


async def sign_up(
    database: Database, hasher: Passwords, *, at: datetime
) -> tuple[Mapping[str, Staff], list[Login]]:
    """Give everybody an account with a password of his own, so that none has to be changed first.

    Returns the staff by their keys, and how they sign in.
    """
    staff: dict[str, Staff] = {}
    logins = []
    for part in CAST:
        password = first_password()
        hashed = await hasher.hash(password)
        newcomer = Newcomer(part.name, part.role, part.display_name)
        async with database.session() as session:
            user = await users.add(session, newcomer, hashed, None, at=at)
            staff[part.key] = Staff(user.id, user.name, user.display_name, part.role)
            await users.take_password(session, user.id, hashed, staff[part.key], at=at)
        logins.append(Login(part.called, part.name, password))
    return staff, logins
