"""The file of accounts: what is wrong in it is told with its line, in Chinese, and no secret is."""

from pathlib import Path

import pytest

from api.channels.wechat.accounts import API, Account, Mode, accounts_of, read
from api.settings import Settings, SettingsWrong
from tests.api.channels.wechat import AES_KEY, APP_ID, TOKEN

WHOLE = f"""\
- name: jiangxi
  title: 江西知识产权
  app_id: {APP_ID}
  app_secret: 0123456789abcdef0123456789abcdef
  token: {TOKEN}
  aes_key: {AES_KEY}
  mode: safe
- name: ganzhou
  title: 赣州知识产权
  app_id: wx00000000000000aa
  app_secret: 00000000000000000000000000000123
  token: "007"
  mode: plain
  api: http://127.0.0.1:8020
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "wechat.yml"


def wrong(file: Path, text: str) -> list[str]:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsWrong) as told:
        read(file)
    return told.value.lines


def test_every_account_is_read_as_it_is_written(file: Path) -> None:
    file.write_text(WHOLE, encoding="utf-8")
    accounts = read(file)

    assert list(accounts) == ["jiangxi", "ganzhou"]
    assert (accounts["jiangxi"].mode, accounts["jiangxi"].api) == (Mode.SAFE, API)
    # What YAML would take for a number stays what is written.
    other = accounts["ganzhou"]
    assert (other.token, other.app_secret[-3:], other.aes_key) == ("007", "123", None)
    assert other.api == "http://127.0.0.1:8020" and other.callback == "/channels/wechat/ganzhou"


def test_without_the_setting_there_is_no_account() -> None:
    assert accounts_of(Settings()) == {}


def test_an_account_that_is_printed_shows_no_secret(file: Path) -> None:
    file.write_text(WHOLE, encoding="utf-8")
    printed = repr(read(file))

    assert "jiangxi" in printed
    assert not [secret for secret in (TOKEN, AES_KEY, "0123456789abcdef") if secret in printed]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            "mode: safe",
            "mode: secret",
            "第 7 行：mode 应是plain（明文）、compatible（兼容）或 safe",
        ),
        ("name: jiangxi", "name: 江西", "第 1 行：name 应是小写字母、数字和连字符"),
        (f"token: {TOKEN}", "token: a_b", "第 5 行：token 应是3 到 32 个英文字母或数字"),
        (f"token: {TOKEN}", f"token: {TOKEN * 3}", "第 5 行：token"),
        (AES_KEY, AES_KEY[1:], "第 6 行：aes_key 应是43 个英文字母或数字"),
        ("mode: plain", "mode: compatible", "第 8 行起的公众号缺少 aes_key"),
        (f"  token: {TOKEN}\n", "", "第 1 行起的公众号缺少 token"),
        ("  title: 江西", "  titel: 江西", "第 2 行：没有「titel」这一项"),
        ("  mode: safe", "  mode: safe\n  mode: plain", "第 8 行：「mode」写了两次"),
        ("http://127.0.0.1:8020", "http://api.example.cn", "第 14 行：api 应是https:// 开头"),
        ("name: ganzhou", "name: jiangxi", "里有两个公众号的 name 都是「jiangxi」"),
        ("wx00000000000000aa", APP_ID, "里有两个公众号的 AppID"),
        ("title: 江西知识产权", "title: [江西]", "第 2 行：title 应是账号的名称"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    file: Path, before: str, after: str, told: str
) -> None:
    assert before in WHOLE
    lines = wrong(file, WHOLE.replace(before, after))

    assert any(told in line for line in lines), lines
    assert all(line.startswith(str(file)) and line.endswith("。") for line in lines)


def test_a_secret_that_is_wrong_is_not_repeated(file: Path) -> None:
    text = WHOLE.replace(TOKEN, "my secret").replace(AES_KEY, "another one")
    assert not [word for line in wrong(file, text) for word in ("my s", "another") if word in line]


def test_everything_that_is_wrong_is_told_at_once(file: Path) -> None:
    text = WHOLE.replace("mode: safe", "mode: x").replace('token: "007"', "token: x")
    assert len(wrong(file, text)) == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "应是一个列表"),
        ("name: jiangxi", "应是一个列表"),
        ("[]", "应是一个列表"),
        ("- jiangxi\n", "第 1 行：一项应是一个公众号"),
        ("- name: [\n", "不是完整的 YAML"),
        ("- name: a\n\ttitle: b", "第 2 行：不是完整的 YAML"),
    ],
)
def test_what_is_no_list_of_accounts_is_refused(file: Path, text: str, told: str) -> None:
    assert any(told in line for line in wrong(file, text))


def test_a_file_that_cannot_be_read_is_told(file: Path) -> None:
    for path, told in ((file, "没有这个文件"), (file.parent, "它不是一个文件")):
        with pytest.raises(SettingsWrong, match=told):
            read(path)
    file.write_bytes("- name: 江西".encode("gbk"))
    with pytest.raises(SettingsWrong, match="不是 UTF-8"):
        read(file)


def test_an_account_needs_no_more_than_its_fields() -> None:
    assert Account("a", "甲", "wx1", "s", "tok", Mode.PLAIN).aes_key is None
