from pathlib import Path

import httpx
import pytest

from api.settings import Settings
from tests.api.problems import problem


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the kind of database."""
    return sqlite_url


@pytest.fixture
def dist(settings: Settings) -> Path:
    """A built front end."""
    assets = settings.web_dist / "assets"
    assets.mkdir(parents=True)
    (settings.web_dist / "index.html").write_text("<!doctype html><p>热线", encoding="utf-8")
    (settings.web_dist / "console.html").write_text("<!doctype html><p>工作台", encoding="utf-8")
    (settings.web_dist / "widget.js").write_text("widget()", encoding="utf-8")
    (assets / "page-abc123.js").write_text("page()", encoding="utf-8")
    return settings.web_dist


async def test_the_page_the_widget_and_the_assets_are_served(
    dist: Path, client: httpx.AsyncClient
) -> None:
    page, widget = await client.get("/"), await client.get("/widget.js")
    asset = await client.get("/assets/page-abc123.js")

    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "热线" in page.text
    assert (widget.text, widget.headers["cache-control"]) == ("widget()", "no-cache")
    assert widget.headers["content-type"].startswith("text/javascript")
    assert (asset.text, asset.headers["cache-control"]) == (
        "page()",
        "public, max-age=31536000, immutable",
    )


async def test_the_desk_is_served_and_may_show_pictures_that_it_has_fetched(
    dist: Path, client: httpx.AsyncClient
) -> None:
    desk, page = await client.get("/desk"), await client.get("/")

    assert ("工作台" in desk.text, desk.headers["cache-control"]) == (True, "no-cache")
    assert "img-src 'self' data: blob:;" in desk.headers["content-security-policy"]
    assert "blob:" not in page.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", "/desk", "/widget.js", "/assets/page-abc123.js"])
async def test_monitors_may_ask_with_head(dist: Path, client: httpx.AsyncClient, path: str) -> None:
    answer = await client.head(path)

    assert (answer.status_code, answer.content) == (200, b"")


async def test_a_front_end_that_was_not_built_is_said_so_in_chinese(
    client: httpx.AsyncClient,
) -> None:
    page = await client.get("/")

    assert page.status_code == 503
    assert "还没有构建" in page.text
    assert "还没有构建" in (await client.get("/desk")).text
    problem(await client.get("/widget.js"), 404, "not_found")
    problem(await client.get("/assets/page.js"), 404, "not_found")


async def test_nothing_outside_the_assets_can_be_read(
    dist: Path, client: httpx.AsyncClient
) -> None:
    (dist / "secret.txt").write_text("secret", encoding="utf-8")

    for path in ("/assets/../secret.txt", "/assets/%2e%2e/secret.txt", "/assets/..%2fsecret.txt"):
        assert (await client.get(path)).status_code == 404
