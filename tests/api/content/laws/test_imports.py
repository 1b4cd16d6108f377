"""A law is taken in: read, compared, mapped, handed in, and put in use by a second person."""

from pathlib import Path
from typing import Any

from knowledge.law.statutes import Statutes
from knowledge.law.succession import Succession
from tests.api.content.laws.desk import DETAILS, LawDesk
from tests.api.content.laws.texts import NEW
from tests.api.problems import problem
from tests.api.staff import COLLEAGUE, SUPERVISOR


def rows(whole: dict[str, Any]) -> dict[str | None, list[str]]:
    return {one["old"]: one["new"] for one in whole["moves"] if one["old"]}


async def test_a_file_is_told_apart_and_what_belongs_to_no_article_is_told_by_line(
    desk: LawDesk,
) -> None:
    reading = (await desk.reads())["reading"]

    assert [one["number"] for one in reading["articles"]] == [f"第{n}条" for n in "一二三四五六"]
    assert reading["articles"][3] == {
        "number": "第四条",
        "heads": ["第二章 期限"],
        "text": "对测试结果不服的，可以在十五日内提出异议。",
        "line": 12,
    }
    assert [(one["line"], one["kind"]) for one in reading["left_out"]] == [
        *((1, "标题"), (2, "题注"), (3, "目录"), (16, "附件"))
    ]
    assert reading["lines"][11].startswith("第四条")
    assert reading["problems"] == []


async def test_what_the_text_says_of_itself_is_filled_in(desk: LawDesk) -> None:
    details = (await desk.reads())["details"]

    assert details["law"] == "测试条例"
    assert details["version_date"] == "2026-10-01"
    assert details["in_force_from"] == "2027-03-01"
    assert details["publisher"] == "国务院"
    assert details["document_number"] == "中华人民共和国国务院令第999号"
    assert details["kind"] == "行政法规"


async def test_the_text_is_compared_with_the_version_before_article_by_article(
    desk: LawDesk,
) -> None:
    whole = await desk.reads()

    assert whole["against"]["version_date"] == "2019-01-01"
    assert whole["against"]["ends_on"] == "2027-02-28"
    assert rows(whole) == {
        "第一条": ["第一条"],
        "第二条": ["第三条"],
        "第三条": ["第四条"],
        "第四条": [],
        "第五条": ["第五条"],
    }
    assert [one["new"] for one in whole["moves"] if one["old"] is None] == [["第二条"], ["第六条"]]
    third = next(one for one in whole["moves"] if one["old"] == "第三条")
    assert [(one["op"], one["text"]) for one in third["pieces"]] == [
        ("same", "对测试结果不服的，可以在"),
        ("gone", "三"),
        ("same", "十"),
        ("come", "五"),
        ("same", "日内提出异议。"),
    ]
    assert {one["old"]: one["by"] for one in whole["moves"]}["第五条"] == "act"


async def test_a_map_edited_by_hand_keeps_every_article_once(desk: LawDesk) -> None:
    whole = await desk.reads()
    moves = [
        {"old": "第三条", "new": ["第四条", "第六条"], "by": "act", "note": "异议期变短"},
        {"old": "第九十条", "new": ["第一条"], "by": "today", "note": ""},
    ]
    saved = await desk.saves(whole, moves=moves)

    assert rows(saved)["第三条"] == ["第四条", "第六条"]
    assert rows(saved)["第一条"] == []
    assert "第九十条" not in rows(saved)
    added = [one["new"] for one in saved["moves"] if one["old"] is None]
    assert added == [["第一条"], ["第二条"], ["第三条"], ["第五条"]]
    third = next(one for one in saved["moves"] if one["old"] == "第三条")
    assert (third["by"], third["note"], third["score"]) == ("act", "异议期变短", None)


async def test_what_is_handed_in_is_the_text_the_entry_and_the_map(
    desk: LawDesk, tmp_path: Path
) -> None:
    handed = await desk.hands_in(await desk.saves(await desk.reads()))

    assert handed["state"] == "in_review"
    assert [(one["kind"], one["file"], one["state"]) for one in handed["revisions"]] == [
        ("law", "laws.yml", "in_review"),
        ("law_text", "statutes/测试条例(2026-10-01).json", "in_review"),
        ("rules", "succession.yml", "in_review"),
    ]
    await desk.publishes(handed)
    content = desk.app.state.voice().knowledge.content
    statutes = Statutes.load(content)
    older, newer = statutes.laws["测试条例"].versions
    assert str(older.in_force_to) == "2027-02-28"
    assert (str(newer.in_force_from), newer.source) == (
        "2027-03-01",
        ("https://example.invalid/test", "国务院令第999号"),
    )
    old = statutes.of_version("测试条例", older.version_date)["第三条"]
    new = Succession.load(statutes, content).successors(old)
    assert [(one.article, one.text) for one in new] == [
        ("第四条", "对测试结果不服的，可以在十五日内提出异议。")
    ]
    whole = (await desk.asks("GET", f"/imports/{handed['id']}")).json()
    assert whole["state"] == "published"


async def test_who_handed_a_law_in_does_not_publish_it(desk: LawDesk) -> None:
    read = await desk.uploads("测试条例.txt", NEW.encode(), SUPERVISOR)
    body = {"details": DETAILS, "over": 1}
    await desk.asks("PUT", f"/imports/{read.json()['id']}", SUPERVISOR, json=body)
    handed = await desk.asks("POST", f"/imports/{read.json()['id']}/hand-in", SUPERVISOR, json={})
    assert handed.status_code == 200, handed.text
    answer = await desk.asks("POST", f"/imports/{read.json()['id']}/prove", SUPERVISOR, json={})
    await desk.app.state.press.done()
    path = f"/api/desk/content/releases/{answer.json()['id']}/activate"

    problem(await desk.client.post(path, json={}), 409, "needs_second_person")


async def test_what_is_missing_is_told_by_field_before_anything_is_handed_in(
    desk: LawDesk,
) -> None:
    whole = await desk.reads("测试办法\n第一条　甲应当测试。\n第二条　乙应当记录。\n", "办法.txt")

    assert whole["is_new"] and whole["against"] is None
    fields = {one["field"] for one in whole["faults"]}
    assert fields == {"law", "version_date", "in_force_from", "address", "publisher"}
    refused = await desk.asks("POST", f"/imports/{whole['id']}/hand-in", json={})
    problem(refused, 422, "law_import_incomplete", "faults")


async def test_a_law_that_is_not_held_is_taken_in_with_its_name(desk: LawDesk) -> None:
    whole = await desk.reads("测试办法\n第一条　甲应当测试。\n第二条　乙应当记录。\n", "办法.txt")
    details = DETAILS | {"law": "测试办法", "name": "测试办法", "kind": "部门规章"}
    handed = await desk.hands_in(await desk.saves(whole, details=details))
    await desk.publishes(handed)

    statutes = Statutes.load(desk.app.state.voice().knowledge.content)
    held = statutes.of_version("测试办法", statutes.laws["测试办法"].versions[0].version_date)
    assert list(held) == ["第一条", "第二条"]


async def test_dates_that_do_not_fit_and_another_title_are_told(desk: LawDesk) -> None:
    whole = await desk.reads()
    wrong = DETAILS | {
        "law": "海岸法",
        "kind": "法律",
        "in_force_from": "2015-01-01",
        "version_date": "2014-01-01",
    }
    faults = (await desk.saves(whole, details=wrong))["faults"]

    told = {one["field"]: one["message"] for one in faults}
    assert "测试条例" in told["law"]
    assert "夹在两个已收录的版本中间" in told["in_force_from"]


async def test_two_people_do_not_write_over_each_other(desk: LawDesk) -> None:
    whole = await desk.reads()
    await desk.saves(whole)
    body = {"details": DETAILS, "over": whole["version"]}
    late = await desk.asks("PUT", f"/imports/{whole['id']}", COLLEAGUE, json=body)

    problem(late, 409, "law_import_changed")


async def test_a_law_waits_while_another_change_of_the_map_is_in_review(desk: LawDesk) -> None:
    await desk.hands_in(await desk.saves(await desk.reads()))
    second = await desk.saves(await desk.reads())
    refused = await desk.asks("POST", f"/imports/{second['id']}/hand-in", json={})

    problem(refused, 409, "law_other_in_review")


async def test_what_was_taken_back_can_be_changed_and_handed_in_again(desk: LawDesk) -> None:
    handed = await desk.hands_in(await desk.saves(await desk.reads()))
    locked = {"details": DETAILS, "over": handed["version"]}
    refused = await desk.asks("PUT", f"/imports/{handed['id']}", json=locked)
    problem(refused, 409, "law_import_handed_in")

    back = (await desk.asks("POST", f"/imports/{handed['id']}/take-back", json={})).json()
    assert back["state"] == "returned"
    details = DETAILS | {"document_number": "国务院令第998号"}
    again = await desk.hands_in(await desk.saves(back, details=details))
    assert [one["id"] for one in again["revisions"]] == [one["id"] for one in handed["revisions"]]


async def test_an_import_that_nobody_handed_in_can_be_dropped_by_its_author(desk: LawDesk) -> None:
    whole = await desk.reads()
    problem(await desk.asks("DELETE", f"/imports/{whole['id']}", COLLEAGUE), 403, "not_allowed")
    assert (await desk.asks("DELETE", f"/imports/{whole['id']}")).status_code == 204
    problem(await desk.asks("GET", f"/imports/{whole['id']}"), 404, "law_import_unknown")


async def test_the_text_of_a_version_that_is_held_takes_its_place(desk: LawDesk) -> None:
    text = NEW.replace("2026年10月1日中华人民共和国国务院令第999号修订 自2027年3月1日起施行", "")
    whole = await desk.reads(text, "测试条例(2019-01-01).txt")

    assert whole["against"]["same"]
    assert whole["details"]["in_force_from"] == "2019-03-01"
    fifth = next(one for one in whole["moves"] if one["old"] == "第五条")
    assert [one["text"] for one in fifth["pieces"] if one["op"] != "same"] == ["千", "万"]
    details = DETAILS | {"version_date": "2019-01-01", "in_force_from": "2019-03-01"}
    handed = await desk.hands_in(await desk.saves(whole, details=details))
    assert [one["kind"] for one in handed["revisions"]] == ["law", "law_text"]


async def test_what_was_turned_down_says_why_and_can_be_handed_in_again(desk: LawDesk) -> None:
    handed = await desk.hands_in(await desk.saves(await desk.reads()))
    path = f"/imports/{handed['id']}/reject"
    why = {"text": "第二条的对应不对"}
    problem(await desk.asks("POST", path, json=why), 403, "not_allowed")
    back = (await desk.asks("POST", path, SUPERVISOR, json=why)).json()

    assert back["state"] == "returned"
    assert back["revisions"][0]["said"] == ["王班长：第二条的对应不对"]
    again = await desk.hands_in(await desk.saves(back))
    assert [one["state"] for one in again["revisions"]] == ["in_review"] * 3
