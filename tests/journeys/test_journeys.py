"""Whole conversations with the running helpline, over HTTP, as a visitor has them.

Each `*.yml` beside this file holds journeys of one kind. A journey is a list of turns; what is
promised of a turn is checked on the answer as the page gets it. `side` says who asks: the rights
holder, the accused, or somebody who is neither. `phrasings` are other ways to say the first
message: the whole journey runs for each. Some things are promised of every turn and stand in no
journey: see `_broken`.
"""

import os
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

URL = os.environ.get("HELPLINE_TEST_URL", "")
JOURNEYS = [
    pytest.param(journey, first, id=f"{path.stem}: {journey['name']} [{number}]")
    for path in sorted(Path(__file__).parent.glob("*.yml"))
    for journey in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    for number, first in enumerate(
        [journey["turns"][0]["say"], *journey.get("phrasings", [])], start=1
    )
]


class Visitor:
    """One visitor's conversation."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        opened = client.post("/api/conversations", json={"channel": "web", "consent": True})
        opened.raise_for_status()
        self._path = f"/api/conversations/{opened.json()['id']}/messages"
        self._client.headers["Authorization"] = f"Bearer {opened.json()['token']}"
        self.ticket: dict[str, Any] | None = None
        # how often a question was put in a matter, asides not counted
        self.asked: Counter[tuple[str, ...]] = Counter()

    def say(self, text: str) -> dict[str, Any]:
        """The turn that a message leads to; `{number}` and `{code}` stand for the ticket that was
        opened.
        """
        if self.ticket:
            text = text.format(number=self.ticket["number"], code=self.ticket["code"])
        answered = self._client.post(self._path, json={"text": text})
        assert answered.status_code == 200, answered.text
        turn: dict[str, Any] = answered.json()
        if turn["ticket"] and turn["ticket"]["created"]:
            self.ticket = turn["ticket"]
        put = {message["text"] for message in turn["messages"]} & {
            one["question"] for one in _asks(turn)
        }
        self.asked.update(
            (str(turn["facts"].get("situation")), str(turn["facts"].get("right")), one)
            for one in put
        )
        return turn


@pytest.fixture
def visitor() -> Visitor:
    assert URL, "the journeys need a running helpline: start them with ./helpline test"
    return Visitor(httpx.Client(base_url=URL, timeout=60, trust_env=False))


@pytest.mark.parametrize(("journey", "first"), JOURNEYS)
def test_journey(journey: dict[str, Any], first: str, visitor: Visitor) -> None:
    for number, expected in enumerate(journey["turns"], start=1):
        text = first if number == 1 else expected["say"]
        turn = visitor.say(text)
        missed = [
            f"{what}: {found}"
            for what, found in [*_missed(expected, turn), *_broken(turn, visitor.asked)]
        ]
        assert not missed, (
            f"turn {number} 「{text}」\n" + "\n".join(missed) + f"\nanswer: {_heard(turn)}"
        )


def _missed(expected: dict[str, Any], turn: dict[str, Any]) -> list[tuple[str, Any]]:
    """What was promised of this turn and not kept, each with what was there instead."""
    referral = turn["referral"] or {}
    remedies = referral.get("remedies", [])
    keys = [remedy["key"] for remedy in remedies]
    heard = _heard(turn)
    first = remedies[0] if remedies else {"body": None, "deadlines": []}
    cited = {
        f"{one['short']}({one['version_date'][:4]}){one['article']}" for one in _citations(turn)
    }
    ruled_out = [closed["key"] for closed in referral.get("ruled_out", [])]
    periods = [deadline["period"] for deadline in first["deadlines"]]
    deadlines = [deadline for remedy in remedies for deadline in remedy["deadlines"]]
    others = [
        other["remedies"][0]["key"] for other in referral.get("others", []) if other["remedies"]
    ]
    drafts = [draft["key"] for message in turn["messages"] for draft in message["drafts"]]
    buttons = [button["title"] for message in turn["messages"] for button in message["buttons"]]
    asks = [one["slot"] for one in _asks(turn)]
    checks = {
        "scope": (referral.get("scope"), lambda want, have: have == want),
        "first": (keys[0] if keys else None, lambda want, have: have in _listed(want)),
        "also": (keys, lambda want, have: set(_listed(want)) <= set(have)),
        "not": (keys, lambda want, have: not set(_listed(want)) & set(have)),
        "ruled_out": (ruled_out, lambda want, have: set(_listed(want)) <= set(have)),
        "body": ((first["body"] or {}).get("name") or "", lambda want, have: want in have),
        "others": (others, lambda want, have: set(_listed(want)) <= set(have)),
        "cites": (sorted(cited), lambda want, have: set(_listed(want)) <= set(have)),
        "period": (periods, lambda want, have: want in have),
        "due": (
            [one[day] for one in deadlines for day in ("due", "act_by")],
            lambda want, have: want in have,
        ),
        "asks": (asks, lambda want, have: bool({*_listed(want)} & {*have})),
        "never_asks": (asks, lambda want, have: not {*_listed(want)} & {*have}),
        "drafts": (drafts, lambda want, have: set(_listed(want)) <= set(have)),
        "buttons": (buttons, lambda want, have: set(_listed(want)) <= set(have)),
        "facts": (
            turn["facts"],
            lambda want, have: all(have.get(slot) == value for slot, value in want.items()),
        ),
        "days": (_days(turn), lambda want, have: want.items() <= have.items()),
        "says": (heard, lambda want, have: all(words in have for words in _listed(want))),
        "says_any": (heard, lambda want, have: any(words in have for words in _listed(want))),
        "never_says": (heard, lambda want, have: not any(words in have for words in _listed(want))),
        "ticket": (_ticket(turn), lambda want, have: have == want),
        "handoff": (bool(turn["handoff"]), lambda want, have: have == want),
        "referral": (bool(turn["referral"]), lambda want, have: have == want),
    }
    unknown = set(expected) - set(checks) - {"say"}
    assert not unknown, f"a journey promises what nobody checks: {unknown}"
    return [
        (f"{name} should be {expected[name]}", have)
        for name, (have, kept) in checks.items()
        if name in expected and not kept(expected[name], have)
    ]


def _broken(turn: dict[str, Any], asked: Counter[tuple[str, ...]]) -> list[tuple[str, Any]]:
    """What is promised of every turn and was not kept."""
    asks = [one["slot"] for one in _asks(turn)]
    promises = {
        "at most two questions": (asks, len(asks) <= 2),
        "no question that is answered": (asks, not any(turn["facts"].get(slot) for slot in asks)),
        "no question a third time": (asked, max(asked.values(), default=0) <= 2),
        "an answer": (
            _heard(turn),
            bool(turn["messages"]) and "系统出了点问题" not in _heard(turn),
        ),
    }
    return [(promise, have) for promise, (have, kept) in promises.items() if not kept]


def _asks(turn: dict[str, Any]) -> list[dict[str, Any]]:
    return (turn["referral"] or {}).get("asks", [])


def _days(turn: dict[str, Any]) -> dict[str, int]:
    """How many days after today the dates among the facts are; negative for the past."""
    today = date.fromisoformat((turn["referral"] or {"as_of": "1970-01-01"})["as_of"])
    dates = {slot: value for slot, value in turn["facts"].items() if slot.endswith("_on")}
    return {slot: (date.fromisoformat(value) - today).days for slot, value in dates.items()}


def _ticket(turn: dict[str, Any]) -> str | None:
    ticket = turn["ticket"]
    return ticket and f"{'opened' if ticket['created'] else 'updated'} {ticket['priority']}"


def _heard(turn: dict[str, Any]) -> str:
    return " / ".join(message["text"] for message in turn["messages"])


def _citations(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [one for item in node for one in _citations(item)]
    if isinstance(node, dict):
        own = [node] if "article" in node and node.get("version_date") else []
        return own + [one for item in node.values() for one in _citations(item)]
    return []


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
