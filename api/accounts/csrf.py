"""Whether a request that changes something was made by our own pages.

Three things hold off another site's: the cookie is SameSite=Strict, the browser says where the
request comes from (Sec-Fetch-Site, Origin), and a header carries a token that only our pages know.
"""

import hmac
from hashlib import sha256
from http import HTTPMethod, HTTPStatus
from urllib.parse import urlsplit

from fastapi import Request

from api.errors import HelplineError

HEADER = "X-CSRF-Token"
SAFE = (HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS)


class CsrfFailed(HelplineError):
    code = "csrf_failed"
    status = HTTPStatus.FORBIDDEN
    title = "页面已过期"
    detail = "这个操作不是从工作台的页面发出的，或者页面已过期。请刷新页面再试。"


def token_of(session_token: str) -> str:
    """The token that a session's pages send along; nobody gets from it to the session."""
    return hmac.new(session_token.encode(), b"csrf", sha256).hexdigest()


def check(request: Request, session_token: str) -> None:
    """Refuse a change that another site makes in a session's name; raises CsrfFailed."""
    if request.method in SAFE:
        return
    check_origin(request)
    told = request.headers.get(HEADER, "")
    if not hmac.compare_digest(told.encode(), token_of(session_token).encode()):
        raise CsrfFailed


def check_origin(request: Request) -> None:
    """Refuse what a browser sends for another site; raises CsrfFailed.

    Programs that are no browser say nothing of where they come from, and have no cookies that
    others could use.
    """
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    if site != "same-origin" or not (origin is None or _is_ours(request, origin)):
        raise CsrfFailed


def _is_ours(request: Request, origin: str) -> bool:
    host = request.headers.get("host", "").lower()
    try:
        told = urlsplit(origin.lower())
        # A proxy may hand on the name without its port.
        same_host = host in (told.netloc, told.hostname)
    except ValueError:
        return False
    # Behind a proxy that was not named in the settings, https looks like http from here.
    return same_host and told.scheme in ({"https"} if request.url.scheme == "https" else WEB)


WEB = {"http", "https"}
