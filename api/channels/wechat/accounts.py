"""The Official Accounts: a file of the operator's, read once at start."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import yaml

from api.settings import Settings, SettingsWrong

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


# What a field may look like, and how that is told. The API's address carries the secret.
_FIELDS: Mapping[str, tuple[str, str]] = {
    "name": (r"[a-z0-9][a-z0-9-]{0,39}", "小写字母、数字和连字符，最多 40 个"),
    "title": (r".{1,40}", "账号的名称，最多 40 个字"),
    "app_id": (r"\w{1,40}", "后台的「开发者 ID(AppID)」"),
    "app_secret": (r"\w{1,80}", "后台的「开发者密码(AppSecret)」"),
    "token": (r"[A-Za-z0-9]{3,32}", "3 到 32 个英文字母或数字，与后台的「令牌(Token)」一致"),
    "aes_key": (
        r"[A-Za-z0-9]{43}",
        "43 个英文字母或数字，与后台的「消息加解密密钥(EncodingAESKey)」一致",
    ),
    "mode": ("|".join(Mode), "plain（明文）、compatible（兼容）或 safe（安全）"),
    "api": (
        r"https://[^/?#\s]+|http://(127\.0\.0\.1|localhost)(:\d+)?",
        "https:// 开头的地址，不带路径",
    ),
}
_NEEDED = ("name", "title", "app_id", "app_secret", "token", "mode")
_SECRET = ("app_secret", "token", "aes_key")


def accounts_of(settings: Settings) -> Mapping[str, Account]:
    """The accounts by their names; none where the setting names no file.

    Raises SettingsWrong, with a line for each thing that is wrong.
    """
    return read(Path(settings.wechat_file)) if settings.wechat_file else {}


def read(file: Path) -> Mapping[str, Account]:
    """The accounts of a file by their names. Raises SettingsWrong."""
    try:
        # Nodes and not values: they know their lines, and 0123 stays what is written.
        root = yaml.compose(file.read_text(encoding="utf-8"), yaml.SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsWrong([f"{SETTING} 指的文件 {file} 读不了：{_why(error)}。"]) from None
    except yaml.YAMLError as error:
        raise SettingsWrong([f"{file}{_at(error)}：不是完整的 YAML，请检查缩进和冒号。"]) from None
    if not isinstance(root, yaml.SequenceNode) or not root.value:
        raise SettingsWrong([f"{file}：应是一个列表，每个公众号一项，以「- name:」开头。"])
    wrong: list[str] = []
    found = [_account(node, wrong) for node in root.value]
    accounts = [account for account in found if account]
    wrong += _twice(accounts)
    if wrong:
        raise SettingsWrong([f"{file} {line}" for line in wrong])
    return {account.name: account for account in accounts}


def _account(node: yaml.Node, wrong: list[str]) -> Account | None:
    """The account that a node describes; None, and lines in `wrong`, where it cannot be used."""
    if not isinstance(node, yaml.MappingNode):
        wrong.append(f"第 {_line(node)} 行：一项应是一个公众号，写成「- name: …」和它下面的各行。")
        return None
    values = {
        key.value: value.value
        for key, value in node.value
        if isinstance(value, yaml.ScalarNode) and value.value
    }
    lines = [*_wrong_fields(node), *_missing(node, values)]
    if lines:
        wrong += lines
        return None
    mode = Mode(values.pop("mode"))
    return Account(**{**values, "mode": mode, "api": values.get("api", API)})


def _wrong_fields(node: yaml.MappingNode) -> Iterator[str]:
    seen: set[str] = set()
    for key, value in node.value:
        name, place = key.value, f"第 {_line(key)} 行"
        if name not in _FIELDS:
            yield f"{place}：没有「{name}」这一项，只能写 {'、'.join(_FIELDS)}。"
        elif name in seen:
            yield f"{place}：「{name}」写了两次。"
        elif not isinstance(value, yaml.ScalarNode) or not _fits(name, value.value):
            instead = "" if name in _SECRET else f"，不是「{_said(value)}」"
            yield f"{place}：{name} 应是{_FIELDS[name][1]}{instead}。"
        seen.add(name)


def _fits(name: str, value: str) -> bool:
    is_left_out = not value and name not in _NEEDED
    return is_left_out or re.fullmatch(_FIELDS[name][0], value) is not None


def _missing(node: yaml.MappingNode, values: Mapping[str, str]) -> Iterator[str]:
    for name in _NEEDED:
        if name not in {key.value for key, _ in node.value}:
            yield f"第 {_line(node)} 行起的公众号缺少 {name}：应是{_FIELDS[name][1]}。"
    if values.get("mode") in (Mode.COMPATIBLE, Mode.SAFE) and "aes_key" not in values:
        yield f"第 {_line(node)} 行起的公众号缺少 aes_key：兼容模式和安全模式都要它。"


def _twice(accounts: list[Account]) -> Iterator[str]:
    for what, said in (("name", "name"), ("app_id", "AppID")):
        values = [getattr(account, what) for account in accounts]
        for value in sorted({value for value in values if values.count(value) > 1}):
            yield f"里有两个公众号的 {said} 都是「{value}」。"


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _said(value: yaml.Node) -> str:
    return value.value if isinstance(value, yaml.ScalarNode) else "…"


def _at(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f" 第 {mark.line + 1} 行" if mark else ""


def _why(error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, FileNotFoundError):
        return "没有这个文件"
    if isinstance(error, PermissionError):
        return "没有读它的权限"
    return "不是 UTF-8 编码的文本" if isinstance(error, UnicodeDecodeError) else "它不是一个文件"
