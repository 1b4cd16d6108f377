"""A visitor as the tests play one."""

from dataclasses import dataclass
from typing import Any

import httpx


@dataclass
class Visitor:
    client: httpx.AsyncClient
    id: str
    token: str
    greeting: list[dict[str, Any]]

    @classmethod
    async def arrives(cls, client: httpx.AsyncClient) -> "Visitor":
        opened = await client.post("/api/conversations", json={"channel": "web", "consent": True})
        assert opened.status_code == 201, opened.text
        conversation = opened.json()
        return cls(client, conversation["id"], conversation["token"], conversation["messages"])

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def posts(self, **body: Any) -> httpx.Response:
        return await self.client.post(
            f"/api/conversations/{self.id}/messages", json=body, headers=self.headers
        )

    async def says(self, text: str, **body: Any) -> dict[str, Any]:
        """The turn that follows."""
        response = await self.posts(text=text, **body)
        assert response.status_code == 200, response.text
        turn: dict[str, Any] = response.json()
        return turn

    async def sees(self, **query: Any) -> dict[str, Any]:
        """The conversation as it stands."""
        response = await self.client.get(
            f"/api/conversations/{self.id}", params=query, headers=self.headers
        )
        assert response.status_code == 200, response.text
        snapshot: dict[str, Any] = response.json()
        return snapshot

    async def heard(self) -> list[tuple[str, str]]:
        """Role and text of everything said, without the greeting."""
        return [
            (message["role"], message["text"]) for message in (await self.sees())["messages"][1:]
        ]
