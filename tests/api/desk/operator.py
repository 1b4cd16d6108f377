"""An operator as the tests play one, in front of a console."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI

from api.accounts.roles import Role
from tests.api.desk import Colleague


@dataclass(frozen=True)
class Operator:
    who: Colleague

    @classmethod
    async def comes(cls, app: FastAPI, name: str, role: Role = Role.OPERATOR) -> "Operator":
        return cls(await Colleague.comes(app, role, f"{name}某", display_name=f"{name}老师"))

    @property
    def id(self) -> int:
        return self.who.user.id

    @property
    def name(self) -> str:
        return self.who.user.display_name

    @property
    def headers(self) -> dict[str, str]:
        """What the console's browser sends along."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.who.client.cookies.items())
        return {"Cookie": cookies}

    async def asks(self, method: str, path: str, **more: Any) -> httpx.Response:
        """A call of the desk, whatever comes of it."""
        if method in ("POST", "PUT", "PATCH"):
            more.setdefault("json", {})
        return await self.who.client.request(method, f"/api/desk{path}", **more)

    async def gets(self, path: str, **query: Any) -> Any:
        response = await self.asks("GET", path, params=query)
        assert response.status_code == 200, response.text
        return response.json()

    async def does(self, conversation_id: str, what: str, **body: Any) -> Any:
        """An act on a conversation that succeeds."""
        response = await self.tries(conversation_id, what, **body)
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
