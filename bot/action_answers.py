"""Checks what the action server answers against Rasa's own schema, made ready once.

Rasa makes that schema anew for every answer, and has it checked against the schema of schemas: half
of the engine's time on a turn. What is accepted and what is refused stay the same.
"""

from typing import Any, Dict, Text

from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction

_SCHEMA = RemoteAction.action_response_format_spec()
_VALIDATOR = validator_for(_SCHEMA)(_SCHEMA)


def check(_: RemoteAction, answer: Dict[Text, Any]) -> bool:
    """True when the answer has the form that Rasa expects; else raises ValidationError."""
    error = best_match(_VALIDATOR.iter_errors(answer))
    if error is None:
        return True
    error.message += ". The action server's answer does not have the form that Rasa expects."
    raise error


def install() -> None:
    """Let Rasa check with what is made ready here."""
    RemoteAction._validate_action_result = check
