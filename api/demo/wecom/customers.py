"""Whom the platform knows: accounts of a company, and the people who write to them."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from api.demo.wechat.codes import Refused
from api.demo.wechat.followers import Shown, Side

# Source: https://developer.work.weixin.qq.com/document/path/96427 (发送消息) and
# https://kf.weixin.qq.com/api/doc/path/95123 (发送欢迎语等事件响应消息).
MESSAGES, WINDOW_S = 5, 48 * 3600.0
WELCOME_S = 20.0
QUOTA_USED, WINDOW_OVER, WITH_STAFF, BAD_PARAMETER = 95001, 95002, 95018, 40058


class Account(BaseModel):
    """A customer-service account as both sides have it in their settings."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: str
    title: str
    corp_id: str
    secret: str
    token: str
    aes_key: str
    open_kfid: str

    def external_userid(self, person: str) -> str:
        """A person's id towards the company."""
        return "wm" + hashlib.sha256(f"{self.corp_id}:{person}".encode()).hexdigest()[:30]


def read(file: Path) -> Sequence[Account]:
    """All accounts of a file. Raises OSError, yaml.YAMLError, pydantic.ValidationError."""
    found = yaml.safe_load(file.read_text(encoding="utf-8"))
    return TypeAdapter(list[Account]).validate_python(found)


@dataclass
class Customer:
    """A person's chat with an account. `now` are seconds since 1970; `with_staff` is whether
    somebody answers him in 企业微信 itself.
    """

    account: Account
    person: str
    now: Callable[[], float]
    shown: list[Shown] = field(default_factory=list)
    left: int = 0
    until: float = 0.0
    with_staff: bool = False
    welcome_code: str = ""
    welcome_until: float = 0.0
    _welcomed_at: float = -WINDOW_S

    @property
    def peer(self) -> str:
        return self.account.external_userid(self.person)

    def show(self, side: Side, text: str) -> None:
        """Put something into the chat."""
        self.shown.append(Shown(len(self.shown) + 1, side, "text", text, self.now()))

    def wrote(self) -> None:
        """So many messages may be sent to him for so long, in place of those before."""
        self.left, self.until = MESSAGES, self.now() + WINDOW_S

    def came_in(self) -> str | None:
        """The code to welcome him with; None where he was welcomed or wrote not long ago."""
        if self.until > self.now() or self.now() - self._welcomed_at < WINDOW_S:
            return None
        self.welcome_code, self.welcome_until = secrets.token_urlsafe(32), self.now() + WELCOME_S
        return self.welcome_code

    def spend(self) -> None:
        """Take one message from what is granted. Raises Refused."""
        if self.with_staff:
            raise Refused(WITH_STAFF, "send msg session status invalid")
        if self.until <= self.now():
            raise Refused(WINDOW_OVER, "send msg time limit")
        if not self.left:
            raise Refused(QUOTA_USED, "send msg count limit")
        self.left -= 1

    def welcome(self) -> None:
        """Use the code. Raises Refused."""
        if self.welcome_until <= self.now():
            raise Refused(BAD_PARAMETER, "invalid code")
        self.welcome_until, self._welcomed_at = 0.0, self.now()
