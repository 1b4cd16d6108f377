"""The office's own sign-in, an option: OpenID Connect, authorization code with PKCE.

Nobody gets an account by it: whoever comes must have one already, under his name or his e-mail
address there. From the first time on his account is bound to what the provider calls him for good
(`sub`), so that a name which is given to somebody else opens nothing.
"""

import hmac
import logging
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.models import User
from api.accounts.users import folded
from api.errors import HelplineError
from api.protection.keys import DataKeys, DataKeyWrong
from api.settings import Settings

log = logging.getLogger(__name__)

SCOPE = "openid profile email"
# Signed with a key that only the provider has: never `none`, never with a secret that is shared.
SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
ONE_WAY = timedelta(minutes=10)  # from the button to the way back
CLOCKS_DIFFER_S = 60
ANSWERS_WITHIN_S = 8
KNOWN_FOR_S = 3600  # how long what the provider says of itself is believed


class OidcFailed(HelplineError):
    code = "oidc_failed"
    status = HTTPStatus.FORBIDDEN
    title = "统一登录没有成功"
    detail = "统一登录没有完成，请再试一次；还不行，请用账号和密码登录。"


class OidcAway(HelplineError):
    code = "oidc_away"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "统一登录暂时不能用"
    detail = "单位的统一登录没有应答，请过一会儿再试，或用账号和密码登录。"


class OidcUnknown(HelplineError):
    code = "oidc_unknown"
    status = HTTPStatus.FORBIDDEN
    title = "工作台没有您的账号"
    detail = "统一登录认得您，但工作台还没有您的账号。请管理员添加后再登录。"


class OidcOff(HelplineError):
    code = "oidc_off"
    status = HTTPStatus.NOT_FOUND
    title = "没有开通统一登录"
    detail = "这里没有开通统一登录，请用账号和密码登录。"


@dataclass(frozen=True)
class Identity:
    """Whom the provider vouches for: what it calls him for good, his names, his checked address."""

    subject: str
    name: str | None
    email: str | None


@dataclass(frozen=True)
class Begun:
    """Where the browser goes, and what it keeps until it comes back, sealed."""

    address: str
    kept: str


class Provider:
    """One OpenID Connect provider. `transport` stands in for the network."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        keys: DataKeys,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._issuer, self._client_id, self._secret = issuer, client_id, client_secret
        self._keys, self._transport = keys, transport
        self._about: dict[str, Any] = {}
        self._signing: KeySet | None = None
        self._learnt_at = 0.0

    @classmethod
    def of(cls, settings: Settings) -> "Provider | None":
        """The provider that the settings name, None where they name none."""
        if not settings.oidc_issuer:
            return None
        secret = settings.oidc_client_secret.get_secret_value()
        return cls(settings.oidc_issuer, settings.oidc_client_id, secret, DataKeys.of(settings))

    async def begin(self, back: str, *, at: datetime) -> Begun:
        """The way to the provider, from which the browser comes to the address `back`.

        Raises OidcAway.
        """
        state, nonce, verifier = (generate_token(48) for _ in range(3))
        async with self._client(back) as client:
            about = await self._known(client)
            address, _ = client.create_authorization_url(
                about["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        kept = {"state": state, "nonce": nonce, "verifier": verifier, "at": at.timestamp()}
        return Begun(address, self._keys.seal_json(kept))

    async def finish(
        self, back: str, kept: str, answer: Mapping[str, str], *, at: datetime
    ) -> Identity:
        """Whom the provider vouches for in what the browser brings back.

        Raises OidcFailed, OidcAway.
        """
        begun = self._opened(kept, at)
        if not hmac.compare_digest(begun["state"].encode(), answer.get("state", "").encode()):
            raise _failed("state")
        if answer.get("iss", self._issuer) != self._issuer:
            raise _failed("issuer of the answer")
        if "code" not in answer:
            raise _failed(f"the provider says {answer.get('error', 'nothing')[:40]!r}")
        async with self._client(back) as client:
            about = await self._known(client)
            token = await self._token(client, answer["code"], begun["verifier"])
            claims = await self._claims(client, token, begun["nonce"])
            if not claims.keys() & {"preferred_username", "email"} and "userinfo_endpoint" in about:
                claims = await self._more(client, about["userinfo_endpoint"], claims)
        return self._identity(claims)

    def _client(self, back: str) -> Any:
        methods = self._about.get("token_endpoint_auth_methods_supported", [])
        only_post = "client_secret_post" in methods and "client_secret_basic" not in methods
        return AsyncOAuth2Client(
            self._client_id,
            self._secret,
            token_endpoint_auth_method="client_secret_post" if only_post else "client_secret_basic",
            scope=SCOPE,
            redirect_uri=back,
            code_challenge_method="S256",
            transport=self._transport,
            timeout=ANSWERS_WITHIN_S,
        )

    def _opened(self, kept: str, at: datetime) -> dict[str, str]:
        try:
            begun = self._keys.opened_json(kept)
            took = at.timestamp() - begun["at"]
        except (DataKeyWrong, zlib.error, ValueError, KeyError, TypeError):
            raise _failed("the browser kept nothing of ours") from None
        if not 0 <= took <= ONE_WAY.total_seconds():
            raise _failed("it took too long")
        return {name: str(begun[name]) for name in ("state", "nonce", "verifier")}

    async def _known(self, client: Any) -> dict[str, Any]:
        """What the provider says of itself; raises OidcAway."""
        if not self._about or time.monotonic() - self._learnt_at > KNOWN_FOR_S:
            about = await _json(client, get_well_known_url(self._issuer, external=True))
            if about.get("issuer") != self._issuer:
                log.error("the provider calls itself %r", about.get("issuer"))
                raise OidcAway
            keys = await self._fetched_keys(client, about)
            self._about, self._signing, self._learnt_at = about, keys, time.monotonic()
        return self._about

    async def _fetched_keys(self, client: Any, about: Mapping[str, Any]) -> KeySet:
        try:
            return KeySet.import_key_set(await _json(client, about["jwks_uri"]))  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError) as error:
            log.error("the keys of the provider cannot be read: %r", error)
            raise OidcAway from error

    async def _token(self, client: Any, code: str, verifier: str) -> Mapping[str, Any]:
        try:
            token: Mapping[str, Any] = await client.fetch_token(
                self._about["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
            )
        except (AuthlibBaseError, KeyError, ValueError) as error:
            raise _failed(f"no token: {type(error).__name__}") from error
        except httpx2.HTTPError as error:
            raise _away(error) from error
        return token

    async def _claims(self, client: Any, token: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        """What the id_token says, when it is the provider's own, for us, for this one time."""
        try:
            read = await self._decoded(client, token["id_token"])
            claims = CodeIDToken(
                read.claims,
                read.header,
                {
                    "iss": {"essential": True, "value": self._issuer},
                    "aud": {"essential": True, "value": self._client_id},
                },
                {
                    "nonce": nonce,
                    "client_id": self._client_id,
                    "access_token": token.get("access_token"),
                },
            )
            claims.validate(leeway=CLOCKS_DIFFER_S)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise _failed(f"id_token: {error!r}") from error
        return dict(claims)

    async def _decoded(self, client: Any, id_token: str) -> jwt.Token:
        registry = JWSRegistry(algorithms=list(SIGNED_BY), strict_check_header=False)
        assert self._signing is not None, "whoever reads a token has asked for the keys"
        try:
            return jwt.decode(id_token, self._signing, registry=registry)
        except InvalidKeyIdError:  # signed with a key that came after we last asked
            self._signing = await self._fetched_keys(client, self._about)
            return jwt.decode(id_token, self._signing, registry=registry)

    async def _more(self, client: Any, address: str, claims: dict[str, Any]) -> dict[str, Any]:
        """What the provider tells only to whoever asks for it."""
        told = await _json(client, address, withhold_token=False)
        if told.get("sub") != claims["sub"]:
            raise _failed("userinfo speaks of somebody else")
        return {**told, **claims}

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        name, email = (str(claims.get(one) or "") for one in ("preferred_username", "email"))
        is_checked = claims.get("email_verified") is True
        return Identity(
            f"{self._issuer} {claims['sub']}",
            folded(name) or None,
            (folded(email) or None) if is_checked else None,
        )


async def user_of(session: AsyncSession, identity: Identity) -> User:
    """The account of whoever the provider vouches for; the first time it is bound to him.

    Raises OidcUnknown.
    """
    bound = await session.scalar(select(User).where(User.oidc_subject == identity.subject))
    found = bound or await _unbound(session, identity)
    if found is None or not found.active:
        raise OidcUnknown
    found.oidc_subject = identity.subject
    return found


async def _unbound(session: AsyncSession, identity: Identity) -> User | None:
    """The one account with that name or address that nobody came to by this way before."""
    known_as = [name for name in (identity.name, identity.email) if name]
    if not known_as:
        return None
    is_his = or_(User.name.in_(known_as), User.email == (identity.email or ""))
    found = (
        await session.scalars(
            select(User).where(is_his, User.oidc_subject.is_(None)).limit(2).with_for_update()
        )
    ).all()
    return found[0] if len(found) == 1 else None


async def _json(client: Any, address: str, withhold_token: bool = True) -> dict[str, Any]:
    """One JSON object of the provider's; raises OidcAway."""
    try:
        told = await client.request("GET", address, withhold_token=withhold_token)
        told.raise_for_status()
        found = told.json()
    except (httpx2.HTTPError, httpx2.InvalidURL, AuthlibBaseError, ValueError) as error:
        raise _away(error) from error
    return found if isinstance(found, dict) else {}


def _failed(why: str) -> OidcFailed:
    log.warning("a sign-in by the provider was refused: %s", why)
    return OidcFailed()


def _away(error: Exception) -> OidcAway:
    log.warning("the provider of the sign-in does not answer: %r", error)
    return OidcAway()
