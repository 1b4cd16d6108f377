"""Puts the questions that are open, with their buttons."""

import json
from collections.abc import Iterable
from typing import Any

from actions.base import Visit
from knowledge.routing.rules import AskRule


def put(visit: Visit, asks: Iterable[AskRule]) -> None:
    """Put each question with its buttons; free text is as good."""
    for ask in asks:
        visit.dispatcher.utter_message(text=ask.question, buttons=_buttons(ask))


def resume(visit: Visit) -> None:
    """After something in between: put the question again that the visitor was about to answer."""
    if ask := visit.decision.resume:
        visit.dispatcher.utter_message(
            response="utter_back_to_the_question", question=ask.question, buttons=_buttons(ask)
        )


def _buttons(ask: AskRule) -> list[dict[str, Any]]:
    return [
        {
            "title": option.title,
            "payload": f"/inform{json.dumps({ask.slot: option.value}, ensure_ascii=False)}",
        }
        for option in ask.options
    ]
