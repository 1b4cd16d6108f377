import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from api.app import create_app
from api.dialogue.engine import Dialogue
from api.settings import Settings
from knowledge.answers.responses import Responses
from tests.api.conftest import SECRET
from tests.api.problems import problem
from tests.fakes import FakeKnowledge, FakeRasa


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the kind of database."""
    return sqlite_url


class Speak(Action):
    def name(self) -> str:
        return "action_speak"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> list[dict[str, Any]]:
        dispatcher.utter_message(text=f"{tracker.sender_id}，您好", json_message={"citations": []})
        return [{"event": "slot", "name": "city", "value": "赣州市", "timestamp": None}]


class Reject(Action):
    def name(self) -> str:
        return "action_reject"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> list[dict[str, Any]]:
        raise ActionExecutionRejection(self.name(), "not now")


class Fail(Action):
    def name(self) -> str:
        return "action_fail"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> list[dict[str, Any]]:
        raise RuntimeError("cannot reach 13812345678")


@pytest.fixture
async def app(
    settings: Settings, rasa: FakeRasa, knowledge: FakeKnowledge
) -> AsyncIterator[FastAPI]:
    app = create_app(
        settings, Dialogue("http://rasa", 8, rasa), knowledge, actions=[Speak(), Reject(), Fail()]
    )
    async with app.router.lifespan_context(app):
        yield app


def call(action: str, padding: str = "") -> dict[str, Any]:
    tracker = {
        "sender_id": "c1",
        "slots": {},
        "latest_message": {"text": padding},
        "events": [],
        "active_loop": {},
    }
    return {"next_action": action, "sender_id": "c1", "tracker": tracker, "version": "3.6.21"}


async def ask(client: httpx.AsyncClient, action: str, **changes: Any) -> httpx.Response:
    return await client.post(
        "/webhook", **{"params": {"token": SECRET}, "json": call(action), **changes}
    )


async def test_an_action_runs_and_answers_in_rasas_form(client: httpx.AsyncClient) -> None:
    response = await ask(client, "action_speak")

    assert response.status_code == 200
    answer = response.json()
    assert answer["events"] == [
        {"event": "slot", "name": "city", "value": "赣州市", "timestamp": None}
    ]
    assert answer["responses"][0]["text"] == "c1，您好"
    assert answer["responses"][0]["custom"] == {"citations": []}


async def test_what_stays_on_this_machine_is_not_compressed(client: httpx.AsyncClient) -> None:
    long = call("action_speak")
    long["tracker"]["sender_id"] = "c" * 2000

    response = await ask(client, "action_speak", json=long)

    assert len(response.content) > 1024
    assert "content-encoding" not in response.headers


async def test_a_rejection_is_told_as_rasa_expects_it(client: httpx.AsyncClient) -> None:
    response = await ask(client, "action_reject")

    assert (response.status_code, response.json()) == (
        400,
        {"error": "not now", "action_name": "action_reject"},
    )


async def test_an_action_that_fails_speaks_and_is_logged(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    response = await ask(client, "action_fail")

    assert (response.status_code, response.json()) == (
        200,
        {"events": [], "responses": [Responses.load().worded({"response": "utter_trouble"})]},
    )
    assert "您的话已经保存" in response.json()["responses"][0]["text"]
    assert caplog.records[-1].getMessage() == "action action_fail failed"
    assert caplog.records[-1].exc_info


async def test_an_unknown_action_is_an_error_for_rasa(client: httpx.AsyncClient) -> None:
    response = await ask(client, "action_nothing")

    assert response.status_code == 404
    assert response.json()["action_name"] == "action_nothing"


@pytest.mark.parametrize("token", ["", "wrong", "只有我们知", "\x00"])
async def test_without_the_secret_nothing_runs(client: httpx.AsyncClient, token: str) -> None:
    problem(
        await ask(client, "action_speak", params={"token": token}), 403, "action_call_forbidden"
    )


async def test_a_call_from_another_machine_is_refused(app: FastAPI) -> None:
    transport = httpx.ASGITransport(app, client=("192.0.2.7", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://helpline") as stranger:
        problem(await ask(stranger, "action_speak"), 403, "action_call_forbidden")


async def test_a_call_that_a_proxy_handed_on_is_refused(client: httpx.AsyncClient) -> None:
    response = await ask(client, "action_speak", headers={"X-Forwarded-For": "127.0.0.1"})

    problem(response, 403, "action_call_forbidden")


async def test_an_empty_secret_keeps_the_door_shut(
    settings: Settings, rasa: FakeRasa, knowledge: FakeKnowledge
) -> None:
    bare = settings.model_copy(update={"action_secret": type(settings.action_secret)("")})
    app = create_app(bare, Dialogue("http://rasa", 8, rasa), knowledge, actions=[Speak()])
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://helpline") as client,
    ):
        problem(
            await ask(client, "action_speak", params={"token": ""}), 403, "action_call_forbidden"
        )


async def test_a_long_tracker_from_this_machine_is_read(client: httpx.AsyncClient) -> None:
    long = call("action_speak", "长" * 200_000)

    assert (await ask(client, "action_speak", json=long)).status_code == 200


async def test_a_long_body_from_another_machine_is_not(app: FastAPI) -> None:
    transport = httpx.ASGITransport(app, client=("192.0.2.7", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://helpline") as stranger:
        response = await ask(stranger, "action_speak", json=call("action_speak", "长" * 200_000))
    problem(response, 413, "body_too_large")


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff"])
async def test_a_call_that_cannot_be_read_is_refused(
    client: httpx.AsyncClient, content: bytes
) -> None:
    headers = {"Content-Type": "application/json"}
    response = await client.post(
        "/webhook", params={"token": SECRET}, content=content, headers=headers
    )

    problem(response, 400, "bad_json")


async def test_a_call_with_a_domain_hands_it_to_the_action(client: httpx.AsyncClient) -> None:
    with_domain = json.loads(json.dumps({**call("action_speak"), "domain": {"intents": []}}))

    assert (await ask(client, "action_speak", json=with_domain)).status_code == 200
