"""Signing in and out at the desk, and a password of one's own. These routes are open to whoever
has no permission yet.
"""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from api.accounts import audit, csrf, sessions, users
from api.accounts.access import COOKIE, SECURE_COOKIE, SignedIn, signed_in
from api.accounts.oidc import (
    ONE_WAY,
    OidcAway,
    OidcFailed,
    OidcOff,
    OidcUnknown,
    Provider,
    user_of,
)
from api.accounts.roles import MAY
from api.accounts.schemas import Me, NewPassword, OidcWay, SignIn, SignInWays
from api.accounts.signing_in import AppDoor
from api.clock import AppClock
from api.database import AppDatabase
from api.edge.limits import count_reading, count_sign_in
from api.errors import HelplineError
from api.settings import Settings

router = APIRouter(prefix="/api/desk", tags=["desk: accounts"])

Session = Annotated[SignedIn, Depends(signed_in)]


async def _provider_of(request: Request) -> Provider:
    found: Provider | None = request.app.state.oidc
    if found is None:
        raise OidcOff
    return found


AppProvider = Annotated[Provider, Depends(_provider_of)]
_REDIRECTS: dict[str, Any] = {
    "status_code": HTTPStatus.SEE_OTHER,
    "response_class": RedirectResponse,
}


@router.get("/sign-in", dependencies=[Depends(count_reading)])
async def ways_to_sign_in(request: Request, database: AppDatabase) -> SignInWays:
    """Whether there is an account at all, and whether the office's own sign-in is on."""
    settings: Settings = request.app.state.settings
    async with database.reading() as session:
        somebody = await users.somebody_can_sign_in(session)
    oidc = OidcWay(label=settings.oidc_label) if settings.oidc_issuer else None
    return SignInWays(oidc=oidc, accounts=somebody)


@router.post("/session", dependencies=[Depends(csrf.check_origin), Depends(count_sign_in)])
async def sign_in(body: SignIn, request: Request, response: Response, door: AppDoor) -> Me:
    """Sign in with a name and its password; the session comes as a cookie."""
    signed = await door.enter(body.name, body.password)
    set_cookie(request, response, signed.token)
    return _me(signed)


@router.get("/session")
async def who_am_i(signed: Session) -> Me:
    """Who is signed in, and what he may do."""
    return _me(signed)


@router.delete("/session", status_code=HTTPStatus.NO_CONTENT)
async def sign_out(
    signed: Session, response: Response, database: AppDatabase, clock: AppClock
) -> None:
    """Sign out of this browser."""
    async with database.session() as session:
        await sessions.end(session, signed.token)
        user = str(signed.staff.id)
        await audit.record(session, signed.staff, "session.ended", "user", user, at=clock.now())
    for name in (COOKIE, SECURE_COOKIE):
        response.delete_cookie(name, secure=name == SECURE_COOKIE, httponly=True)


@router.put("/password")
async def change_password(
    body: NewPassword, signed: Session, request: Request, response: Response, door: AppDoor
) -> Me:
    """Take a password of one's own. Every other browser is signed out, this one gets another
    cookie and another CSRF token.
    """
    signed = await door.change_password(signed, body.old, body.new)
    set_cookie(request, response, signed.token)
    return _me(signed)


@router.get("/oidc/start", dependencies=[Depends(count_sign_in)], **_REDIRECTS)
async def begin_oidc(request: Request, provider: AppProvider, clock: AppClock) -> RedirectResponse:
    """Go to the office's own sign-in."""
    try:
        begun = await provider.begin(_way_back(request), at=clock.moment())
    except OidcAway as away:
        return _to_desk(away)
    response = RedirectResponse(begun.address, HTTPStatus.SEE_OTHER)
    response.set_cookie(**_kept_as(request), value=begun.kept, max_age=int(ONE_WAY.total_seconds()))
    return response


@router.get("/oidc/back", dependencies=[Depends(count_sign_in)], **_REDIRECTS)
async def finish_oidc(
    request: Request, provider: AppProvider, clock: AppClock, door: AppDoor
) -> RedirectResponse:
    """Come back from there, to the desk: signed in, or with the code of what was wrong."""
    cookie = _kept_as(request)
    kept, answer = request.cookies.get(cookie["key"], ""), dict(request.query_params)
    try:
        identity = await provider.finish(_way_back(request), kept, answer, at=clock.moment())
        async with door.database.session() as session:
            signed = await door.admit(session, await user_of(session, identity), "oidc")
    except (OidcAway, OidcFailed, OidcUnknown) as refused:
        response = _to_desk(refused)
    else:
        response = _to_desk()
        set_cookie(request, response, signed.token)
    response.delete_cookie(**cookie)
    return response


def _way_back(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}{router.prefix}/oidc/back"


def _to_desk(refused: HelplineError | None = None) -> RedirectResponse:
    problem = f"#/sign-in?problem={refused.code}" if refused else ""
    return RedirectResponse(f"/desk{problem}", HTTPStatus.SEE_OTHER)


def _kept_as(request: Request) -> dict[str, Any]:
    """The cookie of the way there and back; Lax, because another site sends the browser back."""
    secure = request.url.scheme == "https"
    key = "__Host-helpline_oidc" if secure else "helpline_oidc"
    return {"key": key, "secure": secure, "httponly": True, "samesite": "lax"}


def set_cookie(request: Request, response: Response, token: str) -> None:
    """Give the browser a session's token, out of reach of scripts and of other sites."""
    origin = request.headers.get("origin", "")  # tells of https behind a proxy that is not named
    secure = request.url.scheme == "https" or origin.startswith("https://")
    response.set_cookie(
        SECURE_COOKIE if secure else COOKIE, token, secure=secure, httponly=True, samesite="strict"
    )


def _me(signed: SignedIn) -> Me:
    staff = signed.staff
    return Me(
        id=staff.id,
        name=staff.name,
        display_name=staff.display_name,
        role=staff.role,
        permissions=sorted(MAY[staff.role]),
        must_change_password=staff.must_change_password,
        csrf=csrf.token_of(signed.token),
        oidc=signed.by == "oidc",
    )
