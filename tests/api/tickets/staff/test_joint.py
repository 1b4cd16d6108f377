"""Tickets that are opened by hand, split, merged, linked, reopened and handed on."""

from io import BytesIO
from typing import Any

import httpx
import pytest
from docx import Document
from fastapi import FastAPI

from tests.api.problems import problem
from tests.api.tickets.staff.conftest import PHONE, Opens, Operator
from tests.api.visitor import Visitor


async def closed(li: Operator, number: str) -> None:
    for status in ("in_progress", "done", "closed"):
        await li.changes(number, status=status)


# --- opened by hand ---------------------------------------------------------------------------


async def test_a_ticket_opened_by_hand_is_told_in_the_chat_with_a_code_that_works(
    li: Operator, client: httpx.AsyncClient, visitor: Visitor
) -> None:
    opened = await li.posts(
        f"conversations/{visitor.id}/ticket", summary="有人仿冒", contact=PHONE, queue="mediation"
    )

    assert (opened["queue"], opened["priority"]) == ("mediation", "urgent")
    seen = await visitor.sees()
    assert seen["ticket"]["number"] == opened["number"]
    assert opened["code"] in seen["messages"][-1]["text"]
    shown = await client.get(f"/api/tickets/{opened['number']}", params={"code": opened["code"]})
    assert shown.status_code == 200
    full = await li.gets(f"tickets/{opened['number']}")
    assert (full["summary"], full["contact"]) == ("有人仿冒", PHONE)
    assert full["checklist"] and full["dispatch_to"] == "章贡区市场监督管理局"


async def test_a_conversation_has_one_open_ticket(
    li: Operator, visitor: Visitor, number: str
) -> None:
    refused = await li.asks("POST", f"conversations/{visitor.id}/ticket", json={})

    assert number in problem(refused, 409, "ticket_open")


async def test_for_a_conversation_that_does_not_exist_none_is_opened(li: Operator) -> None:
    nobody = "00000000-0000-4000-8000-000000000000"
    refused = await li.asks("POST", f"conversations/{nobody}/ticket", json={})

    problem(refused, 404, "conversation_unknown")


# --- split ------------------------------------------------------------------------------------


async def test_a_part_that_is_split_off_takes_its_notes_along_and_stands_beside(
    li: Operator, client: httpx.AsyncClient, visitor: Visitor, ticket: dict[str, Any]
) -> None:
    number = ticket["number"]
    note = await li.posts(f"tickets/{number}/notes", text="另有专利的事", public=False)

    part = await li.posts(f"tickets/{number}/split", summary="专利的事", note_ids=[note["id"]])

    full, second = await li.gets(f"tickets/{number}"), await li.gets(f"tickets/{part['number']}")
    assert "另有专利的事" not in str(full["notes"]) and "另有专利的事" in str(second["notes"])
    assert (second["contact"], second["status"]) == (PHONE, "new")
    assert [(one["number"], one["kind"]) for one in full["links"]] == [(part["number"], "split")]
    assert [(one["number"], one["kind"]) for one in second["links"]] == [(number, "split_from")]
    assert part["code"] in (await visitor.sees())["messages"][-1]["text"]
    assert (await visitor.sees())["ticket"]["number"] == number  # the chat speaks of the first


async def test_notes_of_another_ticket_are_not_split_off(
    li: Operator, number: str, opens: Opens, client: httpx.AsyncClient
) -> None:
    other = (await opens(await Visitor.arrives(client)))["number"]
    theirs = (await li.gets(f"tickets/{other}"))["notes"][0]["id"]

    body = {"summary": "x", "note_ids": [theirs]}
    refused = await li.asks("POST", f"tickets/{number}/split", json=body)

    problem(refused, 422, "notes_unknown")
    assert len((await li.gets("tickets"))["items"]) == 2


# --- merge and link -----------------------------------------------------------------------------


async def test_tickets_of_one_caller_are_merged_and_each_code_shows_its_own(
    li: Operator, client: httpx.AsyncClient, ticket: dict[str, Any], opens: Opens
) -> None:
    second = await opens(await Visitor.arrives(client), contact=PHONE)
    await li.posts(f"tickets/{second['number']}/notes", text="第二张的进展", public=True)
    await li.posts(f"tickets/{ticket['number']}/notes", text="第一张的进展", public=True)

    into = await li.posts(f"tickets/{second['number']}/merge", into=ticket["number"])

    assert into["number"] == ticket["number"]
    brought = [(note["text"], note["ticket"]) for note in into["notes"] if note["ticket"]]
    assert ("第二张的进展", second["number"]) in brought
    shown = await client.get(f"/api/tickets/{second['number']}", params={"code": second["code"]})
    assert shown.json()["status"] == "closed"
    assert "第一张的进展" not in shown.text and "合并办理" in shown.text
    reopened = await li.asks("POST", f"tickets/{second['number']}/reopen", json={"reason": "x"})
    problem(reopened, 409, "was_merged")


async def test_tickets_of_different_people_are_not_merged_but_may_be_linked(
    li: Operator, client: httpx.AsyncClient, number: str, opens: Opens
) -> None:
    other = (await opens(await Visitor.arrives(client), contact="13900002222"))["number"]

    refused = await li.asks("POST", f"tickets/{other}/merge", json={"into": number})
    assert "关联" in problem(refused, 409, "different_people")

    linked = await li.posts(f"tickets/{number}/links", other=other, kind="caused_by")
    assert [(one["number"], one["kind"]) for one in linked["links"]] == [(other, "caused_by")]
    seen = await li.gets(f"tickets/{other}")
    assert [(one["number"], one["kind"]) for one in seen["links"]] == [(number, "causes")]
    gone = await li.asks("DELETE", f"tickets/{other}/links/{number}")
    assert gone.json()["links"] == []
    problem(await li.asks("DELETE", f"tickets/{other}/links/{number}"), 404, "link_unknown")


@pytest.mark.parametrize("call", ["merge", "links"])
async def test_a_ticket_has_nothing_to_do_with_itself(li: Operator, number: str, call: str) -> None:
    body = {"into": number, "other": number, "kind": "related"}
    refused = await li.asks("POST", f"tickets/{number}/{call}", json=body)

    problem(refused, 422, "same_ticket")


# --- reopened and judged --------------------------------------------------------------------------


async def test_a_closed_ticket_is_reopened_with_a_reason_that_its_visitor_does_not_read(
    li: Operator, client: httpx.AsyncClient, ticket: dict[str, Any]
) -> None:
    await closed(li, ticket["number"])

    full = await li.posts(f"tickets/{ticket['number']}/reopen", reason="对方又卖了")

    assert (full["status"], full["can_reopen"]) == ("in_progress", False)
    shown = await client.get(f"/api/tickets/{ticket['number']}", params={"code": ticket["code"]})
    assert shown.json()["status"] == "assigned" and "又卖" not in shown.text
    assert "对方又卖了" in str(full["notes"])
    assert not full["sla"]["solution"]["overdue"] and full["sla"]["solution"]["met"] is None


async def test_a_ticket_is_not_reopened_beside_one_that_is_open(
    li: Operator, visitor: Visitor, number: str, opens: Opens
) -> None:
    await closed(li, number)
    second = await opens(visitor, "又有一件")

    refused = await li.asks("POST", f"tickets/{number}/reopen", json={"reason": "x"})

    assert second["number"] in problem(refused, 409, "another_open")


async def test_who_has_the_code_judges_a_ticket_that_has_ended_and_may_think_again(
    li: Operator, client: httpx.AsyncClient, ticket: dict[str, Any]
) -> None:
    path, code = f"/api/tickets/{ticket['number']}/satisfaction", ticket["code"]
    too_early = await client.post(path, json={"code": code, "score": 5})
    problem(too_early, 409, "not_ended_yet")
    await closed(li, ticket["number"])

    for score in (2, 5):
        judged = await client.post(path, json={"code": code, "score": score, "words": "很耐心"})
        assert judged.json() == {"about": ticket["number"], "score": score}

    full = await li.gets(f"tickets/{ticket['number']}")
    assert (full["satisfaction"]["score"], full["satisfaction"]["words"]) == (5, "很耐心")
    problem(await client.post(path, json={"code": "AAAAAA", "score": 1}), 404, "ticket_not_found")


@pytest.mark.parametrize("score", [0, 6, "5", 4.5, None])
async def test_a_score_is_one_to_five(visitor: Visitor, score: Any) -> None:
    refused = await visitor.client.post(
        f"/api/conversations/{visitor.id}/satisfaction",
        json={"score": score},
        headers=visitor.headers,
    )

    problem(refused, 422, "invalid_request")


async def test_a_conversation_is_judged_by_its_token_alone(
    visitor: Visitor, client: httpx.AsyncClient
) -> None:
    path = f"/api/conversations/{visitor.id}/satisfaction"

    judged = await client.post(path, json={"score": 4}, headers=visitor.headers)

    assert judged.json() == {"about": "conversation", "score": 4}
    problem(await client.post(path, json={"score": 4}), 401, "token_missing")


# --- handed on ------------------------------------------------------------------------------------


async def sheet_of(li: Operator, number: str, share: list[str]) -> tuple[dict[str, Any], str]:
    """A referral sheet, and all that stands in its Word file."""
    made = await li.posts(
        f"tickets/{number}/referrals",
        to="mediation",
        body="章贡区知识产权纠纷人民调解委员会",
        share=share,
        agreed=True,
    )
    file = await li.asks("GET", f"tickets/{number}/referrals/{made['id']}.docx")
    assert file.status_code == 200
    document = Document(BytesIO(file.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return made, "\n".join([*(one.text for one in document.paragraphs), *cells])


async def test_a_sheet_says_what_the_visitor_agreed_to_and_nothing_else(
    li: Operator, number: str
) -> None:
    _, whole = await sheet_of(li, number, ["summary", "contact", "facts", "files"])
    assert all(word in whole for word in (number, "有人卖假茶油", PHONE, "商标", "赣州市", "调解"))

    _, facts = await sheet_of(li, number, ["facts"])
    assert "商标" in facts and PHONE not in facts and "假茶油" not in facts

    _, nothing = await sheet_of(li, number, [])
    assert number in nothing
    assert not any(word in nothing for word in (PHONE, "假茶油", "赣州市", "商标"))


async def test_what_is_said_later_does_not_go_out_with_an_earlier_sheet(
    li: Operator, visitor: Visitor, number: str, opens: Opens
) -> None:
    made, _ = await sheet_of(li, number, ["summary", "contact"])
    await opens(visitor, "换号码", contact="13900002222", summary="说了新的事")

    file = await li.asks("GET", f"tickets/{number}/referrals/{made['id']}.docx")

    text = "\n".join(one.text for one in Document(BytesIO(file.content)).paragraphs)
    assert PHONE in text and "13900002222" not in text and "新的事" not in text


async def test_without_consent_nothing_is_handed_on(li: Operator, number: str) -> None:
    body = {"to": "regulator", "body": "市监局", "share": ["contact"], "agreed": False}
    refused = await li.asks("POST", f"tickets/{number}/referrals", json=body)

    problem(refused, 422, "not_agreed")
    assert (await li.gets(f"tickets/{number}"))["referrals"] == []


async def test_the_receipt_is_kept_and_the_visitor_hears_of_both(
    li: Operator, visitor: Visitor, number: str
) -> None:
    made, _ = await sheet_of(li, number, ["summary"])
    path = f"tickets/{number}/referrals/{made['id']}/receipt"
    body = {"received_on": "2026-11-24", "number": "调字12号", "note": "张调解员"}

    kept = (await li.asks("PUT", path, json=body)).json()

    assert (kept["received_on"], kept["receipt_number"]) == ("2026-11-24", "调字12号")
    told = (await visitor.sees())["messages"][-1]["text"]
    assert "转交给章贡区" in told and "调字12号" in told and "张调解员" not in told


async def test_a_sheet_of_another_ticket_is_not_given_out(
    li: Operator, app: FastAPI, client: httpx.AsyncClient, number: str, opens: Opens
) -> None:
    made, _ = await sheet_of(li, number, ["contact"])
    other = (await opens(await Visitor.arrives(client)))["number"]

    refused = await li.asks("GET", f"tickets/{other}/referrals/{made['id']}.docx")

    problem(refused, 404, "sheet_unknown")
