"""The table of roles, and the page that shows it."""

import re

import pytest

from api.accounts.roles import MAY, ROLE_NAMES, Permission, Role
from api.settings import ROOT


def test_the_page_shows_the_table_that_holds() -> None:
    page = (ROOT / "docs" / "accounts.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in page.splitlines()
        if re.match(r"\| (permission|`\w+`) \|", line)
    ]
    roles = [heading.split()[0] for heading in rows[0][2:]]
    shown = {
        row[0].strip("`"): {role for role, mark in zip(roles, row[2:], strict=True) if mark}
        for row in rows[1:]
    }

    assert rows[0][2:] == [f"{role} {name}" for role, name in ROLE_NAMES.items()]
    assert shown == {
        permission: {role for role in Role if permission in MAY[role]} for permission in Permission
    }


def test_who_gives_accounts_to_everybody_reads_no_matter_of_a_visitor() -> None:
    personal = {Permission.CHAT, Permission.TICKETS, Permission.LOOKUP, Permission.OVERSEE}

    assert not MAY[Role.ADMIN] & personal and not MAY[Role.ANALYST] & personal
    assert MAY[Role.ANALYST] == {Permission.FIGURES}


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SUPERVISOR, Role.ANALYST])
def test_only_an_administrator_has_to_do_with_accounts(role: Role) -> None:
    assert not MAY[role] & {Permission.USERS, Permission.AUDIT, Permission.SETTINGS}
