"""Requests that are not as they should be, against the running helpline."""

import itertools
import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

URL = os.environ.get("HELPLINE_TEST_URL", "")


@pytest.fixture
def client() -> httpx.Client:
    assert URL, "these need a running helpline: start them with ./helpline test"
    return httpx.Client(base_url=URL, timeout=60, trust_env=False)


@pytest.fixture
def path(client: httpx.Client) -> str:
    opened = client.post("/api/conversations", json={"channel": "web", "consent": True}).json()
    client.headers["Authorization"] = f"Bearer {opened['token']}"
    return f"/api/conversations/{opened['id']}"


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"].startswith("application/problem+json")
    body: dict[str, Any] = answer.json()
    assert any("一" <= char <= "鿿" for char in body["detail"])
    return answer.status_code, body["code"]


def test_nothing_at_all_is_told_so(client: httpx.Client, path: str) -> None:
    assert problem(client.post(f"{path}/messages", json={"text": "   "})) == (422, "text_empty")


def test_three_thousand_characters_are_too_many_and_it_says_how_many(
    client: httpx.Client, path: str
) -> None:
    answer = client.post(f"{path}/messages", json={"text": "侵" * 3000})
    assert problem(answer) == (422, "text_too_long")
    assert "3000" in answer.json()["detail"]


def test_a_wrong_token_opens_nothing(client: httpx.Client, path: str) -> None:
    wrong = {"Authorization": "Bearer nonsense"}
    assert problem(client.post(f"{path}/messages", json={"text": "你好"}, headers=wrong)) == (
        401,
        "token_wrong",
    )


def test_an_unknown_conversation_is_told_so(client: httpx.Client, path: str) -> None:
    unknown = f"/api/conversations/{uuid.uuid4()}/messages"
    assert problem(client.post(unknown, json={"text": "你好"})) == (404, "conversation_unknown")


def test_a_body_that_is_no_json_is_told_so(client: httpx.Client, path: str) -> None:
    answer = client.post(
        f"{path}/messages", content=b"{text:", headers={"Content-Type": "application/json"}
    )
    assert problem(answer) == (400, "bad_json")


def test_twenty_messages_at_once_are_all_answered_in_order(client: httpx.Client, path: str) -> None:
    texts = [f"我在赣州，第{number}次说：有人卖我们商标的假货" for number in range(20)]
    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(lambda text: client.post(f"{path}/messages", json={"text": text}), texts)
        )
    assert {answer.status_code for answer in answers} == {200}
    kept = [
        message for message in client.get(path).json()["messages"] if message["role"] != "system"
    ]
    said = [message["text"] for message in kept if message["role"] == "visitor"]
    assert sorted(said) == sorted(texts)
    followers = [
        after["role"] for before, after in itertools.pairwise(kept) if before["role"] == "visitor"
    ]
    assert set(followers) == {"bot"}


def test_the_same_message_sent_again_gives_the_same_turn_and_no_second_ticket(
    client: httpx.Client, path: str
) -> None:
    message = {"text": "有人在新余假冒我的注册商标", "client_message_id": str(uuid.uuid4())}
    first, second = (client.post(f"{path}/messages", json=message).json() for _ in range(2))
    assert first == second
    assert sum(m["role"] == "visitor" for m in client.get(path).json()["messages"]) == 1
