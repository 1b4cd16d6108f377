"""The one door of the dialogue engine: a channel that wants a token.

Rasa's own HTTP API can read and change every conversation, and load a model, which is code, from
any path or address. So it stays off, and what the service needs stands here: to say something, to
have a text understood, to ask whether anybody is there. The token comes in the environment: a
command line can be read by every user of the machine.
"""

import hmac
import logging
from asyncio import CancelledError
from functools import wraps
from typing import Any, Awaitable, Callable, Coroutine, Dict, Optional, Text

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.shared.core.events import ActiveLoop, SlotSet
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

log = logging.getLogger(__name__)

Handler = Callable[[Request], Coroutine[Any, Any, HTTPResponse]]
Hear = Callable[[UserMessage], Awaitable[Any]]


class Door(InputChannel):
    """Lets in who carries the token as `Authorization: Bearer`; without a token set, nobody."""

    def __init__(self, token: Text) -> None:
        self._token = token

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[Text, Any]]) -> "Door":
        return cls(str((credentials or {}).get("token") or ""))

    @classmethod
    def name(cls) -> Text:
        return "rest"

    def blueprint(self, on_new_message: Hear) -> Blueprint:
        """The calls GET /, POST /webhook and POST /parse below the channel's address."""
        calls = Blueprint(f"helpline_{self.name()}", __name__)

        async def alive(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        async def receive(request: Request) -> HTTPResponse:
            said = request.json
            if form := said.get("form"):
                await _begin(request.app.ctx.agent, said["sender"], form)
            return response.json(await _replies(on_new_message, said))

        async def parse(request: Request) -> HTTPResponse:
            return response.json(await request.app.ctx.agent.parse_message(request.json["text"]))

        calls.add_route(alive, "/", methods=["GET"])
        calls.add_route(self._with_token(receive), "/webhook", methods=["POST"])
        calls.add_route(self._with_token(parse), "/parse", methods=["POST"])
        return calls

    def _with_token(self, handler: Handler) -> Handler:
        @wraps(handler)
        async def guarded(request: Request) -> HTTPResponse:
            sent = request.token or ""
            right = bool(self._token) and hmac.compare_digest(sent.encode(), self._token.encode())
            return await handler(request) if right else response.json({"error": "token"}, 403)

        return guarded


async def _begin(agent: Any, sender: Text, form: Dict[Text, Any]) -> None:
    """Lay into the fresh tracker of a turn that a form asks, and the slots that it knows."""
    tracker = await agent.processor.fetch_tracker_with_initial_session(sender)
    tracker.update(ActiveLoop(form["name"]))
    for slot, value in form["slots"].items():
        tracker.update(SlotSet(slot, value))
    await agent.tracker_store.save(tracker)


async def _replies(hear: Hear, said: Dict[Text, Any]) -> Any:
    """What the bot says; a failure is logged by its kind alone, without the visitor's words."""
    heard = CollectingOutputChannel()
    message = UserMessage(
        said.get("message"),
        heard,
        said.get("sender"),
        input_channel=Door.name(),
        metadata=said.get("metadata"),
    )
    try:
        await hear(message)
    except CancelledError:
        log.error("a message was given up: its sender did not wait")
    except Exception as error:  # noqa: BLE001 - the caller hears an empty answer and goes on alone
        log.error("a message failed: %s", type(error).__name__)
    return heard.messages
