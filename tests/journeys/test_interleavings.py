"""The same conversation with Rasa, without it, and with a Rasa that comes and goes.

Two services share one database: one has the dialogue engine, the other never reaches it. Whoever
answers, what is known, the referral and the ticket come out the same.
"""

import os
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

THERE = os.environ.get("HELPLINE_TEST_URL", "")
ALONE = os.environ.get("HELPLINE_TEST_ALONE_URL", "")
# A wish for a ticket and what it is about, in one sentence.
AT_ONCE = [
    ["有人在网店里冒用我注册的牌子，帮我登记工单", "13812345678"],
    ["帮我登记工单，我的外观专利被隔壁厂抄了，在景德镇昌江区，电话13912345678"],
]
EVERY = 12  # of the journeys one in so many: each is talked three times

DIALOGUES = [
    pytest.param([turn["say"] for turn in journey["turns"]], id=f"{path.stem}: {journey['name']}")
    for path in sorted(Path(__file__).parent.glob("*.yml"))
    for journey in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)[::EVERY]
] + [pytest.param(texts, id=texts[0]) for texts in AT_ONCE]


class Visitor:
    """A conversation that goes on at whichever service is asked."""

    def __init__(self) -> None:
        assert THERE and ALONE, "these need two services: start them with ./helpline test"
        self._client = httpx.Client(timeout=60, trust_env=False)
        opened = self._client.post(
            f"{THERE}/api/conversations", json={"channel": "web", "consent": True}
        ).json()
        self._path = f"/api/conversations/{opened['id']}/messages"
        self._client.headers["Authorization"] = f"Bearer {opened['token']}"
        self._secret: dict[str, str] = {}

    def says(self, text: str, url: str) -> dict[str, Any]:
        """What the turn leads to, but for the words, in which variants of a phrase may differ."""
        for name, value in self._secret.items():
            text = text.replace(f"{{{name}}}", value)
        answered = self._client.post(f"{url}{self._path}", json={"text": text})
        assert answered.status_code == 200, answered.text
        turn = answered.json()
        ticket = turn["ticket"]
        if ticket and ticket["created"]:
            self._secret = {"number": ticket["number"], "code": ticket["code"]}
        return {
            "facts": turn["facts"],
            "referral": turn["referral"],
            "ticket": {**ticket, "number": None, "code": None} if ticket else None,
            "waits for a person": turn["handoff"] is not None,
            "messages": len(turn["messages"]),
        }


@pytest.mark.parametrize("texts", DIALOGUES)
def test_a_conversation_goes_the_same_way_with_and_without_the_engine(texts: list[str]) -> None:
    ways = {
        "there": [THERE] * len(texts),
        "away": [ALONE] * len(texts),
        "comes and goes": [(ALONE, THERE)[number % 2] for number in range(len(texts))],
    }
    heard = {}
    for way, urls in ways.items():
        visitor = Visitor()
        heard[way] = [visitor.says(text, url) for text, url in zip(texts, urls, strict=True)]

    assert heard["away"] == heard["there"]
    assert heard["comes and goes"] == heard["there"]
