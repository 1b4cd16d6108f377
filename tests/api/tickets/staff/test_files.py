"""Staff look at pictures that were drawn anew, get files as they came, and add their own."""

from base64 import b64encode
from hashlib import sha256
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from fastapi import FastAPI
from PIL import Image
from sqlalchemy import text

from tests.api.evidence.pictures import JPEG, PNG, a_bomb, drawn, sends
from tests.api.problems import problem
from tests.api.tickets.staff.conftest import Opens, Operator
from tests.api.visitor import Visitor

PLACE = "28.68N 115.89E"
PDF = b"%PDF-1.7\n1 0 obj<</S/JavaScript/JS(app.alert(1))>>"


def with_notes() -> bytes:
    """A picture taken upright by a camera that lay on its side, and that notes where it was."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, PLACE  # orientation, description
    return drawn("JPEG", (60, 20), exif=exif)


async def adds(li: Operator, number: str, name: str, content: bytes) -> httpx.Response:
    body = {"name": name, "type": "image/png", "data": b64encode(content).decode()}
    return await li.asks("POST", f"tickets/{number}/files", json=body)


async def thumbnail(li: Operator, number: str, file_id: str) -> bytes:
    shown = await li.asks("GET", f"tickets/{number}/files/{file_id}/thumbnail.webp")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/webp"), shown.text
    return shown.content


async def test_a_picture_is_shown_upright_and_without_what_the_camera_noted(
    li: Operator, visitor: Visitor, number: str
) -> None:
    added = (await sends(visitor, "门头.jpg", with_notes())).json()

    shown = await thumbnail(li, number, added["id"])

    assert PLACE.encode() in with_notes() and PLACE.encode() not in shown
    image = Image.open(BytesIO(shown))
    assert (image.format, image.size, dict(image.getexif())) == ("WEBP", (20, 60), {})


async def test_a_thumbnail_is_drawn_once_and_lies_sealed(
    li: Operator, app: FastAPI, visitor: Visitor, number: str
) -> None:
    added = (await sends(visitor, "图", drawn("PNG", (3000, 40)))).json()
    first = await thumbnail(li, number, added["id"])

    assert Image.open(BytesIO(first)).size[0] == 1280
    assert await thumbnail(li, number, added["id"]) == first
    async with app.state.database.reading() as session:
        kept = (await session.execute(text("SELECT thumbnail FROM ticket_files"))).scalar_one()
    assert b"WEBP" not in bytes(kept)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "CMYK", "I;16"])
async def test_pictures_of_every_making_can_be_looked_at(
    li: Operator, number: str, mode: str
) -> None:
    made = BytesIO()
    Image.new(mode, (8, 8)).save(made, "JPEG" if mode == "CMYK" else "PNG")
    added = (await adds(li, number, "图", made.getvalue())).json()

    assert Image.open(BytesIO(await thumbnail(li, number, added["id"]))).size == (8, 8)


async def test_a_picture_whose_rest_is_missing_is_told_as_broken_when_it_is_drawn(
    li: Operator, number: str
) -> None:
    large = drawn("PNG", (400, 400))
    added = (await adds(li, number, "图", large[: len(large) // 2])).json()

    shown = await li.asks("GET", f"tickets/{number}/files/{added['id']}/thumbnail.webp")

    problem(shown, 422, "picture_broken")


async def test_a_file_is_given_as_it_came_with_its_digest_and_time(
    li: Operator, visitor: Visitor, number: str
) -> None:
    added = (await sends(visitor, "../门头.jpg", JPEG)).json()

    [file] = (await li.gets(f"tickets/{number}"))["files"]
    response = await li.asks("GET", f"tickets/{number}/files/{added['id']}")

    digest = sha256(JPEG).hexdigest()
    assert (file["sha256"], file["added_by"], file["is_picture"]) == (digest, None, True)
    assert file["added_at"][:10] == "2026-11-22"
    assert (response.content, response.headers["x-sha256"]) == (JPEG, digest)
    assert response.headers["x-content-type-options"] == "nosniff"
    disposition = response.headers["content-disposition"]
    assert disposition.startswith("attachment; ")
    assert unquote(disposition.partition("UTF-8''")[2]) == "门头.jpg"


async def test_a_paper_is_kept_and_given_back_and_never_shown(
    li: Operator, visitor: Visitor, number: str
) -> None:
    added = (await adds(li, number, "判决书.pdf", PDF)).json()

    assert (added["media_type"], added["added_by"]) == ("application/pdf", "李敏")
    shown = await li.asks("GET", f"tickets/{number}/files/{added['id']}/thumbnail.webp")
    problem(shown, 404, "no_thumbnail")
    response = await li.asks("GET", f"tickets/{number}/files/{added['id']}")
    assert response.content == PDF
    assert response.headers["content-disposition"].startswith("attachment; ")
    # what staff add is the office's: the visitor's page lists his own
    theirs = f"/api/conversations/{visitor.id}/files"
    assert (await visitor.client.get(theirs, headers=visitor.headers)).json() == []
    alone = await visitor.client.get(f"{theirs}/{added['id']}", headers=visitor.headers)
    problem(alone, 404, "file_unknown")


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("照片.jpg", b"MZ\x90\x00 This program", 415, "file_kind"),
        ("图.svg", b"<svg onload='alert(1)'/>", 415, "file_kind"),
        ("信.docx", b"PK\x03\x04 word", 415, "file_kind"),
        ("图.png", a_bomb(), 422, "picture_too_wide"),
        ("图.jpg", JPEG[:30], 422, "picture_broken"),
    ],
)
async def test_what_may_not_be_added_is_refused(
    li: Operator, number: str, name: str, content: bytes, status: int, code: str
) -> None:
    problem(await adds(li, number, name, content), status, code)
    assert (await li.gets(f"tickets/{number}"))["files"] == []


async def test_a_photo_of_thirty_megabytes_is_refused_kindly(li: Operator, number: str) -> None:
    refused = await adds(li, number, "照片.jpg", JPEG + bytes(30 * 1024 * 1024))

    assert "5 MB" in problem(refused, 413, "body_too_large")


async def test_the_same_file_twice_is_kept_and_noted_once(li: Operator, number: str) -> None:
    for _ in range(2):
        assert (await adds(li, number, "图.png", PNG)).status_code == 201

    full = await li.gets(f"tickets/{number}")
    assert len(full["files"]) == 1
    assert [note["text"] for note in full["notes"] if not note["public"]] == [
        "放入了文件「图.png」。"
    ]


async def test_a_file_of_another_ticket_is_not_given(
    li: Operator, client: httpx.AsyncClient, number: str, opens: Opens
) -> None:
    added = (await adds(li, number, "图", PNG)).json()
    other = (await opens(await Visitor.arrives(client)))["number"]

    for path in ("", "/thumbnail.webp"):
        refused = await li.asks("GET", f"tickets/{other}/files/{added['id']}{path}")
        problem(refused, 404, "file_unknown")


async def test_csv_cells_are_no_formulas_and_hold_no_contact(
    li: Operator, visitor: Visitor, opens: Opens
) -> None:
    await opens(visitor, summary='=HYPERLINK("http://evil","x")')
    await li.changes("JX20261122-0001", tags=["@SUM(1)"], next_step="+1+1")

    response = await li.asks("GET", "tickets.csv")

    table = response.content.decode("utf-8-sig")
    assert response.headers["content-type"].startswith("text/csv")
    cells: list[Any] = table.splitlines()[1].split(",")
    assert '"\'=HYPERLINK(""http://evil""' in table
    assert "'@SUM(1)" in cells and "'+1+1" in cells
    assert "13812345678" not in table and "县区市场监管局" in cells
