"""Pictures are taken as evidence once there is a ticket, and only its visitor gets them back."""

import asyncio
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text, update

from api.edge.limits import CONVERSATION, Limiter
from api.evidence.service import LARGEST, MB, MOST_FILES
from api.tickets.models import Ticket, TicketFile
from tests.api.evidence.pictures import JPEG, PNG, WEBP, a_bomb, sends, sends_text
from tests.api.problems import problem
from tests.api.visitor import Visitor
from tests.conftest import ONE_DATABASE


async def reads(visitor: Visitor, path: str = "") -> httpx.Response:
    return await visitor.client.get(
        f"/api/conversations/{visitor.id}/files{path}", headers=visitor.headers
    )


async def notes(visitor: Visitor, ticket: dict[str, Any]) -> list[str]:
    response = await visitor.client.get(
        f"/api/tickets/{ticket['number']}", params={"code": ticket["code"]}
    )
    return [note["text"] for note in response.json()["notes"]]


async def test_a_picture_comes_to_the_ticket_and_is_noted_there(
    visitor: Visitor, ticket: dict[str, Any]
) -> None:
    response = await sends(visitor, "门头.png", PNG)

    assert response.status_code == 201, response.text
    added = response.json()
    assert set(added) == {"id", "ticket", "name", "size", "media_type", "added_at"}
    assert (added["name"], added["size"], added["media_type"]) == (
        "门头.png",
        len(PNG),
        "image/png",
    )
    assert added["ticket"] == ticket["number"]
    assert (await reads(visitor)).json() == [added]
    assert (await notes(visitor, ticket))[-1] == "来访者补充了一张图片。"


async def test_a_picture_is_given_back_as_it_was_sent_to_be_saved_and_not_shown(
    visitor: Visitor, ticket: dict[str, Any]
) -> None:
    added = (await sends(visitor, '门头 "1"\r\n.png', PNG)).json()

    response = await reads(visitor, f"/{added['id']}")

    assert (response.status_code, response.content) == (200, PNG)
    assert response.headers["content-type"] == "image/png"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "no-store"
    disposition = response.headers["content-disposition"]
    assert disposition.startswith('attachment; filename="picture.png";')
    assert unquote(disposition.partition("UTF-8''")[2]) == '门头 "1" .png'


@ONE_DATABASE
@pytest.mark.parametrize(
    ("content", "kind"), [(JPEG, "image/jpeg"), (PNG, "image/png"), (WEBP, "image/webp")]
)
async def test_the_kind_is_what_the_bytes_say(
    visitor: Visitor, ticket: dict[str, Any], content: bytes, kind: str
) -> None:
    claimed = "image/png" if kind != "image/png" else "image/jpeg"

    added = (await sends(visitor, "图", content, claimed)).json()

    assert added["media_type"] == kind
    assert (await reads(visitor, f"/{added['id']}")).headers["content-type"] == kind


@ONE_DATABASE
@pytest.mark.parametrize(
    "content",
    [b"<svg onload=alert(1)>", b"GIF89a", b"%PDF-1.7", b"RIFF", b"", b"MZ\x90\x00 program"],
)
async def test_what_is_no_such_picture_is_refused(
    visitor: Visitor, ticket: dict[str, Any], content: bytes
) -> None:
    assert "JPG、PNG、WebP" in problem(await sends(visitor, "图", content), 415, "picture_kind")
    assert (await reads(visitor)).json() == []


@ONE_DATABASE
@pytest.mark.parametrize("content", [JPEG[:40], PNG[:20], WEBP[:14], b"\xff\xd8\xff\xe0MZ"])
async def test_what_only_begins_as_a_picture_is_refused(
    visitor: Visitor, ticket: dict[str, Any], content: bytes
) -> None:
    problem(await sends(visitor, "照片.jpg", content), 422, "picture_broken")


async def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_unpacked(
    visitor: Visitor, ticket: dict[str, Any]
) -> None:
    bomb = a_bomb()
    assert len(bomb) < 1000

    problem(await sends(visitor, "图", bomb), 422, "picture_too_wide")


@ONE_DATABASE
@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\Windows\\..\\x.png", "x.png"),
        ("/", "图片"),
        ("..", "图片"),
        ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),
    ],
)
async def test_a_name_leads_to_no_folder(
    visitor: Visitor, ticket: dict[str, Any], name: str, kept: str
) -> None:
    assert (await sends(visitor, name, PNG)).json()["name"] == kept


async def test_a_kind_that_is_not_taken_is_named_as_such(
    visitor: Visitor, ticket: dict[str, Any]
) -> None:
    problem(await sends(visitor, "图", PNG, "image/svg+xml"), 422, "invalid_request")


async def test_without_an_open_ticket_the_visitor_is_told_to_open_one_first(
    visitor: Visitor,
) -> None:
    said = problem(await sends(visitor, "门头.png", PNG), 409, "no_open_ticket")

    assert "先登记工单，再把图片发来" in said


async def test_a_closed_ticket_takes_no_more(
    visitor: Visitor, ticket: dict[str, Any], app: FastAPI
) -> None:
    async with app.state.database.session() as session:
        await session.execute(update(Ticket).values(status="closed"))

    problem(await sends(visitor, "门头.png", PNG), 409, "no_open_ticket")


async def test_a_picture_of_five_megabytes_is_taken_and_none_beyond(
    visitor: Visitor, ticket: dict[str, Any]
) -> None:
    largest = PNG + bytes(LARGEST - len(PNG))

    assert (await sends(visitor, "图" * 200, largest)).status_code == 201
    problem(await sends(visitor, "图", largest + b"1"), 413, "picture_too_large")
    said = problem(await sends(visitor, "图", largest + bytes(MB)), 413, "body_too_large")
    assert "5 MB" in said


async def test_what_did_not_come_whole_is_to_be_sent_again(
    visitor: Visitor, ticket: dict[str, Any]
) -> None:
    for data in ("iVBORw0KGg", "这不是"):
        problem(await sends_text(visitor, "图", data), 422, "picture_unreadable")


async def test_a_ticket_takes_twelve_pictures(visitor: Visitor, ticket: dict[str, Any]) -> None:
    for number in range(MOST_FILES):
        assert (await sends(visitor, "图", PNG + bytes([number]))).status_code == 201

    said = problem(await sends(visitor, "图", JPEG), 409, "too_many_pictures")

    assert "12 张" in said
    assert len((await reads(visitor)).json()) == MOST_FILES


async def test_a_ticket_takes_thirty_megabytes(
    visitor: Visitor, ticket: dict[str, Any], app: FastAPI
) -> None:
    await sends(visitor, "图", PNG)
    async with app.state.database.session() as session:
        await session.execute(update(TicketFile).values(size=30 * MB - len(JPEG)))

    assert (await sends(visitor, "图", JPEG)).status_code == 201
    problem(await sends(visitor, "图", WEBP), 409, "too_many_pictures")


async def test_the_same_picture_once_more_has_no_second_effect(
    visitor: Visitor, ticket: dict[str, Any]
) -> None:
    first = await sends(visitor, "图", PNG)
    again = await sends(visitor, "图", PNG)

    assert first.json() == again.json()
    assert (await notes(visitor, ticket)).count("来访者补充了一张图片。") == 1


async def test_two_at_once_are_both_kept(visitor: Visitor, ticket: dict[str, Any]) -> None:
    responses = await asyncio.gather(sends(visitor, "甲", PNG), sends(visitor, "乙", JPEG))

    assert [response.status_code for response in responses] == [201, 201]
    assert {file["name"] for file in (await reads(visitor)).json()} == {"甲", "乙"}


async def test_nobody_else_adds_sees_or_gets_pictures(
    visitor: Visitor, ticket: dict[str, Any], client: httpx.AsyncClient
) -> None:
    added = (await sends(visitor, "图", PNG)).json()
    other = await Visitor.arrives(client)

    problem(await reads(other, f"/{added['id']}"), 404, "file_unknown")
    visitor.token = other.token
    problem(await sends(visitor, "图", PNG), 401, "token_wrong")
    problem(await reads(visitor), 401, "token_wrong")
    problem(await reads(visitor, f"/{added['id']}"), 401, "token_wrong")


async def test_a_card_number_in_a_name_is_not_kept(
    visitor: Visitor, ticket: dict[str, Any]
) -> None:
    added = (await sends(visitor, "11010519491231002X.png", PNG)).json()

    assert "19491231" not in added["name"] and "〔证件号〕" in added["name"]


async def test_name_and_picture_lie_sealed(
    visitor: Visitor, ticket: dict[str, Any], app: FastAPI
) -> None:
    await sends(visitor, "门头.png", PNG)

    async with app.state.database.reading() as session:
        [row] = (await session.execute(text("SELECT name, content FROM ticket_files"))).all()

    assert "门头" not in row.name
    assert PNG[8:] not in bytes(row.content) and b"PNG" not in bytes(row.content)[:8]


async def test_pictures_count_as_messages_do(
    visitor: Visitor, ticket: dict[str, Any], app: FastAPI
) -> None:
    app.state.limiter = Limiter(rates={CONVERSATION: "2 per 5 minutes"})
    await sends(visitor, "图", PNG)
    await visitor.posts(text="发了一张图")

    problem(await sends(visitor, "图", JPEG), 429, "too_many_requests")
