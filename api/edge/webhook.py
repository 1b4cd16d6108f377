"""Rasa's action calls: only from this machine, only with the secret."""

import hmac
import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import SecretStr
from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from api import logs, metrics
from api.dialogue.replies import Reply, replies_in
from api.edge.middleware import ACTION_CALLS, from_this_machine
from api.errors import BadJson, HelplineError
from api.telemetry import spans
from knowledge.answers.responses import Responses

log = logging.getLogger(__name__)

# What the bot says when an action fails.
TROUBLE = "utter_trouble"


class ActionCallForbidden(HelplineError):
    code = "action_call_forbidden"
    status = HTTPStatus.FORBIDDEN
    title = "不对外开放"
    detail = "这个地址只供本机的对话引擎使用。"


def executor_of(actions: Iterable[Action]) -> ActionExecutor:
    """An executor that knows these actions."""
    executor = ActionExecutor()
    # Rasa sends the domain only with the calls that ask for it; the others must not be turned down
    # for want of one.
    executor.domain = {}
    for action in actions:
        executor.register_action(action)
    return executor


def routes(secret: SecretStr) -> APIRouter:
    """The door for action calls that carry `secret`; an empty secret keeps it shut."""
    router = APIRouter(include_in_schema=False)

    @router.post(ACTION_CALLS)
    async def run_action(request: Request, token: str = "") -> JSONResponse:
        allowed = bool(expected := secret.get_secret_value()) and hmac.compare_digest(
            token.encode(), expected.encode()
        )
        if not allowed or not from_this_machine(request.scope):
            raise ActionCallForbidden
        run: Runner = request.app.state.voice().run
        call = await _read_call(request)
        turn, trace = _carried(call, "turn") or logs.NONE, _carried(call, spans.HEADER)
        with logs.of_turn(turn), spans.joined(trace), metrics.stage("actions"):
            return await _answer(run, call)

    return router


def _carried(call: Mapping[str, Any], word: str) -> str:
    """What came with the message for which Rasa calls, such as its turn; else an empty word."""
    value: Any = call
    for key in ("tracker", "latest_message", "metadata", word):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else ""


async def _read_call(request: Request) -> dict[str, Any]:
    try:
        call = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BadJson from error
    if not isinstance(call, dict):
        raise BadJson
    return {"domain": {}, **call}


@dataclass(frozen=True)
class Runner:
    """Runs action calls and puts what they say into words, so that whoever calls, the dialogue
    engine or this process, gets no name of a response to fill in. An action that fails says so.
    """

    executor: ActionExecutor
    responses: Responses

    async def __call__(self, call: dict[str, Any]) -> dict[str, Any]:
        """The events and responses of an action; raises ActionExecutionRejection,
        ActionNotFoundException.
        """
        with spans.span("action", action=str(call.get("next_action"))):
            result = await _result_of(self.executor, call)
        return {**result, "responses": list(map(self.responses.worded, result["responses"]))}

    def replies(self, messages: Iterable[Mapping[str, Any]]) -> list[Reply]:
        """What a visitor would hear of an action's messages."""
        return replies_in(map(self.responses.worded, messages))


async def _answer(run: Runner, call: dict[str, Any]) -> JSONResponse:
    """Run one action and answer in the forms that rasa_sdk's own endpoint uses."""
    try:
        return JSONResponse(await run(call))
    except ActionExecutionRejection as rejected:
        body = {"error": rejected.message, "action_name": rejected.action_name}
        return JSONResponse(body, HTTPStatus.BAD_REQUEST)
    except ActionNotFoundException as unknown:
        log.error("%s", unknown.message)
        body = {"error": unknown.message, "action_name": unknown.action_name}
        return JSONResponse(body, HTTPStatus.NOT_FOUND)


async def _result_of(executor: ActionExecutor, call: dict[str, Any]) -> dict[str, Any]:
    try:
        result = await executor.run(call)
    except (ActionExecutionRejection, ActionNotFoundException):
        raise
    except Exception:  # Rasa would only log it, and the visitor would hear nothing at all
        log.exception("action %s failed", call.get("next_action"))
        return {"events": [], "responses": [{"response": TROUBLE}]}
    return result.model_dump() if result else {"events": [], "responses": []}
