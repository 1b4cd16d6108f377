"""The dialogue engine's one channel: with the token everything that the service needs, without it
nothing, and nothing else at all. A real server of Rasa's, with a fake agent behind it.
"""

import asyncio
import logging
import socket
from typing import Any, Awaitable, Callable, Dict, List, Tuple

import aiohttp
import pytest
from rasa.core.channels import channel
from rasa.core.run import configure_app
from sanic import Sanic

from bot.door import Door

TOKEN = "geheim"
SAID = {"sender": "t1", "message": "有人冒用商标 13812345678", "metadata": {"turn": "t1"}}
Ask = Callable[..., Awaitable[Tuple[int, Any]]]


class FakeAgent:
    """Rasa's agent as far as the door uses it; `fails` with an error that holds the words."""

    def __init__(self) -> None:
        self.heard: List[channel.UserMessage] = []
        self.fails = False

    async def handle_message(self, message: channel.UserMessage) -> None:
        self.heard.append(message)
        if self.fails:
            raise RuntimeError(message.text)
        await message.output_channel.send_text_message(message.sender_id, "听到了")

    async def parse_message(self, text: str) -> Dict[str, Any]:
        return {"text": text, "intent": {"name": "infringed"}}


def at_the_door(
    agent: FakeAgent, visit: Callable[[Ask], Awaitable[None]], token: str = TOKEN
) -> None:
    """Run `visit` against a server of Rasa's with this channel and no HTTP API."""

    async def serve() -> None:
        Sanic._app_registry.clear()  # Rasa gives every application the same name
        app = configure_app([Door.from_credentials({"token": token})], enable_api=False)
        app.ctx.agent = agent
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        server = await app.create_server(sock=listening, return_asyncio_server=True)
        await server.startup()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with aiohttp.ClientSession() as client:

            async def ask(
                method: str, path: str, body: Any = None, sent: str = TOKEN
            ) -> Tuple[int, Any]:
                headers = {"Authorization": f"Bearer {sent}"} if sent else {}
                async with client.request(
                    method, address + path, json=body, headers=headers
                ) as answer:
                    is_json = answer.content_type == "application/json"
                    return answer.status, await answer.json() if is_json else None

            await visit(ask)
        server.close()
        await server.wait_closed()

    asyncio.run(serve())


def test_who_has_the_token_is_heard_and_understood() -> None:
    agent = FakeAgent()

    async def visit(ask: Ask) -> None:
        assert await ask("POST", "/webhooks/rest/webhook", SAID) == (
            200,
            [{"recipient_id": "t1", "text": "听到了"}],
        )
        assert await ask("POST", "/webhooks/rest/parse", {"text": "商标"}) == (
            200,
            {"text": "商标", "intent": {"name": "infringed"}},
        )

    at_the_door(agent, visit)
    [heard] = agent.heard
    assert (heard.text, heard.sender_id, heard.metadata) == (SAID["message"], "t1", {"turn": "t1"})


@pytest.mark.parametrize("sent", ["", "wrong", "geheim2"])
def test_without_the_token_nothing_is_heard(sent: str) -> None:
    agent = FakeAgent()

    async def visit(ask: Ask) -> None:
        assert (await ask("POST", "/webhooks/rest/webhook", SAID, sent))[0] == 403
        assert (await ask("POST", "/webhooks/rest/parse", {"text": "x"}, sent))[0] == 403
        assert (await ask("GET", "/webhooks/rest/", None, sent))[0] == 200

    at_the_door(agent, visit)
    assert agent.heard == []


def test_an_empty_token_keeps_the_door_shut() -> None:
    async def visit(ask: Ask) -> None:
        assert (await ask("POST", "/webhooks/rest/webhook", SAID, ""))[0] == 403

    at_the_door(FakeAgent(), visit, token="")


def test_no_model_can_be_loaded_and_no_conversation_read_even_with_the_token() -> None:
    async def visit(ask: Ask) -> None:
        for method, path in (
            ("PUT", "/model"),
            ("DELETE", "/model"),
            ("POST", "/model/train"),
            ("POST", "/model/parse"),
            ("GET", "/conversations/t1/tracker"),
            ("POST", "/conversations/t1/tracker/events"),
            ("GET", "/domain"),
            ("GET", "/status"),
        ):
            assert (await ask(method, path, {"model_file": "/tmp/x.tar.gz"}))[0] == 404, path

    at_the_door(FakeAgent(), visit)


def test_a_failure_is_logged_without_the_visitors_words(caplog: pytest.LogCaptureFixture) -> None:
    agent = FakeAgent()
    agent.fails = True

    async def visit(ask: Ask) -> None:
        assert await ask("POST", "/webhooks/rest/webhook", SAID) == (200, [])

    with caplog.at_level(logging.DEBUG):
        at_the_door(agent, visit)
    assert "a message failed: RuntimeError" in caplog.text
    assert "13812345678" not in caplog.text and "冒用" not in caplog.text
