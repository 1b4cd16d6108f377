"""The deadlines of a conversation as a calendar file, for its visitor alone."""

import copy
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from api.calendar.ics import ics
from api.clock import SHANGHAI
from tests.api.problems import problem
from tests.api.visitor import Visitor
from tests.fakes import CITATION, REFERRAL, FakeKnowledge

AT = datetime(2026, 11, 22, 9, 30, tzinfo=SHANGHAI)


def with_deadlines(*deadlines: dict[str, Any]) -> dict[str, Any]:
    """The referral of the fakes with other deadlines."""
    referral = copy.deepcopy(REFERRAL)
    plain = {
        "what": "提出异议",
        "period": "3个月",
        "from": "公告之日",
        "due": None,
        "basis": CITATION,
    }
    referral["remedies"][0]["deadlines"] = [{**plain, **deadline} for deadline in deadlines]
    return referral


def events(text: str | None) -> list[Any]:
    assert text is not None
    return list(Calendar.from_ical(text).walk("VEVENT"))


# --- the file -------------------------------------------------------------------------------------


def test_a_deadline_is_an_all_day_event_with_its_article_and_alarms() -> None:
    [event] = events(
        ics(with_deadlines({"due": "2026-12-01", "note": "遇节假日以实际为准。"}), "对话", AT)
    )

    assert (event.decoded("dtstart"), event.decoded("dtend")) == (
        date(2026, 12, 1),
        date(2026, 12, 2),
    )
    assert "提出异议" in event["summary"]
    assert all(
        words in event["description"]
        for words in ("3个月", "《商标法》第五十七条", "遇节假日以实际为准")
    )
    assert [alarm.decoded("trigger") for alarm in event.walk("VALARM")] == [
        timedelta(days=-6, hours=-15),
        timedelta(hours=-15),
    ]
    assert event.decoded("dtstamp") == AT.astimezone(UTC)


def test_a_calendar_names_the_law_by_its_official_title() -> None:
    title = "最高人民法院关于适用《中华人民共和国民事诉讼法》的解释"
    basis = {**CITATION, "law": title, "short": "民诉法解释", "article": "第一条"}
    [event] = events(ics(with_deadlines({"due": "2026-12-01", "basis": basis}), "对话", AT))

    assert f"依据：《{title}》第一条" in event["description"]


def test_the_day_to_act_by_goes_before_the_last_day() -> None:
    [event] = events(ics(with_deadlines({"due": "2027-02-22", "act_by": "2027-01-20"}), "对话", AT))

    assert event.decoded("dtstart") == date(2027, 1, 20)
    assert "2027-02-22" in event["description"] and "较早" in event["description"]


def test_a_day_from_which_something_can_be_done_is_told_apart() -> None:
    [event] = events(
        ics(with_deadlines({"what": "可以提出撤三", "opens_on": "2027-03-01"}), "对话", AT)
    )

    assert event.decoded("dtstart") == date(2027, 3, 1)
    assert event["summary"].startswith("可以办")


def test_an_alarm_that_would_have_rung_already_is_left_out() -> None:
    [event] = events(ics(with_deadlines({"due": "2026-11-24"}), "对话", AT))

    assert [alarm.decoded("trigger") for alarm in event.walk("VALARM")] == [timedelta(hours=-15)]


def test_the_same_deadline_keeps_its_uid_when_its_day_changes_and_owners_share_none() -> None:
    [first], [moved], [other] = (
        events(ics(with_deadlines({"due": due}), owner, AT))
        for due, owner in (("2026-12-01", "甲"), ("2026-12-08", "甲"), ("2026-12-01", "乙"))
    )
    assert first["uid"] == moved["uid"] != other["uid"]


@pytest.mark.parametrize("deadline", [{}, {"due": "2026-11-21"}])
def test_without_a_day_ahead_there_is_no_file(deadline: dict[str, Any]) -> None:
    assert ics(with_deadlines(deadline), "对话", AT) is None
    assert events(ics(with_deadlines({"due": "2026-11-22"}), "对话", AT))


def test_a_deadline_of_two_roads_is_one_event() -> None:
    referral = with_deadlines({"due": "2026-12-01"})
    referral["remedies"] *= 2

    assert len(events(ics(referral, "对话", AT))) == 1


# --- the call -------------------------------------------------------------------------------------


async def test_the_visitor_downloads_the_deadlines_of_the_matter(visitor: Visitor) -> None:
    response = await visitor.client.get(
        f"/api/conversations/{visitor.id}/deadlines.ics", headers=visitor.headers
    )

    assert response.status_code == 200
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    assert response.headers["content-disposition"] == 'attachment; filename="deadlines.ics"'
    [event] = events(response.text)
    assert event.decoded("dtstart") == date(2026, 12, 1)


async def test_nobody_else_does(visitor: Visitor) -> None:
    address = f"/api/conversations/{visitor.id}/deadlines.ics"

    problem(await visitor.client.get(address), 401, "token_missing")
    problem(
        await visitor.client.get(address, headers={"Authorization": "Bearer wrong"}),
        401,
        "token_wrong",
    )


async def test_without_a_day_the_visitor_is_told_what_to_say_first(
    visitor: Visitor, knowledge: FakeKnowledge
) -> None:
    knowledge.refers_to = with_deadlines({})
    response = await visitor.client.get(
        f"/api/conversations/{visitor.id}/deadlines.ics", headers=visitor.headers
    )

    assert "哪天" in problem(response, 404, "no_deadline_yet")


async def test_a_deadline_whose_article_does_not_pass_the_gate_is_not_exported(
    visitor: Visitor, knowledge: FakeKnowledge
) -> None:
    knowledge.refers_to = with_deadlines(
        {"due": "2026-12-01", "basis": {**CITATION, "article": "第九百条"}}
    )
    response = await visitor.client.get(
        f"/api/conversations/{visitor.id}/deadlines.ics", headers=visitor.headers
    )

    problem(response, 404, "no_deadline_yet")
