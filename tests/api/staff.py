"""Somebody of the staff, signed in as the tests need it."""

from fastapi import FastAPI

from api.accounts.access import Staff, staff_of
from api.accounts.models import User
from api.accounts.roles import Role

OPERATOR = Staff(7, "li", "李坐席", Role.OPERATOR)
COLLEAGUE = Staff(9, "zhao", "赵坐席", Role.OPERATOR)
SUPERVISOR = Staff(8, "wang", "王班长", Role.SUPERVISOR)
ANALYST = Staff(10, "sun", "孙分析", Role.ANALYST)


async def are_employed(app: FastAPI) -> None:
    """Let all of them have an account, which the audit log names."""
    async with app.state.database.session() as session:
        for one in (OPERATOR, COLLEAGUE, SUPERVISOR, ANALYST):
            session.add(
                User(
                    id=one.id,
                    name=one.name,
                    display_name=one.display_name,
                    role=one.role,
                    extension=f"80{one.id:02}",
                    active=True,
                    password_hash="",
                    must_change_password=False,
                    created_at=app.state.clock.now(),
                )
            )


def signs_in(app: FastAPI, staff: Staff) -> None:
    """Let every request that follows be this person's."""

    async def signed_in() -> Staff:
        return staff

    app.dependency_overrides[staff_of] = signed_in
