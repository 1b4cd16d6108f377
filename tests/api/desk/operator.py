"""An operator as the tests play one: who he is stands in a header, in the place of a session."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI, Request

from api.accounts.access import NotSignedIn, Staff, staff_of
from api.accounts.roles import Role

WHO = "X-Staff"
STAFF = {
    1: Staff(1, "li", "李老师", Role.OPERATOR),
    2: Staff(2, "wang", "王老师", Role.OPERATOR),
    3: Staff(3, "zhou", "周班长", Role.SUPERVISOR),
    4: Staff(4, "admin", "管理员", Role.ADMIN),
    5: Staff(5, "chen", "陈分析", Role.ANALYST),
}


def let_in_by_header(app: FastAPI) -> None:
    """Let the header say who asks; whoever sends none is not signed in."""

    async def named(request: Request) -> Staff:
        try:
            return STAFF[int(request.headers[WHO])]
        except KeyError:
            raise NotSignedIn from None

    app.dependency_overrides[staff_of] = named


@dataclass(frozen=True)
class Operator:
    client: httpx.AsyncClient
    id: int

    @property
    def name(self) -> str:
        return STAFF[self.id].display_name

    @property
    def headers(self) -> dict[str, str]:
        return {WHO: str(self.id)}

    async def asks(self, method: str, path: str, **more: Any) -> httpx.Response:
        """A call of the desk, whatever comes of it."""
        if method in ("POST", "PUT", "PATCH"):
            more.setdefault("json", {})
        return await self.client.request(method, f"/api/desk{path}", headers=self.headers, **more)

    async def gets(self, path: str, **query: Any) -> Any:
        response = await self.asks("GET", path, params=query)
        assert response.status_code == 200, response.text
        return response.json()

    async def does(self, conversation_id: str, what: str, **body: Any) -> Any:
        """An act on a conversation that succeeds."""
        response = await self.asks("POST", f"/conversations/{conversation_id}/{what}", json=body)
        assert response.status_code in (200, 201, 204), response.text
        return response.json() if response.content else None

    async def tries(self, conversation_id: str, what: str, **body: Any) -> httpx.Response:
        """An act on a conversation that may fail."""
        return await self.asks("POST", f"/conversations/{conversation_id}/{what}", json=body)

    async def is_there(self, state: str = "online") -> None:
        response = await self.asks("PUT", "/presence", json={"state": state})
        assert response.status_code == 200, response.text

    async def sees(self, conversation_id: str) -> dict[str, Any]:
        seen: dict[str, Any] = await self.gets(f"/conversations/{conversation_id}")
        return seen

    async def says(
        self, conversation_id: str, text: str, message_id: str | None = None, **more: Any
    ) -> dict[str, Any]:
        said: dict[str, Any] = await self.does(
            conversation_id,
            "messages",
            text=text,
            client_message_id=message_id or str(uuid4()),
            **more,
        )
        return said

    async def finds(self, box: str = "unanswered", **query: Any) -> list[str]:
        """The ids in a box, in order."""
        return [item["id"] for item in (await self.gets("/inbox", box=box, **query))["items"]]
