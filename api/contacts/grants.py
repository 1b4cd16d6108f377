"""What a channel still lets us send to a contact: messages it granted, each kind with its end.

`Contact.grants` is null where the channel counts nothing. Every change replaces the whole list, so
that the database sees it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from api.contacts.models import Contact


@dataclass(frozen=True)
class Allowance:
    """What may still be pushed: how many messages (None: not counted), and until when (None:
    always); nothing where `left` is 0.
    """

    left: int | None
    until: datetime | None


def renew(
    contact: Contact,
    kind: str,
    left: int,
    lasts: timedelta,
    at: datetime,
    code: str | None = None,
) -> None:
    """Grant so many messages of a kind from this moment on, in the place of what was left of it.
    `code` is what the channel wants to see with them.
    """
    others = [grant for grant in contact.grants or [] if grant["kind"] != kind]
    granted = {"kind": kind, "left": left, "until": (at + lasts).isoformat()}
    contact.grants = [*others, {**granted, "code": code} if code else granted]


def code_of_next(contact: Contact, at: datetime) -> str | None:
    """What the channel wants to see with the next message; None where it wants nothing."""
    usable = _usable(contact, at)
    return min(usable, key=_until).get("code") if usable else None


def take(contact: Contact, at: datetime) -> bool:
    """Count one message against the grant that ends first; False where none is left."""
    usable = _usable(contact, at)
    if not usable:
        return False
    first = min(usable, key=_until)
    contact.grants = [
        {**grant, "left": grant["left"] - 1} if grant is first else grant
        for grant in contact.grants or []
    ]
    return True


def allowance(contact: Contact, at: datetime) -> Allowance:
    """What is left of all grants together, until the last of them ends."""
    if contact.grants is None:
        return Allowance(None, None)
    usable = _usable(contact, at)
    if not usable:
        return Allowance(0, None)
    return Allowance(sum(grant["left"] for grant in usable), max(map(_until, usable)))


def exhausted(contact: Contact) -> None:
    """The channel says that nothing is left, whatever we counted."""
    contact.grants = [{**grant, "left": 0} for grant in contact.grants or []]


def _usable(contact: Contact, at: datetime) -> list[dict[str, Any]]:
    return [grant for grant in contact.grants or [] if grant["left"] > 0 and _until(grant) > at]


def _until(grant: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(grant["until"])
