"""Who may do what at the desk: one table, least privilege."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What somebody is at the hotline; the value is what the database keeps."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    ANALYST = "analyst"


class Permission(StrEnum):
    """What a route asks for."""

    CHAT = "chat"  # the inbox, conversations, calls, suggestions, canned replies
    TICKETS = "tickets"
    LOOKUP = "lookup"  # search over people's matters, the directory
    OVERSEE = "oversee"  # everybody's work: assign, shared canned replies, figures by person
    FIGURES = "figures"  # sums, without personal data
    STATE = "state"  # whether the bot answers at present, and what it is kept from
    USERS = "users"
    AUDIT = "audit"
    SETTINGS = "settings"
    CONTENT = "content"  # see reviewed content, propose and discuss changes
    PUBLISH = "publish"  # what the bot says: review changes, put them in use, switches, the banner


# What people call them.
ROLE_NAMES: Mapping[Role, str] = {
    Role.OPERATOR: "坐席",
    Role.SUPERVISOR: "班长",
    Role.ADMIN: "管理员",
    Role.ANALYST: "分析员",
}

_WORK = frozenset({Permission.CHAT, Permission.TICKETS, Permission.LOOKUP, Permission.STATE})
_EDITING = frozenset({Permission.CONTENT, Permission.PUBLISH})

MAY: Mapping[Role, frozenset[Permission]] = {
    Role.OPERATOR: _WORK | {Permission.CONTENT},
    Role.SUPERVISOR: _WORK | _EDITING | {Permission.OVERSEE, Permission.FIGURES},
    Role.ADMIN: frozenset(
        {
            *(Permission.USERS, Permission.AUDIT, Permission.SETTINGS, Permission.FIGURES),
            *(Permission.STATE, *_EDITING),
        }
    ),
    Role.ANALYST: frozenset({Permission.FIGURES}),
}
