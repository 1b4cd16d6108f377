"""./helpline wechat: an administrator is told what is wrong and what to do, without any secret."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.channels.wechat import check
from api.channels.wechat.__main__ import main
from api.channels.wechat.accounts import Mode
from api.channels.wechat.menu import keys, menu
from api.channels.wechat.routes import routes
from api.clock import Clock
from api.errors import render_errors
from tests.api.channels.wechat import AES_KEY, APP_ID, TOKEN, account
from tests.api.channels.wechat.fake_api import FakeApi

PUBLIC = "https://helpline.example.cn"
SECRET = "0123456789abcdef0123456789abcdef"
OUR_MENU = {"menu": dict(menu())}
MAY_PUSH = {"errcode": 40003, "errmsg": "invalid openid"}


class World(httpx.AsyncBaseTransport):
    """The helpline at its address, and WeChat behind every other."""

    def __init__(self) -> None:
        self.api = FakeApi()
        self.api.answers = [MAY_PUSH, OUR_MENU]
        self.ahead = timedelta(0)  # how far WeChat's clock is
        self.app = FastAPI()
        render_errors(self.app)
        self.app.include_router(routes({"jiangxi": account(Mode.SAFE)}))
        self.app.state.clock = Clock()
        self.page: httpx.Response | Exception | None = None  # what our address answers instead

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "helpline.example.cn":
            return await self._ours(request)
        answer = await self.api.handle_async_request(request)
        answer.headers["date"] = format_datetime(datetime.now(UTC) + self.ahead, usegmt=True)
        return answer

    async def _ours(self, request: httpx.Request) -> httpx.Response:
        if isinstance(self.page, Exception):
            raise self.page
        if self.page is not None:
            return self.page
        return await httpx.ASGITransport(self.app).handle_async_request(request)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "wechat.yml"
    write(file)
    monkeypatch.setenv("HELPLINE_WECHAT_FILE", str(file))
    monkeypatch.setenv("HELPLINE_PUBLIC_URL", PUBLIC)
    monkeypatch.setenv("HELPLINE_LOG_LEVEL", "ERROR")
    return file


def write(file: Path, **changed: str) -> None:
    values = {
        "name": "jiangxi",
        "title": "江西知识产权",
        "app_id": APP_ID,
        "app_secret": SECRET,
        "token": TOKEN,
        "aes_key": AES_KEY,
        "mode": "safe",
        **changed,
    }
    lines = [f"  {name}: {value}" for name, value in values.items()]
    file.write_text("- " + "\n".join(lines).strip() + "\n", encoding="utf-8")
    file.chmod(0o600)


@pytest.fixture
def told(world: World, file: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command; its exit status, and what it said."""

    def run(*words: str) -> tuple[int, str]:
        status = main(words, world)
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


def test_where_everything_is_right_every_line_says_so(told: Any) -> None:
    status, said = told("check")

    assert status == 0 and "✗" not in said and said.count("✓") == 9
    assert f"服务器地址(URL)：{PUBLIC}/channels/wechat/jiangxi" in said and "安全模式" in said
    assert not [secret for secret in (SECRET, TOKEN, AES_KEY) if secret in said]


@pytest.mark.parametrize(
    ("code", "words", "told_", "advice"),
    [
        (40164, "invalid ip 203.0.113.7, not in whitelist", "203.0.113.7", "白名单"),
        (40001, "invalid credential", "AppSecret 不对", "重置 AppSecret"),
        (40125, "invalid appsecret", "AppSecret 不对（40125）", "重置 AppSecret"),
        (40013, "invalid appid", "AppID 不对", "app_id"),
        (40243, "frozen", "冻结", "解冻"),
        (-1, "system error", "系统繁忙", "过一会儿"),
        (61004, "x", "没有列出的错误（61004）", "全局返回码"),
    ],
)
def test_who_gets_no_token_is_told_what_to_do(
    told: Any, world: World, code: int, words: str, told_: str, advice: str
) -> None:
    world.api.told = {"errcode": code, "errmsg": words}
    status, said = told("check")
    [line] = [line for line in said.split("✗") if "取不到访问凭据" in line]

    assert status == 1 and told_ in line and advice in line
    # Nothing else is asked of WeChat: it would be refused alike.
    assert {path for path, _ in world.api.calls} == {"/cgi-bin/stable_token"}


def test_who_cannot_reach_wechat_is_told(told: Any, world: World) -> None:
    world.api.told = httpx.ConnectError("x")
    status, said = told("check")

    assert status == 1 and "连不上微信" in said and "防火墙" in said


@pytest.mark.parametrize(
    ("answers", "wrong", "advice"),
    [
        ([{"errcode": 48001}, OUR_MENU], "不能发客服消息", "微信认证"),
        ([{"errcode": 45009}, OUR_MENU], "今天的调用次数用完了", "零点"),
        ([MAY_PUSH, {"errcode": 46003}], "还没有菜单", "wechat menu"),
        ([MAY_PUSH, {"menu": {"button": []}}], "菜单里缺少 ask、card、human", "wechat menu"),
        ([MAY_PUSH, {"errcode": 48001}], "看不到菜单", "微信认证"),
    ],
)
def test_what_the_account_may_not_do_or_lacks_is_told(
    told: Any, world: World, answers: list[dict[str, Any]], wrong: str, advice: str
) -> None:
    world.api.answers = list(answers)
    status, said = told("check")
    [line] = said.split("✗")[1:]

    assert status == 1 and wrong in line and advice in line


def test_a_menu_that_an_older_account_gives_back_is_known(told: Any, world: World) -> None:
    older = [
        {**one, "sub_button": {"list": one["sub_button"]}} if "sub_button" in one else one
        for one in menu()["button"]
    ]
    world.api.answers = [MAY_PUSH, {"menu": {"button": older}}]

    assert told("check")[0] == 0


@pytest.mark.parametrize(
    ("page", "advice"),
    [
        (httpx.ConnectError("x"), "防火墙"),
        (httpx.ConnectTimeout("x"), "换一台机器"),
        (httpx.Response(404), "重启热线"),
        (httpx.Response(400), "HELPLINE_ALLOWED_HOSTS"),
        (httpx.Response(502), "先启动热线"),
        (httpx.Response(503), "过一分钟"),
        (httpx.Response(301, headers={"location": "https://x.example"}), "跳转"),
        (httpx.Response(200, text="<html>"), "应答的不是热线"),
    ],
)
def test_where_our_own_address_does_not_answer_it_is_told_why(
    told: Any, world: World, page: httpx.Response | Exception, advice: str
) -> None:
    world.page = page
    status, said = told("check")
    [line] = said.split("✗")[1:]

    assert status == 1 and advice in line and "/channels/wechat/jiangxi" in line


def test_a_helpline_that_runs_with_another_token_is_found(told: Any, file: Path) -> None:
    write(file, token="another1")
    status, said = told("check")

    assert status == 1 and "用的 token 不是这一个" in said


@pytest.mark.parametrize(("seconds", "right"), [(20, True), (-100, True), (400, False)])
def test_a_clock_that_is_wrong_is_found(told: Any, world: World, seconds: int, right: bool) -> None:
    world.ahead = timedelta(seconds=seconds)
    status, said = told("check")

    assert (status == 0) is right and ("NTP" in said) is not right


def test_what_others_can_read_and_what_travels_open_is_told(told: Any, file: Path) -> None:
    write(file, mode="plain", app_id="gh_123")
    file.chmod(0o644)
    status, said = told("check")

    assert status == 1 and said.count("✗") == 3
    assert f"chmod 600 {file}" in said and "明文模式" in said and "以 wx 开头" in said


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("", "没有设置 HELPLINE_PUBLIC_URL"),
        ("https://helpline.example.cn:8443", "到不了 8443 端口"),
        ("http://127.0.0.1:8010", "从外面到不了"),
        ("http://127.0.0.1", "从外面到不了"),
        ("https://192.168.1.9", "从外面到不了"),
        ("https://helpline", "从外面到不了"),
    ],
)
def test_an_address_that_wechat_cannot_call_is_told(url: str, wrong: str) -> None:
    finding = check.of_address(url)
    assert wrong in finding.said and finding.advice


@pytest.mark.parametrize("url", [PUBLIC, f"{PUBLIC}:443", "https://8.8.8.8"])
def test_an_address_that_wechat_can_call_is_right(url: str) -> None:
    assert check.of_address(url).advice == ""


def test_a_file_that_cannot_be_used_is_told_with_its_line(told: Any, file: Path) -> None:
    write(file, mode="secret")
    status, said = told("check")

    assert status == 2 and f"✗ {file} 第 7 行：mode" in said


def test_without_a_file_it_is_told_that_there_is_none(
    told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HELPLINE_WECHAT_FILE")
    status, said = told("check")

    assert status == 2 and "没有设置 HELPLINE_WECHAT_FILE" in said


def test_an_account_of_another_name_is_told(told: Any, world: World) -> None:
    assert told("menu", "--account", "ganzhou") == (
        2,
        "✗ 没有叫「ganzhou」的公众号，只有：jiangxi。\n",
    )
    assert world.api.calls == []


# --- the menu -------------------------------------------------------------------------------------


def test_the_menu_is_made_as_wechat_takes_it(told: Any, world: World) -> None:
    world.api.answers = []
    status, said = told("menu")
    [asked] = world.api.asked("/menu/create")

    assert status == 0 and "✓ 江西知识产权" in said
    assert list(keys(asked["button"])) == ["ask", "card", "ticket", "move", "human"]
    assert asked["button"][0] == {"type": "click", "name": "问问题", "key": "ask"}


def test_a_menu_that_wechat_refuses_is_told(told: Any, world: World) -> None:
    world.api.answers = [{"errcode": 48001, "errmsg": "api unauthorized"}]
    status, said = told("menu")

    assert status == 1 and "没有这个接口的权限（48001）" in said and "微信认证" in said
