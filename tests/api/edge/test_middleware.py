import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import Response, StreamingResponse

from api.edge.middleware import MOST_PICTURES
from tests.api.conftest import EMBEDDING_SITE
from tests.api.problems import problem
from tests.api.visitor import Visitor


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the kind of database."""
    return sqlite_url


async def test_a_body_that_is_not_json_is_refused(client: httpx.AsyncClient) -> None:
    for headers in (
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {},
    ):
        response = await client.post(
            "/api/conversations", content=b'{"channel":"web"}', headers=headers
        )
        assert "application/json" in problem(response, 415, "not_json")


@pytest.mark.parametrize(
    "content", [b"{", b'{"channel": "web",}', b"\xff\xfe", b"[" * 20_000, b"nothing"]
)
async def test_broken_json_is_refused(client: httpx.AsyncClient, content: bytes) -> None:
    response = await client.post(
        "/api/conversations", content=content, headers={"Content-Type": "application/json"}
    )

    problem(response, 400, "bad_json")


async def test_a_large_body_is_refused_whether_it_says_so_or_not(client: httpx.AsyncClient) -> None:
    async def in_pieces() -> object:
        for _ in range(65):
            yield b" " * 1024

    for content in (b" " * (64 * 1024 + 1), in_pieces()):
        response = await client.post(
            "/api/conversations",
            content=content,  # type: ignore[arg-type]
            headers={"Content-Type": "application/json"},
        )
        assert "64 KB" in problem(response, 413, "body_too_large")


async def test_a_body_of_just_the_limit_is_read(client: httpx.AsyncClient) -> None:
    content = b'{"channel":"web","consent":true}'.ljust(64 * 1024)

    response = await client.post(
        "/api/conversations",
        content=content,
        headers={"Content-Type": "application/json; charset=utf-8"},
    )

    assert response.status_code == 201


async def test_more_pictures_at_once_than_fit_are_asked_to_come_again_and_words_still_pass(
    client: httpx.AsyncClient, visitor: Visitor
) -> None:
    arrived, go_on = asyncio.Semaphore(0), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        arrived.release()
        await go_on.wait()
        yield b"{}"

    address = f"/api/conversations/{visitor.id}/files"
    headers = {"Content-Type": "application/json", **visitor.headers}
    coming = [
        asyncio.create_task(client.post(address, content=slow(), headers=headers))
        for _ in range(MOST_PICTURES)
    ]
    for _ in coming:
        await arrived.acquire()

    refused = await client.post(address, json={}, headers=visitor.headers)
    said = await visitor.posts(text="图片等一下再发")
    go_on.set()
    await asyncio.gather(*coming)

    problem(refused, 503, "pictures_busy")
    assert refused.headers["retry-after"] == "3"
    assert said.status_code == 200
    problem(await client.post(address, json={}, headers=visitor.headers), 422, "invalid_request")


async def test_an_unknown_address_and_a_wrong_method_are_told_in_chinese(
    client: httpx.AsyncClient,
) -> None:
    problem(await client.get("/api/nothing"), 404, "not_found")
    wrong = await client.put("/api/conversations", json={})
    problem(wrong, 405, "method_not_allowed")
    assert wrong.headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"channel": "web"}, "consent：缺少这一项"),
        ({"channel": "web", "consent": "perhaps"}, "consent：应是 true 或 false"),
        ({"channel": "web", "consent": "yes"}, "consent：应是 true 或 false"),
        ({"channel": "web", "consent": 1}, "consent：应是 true 或 false"),
        ({"channel": "WEB!", "consent": True}, "channel：只能是 'web' 或 'h5'"),
        ([], "JSON 对象"),
    ],
)
async def test_a_wrong_field_is_named(client: httpx.AsyncClient, body: object, says: str) -> None:
    assert says in problem(
        await client.post("/api/conversations", json=body), 422, "invalid_request"
    )


async def test_an_error_nobody_foresaw_is_a_sentence_with_an_id(
    app: FastAPI, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/broken")
    async def broken() -> None:
        raise ZeroDivisionError("inside")

    response = await client.get("/broken")

    detail = problem(response, 500, "unexpected")
    assert "inside" not in response.text
    number = caplog.records[-1].getMessage().rpartition(" ")[2]
    assert number in detail
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_every_answer_carries_the_security_headers(client: httpx.AsyncClient) -> None:
    for path in ("/", "/api/nothing", "/healthz", "/widget.js"):
        headers = (await client.get(path)).headers
        assert headers["content-security-policy"] == (
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            "img-src 'self' data:; "
            "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
        )
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


async def test_answers_of_the_chat_api_are_not_kept_by_browsers(visitor: Visitor) -> None:
    response = await visitor.posts(text="您好")

    assert response.headers["cache-control"] == "no-store"


async def test_only_a_site_that_embeds_the_chat_may_call_from_a_browser(
    client: httpx.AsyncClient,
) -> None:
    def asks(origin: str) -> dict[str, str]:
        return {
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        }

    allowed = await client.options("/api/conversations", headers=asks(EMBEDDING_SITE))
    refused = await client.options("/api/conversations", headers=asks("https://evil.example"))
    error = await client.get("/api/nothing", headers={"Origin": EMBEDDING_SITE})

    assert allowed.headers["access-control-allow-origin"] == EMBEDDING_SITE
    assert "access-control-allow-origin" not in refused.headers
    assert error.headers["access-control-allow-origin"] == EMBEDDING_SITE


async def test_scripts_and_answers_are_compressed_for_who_can_read_it(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    script = "/docs/swagger-ui-bundle.js"

    compressed = await client.get(script, headers={"Origin": EMBEDDING_SITE})
    plain = await client.get(script, headers={"Accept-Encoding": "identity"})
    answer = await client.get("/openapi.json")
    short = await client.get("/healthz")

    assert compressed.headers["content-encoding"] == "gzip"
    assert {"Origin", "Accept-Encoding"} <= set(compressed.headers["vary"].split(", "))
    assert compressed.headers["x-content-type-options"] == "nosniff"
    assert "content-encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["vary"]
    assert compressed.text == plain.text
    assert answer.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in short.headers


async def test_a_pieced_answer_arrives_whole_and_what_is_packed_already_is_left_alone(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    async def pieces() -> AsyncIterator[str]:
        for number in range(100):
            yield f"第 {number} 条。" * 20

    @app.get("/pieces")
    async def in_pieces(media_type: str) -> Response:
        return StreamingResponse(pieces(), media_type=media_type)

    text = await client.get("/pieces", params={"media_type": "text/plain"})
    events = await client.get("/pieces", params={"media_type": "text/event-stream"})
    paper = await client.get("/pieces", params={"media_type": word})

    assert text.headers["content-encoding"] == "gzip"
    assert text.text == "".join([piece async for piece in pieces()])
    assert "content-encoding" not in events.headers
    assert "content-encoding" not in paper.headers


@pytest.mark.parametrize("path", ["/healthz", "/docs", "/docs/start.js", "/openapi.json"])
async def test_head_tells_what_get_would_send_without_sending_it(
    client: httpx.AsyncClient, path: str
) -> None:
    head, get = await client.head(path), await client.get(path)

    assert (head.status_code, head.content) == (200, b"")
    assert unnamed(head) == unnamed(get)


def unnamed(answer: httpx.Response) -> dict[str, str]:
    """The headers without the one that is each request's own."""
    return {name: value for name, value in answer.headers.items() if name != "x-request-id"}


async def test_head_where_nothing_can_be_got_is_refused(client: httpx.AsyncClient) -> None:
    assert (await client.head("/api/nothing")).status_code == 404
    assert (await client.head("/api/conversations")).status_code == 405


async def test_the_reference_loads_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")

    assert page.status_code == 200
    assert "://" not in page.text
    assert "script-src 'self';" in page.headers["content-security-policy"]
    for path in ("/docs/start.js", "/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css"):
        assert path.split("/")[-1] in page.text
        assert (await client.get(path)).status_code == 200


async def test_the_description_of_the_interface_names_every_public_call(
    client: httpx.AsyncClient,
) -> None:
    description = (await client.get("/openapi.json")).json()

    # Those of the desk are found and tried by tests/api/accounts/test_every_route.py.
    of_visitors = {path for path in description["paths"] if not path.startswith("/api/desk/")}
    assert of_visitors == {
        "/api/conversations",
        "/api/conversations/{conversation_id}",
        "/api/conversations/{conversation_id}/messages",
        "/api/conversations/{conversation_id}/handoff",
        "/api/conversations/{conversation_id}/typing",
        "/api/conversations/{conversation_id}/events",
        "/api/conversations/{conversation_id}/place",
        "/api/conversations/{conversation_id}/deadlines.ics",
        "/api/conversations/{conversation_id}/drafts",
        "/api/conversations/{conversation_id}/drafts/{key}.docx",
        "/api/conversations/{conversation_id}/export",
        "/api/conversations/{conversation_id}/files",
        "/api/conversations/{conversation_id}/files/{file_id}",
        "/api/banner",
        "/api/conversations/{conversation_id}/satisfaction",
        "/api/conversations/{conversation_id}/move",
        "/api/moves",
        "/api/moves/link",
        "/api/cti/calls",
        "/api/tickets/{number}",
        "/api/tickets/{number}/export",
        "/api/tickets/{number}/delete",
        "/api/tickets/{number}/satisfaction",
        "/api/privacy-notice",
        "/api/search",
        "/healthz",
        "/readyz",
    }
    assert "HTTPValidationError" not in description["components"]["schemas"]
