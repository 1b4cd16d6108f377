"""The monthly report and the open data of a year hold the figures of the rows and no others."""

import csv
import io
import re
import zipfile
from datetime import date, datetime, timedelta
from io import BytesIO

import docx
import pytest

from api.clock import SHANGHAI
from api.database import Database
from api.figures import monthly, tables, yearly
from api.figures.schemas import Cell, Comment
from api.figures.service import MonthToCome, Period, YearNotOver
from tests.api.figures.rows import rating, several, told
from tests.api.figures.test_details import LABELS, counted
from tests.api.figures.test_figures import NOW, TODAY, clock, conversation, handoff, keep, ticket

KEPT_DAYS = 90
NOVEMBER, OCTOBER = date(2026, 11, 1), date(2026, 10, 1)


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


async def report(database: Database, month: date, today: date = TODAY) -> list[str]:
    """The texts of the report as Word's own library reads them: paragraphs, then cells."""
    async with database.reading() as session:
        found = await monthly.month(session, Period.of_month(month, today), LABELS, at=NOW)
    document = docx.Document(BytesIO(monthly.document(found, "某中心", KEPT_DAYS, today)))
    cells = ["|".join(cell.text for cell in row.cells) for t in document.tables for row in t.rows]
    return [paragraph.text for paragraph in document.paragraphs] + cells


async def test_the_report_holds_the_figures_of_the_month(database: Database) -> None:
    day, before = at(date(2026, 10, 12)), at(date(2026, 9, 12))
    of = several(4, day, city="南昌市", right="trademark", situation="infringed")
    asked = handoff(of[0], day, claimed_at=day, claimed_by=1, first_reply_at=day + timedelta(0, 95))
    opened = ticket(of[1], "JX20261012-0001", day)
    await keep(database, *of, *several(2, before), asked, opened)
    await keep(
        database,
        clock(opened, "first", day + timedelta(days=1), met_at=day + timedelta(hours=3)),
        told(of[0], "answer", "how-long", day),
        *(rating(one, 5, day) for one in of[:3]),
    )
    said = await report(database, OCTOBER)

    assert "2026年10月受理情况月报" in said and "（10月1日至10月31日）" in said
    for heading in ("一、总体情况", "二、受理渠道", "三、问题类型", "四、办理时效", "五、满意度"):
        assert heading in said
    assert "六、存在的问题和建议" in said and "【请填写：本月发现的问题】" in said
    [overall] = [one for one in said if one.startswith("本月共受理咨询")]
    assert "受理咨询 4 段" in overall and "受理咨询比上月增加 2 段。" in overall
    for row in (
        "受理咨询（段）|4|2|+2",
        "网页|4|1|1",
        "南昌市|4|100.0%",
        "权利被侵犯|4|100.0%",
        "商标|4|100.0%",
        "问答|异议期多长？|1|评价太少",
        "首次答复|1|0|0|0|100.0%|3 小时",
        "5分|3",
    ):
        assert row in said, row
    assert any("用时的中位数是 1 分 35 秒" in one for one in said)
    assert "本月收到评价 3 份，平均 5.00 分（满分 5 分），4 分以上占 100.0%。" in said
    assert "某中心" in said


async def test_an_empty_month_says_that_there_is_nothing(database: Database) -> None:
    said = await report(database, OCTOBER)

    assert "本月没有受理记录。" in said and "评价少于 3 份，不作统计。" in said
    assert "没有数据|—|—" in said
    assert not [one for one in said if "{" in one or "None" in one or "nan" in one]


async def test_a_month_of_which_one_day_has_passed_tells_of_that_day(database: Database) -> None:
    await keep(database, conversation(at(NOVEMBER)), conversation(at(OCTOBER)))
    said = await report(database, NOVEMBER, today=NOVEMBER)

    assert "（11月1日至11月1日）" in said
    assert any("本月共受理咨询 1 段" in one and "不与上月比较" in one for one in said)
    assert any("数字只到11月1日" in one for one in said)


async def test_what_was_deleted_for_its_age_is_said_to_be_missing(database: Database) -> None:
    assert any("可能已经删除" in one for one in await report(database, date(2026, 8, 1)))
    assert not any("可能已经删除" in one for one in await report(database, OCTOBER))


def test_a_month_to_come_and_a_year_that_goes_on_have_no_paper() -> None:
    with pytest.raises(MonthToCome):
        Period.of_month(date(2026, 12, 1), TODAY)
    with pytest.raises(YearNotOver):
        Period.of_year(2026, TODAY)
    assert Period.of_month(date(2028, 2, 9), date(2028, 3, 1)).last == date(2028, 2, 29)


async def published(database: Database) -> tuple[list[dict[str, str]], str]:
    async with database.reading() as session:
        counted = await yearly.year(session, Period.of_year(2025, TODAY), at=NOW)
    packed = yearly.archive(counted, LABELS, KEPT_DAYS, TODAY)
    with zipfile.ZipFile(BytesIO(packed)) as zipped:
        table = zipped.read("受理情况-2025.csv").decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(table))), zipped.read("说明.txt").decode()


async def test_open_data_tells_nothing_of_fewer_than_five(database: Database) -> None:
    january, march = at(date(2025, 1, 9)), at(date(2025, 3, 9), 15)
    await keep(
        database,
        *several(12, january, city="南昌市", right="trademark"),
        *several(6, march, city="赣州市", right="patent"),
        *several(3, at(date(2025, 5, 1), 20), city="鹰潭市"),
        *several(1, at(date(2026, 1, 1)), city="鹰潭市"),
        *(rating(one, 1, january) for one in several(2, january)),
    )
    rows, read_me = await published(database)
    told = {(row["表"], row["项"]): row["数量"] for row in rows}

    assert told["各月受理咨询", "1月"] == "12" and told["各月受理咨询", "2月"] == "0"
    assert told["各月受理咨询", "5月"] == "" and told["各月受理咨询", "3月"] == ""
    assert told["各地市受理咨询", "南昌市"] == "12" and told["各地市受理咨询", "其他"] == "9"
    assert ("各地市受理咨询", "鹰潭市") not in told
    assert told["满意度评分", "1分"] == "" and ("满意度平均分", "平均分") not in told
    assert not [count for count in told.values() if count in {"1", "2", "3", "4"}]
    assert "小于 5 的数不公布" in read_me and "偏少" in read_me
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", str(rows) + read_me)


async def test_a_year_of_nobody_has_open_data_too(database: Database) -> None:
    rows, _ = await published(database)

    assert {row["数量"] for row in rows} == {"0"}


async def test_no_cell_of_a_table_is_a_formula(database: Database) -> None:
    found = (await counted(database)).model_copy(
        update={"cities": [Cell(label="=HYPERLINK(1)", count=3)]}
    )
    said = Comment(at=NOW, conversation_id="c", about="conversation", score=1, words="＋cmd|'x'!A0")

    assert "'=HYPERLINK(1),3" in tables.csv_text(tables.of_details("cities", found))
    assert ",'＋cmd|'x'!A0" in tables.csv_text(tables.comments([said]))
