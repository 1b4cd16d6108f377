"""The platform's error codes with its own words.

Source: https://developers.weixin.qq.com/doc/offiaccount/Getting_Started/Global_Return_Code.html and
the pages of the single interfaces beside it.
"""

import secrets
from typing import Any

WORDS = {
    -1: "system error",
    0: "ok",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid appid",
    40014: "invalid access_token",
    40016: "invalid button size",
    40017: "invalid button type",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40023: "invalid sub button size",
    40024: "invalid sub button type",
    40025: "invalid sub button name size",
    40026: "invalid sub button key size",
    40027: "invalid sub button url size",
    40125: "invalid appsecret",
    40164: "invalid ip, not in whitelist",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41006: "media_id missing",
    42001: "access_token expired",
    43002: "require POST method",
    44004: "empty content",
    45002: "content size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    45072: "command error",
    45080: "typing out of time limit",
    45081: "already typing",
    46003: "menu no exist",
    47001: "data format error",
    48001: "api unauthorized",
    48002: "user block receive message",
    50002: "user limited",
}


class Refused(Exception):
    """The platform answers with an error code, and words where they are not the code's own."""

    def __init__(self, code: int, words: str = "") -> None:
        super().__init__(code)
        self.code, self.words = code, words


def told(code: int, words: str = "") -> dict[str, Any]:
    """The answer's JSON. `rid` is what an operator would quote to the platform's support."""
    words = words or WORDS.get(code, "unknown error")
    if code:
        words += " rid: " + "-".join(secrets.token_hex(4) for _ in range(3))
    return {"errcode": code, "errmsg": words}
