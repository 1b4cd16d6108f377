"""JSON of the desk's calls about accounts."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from api.accounts.roles import Permission, Role

# Long enough for any password; a longer one would only cost work.
Secret = Annotated[str, Field(min_length=1, max_length=200)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Email = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=254, pattern=r"^([^@\s]+@[^@\s]+)?$")
]
Extension = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=20, pattern=r"^[0-9*#+-]*$")
]


class SignIn(BaseModel):
    """A name and its password."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    password: Secret


class NewPassword(BaseModel):
    """The password that was, and the one that is to be."""

    old: Secret
    new: Secret


class Me(BaseModel):
    """Who is signed in; `csrf` goes into the header X-CSRF-Token of everything that changes."""

    id: int
    name: str
    display_name: str
    role: Role
    permissions: list[Permission]
    must_change_password: bool
    csrf: str
    oidc: bool = Field(description="Whether he came by the office's own sign-in.")


class OidcWay(BaseModel):
    """The office's own sign-in; the way begins at /api/desk/oidc/start."""

    label: str


class SignInWays(BaseModel):
    """How one may sign in; without `accounts` nobody can yet."""

    oidc: OidcWay | None
    accounts: bool


class UserEntry(BaseModel):
    """Somebody who works at the desk."""

    id: int
    name: str
    display_name: str
    role: Role
    email: str | None
    extension: str | None
    active: bool
    must_change_password: bool
    created_at: datetime
    last_seen_at: datetime | None


class NewUser(BaseModel):
    """Somebody who is to have an account."""

    name: Name
    display_name: Name
    role: Role
    email: Email | None = None
    extension: Extension | None = None


class UserChanges(BaseModel):
    """What is to change; what is left out stays."""

    display_name: Name | None = None
    role: Role | None = None
    active: bool | None = None
    email: Email | None = None
    extension: Extension | None = None


class FirstPassword(BaseModel):
    """A password that is told once, and changed by whoever gets it."""

    password: str


class AddedUser(FirstPassword):
    """An account with its first password."""

    user: UserEntry


class AuditStaff(BaseModel):
    """Who did it: the name that he signed in by then, and how he is called today."""

    id: int
    name: str
    display_name: str


class AuditEntry(BaseModel):
    """One thing that somebody saw or did; `staff` is null for the command line and for tries to
    sign in.
    """

    id: int
    at: datetime
    staff: AuditStaff | None
    what: str
    object_kind: str
    object_id: str
    detail: dict[str, Any]


class AuditPage(BaseModel):
    """Events, the newest first; `before` asks for those that follow, null when there are none."""

    items: list[AuditEntry]
    before: int | None
