"""A file of the operator's accounts: what is wrong in it is told with its line, and no secret."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from api.settings import SettingsWrong

Values = Mapping[str, str]

# What stands in every such file. The API's address carries the secret.
NAME = (r"[a-z0-9][a-z0-9-]{0,39}", "小写字母、数字和连字符，最多 40 个")
TITLE = (r".{1,40}", "账号的名称，最多 40 个字")
TOKEN = (r"[A-Za-z0-9]{3,32}", "3 到 32 个英文字母或数字，与后台的「令牌(Token)」一致")
API = (
    r"https://[^/?#\s]+|http://(127\.0\.0\.1|localhost)(:\d+)?",
    "https:// 开头的地址，不带路径",
)


@dataclass(frozen=True)
class Form:
    """What an account has to look like. `fields`: what each may be, as an expression and in words;
    `single`: fields of which no two accounts share a value, with what they are called.
    `lacks` tells what an account lacks for a reason of its own.
    """

    setting: str
    what: str
    fields: Mapping[str, tuple[str, str]]
    needed: Sequence[str]
    secret: Sequence[str]
    single: Sequence[tuple[str, str]]
    lacks: Callable[[Values], Iterator[str]] = lambda values: iter(())


def read(file: Path, form: Form) -> Sequence[Values]:
    """The accounts of a file. Raises SettingsWrong, with a line for each thing that is wrong."""
    try:
        # Nodes and not values: they know their lines, and 0123 stays what is written.
        root = yaml.compose(file.read_text(encoding="utf-8"), yaml.SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsWrong([f"{form.setting} 指的文件 {file} 读不了：{_why(error)}。"]) from None
    except yaml.YAMLError as error:
        raise SettingsWrong([f"{file}{_at(error)}：不是完整的 YAML，请检查缩进和冒号。"]) from None
    if not isinstance(root, yaml.SequenceNode) or not root.value:
        raise SettingsWrong([f"{file}：应是一个列表，每个{form.what}一项，以「- name:」开头。"])
    wrong: list[str] = []
    found = [_account(node, form, wrong) for node in root.value]
    accounts = [account for account in found if account is not None]
    wrong += _twice(accounts, form)
    if wrong:
        raise SettingsWrong([f"{file} {line}" for line in wrong])
    return accounts


def _account(node: yaml.Node, form: Form, wrong: list[str]) -> Values | None:
    """What a node says of an account; None, and lines in `wrong`, where it cannot be used."""
    if not isinstance(node, yaml.MappingNode):
        line = _line(node)
        wrong.append(f"第 {line} 行：一项应是一个{form.what}，写成「- name: …」和它下面的各行。")
        return None
    values = {
        key.value: value.value
        for key, value in node.value
        if isinstance(value, yaml.ScalarNode) and value.value
    }
    lines = [*_wrong_fields(node, form), *_missing(node, values, form)]
    wrong += lines
    return None if lines else values


def _wrong_fields(node: yaml.MappingNode, form: Form) -> Iterator[str]:
    seen: set[str] = set()
    for key, value in node.value:
        name, place = key.value, f"第 {_line(key)} 行"
        if name not in form.fields:
            yield f"{place}：没有「{name}」这一项，只能写 {'、'.join(form.fields)}。"
        elif name in seen:
            yield f"{place}：「{name}」写了两次。"
        elif not isinstance(value, yaml.ScalarNode) or not _fits(name, value.value, form):
            instead = "" if name in form.secret else f"，不是「{_said(value)}」"
            yield f"{place}：{name} 应是{form.fields[name][1]}{instead}。"
        seen.add(name)


def _fits(name: str, value: str, form: Form) -> bool:
    is_left_out = not value and name not in form.needed
    return is_left_out or re.fullmatch(form.fields[name][0], value) is not None


def _missing(node: yaml.MappingNode, values: Values, form: Form) -> Iterator[str]:
    begins = f"第 {_line(node)} 行起的{form.what}"
    for name in form.needed:
        if name not in {key.value for key, _ in node.value}:
            yield f"{begins}缺少 {name}：应是{form.fields[name][1]}。"
    for lacking in form.lacks(values):
        yield f"{begins}{lacking}"


def _twice(accounts: Sequence[Values], form: Form) -> Iterator[str]:
    for name, said in form.single:
        values = [account[name] for account in accounts]
        for value in sorted({value for value in values if values.count(value) > 1}):
            yield f"里有两个{form.what}的 {said} 都是「{value}」。"


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
