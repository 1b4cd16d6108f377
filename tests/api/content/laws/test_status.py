"""Every version in use is listed with when it was last confirmed; after 90 days it is overdue."""

from typing import Any

from sqlalchemy import select

from api.accounts.models import AuditEvent
from api.content.laws import status
from knowledge.law.statutes import Statutes
from tests.api.content.laws.desk import LawDesk
from tests.api.problems import problem
from tests.api.staff import OPERATOR, SUPERVISOR

NEW = {"law": "测试条例", "version_date": "2019-01-01", "source": "国家法律法规数据库"}


async def listed(desk: LawDesk) -> dict[str, Any]:
    answer = await desk.asks("GET")
    assert answer.status_code == 200, answer.text
    return {one["law"]: one for one in answer.json()["versions"]}


async def test_versions_in_use_are_listed_the_longest_unconfirmed_first(desk: LawDesk) -> None:
    shown = await listed(desk)

    assert list(shown) == ["测试条例", "海岸法"]
    assert (shown["测试条例"]["overdue"], shown["海岸法"]["overdue"]) == (True, False)
    assert shown["海岸法"]["version_date"] == "2020-01-01"  # the older one governs no more
    assert shown["测试条例"]["source"] == "LawRefBook"
    assert shown["测试条例"]["confirmed_by"] is None


async def test_still_in_force_is_recorded_with_who_and_where(desk: LawDesk) -> None:
    answer = await desk.asks("POST", "/confirmations", SUPERVISOR, json=NEW)
    assert answer.status_code == 201, answer.text
    shown = (await listed(desk))["测试条例"]

    assert (shown["overdue"], shown["days"]) == (False, 0)
    assert (shown["confirmed_by"], shown["source"]) == ("王班长", "国家法律法规数据库")
    async with desk.app.state.database.reading() as session:
        noted = await session.scalars(
            select(AuditEvent.object_id).where(AuditEvent.what == "content.confirm_law")
        )
        assert list(noted) == ["测试条例(2019-01-01)"]


async def test_only_who_publishes_confirms_and_only_what_is_held(desk: LawDesk) -> None:
    problem(await desk.asks("POST", "/confirmations", OPERATOR, json=NEW), 403, "not_allowed")
    unknown = NEW | {"version_date": "2018-01-01"}
    refused = await desk.asks("POST", "/confirmations", SUPERVISOR, json=unknown)
    problem(refused, 404, "law_version_unknown")


async def test_what_is_overdue_can_be_asked_for_by_the_list_of_stale_content(
    desk: LawDesk,
) -> None:
    statutes = Statutes.load(desk.app.state.workshop.base)
    today = desk.app.state.clock.today()
    async with desk.app.state.database.reading() as session:
        assert [one.law for one in await status.overdue(session, statutes, today)] == ["测试条例"]
    await desk.asks("POST", "/confirmations", SUPERVISOR, json=NEW)
    async with desk.app.state.database.reading() as session:
        assert await status.overdue(session, statutes, today) == []


async def test_whoever_hands_a_law_in_has_confirmed_it(desk: LawDesk) -> None:
    handed = await desk.hands_in(await desk.saves(await desk.reads()))
    await desk.publishes(handed)
    answer = await desk.asks("GET")
    coming = next(one for one in answer.json()["versions"] if one["version_date"] == "2026-10-01")

    assert (coming["governs"], coming["confirmed_by"]) == (False, "李坐席")
    assert coming["source"] == "https://example.invalid/test"
