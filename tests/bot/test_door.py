"""The dialogue engine's one channel: with the token everything that the service needs, without it
nothing, and nothing else at all. A real server of Rasa's, with a fake agent behind it.
"""

import asyncio
import logging
import socket
import threading
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

import pytest
import requests
from rasa.core.channels import channel
from rasa.core.run import configure_app
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.door import Door
from bot.tracker_store import MOST_KEPT, TurnTrackerStore

TOKEN = "geheim"
SAID = {"sender": "t1", "message": "有人冒用商标 13812345678", "metadata": {"turn": "t1"}}
FORM = {"name": "ticket_form", "slots": {"requested_slot": "contact", "situation": "infringed"}}
Ask = Callable[..., Tuple[int, Any]]


class FakeAgent:
    """Rasa's agent as far as the door uses it; `fails` with an error that holds the words."""

    def __init__(self) -> None:
        self.heard: List[channel.UserMessage] = []
        self.fails = False
        self.tracker_store = TurnTrackerStore(Domain.empty())
        self.processor = self

    async def handle_message(self, message: channel.UserMessage) -> None:
        self.heard.append(message)
        if self.fails:
            raise RuntimeError(message.text)
        await message.output_channel.send_text_message(message.sender_id, "听到了")

    async def fetch_tracker_with_initial_session(self, sender: str) -> DialogueStateTracker:
        return DialogueStateTracker(sender, [AnySlot(slot, mappings=[]) for slot in FORM["slots"]])

    async def parse_message(self, text: str) -> Dict[str, Any]:
        return {"text": text, "intent": {"name": "infringed"}}


class ShutDoor(Door):
    """A second channel beside the first, of which nobody knows a token."""

    @classmethod
    def name(cls) -> str:
        return "shut"


@pytest.fixture(scope="module")
def server() -> Iterator[Tuple[Any, str]]:
    """A server of Rasa's with these channels and no HTTP API, and its address. One for all tests:
    Sanic rewrites its own code for the first server of a process, and cannot do so twice.
    """
    app = configure_app(
        [Door.from_credentials({"token": TOKEN}), ShutDoor.from_credentials(None)],
        enable_api=False,
    )
    listening, loop = socket.socket(), asyncio.new_event_loop()
    listening.bind(("127.0.0.1", 0))

    async def start() -> None:
        running = await app.create_server(sock=listening, return_asyncio_server=True)
        await running.startup()

    loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield app, f"http://127.0.0.1:{listening.getsockname()[1]}"
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


@pytest.fixture
def agent(server: Tuple[Any, str]) -> FakeAgent:
    agent = FakeAgent()
    server[0].ctx.agent = agent
    return agent


@pytest.fixture
def ask(server: Tuple[Any, str], agent: FakeAgent) -> Ask:
    def call(method: str, path: str, body: Any = None, sent: str = TOKEN) -> Tuple[int, Any]:
        headers = {"Authorization": f"Bearer {sent}"} if sent else {}
        answer = requests.request(method, server[1] + path, json=body, headers=headers, timeout=60)
        is_json = answer.headers.get("content-type") == "application/json"
        return answer.status_code, answer.json() if is_json else None

    return call


def test_who_has_the_token_is_heard_and_understood(agent: FakeAgent, ask: Ask) -> None:
    assert ask("POST", "/webhooks/rest/webhook", SAID) == (
        200,
        [{"recipient_id": "t1", "text": "听到了"}],
    )
    assert ask("POST", "/webhooks/rest/parse", {"text": "商标"}) == (
        200,
        {"text": "商标", "intent": {"name": "infringed"}},
    )
    [heard] = agent.heard
    assert (heard.text, heard.sender_id, heard.metadata) == (SAID["message"], "t1", {"turn": "t1"})


def test_a_turn_begins_with_the_form_that_asks(agent: FakeAgent, ask: Ask) -> None:
    ask("POST", "/webhooks/rest/webhook", {**SAID, "form": FORM})

    tracker = asyncio.run(agent.tracker_store.retrieve("t1"))
    assert tracker is not None and tracker.active_loop_name == "ticket_form"


async def kept_of(text: Optional[str]) -> List[str]:
    """The turns that are kept when a tracker with this message is saved."""
    store = TurnTrackerStore(Domain.empty())
    tracker = DialogueStateTracker("t1", [])
    await store.save(tracker)
    if text:
        tracker.update(UserUttered(text))
        await store.save(tracker)
    return list(store.store)


def test_nothing_that_a_visitor_said_is_kept_when_the_turn_is_over() -> None:
    assert asyncio.run(kept_of(None)) == ["t1"]
    assert asyncio.run(kept_of("我电话13812345678")) == []


async def crowded() -> int:
    store = TurnTrackerStore(Domain.empty())
    for number in range(MOST_KEPT + 10):
        await store.save(DialogueStateTracker(f"t{number}", []))
    return len(store.store)


def test_turns_whose_messages_never_come_are_forgotten() -> None:
    assert asyncio.run(crowded()) == MOST_KEPT


@pytest.mark.parametrize("sent", ["", "wrong", "geheim2"])
def test_without_the_token_nothing_is_heard(agent: FakeAgent, ask: Ask, sent: str) -> None:
    assert ask("POST", "/webhooks/rest/webhook", SAID, sent)[0] == 403
    assert ask("POST", "/webhooks/rest/parse", {"text": "x"}, sent)[0] == 403
    assert ask("GET", "/webhooks/rest/", None, sent)[0] == 200
    assert agent.heard == []


@pytest.mark.parametrize("sent", ["", TOKEN])
def test_without_a_token_set_the_door_is_shut(agent: FakeAgent, ask: Ask, sent: str) -> None:
    assert ask("POST", "/webhooks/shut/webhook", SAID, sent)[0] == 403
    assert agent.heard == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/model"),
        ("DELETE", "/model"),
        ("POST", "/model/train"),
        ("POST", "/model/parse"),
        ("GET", "/conversations/t1/tracker"),
        ("POST", "/conversations/t1/tracker/events"),
        ("GET", "/domain"),
        ("GET", "/status"),
    ],
)
def test_no_model_can_be_loaded_and_no_conversation_read_even_with_the_token(
    ask: Ask, method: str, path: str
) -> None:
    assert ask(method, path, {"model_file": "/tmp/x.tar.gz"})[0] == 404


def test_a_failure_is_logged_without_the_visitors_words(
    agent: FakeAgent, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    agent.fails = True

    with caplog.at_level(logging.INFO):
        assert ask("POST", "/webhooks/rest/webhook", SAID) == (200, [])

    assert "a message failed: RuntimeError" in caplog.text
    assert "13812345678" not in caplog.text and "冒用" not in caplog.text
