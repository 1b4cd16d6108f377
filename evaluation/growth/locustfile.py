"""The scenarios as Locust plays them: `python -m evaluation growth crowd` starts it.

Read by Locust alone (`locust -f`): it needs the dependency group `growth`. `--think 0` makes
visitors who never pause, `--messages` ends it after so many messages of all together.
"""

import time
import uuid
from argparse import ArgumentParser
from random import Random
from typing import Any

import gevent
from locust import FastHttpUser, events
from locust.exception import StopUser

from evaluation.growth.conversations import Step, scenario, thought_s, words_for

WELCOME = {"channel": "web", "consent": True}
MESSAGE = "message"  # under this name Locust tells the times of messages
TRIES = 4  # as the page: the message and three repetitions
PAUSE_S = 3.0


def _options(parser: ArgumentParser) -> None:
    parser.add_argument("--think", type=float, default=1.0)
    parser.add_argument("--messages", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)


events.init_command_line_parser.add_listener(_options)


class Visitor(FastHttpUser):
    """Holds one conversation after the other."""

    numbers = iter(range(10**9))
    begun = ended = 0  # messages of all visitors
    network_timeout = connection_timeout = 120.0

    def on_start(self) -> None:
        number = next(Visitor.numbers)
        self.chance = Random(self.options.seed * 1_000_003 + number)
        time.sleep(thought_s(self.chance, self.options.think))  # they do not come all at once

    @property
    def options(self) -> Any:
        return self.environment.parsed_options

    def converse(self) -> None:
        with self.client.post("/api/conversations", json=WELCOME, catch_response=True) as opened:
            if opened.status_code != 201:
                return opened.failure(f"{opened.status_code}")
            told = opened.json()
        headers = {"Authorization": f"Bearer {told['token']}"}
        path = f"/api/conversations/{told['id']}"
        answer: dict[str, Any] = {}
        for step in scenario(self.chance).steps:
            if step.kind == "search":
                query = {"q": self.chance.choice(step.words)}
                self.client.get("/api/search", params=query, name="search")
            elif step.kind == "look":
                self.client.get(path, headers=headers, name="look")
            else:
                answer = self.speak(f"{path}/messages", headers, step, answer)
            time.sleep(thought_s(self.chance, self.options.think))

    def speak(
        self, path: str, headers: dict[str, str], step: Step, answer: dict[str, Any]
    ) -> dict[str, Any]:
        """The answer to a message, which is sent again where it got none; {} when given up.

        Raises StopUser where all messages have been sent.
        """
        if self.options.messages and Visitor.begun >= self.options.messages:
            raise StopUser
        Visitor.begun += 1
        try:
            return self.until_answered(path, headers, step, answer)
        finally:
            Visitor.ended += 1
            if Visitor.ended == self.options.messages:
                gevent.spawn(self.environment.runner.quit)  # it ends this visitor, too

    def until_answered(
        self, path: str, headers: dict[str, str], step: Step, answer: dict[str, Any]
    ) -> dict[str, Any]:
        """The answer; {} after the last try."""
        text = words_for(step, answer, self.chance)
        body = {"text": text, "client_message_id": str(uuid.uuid4())}
        for _ in range(TRIES):
            with self.client.post(
                path, json=body, headers=headers, name=MESSAGE, catch_response=True
            ) as told:
                if told.status_code == 200:
                    return dict(told.json())
                told.failure(f"{told.status_code} {told.text[:80] if told.text else ''}")
            time.sleep(PAUSE_S)
        return {}

    tasks = [converse]  # noqa: RUF012 - as Locust reads it
