"""Puts the questions that are open, with their buttons."""

import json
from collections.abc import Iterable
from typing import Any

from actions.base import Visit
from knowledge.routing.rules import AskRule

# What the matter is, asked once more: first in other words, then with a person offered, in turns.
_AGAIN = ("utter_ask_again", "utter_ask_with_a_person")


def put(visit: Visit, asks: Iterable[AskRule]) -> None:
    """Put each question with its buttons; free text is as good."""
    for ask in asks:
        if is_asked_again(visit, ask):
            _put_again(visit, ask)
        else:
            visit.dispatcher.utter_message(text=ask.question, buttons=_buttons(ask))


def resume(visit: Visit) -> None:
    """After something in between: put the question again that the visitor was about to answer."""
    ask = visit.decision.resume
    if ask and is_asked_again(visit, ask):
        _put_again(visit, ask)
    elif ask:
        visit.dispatcher.utter_message(
            response="utter_back_to_the_question", question=ask.question, buttons=_buttons(ask)
        )


def is_asked_again(visit: Visit, ask: AskRule) -> bool:
    """Whether the visitor was just asked what the matter is, and would hear the same words."""
    return ask.slot == "situation" and visit.state.unclear > 0


def _put_again(visit: Visit, ask: AskRule) -> None:
    again = _AGAIN[(visit.state.unclear - 1) % len(_AGAIN)]
    visit.dispatcher.utter_message(response=again, buttons=_buttons(ask))


def _buttons(ask: AskRule) -> list[dict[str, Any]]:
    return [
        {
            "title": option.title,
            "payload": f"/inform{json.dumps({ask.slot: option.value}, ensure_ascii=False)}",
        }
        for option in ask.options
    ]
