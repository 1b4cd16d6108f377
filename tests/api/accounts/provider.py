"""An OpenID Connect provider on this machine, with real keys, that can be made to lie."""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

ISSUER = "https://login.office.example/realm"
CLIENT, SECRET = "helpline", "between-the-two-of-us"
Claims = dict[str, Any]


class OfficeProvider:
    """Vouches for whoever `person` is.

    `claims` changes what its token says; `sign` makes a token of claims; `down` answers nothing.
    """

    def __init__(self) -> None:
        self.person: Claims = {"sub": "u-17", "preferred_username": "王芳"}
        self.userinfo: Claims = {}
        self.claims: Callable[[Claims], Claims] = dict
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.published: list[RSAKey | ECKey] = [self.key]
        self.sign: Callable[[Claims], str] = self.signed
        self.issuer = ISSUER
        self.down = False
        self.codes: dict[str, Mapping[str, str]] = {}
        self.seen: list[str] = []  # paths that were asked for
        self.app = Starlette(
            routes=[
                Route("/realm/.well-known/openid-configuration", self.about),
                Route("/realm/authorize", self.authorize),
                Route("/realm/token", self.token, methods=["POST"]),
                Route("/realm/keys", self.keys),
                Route("/realm/userinfo", self.who),
            ]
        )

    @property
    def transport(self) -> httpx2.AsyncBaseTransport:
        """The network through which the service calls it."""
        return _Network(self)

    def signed(self, claims: Claims) -> str:
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)

    async def about(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{ISSUER}/authorize",
                "token_endpoint": f"{ISSUER}/token",
                "jwks_uri": f"{ISSUER}/keys",
                "userinfo_endpoint": f"{ISSUER}/userinfo",
            }
        )

    async def authorize(self, request: Request) -> Response:
        """Everybody is signed in here already, and says yes."""
        asked = dict(request.query_params)
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert asked["code_challenge_method"] == "S256" and "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}")

    async def token(self, request: Request) -> Response:
        """A token for a code: once, to the client that has the secret and the verifier."""
        said = {
            name: values[0] for name, values in parse_qs((await request.body()).decode()).items()
        }
        asked = self.codes.pop(said["code"], None)
        digest = hashlib.sha256(said["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        is_right = (
            asked is not None
            and challenge == asked["code_challenge"]
            and said["redirect_uri"] == asked["redirect_uri"]
            and request.headers["authorization"] == f"Basic {known}"
        )
        if not is_right or asked is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {
            **{"iss": ISSUER, "aud": CLIENT, "iat": now, "exp": now + 300},
            **{"nonce": asked["nonce"], **self.person},
        }
        told = {"access_token": "at", "token_type": "Bearer", "expires_in": 300}
        return JSONResponse({**told, "id_token": self.sign(self.claims(claims))})

    async def keys(self, _: Request) -> Response:
        return JSONResponse(KeySet(self.published).as_dict(private=False))

    async def who(self, request: Request) -> Response:
        assert request.headers["authorization"] == "Bearer at"
        return JSONResponse(self.userinfo)


class _Network(httpx2.AsyncBaseTransport):
    def __init__(self, provider: OfficeProvider) -> None:
        self._provider = provider
        self._there = httpx2.ASGITransport(provider.app)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if self._provider.down:
            raise httpx2.ConnectError("refused", request=request)
        self._provider.seen.append(urlsplit(str(request.url)).path)
        return await self._there.handle_async_request(request)
