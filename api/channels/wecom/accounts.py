"""The customer-service accounts (客服账号): a file of the operator's, read once at start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from api.channels.tencent import account_file
from api.channels.tencent.account_file import Form
from api.settings import Settings

CHANNEL = "wecom"
API = "https://qyapi.weixin.qq.com"
SETTING = "HELPLINE_WECOM_FILE"


@dataclass(frozen=True)
class Account:
    """One customer-service account. `name` stands in its callback, `title` is what people know it
    by, `open_kfid` its id in the company (`corp_id`).

    `secret` is the application's, `token` signs, `aes_key` (EncodingAESKey, 43 characters) seals;
    `api` is where 企业微信 answers.
    """

    name: str
    title: str
    corp_id: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    open_kfid: str
    api: str = API

    @property
    def callback(self) -> str:
        """The path that 企业微信 calls."""
        return f"/channels/{CHANNEL}/{self.name}"


_FORM = Form(
    setting=SETTING,
    what="客服账号",
    fields={
        "name": account_file.NAME,
        "title": account_file.TITLE,
        "corp_id": (r"\w{1,40}", "后台「我的企业」里的企业 ID"),
        "secret": (r"[\w-]{1,80}", "后台那个应用的 Secret"),
        "token": account_file.TOKEN,
        "aes_key": (r"[A-Za-z0-9]{43}", "43 个英文字母或数字，与后台的 EncodingAESKey 一致"),
        "open_kfid": (r"[\w-]{1,64}", "客服账号的 ID（open_kfid），以 wk 开头"),
        "api": account_file.API,
    },
    needed=("name", "title", "corp_id", "secret", "token", "aes_key", "open_kfid"),
    secret=("secret", "token", "aes_key"),
    single=(("name", "name"), ("open_kfid", "open_kfid")),
)


def accounts_of(settings: Settings) -> Mapping[str, Account]:
    """The accounts by their names; none where the setting names no file.

    Raises SettingsWrong, with a line for each thing that is wrong.
    """
    if not settings.wecom_file:
        return {}
    accounts = [Account(**one) for one in account_file.read(Path(settings.wecom_file), _FORM)]
    return {account.name: account for account in accounts}
