"""Errors as part of the design: every one has a stable code and a Chinese sentence that tells what
to do.

An error is declared beside the code that raises it, as a subclass of HelplineError; this module
renders them all, once, as application/problem+json with the fields type, title, status, code and
detail.
"""

import logging
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, ClassVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from api import metrics

log = logging.getLogger(__name__)


class HelplineError(Exception):
    """An error that a caller can act on. `detail` replaces the class's own sentence where more can
    be said.
    """

    code: ClassVar[str]
    status: ClassVar[int]
    title: ClassVar[str]
    detail: str
    more: Mapping[str, Any] = MappingProxyType({})  # what the problem tells besides its own fields

    def __init__(self, detail: str | None = None, headers: Mapping[str, str] | None = None) -> None:
        self.detail = detail or self.detail
        self.headers = dict(headers or {})
        super().__init__(self.detail)


class Problem(BaseModel):
    """An error as every call answers it (RFC 9457). `code` never changes, `detail` is for the
    visitor's eyes.
    """

    type: str
    title: str
    status: int
    code: str
    detail: str


class BadRequest(HelplineError):
    code = "bad_request"
    status = HTTPStatus.BAD_REQUEST
    title = "请求读不懂"
    detail = "请求的格式不对，请检查后再发。"


class BadJson(HelplineError):
    code = "bad_json"
    status = HTTPStatus.BAD_REQUEST
    title = "JSON 读不懂"
    detail = "请求正文不是完整的 JSON（UTF-8 编码），请检查引号、逗号和括号。"


class NotJson(HelplineError):
    code = "not_json"
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    title = "只收 JSON"
    detail = "请求正文须是 JSON，请加上请求头 Content-Type: application/json。"


class BodyTooLarge(HelplineError):
    code = "body_too_large"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    title = "内容太大"
    detail = "一次发送的内容不能超过 64 KB，请分几次说，或先概括要点。"


class BodyTooSlow(HelplineError):
    code = "body_too_slow"
    status = HTTPStatus.REQUEST_TIMEOUT
    title = "发得太慢"
    detail = "内容没有及时传完，可能是网络不稳，请再发一次。"


class InvalidRequest(HelplineError):
    code = "invalid_request"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "请求内容不合要求"
    detail = "请求里有一项填得不对。"


class NotFound(HelplineError):
    code = "not_found"
    status = HTTPStatus.NOT_FOUND
    title = "没有这个地址"
    detail = "没有这个地址，请核对网址。"


class MethodNotAllowed(HelplineError):
    code = "method_not_allowed"
    status = HTTPStatus.METHOD_NOT_ALLOWED
    title = "请求方式不对"
    detail = "这个地址不接受这种请求方式。"


class Unexpected(HelplineError):
    code = "unexpected"
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    title = "系统出错"
    detail = "系统刚才出了故障，您的话没有处理完，请稍后再试。"


# The framework's own refusals, by status.
_BY_STATUS: dict[int, type[HelplineError]] = {
    error.status: error for error in (BadJson, NotFound, MethodNotAllowed, NotJson, BodyTooLarge)
}

# What pydantic found wrong with a field, as a visitor's programmer would want to read it.
_WRONG = {
    "missing": "缺少这一项",
    "string_type": "应是文字",
    "string_too_short": "太短",
    "too_short": "太短",
    "string_too_long": "太长",
    "too_long": "太长",
    "string_pattern_mismatch": "含有不允许的字符",
    "literal_error": "只能是 {expected}",
    "bool_type": "应是 true 或 false",
    "bool_parsing": "应是 true 或 false",
    "int_type": "应是整数",
    "int_parsing": "应是整数",
    "uuid_type": "应是 UUID",
    "uuid_parsing": "应是 UUID",
    "date_type": "应是日期，如 2026-11-22",
    "date_parsing": "应是日期，如 2026-11-22",
    "date_from_datetime_parsing": "应是日期，如 2026-11-22",
    "date_from_datetime_inexact": "应是日期，如 2026-11-22",
    "greater_than_equal": "太小，最小为 {ge}",
    "less_than_equal": "太大，最大为 {le}",
    "model_attributes_type": "应是一个 JSON 对象",
    "dict_type": "应是一个 JSON 对象",
}


def problem(error: HelplineError) -> JSONResponse:
    """The one form in which errors leave the service; each is counted by its code."""
    metrics.error(error.code)
    body = Problem(
        type=f"urn:helpline:problem:{error.code}",
        title=error.title,
        status=error.status,
        code=error.code,
        detail=error.detail,
    )
    return JSONResponse(
        {**error.more, **body.model_dump()},
        status_code=error.status,
        headers=error.headers,
        media_type="application/problem+json",
    )


def unexpected(error: Exception) -> JSONResponse:
    """Log an error nobody foresaw under an id, and answer with that id and nothing of its
    inside.
    """
    number = secrets.token_hex(4)
    log.error("unexpected error %s", number, exc_info=error)
    return problem(Unexpected(f"{Unexpected.detail}如一直这样，请把编号 {number} 告诉我们。"))


def promise_problems(document: dict[str, Any]) -> None:
    """Let an OpenAPI document promise problems under the media type that they have."""
    for call in (call for path in document["paths"].values() for call in path.values()):
        for response in call["responses"].values():
            content = response.get("content", {})
            for named, shape in list(content.items()):  # that of the route's own answers
                if shape.get("schema", {}).get("$ref") == "#/components/schemas/Problem":
                    content["application/problem+json"] = content.pop(named)


def render_errors(app: FastAPI) -> None:
    """Make `app` answer every error as a problem."""
    app.add_exception_handler(HelplineError, _helpline_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)


async def _helpline_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HelplineError)
    return problem(error)


async def _validation_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return problem(BadJson())
    return problem(InvalidRequest("；".join(dict.fromkeys(_sentence(one) for one in found)) + "。"))


def _sentence(found: Mapping[str, object]) -> str:
    location = found["loc"]
    # The first step only says body, query or path.
    field = ".".join(str(step) for step in location[1:]) if isinstance(location, tuple) else ""
    context = found.get("ctx")
    named = context if isinstance(context, dict) else {}
    told = {name: str(value).replace(" or ", " 或 ") for name, value in named.items()}
    wrong = _WRONG.get(str(found["type"]), "填得不对").format_map(told)
    return f"{field}：{wrong}" if field else f"请求正文{wrong}"


async def _http_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    known = _BY_STATUS.get(error.status_code)
    return problem(known(headers=error.headers) if known else BadRequest(headers=error.headers))
