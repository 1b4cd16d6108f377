"""Editors and reviewers at work, as the tests need them."""

from typing import Any

import httpx
from fastapi import FastAPI

from api.accounts.access import Staff
from api.content import catalogue
from tests.api.staff import OPERATOR, SUPERVISOR, signs_in

PATH = "/api/desk/content"
TERM = {"kind": "term", "file": "terms.yml", "key": "异议"}
ANSWER = {"kind": "answer", "file": "answers/marks.yml", "key": "opposition"}
NEW_TERM = "异议: 三个月里提出反对\n"
NEW_ANSWER = """\
id: opposition
asks: [异议期多久, 公告期几个月, 能反对多久]
says: 三个月，从公告那天起算。
"""


class Newsroom:
    """Who writes is an operator, who reviews a supervisor, unless told otherwise."""

    def __init__(self, app: FastAPI, client: httpx.AsyncClient) -> None:
        self.app, self.client = app, client

    async def settles(self) -> None:
        """Let the list hold what is shipped, and this process look what is in use."""
        following = self.app.state.following
        items = catalogue.read(self.app.state.workshop.base)
        await catalogue.take_in(self.app.state.database, items, at=self.app.state.clock.now())
        await following.look()

    async def get(self, path: str, **query: Any) -> Any:
        response = await self.client.get(f"{PATH}{path}", params=query)
        assert response.status_code == 200, response.text
        return response.json()

    async def post(self, path: str, body: Any = None, by: Staff = SUPERVISOR) -> httpx.Response:
        signs_in(self.app, by)
        return await self.client.post(f"{PATH}{path}", json=body or {})

    async def version(self, named: dict[str, str] = TERM) -> int:
        signs_in(self.app, OPERATOR)
        found = await self.get(f"/items/{named['kind']}/{named['file']}", key=named["key"])
        version: int = found["item"]["version"]
        return version

    async def proposes(
        self, body: str | None = NEW_TERM, by: Staff = OPERATOR, **changes: Any
    ) -> dict[str, Any]:
        """A draft of a change to a term, unless told otherwise."""
        named = changes.pop("named", TERM)
        over = {"over": await self.version(named)} if "over" not in changes else {}
        told = named | {"body": body, "reason": "说得更清楚"} | over | changes
        response = await self.post("/revisions", told, by)
        assert response.status_code == 201, response.text
        revision: dict[str, Any] = response.json()
        return revision

    async def submits(self, revision: dict[str, Any], by: Staff = OPERATOR) -> None:
        response = await self.post(f"/revisions/{revision['id']}/submit", by=by)
        assert response.status_code == 204, response.text

    async def proves(self, revision: dict[str, Any], by: Staff = SUPERVISOR) -> dict[str, Any]:
        """The release with this revision, once it is proved or failed."""
        response = await self.post(f"/revisions/{revision['id']}/prove", by=by)
        assert response.status_code == 202, response.text
        await self.app.state.press.done()
        release: dict[str, Any] = await self.get(f"/releases/{response.json()['id']}")
        return release

    async def activates(self, release: dict[str, Any], by: Staff = SUPERVISOR) -> dict[str, Any]:
        response = await self.post(f"/releases/{release['id']}/activate", by=by)
        assert response.status_code == 200, response.text
        await self.app.state.following.look()
        active: dict[str, Any] = response.json()
        return active

    async def publishes(self, body: str | None = NEW_TERM, **changes: Any) -> dict[str, Any]:
        """The release that brings a change, in use or scheduled."""
        revision = await self.proposes(body, **changes)
        await self.submits(revision)
        return await self.activates(await self.proves(revision))

    def told(self) -> str:
        """The terms that this process speaks from."""
        file = self.app.state.voice().content / "terms.yml"
        text: str = file.read_text(encoding="utf-8")
        return text
