"""What staff see and change of a ticket, and what its visitor hears of it."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.tickets import record
from api.tickets.staff.showing import find
from api.tickets.status import LABELS, MOVES, By, Status, allowed, public
from tests.api.events.listening import listening
from tests.api.problems import problem
from tests.api.tickets.at_the_desk import PHONE, Opens, Operator
from tests.api.visitor import Visitor


async def looked_up(client: httpx.AsyncClient, ticket: dict[str, Any]) -> dict[str, Any]:
    """What number and code show."""
    response = await client.get(f"/api/tickets/{ticket['number']}", params={"code": ticket["code"]})
    assert response.status_code == 200, response.text
    shown: dict[str, Any] = response.json()
    return shown


async def told(client: httpx.AsyncClient, ticket: dict[str, Any]) -> list[str]:
    return [note["text"] for note in (await looked_up(client, ticket))["notes"]]


async def test_a_ticket_of_the_bot_lies_in_its_queue_with_its_promises(
    li: Operator, number: str
) -> None:
    [item] = (await li.gets("tickets"))["items"]

    assert (item["number"], item["status"], item["status_text"]) == (number, "new", "待分派")
    assert (item["queue"], item["queue_text"]) == ("county_market", "县区市场监管局")
    assert (item["city"], item["right"], item["situation"]) == ("赣州市", "trademark", "infringed")
    assert item["contact_masked"] == "138****5678" and PHONE not in str(item)
    assert {kind: clock["due"][:10] for kind, clock in item["sla"].items()} == {
        "first": "2026-11-23",
        "next": "2026-11-25",
        "solution": "2026-12-18",
    }


async def test_one_ticket_shows_everything_and_where_it_may_go(li: Operator, number: str) -> None:
    full = await li.gets(f"tickets/{number}")

    assert full["contact"] == PHONE
    assert {fact["label"]: fact["value"] for fact in full["facts"]}["权利"] == "商标"
    assert [item["what"] for item in full["checklist"]] == ["对方卖了货", "商标归您"]
    assert [move["status"] for move in full["moves"]] == ["assigned", "in_progress", "closed"]
    assert not full["can_reopen"]
    assert [note["text"] for note in full["notes"]] == ["工单已登记，等待分派。"]


async def test_a_ticket_goes_its_way_and_its_visitor_knows_five_words(
    li: Operator, client: httpx.AsyncClient, ticket: dict[str, Any]
) -> None:
    number, words = ticket["number"], []
    for fields in (
        {"assignee": "me"},
        {"status": "in_progress"},
        {"status": "waiting"},
        {"status": "in_progress"},
        {"status": "done"},
        {"status": "closed"},
    ):
        full = await li.changes(number, **fields)
        words.append((full["status"], (await looked_up(client, ticket))["status"]))

    assert words == [
        ("assigned", "assigned"),
        ("in_progress", "assigned"),
        ("waiting", "waiting"),
        ("in_progress", "assigned"),
        ("done", "done"),
        ("closed", "closed"),
    ]
    assert full["assignee"] == {"id": li.staff.id, "name": "李敏"}
    statuses = [one for one in full["history"] if one["what"] == "status"]
    assert [one["after"] for one in statuses] == [
        *("已分派", "办理中", "等材料", "办理中", "已办结", "已关闭")
    ]
    assert {one["author"] for one in full["history"]} == {"李敏"}


@pytest.mark.parametrize("status", ["waiting", "done", "withdrawn"])
async def test_a_move_that_the_table_lacks_is_refused_and_nothing_of_the_change_stays(
    li: Operator, number: str, status: str
) -> None:
    refused = await li.asks(
        "PATCH",
        f"tickets/{number}",
        json={"version": 1, "priority": "urgent", "status": status},
    )

    assert "可以改成" in problem(refused, 409, "move_not_allowed")
    full = await li.gets(f"tickets/{number}")
    assert (full["status"], full["priority"], full["version"]) == ("new", "normal", 1)


def test_every_status_has_its_moves_its_label_and_a_word_for_visitors() -> None:
    assert set(MOVES) == set(LABELS) == set(Status)
    assert {public(status) for status in Status} == {"new", "assigned", "waiting", "done", "closed"}
    assert all(
        allowed(status, By.REOPENING) == [Status.IN_PROGRESS]
        for status in (Status.DONE, Status.CLOSED, Status.WITHDRAWN)
    )


async def test_who_changes_what_another_changed_meanwhile_is_told_and_changes_nothing(
    li: Operator, wang: Operator, number: str
) -> None:
    both = [(await one.gets(f"tickets/{number}"))["version"] for one in (li, wang)]

    answers = await asyncio.gather(
        *(
            one.asks("PATCH", f"tickets/{number}", json={"version": version, "assignee": "me"})
            for one, version in zip((li, wang), both, strict=True)
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    [late] = [answer for answer in answers if answer.status_code == 409]
    problem(late, 409, "changed_meanwhile")
    names = {"李敏", "王强"}
    full = await li.gets(f"tickets/{number}")
    assert full["assignee"]["name"] in names and len(full["history"]) == 2


async def test_a_public_note_reaches_the_visitor_and_an_internal_one_never_does(
    li: Operator, client: httpx.AsyncClient, ticket: dict[str, Any], visitor: Visitor
) -> None:
    number = ticket["number"]
    await li.posts(f"tickets/{number}/notes", text="对方好像是老客户", public=False)
    await li.posts(f"tickets/{number}/notes", text="已联系章贡区市场监管局。", public=True)

    assert (await told(client, ticket))[-1] == "已联系章贡区市场监管局。"
    seen = await visitor.sees()
    exported = await client.get(f"/api/conversations/{visitor.id}/export", headers=visitor.headers)
    for shown in (str(await told(client, ticket)), str(seen), exported.text):
        assert "老客户" not in shown
    notes = (await li.gets(f"tickets/{number}"))["notes"]
    assert [(note["text"], note["public"], note["author"]) for note in notes[1:]] == [
        ("对方好像是老客户", False, "李敏"),
        ("已联系章贡区市场监管局。", True, "李敏"),
    ]


async def test_the_page_of_a_visitor_hears_at_once_of_a_public_note_and_of_no_other(
    app: FastAPI, li: Operator, number: str, visitor: Visitor
) -> None:
    path = f"/api/conversations/{visitor.id}/events"
    async with listening(app, path, visitor.headers) as stream:
        await stream.until("ready")
        await li.posts(f"tickets/{number}/notes", text="对方好像是老客户", public=False)
        await li.posts(f"tickets/{number}/notes", text="已联系对方。", public=True)
        await li.changes(number, priority="urgent")
        heard = [await stream.next()]
        while heard[-1].kind != "ticket.changed":
            heard.append(await stream.next())

    assert [one.kind for one in heard] == ["ticket.note", "ticket.changed"]


async def test_news_is_told_once_at_the_next_look(
    li: Operator, ticket: dict[str, Any], visitor: Visitor
) -> None:
    number = ticket["number"]
    assert (await visitor.sees())["news"] == []
    for text in ("已联系对方。", "对方同意谈。"):
        await li.posts(f"tickets/{number}/notes", text=text, public=True)

    first, second = await visitor.sees(), await visitor.sees()

    [news] = first["news"]
    said = first["messages"][-1]
    assert (news, said["role"]) == ({"message_id": said["id"], "ticket": number}, "system")
    assert number in said["text"] and "已联系对方。" in said["text"] and "同意谈" in said["text"]
    assert second["news"] == [] and second["messages"] == first["messages"]


async def test_news_comes_with_the_next_turn_before_the_answer(
    li: Operator, number: str, visitor: Visitor
) -> None:
    await li.posts(f"tickets/{number}/notes", text="已联系对方。", public=True)

    turn = await visitor.says("怎么样了")

    assert [message["role"] for message in turn["messages"]] == ["system", "bot"]
    assert "已联系对方。" in turn["messages"][0]["text"]
    assert (await visitor.sees())["news"] == []


async def test_a_thousand_notes_are_read_and_told_in_one_message(
    li: Operator, app: FastAPI, number: str, visitor: Visitor
) -> None:
    at = app.state.clock.now()
    async with app.state.database.session() as session:
        ticket = await find(session, number)
        for index in range(1000):
            await record.note(session, ticket, f"第{index}条", staff=li.staff, at=at)

    notes = (await li.gets(f"tickets/{number}"))["notes"]
    assert len(notes) == 1000 and notes[-1]["text"] == "第999条"
    seen = await visitor.sees()
    said = seen["messages"][-1]["text"]
    assert len(seen["news"]) == 1 and "第999条" in said and "990 条" in said and len(said) < 1000


async def test_a_public_note_that_cites_an_article_which_does_not_exist_is_not_written(
    li: Operator, number: str
) -> None:
    body = {"text": "按商标法第九百条处理。", "public": True}
    refused = await li.asks("POST", f"tickets/{number}/notes", json=body)

    problem(refused, 422, "note_cites_wrong")
    assert len((await li.gets(f"tickets/{number}"))["notes"]) == 1
    assert await li.posts(f"tickets/{number}/notes", text=body["text"], public=False)


async def test_numbers_of_identity_cards_are_not_kept_in_notes(li: Operator, number: str) -> None:
    note = await li.posts(f"tickets/{number}/notes", text="身份证11010519491231002X", public=False)

    assert "11010519491231002X" not in note["text"]


@pytest.mark.parametrize("text", ["", "   ", "长" * 2001])
async def test_a_note_without_words_or_with_too_many_is_refused(
    li: Operator, number: str, text: str
) -> None:
    refused = await li.asks("POST", f"tickets/{number}/notes", json={"text": text, "public": True})

    problem(refused, 422, "invalid_request")


async def test_a_colleague_gets_a_ticket_and_only_the_supervisor_passes_on_what_is_his(
    li: Operator, wang: Operator, chen: Operator, number: str
) -> None:
    given = await li.changes(number, assignee=wang.staff.id)
    assert given["assignee"] == {"id": wang.staff.id, "name": "王强"}

    refused = await li.asks(
        "PATCH", f"tickets/{number}", json={"version": given["version"], "assignee": None}
    )
    assert "王强" in problem(refused, 403, "ticket_of_colleague")
    assert (await chen.changes(number, assignee=None))["assignee"] is None
    await chen.changes(number, assignee=wang.staff.id)
    assert (await li.changes(number, assignee="me"))["assignee"]["id"] == li.staff.id


async def test_who_does_no_tickets_or_is_nobody_gets_none(
    li: Operator, admin: Operator, number: str
) -> None:
    for nobody in (admin.staff.id, 999):
        body = {"version": 1, "assignee": nobody}
        refused = await li.asks("PATCH", f"tickets/{number}", json=body)

        problem(refused, 422, "colleague_unknown")


async def test_new_facts_change_the_queue_and_say_so_unless_somebody_chose_it(
    li: Operator, visitor: Visitor, opens: Opens, number: str
) -> None:
    await opens(
        visitor, "其实是专利", facts={"right": "patent"}, remedy="admin_adjudication_patent"
    )
    full = await li.gets(f"tickets/{number}")
    assert full["queue"] == "city_ip_office"
    assert ("队列", "县区市场监管局", "市级知识产权局") in [
        (one["what_text"], one["before"], one["after"]) for one in full["history"]
    ]

    await li.changes(number, queue="mediation")
    await opens(visitor, "还是商标")

    full = await li.gets(f"tickets/{number}")
    assert full["queue"] == "mediation"
    assert [note["text"] for note in full["notes"] if not note["public"]] == [
        "情况有变，队列改为「市级知识产权局」。",
        "情况有变，按规则应归「县区市场监管局」；队列是人工选的，没有改动。",
    ]


async def test_a_queue_that_does_not_exist_is_refused(li: Operator, number: str) -> None:
    refused = await li.asks("PATCH", f"tickets/{number}", json={"version": 1, "queue": "x"})

    problem(refused, 422, "queue_unknown")
    assert "county_market" in {one["key"] for one in await li.gets("tickets/queues")}


async def test_an_item_of_the_checklist_is_ticked_and_the_visitor_sees_it(
    li: Operator, client: httpx.AsyncClient, ticket: dict[str, Any]
) -> None:
    path = f"tickets/{ticket['number']}/checklist"
    full = (await li.asks("PUT", f"{path}/1", json={"done": True})).json()

    assert [item["done"] for item in full["checklist"]] == [False, True]
    shown = (await looked_up(client, ticket))["checklist"]
    assert [item["done"] for item in shown] == [False, True]
    problem(await li.asks("PUT", f"{path}/9", json={"done": True}), 404, "item_unknown")


async def test_a_ticket_that_does_not_exist_is_told_as_such(li: Operator) -> None:
    problem(await li.asks("GET", "tickets/JX20990101-0001"), 404, "ticket_not_found")


@pytest.mark.parametrize(
    "query",
    [
        {"status": "lost"},
        {"sort": "random"},
        {"assignee": "1 OR 1=1"},
        {"queue": "x'; --"},
        {"before": "\x00"},
        {"q": "x" * 101},
    ],
)
async def test_what_cannot_be_asked_for_is_told(li: Operator, query: dict[str, str]) -> None:
    problem(await li.asks("GET", "tickets", params=query), 422, "invalid_request")
