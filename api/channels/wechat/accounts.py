"""The Official Accounts: a file of the operator's, read once at start."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from api.channels.tencent import account_file
from api.channels.tencent.account_file import Form, Values
from api.settings import Settings

CHANNEL = "wechat"
API = "https://api.weixin.qq.com"
SETTING = "HELPLINE_WECHAT_FILE"


class Mode(StrEnum):
    """How messages travel (消息加解密方式). The value is what the file says."""

    PLAIN = "plain"  # 明文模式
    COMPATIBLE = "compatible"  # 兼容模式
    SAFE = "safe"  # 安全模式


@dataclass(frozen=True)
class Account:
    """One Official Account. `name` stands in its callback, `title` is what people know it by.

    `token` signs, `aes_key` (EncodingAESKey, 43 characters) seals; `api` is where its API answers.
    """

    name: str
    title: str
    app_id: str
    app_secret: str = field(repr=False)
    token: str = field(repr=False)
    mode: Mode
    aes_key: str | None = field(default=None, repr=False)
    api: str = API

    @property
    def callback(self) -> str:
        """The path that WeChat calls."""
        return f"/channels/{CHANNEL}/{self.name}"


def _lacks(values: Values) -> Iterator[str]:
    if values.get("mode") in (Mode.COMPATIBLE, Mode.SAFE) and "aes_key" not in values:
        yield "缺少 aes_key：兼容模式和安全模式都要它。"


_FORM = Form(
    setting=SETTING,
    what="公众号",
    fields={
        "name": account_file.NAME,
        "title": account_file.TITLE,
        "app_id": (r"\w{1,40}", "后台的「开发者 ID(AppID)」"),
        "app_secret": (r"\w{1,80}", "后台的「开发者密码(AppSecret)」"),
        "token": account_file.TOKEN,
        "aes_key": (
            r"[A-Za-z0-9]{43}",
            "43 个英文字母或数字，与后台的「消息加解密密钥(EncodingAESKey)」一致",
        ),
        "mode": ("|".join(Mode), "plain（明文）、compatible（兼容）或 safe（安全）"),
        "api": account_file.API,
    },
    needed=("name", "title", "app_id", "app_secret", "token", "mode"),
    secret=("app_secret", "token", "aes_key"),
    single=(("name", "name"), ("app_id", "AppID")),
    lacks=_lacks,
)


def accounts_of(settings: Settings) -> Mapping[str, Account]:
    """The accounts by their names; none where the setting names no file.

    Raises SettingsWrong, with a line for each thing that is wrong.
    """
    return read(Path(settings.wechat_file)) if settings.wechat_file else {}


def read(file: Path) -> Mapping[str, Account]:
    """The accounts of a file by their names. Raises SettingsWrong."""
    accounts = map(_account, account_file.read(file, _FORM))
    return {account.name: account for account in accounts}


def _account(values: Values) -> Account:
    typed: dict[str, Any] = {**values, "mode": Mode(values["mode"])}
    return Account(**typed)
