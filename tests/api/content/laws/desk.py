"""Somebody at the desk who takes laws in, as the tests need him."""

from base64 import b64encode
from typing import Any

import httpx
from fastapi import FastAPI

from api.accounts.access import Staff
from api.content import catalogue
from tests.api.content.laws.texts import NEW
from tests.api.staff import OPERATOR, SUPERVISOR, signs_in

PATH = "/api/desk/content/laws"
DETAILS = {
    "law": "测试条例",
    "name": "测试条例",
    "kind": "行政法规",
    "version_date": "2026-10-01",
    "in_force_from": "2027-03-01",
    "publisher": "国务院",
    "document_number": "国务院令第999号",
    "address": "https://example.invalid/test",
}


class LawDesk:
    """Who takes in is an operator, who publishes a supervisor, unless told otherwise."""

    def __init__(self, app: FastAPI, client: httpx.AsyncClient) -> None:
        self.app, self.client = app, client

    async def settles(self) -> None:
        items = catalogue.read(self.app.state.workshop.base)
        await catalogue.take_in(self.app.state.database, items, at=self.app.state.clock.now())
        await self.app.state.following.look()

    async def asks(
        self, method: str, path: str = "", by: Staff = OPERATOR, **more: Any
    ) -> httpx.Response:
        signs_in(self.app, by)
        return await self.client.request(method, f"{PATH}{path}", **more)

    async def uploads(self, name: str, data: bytes, by: Staff = OPERATOR) -> httpx.Response:
        body = {"name": name, "data": b64encode(data).decode()}
        return await self.asks("POST", "/imports", by, json=body)

    async def reads(self, text: str = NEW, name: str = "测试条例.txt") -> dict[str, Any]:
        """An import of a text."""
        made = await self.uploads(name, text.encode())
        assert made.status_code == 201, made.text
        whole: dict[str, Any] = made.json()
        return whole

    async def refused(self, name: str, data: bytes) -> str:
        """Why a file is not read."""
        answer = await self.uploads(name, data)
        assert (answer.status_code, answer.json()["code"]) == (422, "law_file_refused"), answer.text
        detail: str = answer.json()["detail"]
        return detail

    async def saves(self, whole: dict[str, Any], **changes: Any) -> dict[str, Any]:
        body = {"details": DETAILS, "moves": None, "over": whole["version"]} | changes
        kept = await self.asks("PUT", f"/imports/{whole['id']}", json=body)
        assert kept.status_code == 200, kept.text
        saved: dict[str, Any] = kept.json()
        return saved

    async def hands_in(self, whole: dict[str, Any]) -> dict[str, Any]:
        answer = await self.asks(
            "POST", f"/imports/{whole['id']}/hand-in", json={"note": "逐条核对过"}
        )
        assert answer.status_code == 200, answer.text
        handed: dict[str, Any] = answer.json()
        return handed

    async def publishes(self, whole: dict[str, Any]) -> None:
        """A supervisor proves and activates all of an import."""
        answer = await self.asks("POST", f"/imports/{whole['id']}/prove", SUPERVISOR, json={})
        assert answer.status_code == 202, answer.text
        await self.app.state.press.done()
        path = f"/api/desk/content/releases/{answer.json()['id']}/activate"
        active = await self.client.post(path, json={})
        assert active.status_code == 200, active.text
        await self.app.state.following.look()
