"""Somebody of the staff, signed in as the tests need it."""

from fastapi import FastAPI

from api.accounts.access import Staff, staff_of
from api.accounts.roles import Role

OPERATOR = Staff(7, "li", "李坐席", Role.OPERATOR)
COLLEAGUE = Staff(9, "zhao", "赵坐席", Role.OPERATOR)
SUPERVISOR = Staff(8, "wang", "王班长", Role.SUPERVISOR)
ANALYST = Staff(10, "sun", "孙分析", Role.ANALYST)


def signs_in(app: FastAPI, staff: Staff) -> None:
    """Let every request that follows be this person's."""

    async def signed_in() -> Staff:
        return staff

    app.dependency_overrides[staff_of] = signed_in
