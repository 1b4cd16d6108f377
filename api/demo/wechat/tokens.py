"""Access tokens of the stable interface: one at a time for each account, with their limits.

Source: https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken.html
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from api.demo.wechat.codes import Refused

LIFETIME_S = 7200
LAST_S = 300  # so long before its end a token is followed by the next, and both are good
FORCED_A_DAY = 20
BETWEEN_FORCED_S = 30  # within which a forced refresh gives what there is
DAY_S = 86_400


@dataclass
class _Issued:
    account: str
    text: str
    until: float
    revoked: bool = False


@dataclass
class Tokens:
    """Gives tokens out and checks them; `now` are seconds since 1970."""

    now: Callable[[], float]
    issued: list[_Issued] = field(default_factory=list)
    forced: dict[str, list[float]] = field(default_factory=dict)

    def give(self, account: str, force: bool = False) -> tuple[str, int]:
        """A token, and the seconds for which it is good. Raises Refused."""
        if force:
            self._force(account)
        current = self._current(account)
        if current is None or current.until - self.now() <= LAST_S:
            current = _Issued(account, f"{secrets.token_urlsafe(96)}", self.now() + LIFETIME_S)
            self.issued.append(current)
        return current.text, int(current.until - self.now())

    def owner(self, text: str | None) -> str:
        """The name of the account whose token it is. Raises Refused."""
        if not text:
            raise Refused(41001)
        found = next((one for one in self.issued if one.text == text), None)
        if found is None:
            raise Refused(40014)
        if found.revoked:
            raise Refused(40001)
        if found.until <= self.now():
            raise Refused(42001)
        return found.account

    def revoke(self) -> None:
        """Every token is worth nothing from now on, as after another program has asked for one."""
        for one in self.issued:
            one.revoked = True

    def _current(self, account: str) -> _Issued | None:
        good = (one for one in reversed(self.issued) if one.account == account and not one.revoked)
        return next(good, None)

    def _force(self, account: str) -> None:
        now = self.now()
        times = self.forced.setdefault(account, [])
        today = [at for at in times if now - at < DAY_S]
        if today and now - today[-1] < BETWEEN_FORCED_S:
            return
        if len(today) >= FORCED_A_DAY:
            raise Refused(45009)
        self.forced[account] = [*today, now]
        for one in self.issued:
            one.revoked = one.revoked or one.account == account
