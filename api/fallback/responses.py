"""Says the responses of domain.yml without Rasa, in the form that its REST channel sends."""

import random
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from api.dialogue.replies import Reply, replies_of
from api.settings import ROOT

DOMAIN = ROOT / "domain.yml"
_VARIABLE = re.compile(r"{([^\n{}]+?)}")


class Responses:
    """The bot's words: response → its variants, as domain.yml has them."""

    def __init__(self, domain: Path = DOMAIN) -> None:
        self._variants = _read(domain)

    def entries(self, message: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """What Rasa's REST channel would send for one message of an action.

        `message` holds text, or a response with its variables, and buttons and custom.
        """
        said: dict[str, Any] = {}
        if response := message.get("response"):
            said = dict(random.choice(self._variants[response]))
            said["text"] = _VARIABLE.sub(
                lambda found: str(message.get(found[1], found[0])), said["text"]
            )
        said |= {key: value for key, value in message.items() if value and key != "buttons"}
        buttons = [*(said.get("buttons") or []), *(message.get("buttons") or [])]
        text = str(said.get("text") or "").strip()
        if buttons:
            yield {"text": text, "buttons": buttons}
        else:
            yield from ({"text": part} for part in text.split("\n\n") if part)
        if custom := said.get("custom"):
            yield {"custom": custom}

    def replies(self, messages: Iterable[Mapping[str, Any]]) -> list[Reply]:
        """What a visitor would hear of an action's messages."""
        return replies_of(entry for message in messages for entry in self.entries(message))


@cache  # long, and as unchanging as the code
def _read(domain: Path) -> Mapping[str, list[dict[str, Any]]]:
    variants: Mapping[str, list[dict[str, Any]]] = yaml.load(
        domain.read_text(encoding="utf-8"), yaml.CSafeLoader
    )["responses"]
    return variants
