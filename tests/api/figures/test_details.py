"""Hours, cities, rights, outcomes, promises and content, against rows made by hand."""

from datetime import datetime, timedelta

import pytest

from api.clock import SHANGHAI
from api.database import Database
from api.figures import details
from api.figures.comments import comments
from api.figures.details import Labels
from api.figures.schemas import Cell, Details
from api.figures.service import Period
from tests.api.figures.rows import outcome, rating, several, told
from tests.api.figures.test_figures import (
    NOW,
    TODAY,
    ago,
    clock,
    conversation,
    keep,
    ticket,
)

LABELS = Labels(
    {"infringed": "权利被侵犯"},
    {"trademark": "商标", "patent": "专利"},
    {("answer", "how-long"): "异议期多长？", ("remedy", "complaint"): "行政投诉"},
)
PERIOD = Period.of(None, None, None, TODAY)


async def counted(database: Database, oversees: bool = True, period: Period = PERIOD) -> Details:
    async with database.reading() as session:
        return await details.details(session, period, LABELS, oversees=oversees, at=NOW)


def pairs(cells: list[Cell]) -> list[tuple[str, int]]:
    return [(cell.label, cell.count) for cell in cells]


async def test_where_nothing_happened_every_table_stands_empty(database: Database) -> None:
    found = await counted(database)

    assert [one.count for one in found.hours] == [0] * 24
    assert (found.cities, found.rights, found.used) == ([], [], [])
    assert found.outcomes.not_noted == 0 and sum(one.count for one in found.outcomes.told) == 0
    assert [(one.kind, one.median_s) for one in found.kept] == [
        ("first", None),
        ("next", None),
        ("solution", None),
    ]


async def test_an_hour_is_one_in_shanghai(database: Database) -> None:
    midnight = datetime(2026, 11, 21, tzinfo=SHANGHAI)
    await keep(
        database,
        conversation(midnight),
        conversation(midnight + timedelta(minutes=59)),
        conversation(midnight + timedelta(hours=23, minutes=30)),
    )
    hours = {one.hour: one.count for one in (await counted(database)).hours if one.count}

    assert hours == {0: 2, 23: 1}


async def test_a_visitor_s_own_city_counts_before_where_it_happened(database: Database) -> None:
    at = ago(hours=3)
    await keep(
        database,
        *several(2, at, own_city="南昌市", city="赣州市", right="trademark"),
        *several(1, at, city="赣州市", right="patent"),
        *several(1, at, city="unknown", right="unknown"),
        conversation(at),
    )
    found = await counted(database)

    assert pairs(found.cities) == [("南昌市", 2), ("赣州市", 1), ("没有说", 2)]
    assert pairs(found.rights) == [("商标", 2), ("专利", 1), ("还不清楚", 2)]
    hidden = await counted(database, oversees=False)
    assert pairs(hidden.cities) == [("其他", 5)]


async def test_messages_are_counted_by_what_the_bot_did_with_them(database: Database) -> None:
    one = conversation(ago(hours=5))
    did = ["answered", "answered", "asked", "unclear", None, "handed_over"]
    await keep(database, one, *(outcome(one, ago(hours=4), what) for what in did))
    found = (await counted(database)).outcomes

    assert {cell.label: cell.count for cell in found.told if cell.count} == {
        "给了答案或办法": 2,
        "只反问，等来访者说清": 1,
        "没听懂": 1,
        "转人工": 1,
    }
    assert found.not_noted == 1
    over_the_phone = Period.of(None, None, "phone", TODAY)
    assert (await counted(database, period=over_the_phone)).outcomes.not_noted == 0


async def test_promises_are_told_by_what_became_of_them(database: Database) -> None:
    of = [conversation(ago(days=6)) for _ in range(5)]
    kept, late, overdue, running, gone = (
        ticket(one, f"JX20261116-000{number}", ago(days=6)) for number, one in enumerate(of)
    )
    gone.status = "withdrawn"
    due = ago(days=2)
    begun = due - timedelta(days=1)
    await keep(database, *of, kept, late, overdue, running, gone)
    await keep(
        database,
        clock(kept, "first", due, met_at=begun + timedelta(hours=2)),
        clock(late, "first", due, met_at=due + timedelta(hours=1)),
        clock(overdue, "first", due),
        clock(running, "first", due, paused_at=ago(days=3)),
        clock(gone, "first", due, stopped_at=ago(days=3)),
    )
    [first, *_] = (await counted(database)).kept

    assert (first.in_time, first.late, first.overdue) == (1, 1, 1)
    assert (first.running, first.stopped) == (1, 1)
    assert first.median_s == (2 + 25) * 3600 / 2


async def test_content_is_told_by_use_and_by_how_content_its_hearers_were(
    database: Database,
) -> None:
    of = several(3, ago(hours=9))
    await keep(
        database,
        *of,
        *(told(one, "answer", "how-long", ago(hours=8)) for one in of),
        told(of[0], "answer", "how-long", ago(hours=7)),
        told(of[0], "remedy", "complaint", ago(hours=7)),
        told(of[1], "answer", "gone-since", ago(hours=7)),
        *(rating(one, score, ago(hours=1)) for one, score in zip(of, (5, 4, 1), strict=True)),
    )
    most, *others = (await counted(database)).used

    assert (most.title, most.told, most.conversations) == ("异议期多长？", 4, 3)
    assert (most.ratings, most.mean, most.content) == (3, 3.33, 66.7)
    assert {one.title for one in others} == {"gone-since", "行政投诉"}
    hidden = (await counted(database, oversees=False)).used
    assert [(one.title, one.mean) for one in hidden if one.mean is None] == [
        ("gone-since", None),
        ("行政投诉", None),
    ]


async def test_comments_come_masked_and_page_by_page(database: Database) -> None:
    of = several(3, ago(hours=9))
    await keep(
        database,
        *of,
        rating(of[0], 5, ago(hours=3), "很好"),
        rating(of[1], 1, ago(hours=2), "请打 13812345678 找我"),
        rating(of[2], 4, ago(hours=1)),
    )
    async with database.reading() as session:
        first = await comments(session, PERIOD, None, page=1)
        second = await comments(session, PERIOD, first.before, page=1)

    assert [one.words for one in first.comments] == ["请打 〔电话〕 找我"]
    assert [one.words for one in second.comments] == ["很好"]
    assert second.before is None


@pytest.mark.parametrize("channel", [None, "web"])
async def test_a_channel_narrows_what_was_told(database: Database, channel: str | None) -> None:
    web, phone = conversation(ago(hours=3)), conversation(ago(hours=3), channel="phone")
    await keep(
        database,
        *(web, phone),
        *(told(one, "remedy", "complaint", ago(hours=2)) for one in (web, phone)),
    )
    found = await counted(database, period=Period.of(None, None, channel, TODAY))

    assert [one.told for one in found.used] == [1 if channel else 2]
