"""Puts the questions that are open, with their buttons."""

import json
from collections.abc import Iterable
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.services import HelplineAction
from knowledge.routing.referral import Referral
from knowledge.routing.rules import AskRule


def put(said: CollectingDispatcher, asks: Iterable[AskRule]) -> None:
    """Put each question with its buttons; free text is as good."""
    for ask in asks:
        said.utter_message(text=ask.question, buttons=_buttons(ask))


def take_up_again(action: HelplineAction, said: CollectingDispatcher, tracker: Tracker) -> None:
    """After something in between: put the first question again that the visitor was about to answer."""
    waiting = tracker.get_slot("asked") or []
    referral: Referral = action.services.refer(action.settled(tracker))
    for ask in [ask for ask in referral.asks if ask.slot in waiting][:1]:
        said.utter_message(
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
