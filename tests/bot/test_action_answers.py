"""The engine's check of the action server's answers, made ready once."""

from typing import Any

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction

from bot import component  # noqa: F401  what a running engine loads

ACTION = RemoteAction("action_turn", None)


def test_answers_of_the_expected_form_pass() -> None:
    said = {"text": "您好", "buttons": [], "custom": {}}
    slot = {"event": "slot", "name": "city", "value": "南昌市", "timestamp": None}
    assert ACTION._validate_action_result({"events": [slot], "responses": [said]})
    assert ACTION._validate_action_result({"events": [], "responses": []})


@pytest.mark.parametrize(
    "answer",
    [
        {"events": "none", "responses": []},
        {"events": [{"name": "city", "value": "南昌市"}], "responses": []},
        {"events": [], "responses": ["您好"]},
        [],
    ],
)
def test_other_answers_are_refused_as_rasa_refuses_them(answer: Any) -> None:
    with pytest.raises(ValidationError, match="form that Rasa expects"):
        ACTION._validate_action_result(answer)
