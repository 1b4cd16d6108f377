"""What ./helpline user does: add, reset, off, on, list."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi import FastAPI

from api.accounts.__main__ import main
from api.settings import Settings
from tests.api.desk import browser

PRINTED = re.compile(r"^  ((?:[a-z2-9]{4}-){3}[a-z2-9]{4})$", re.MULTILINE)


@pytest.fixture
def settings(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings that both the command and the service read."""
    monkeypatch.setenv("HELPLINE_DATABASE_URL", database_url)
    monkeypatch.setenv("HELPLINE_VAR", str(tmp_path))
    return Settings()


@pytest.fixture
def user(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Runs the command in a thread, with a loop of its own; its exit status and what it says."""

    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        with ThreadPoolExecutor(1) as pool:
            code = pool.submit(main, words).result()
        return code, *capsys.readouterr()

    return run


async def can_enter(app: FastAPI, name: str, password: str) -> bool:
    body = {"name": name, "password": password}
    return (await browser(app).post("/api/desk/session", json=body)).status_code == 200


async def test_the_password_that_is_printed_opens_and_no_other(
    app: FastAPI, user: Callable[..., tuple[int, str, str]]
) -> None:
    code, said, _ = user("add", "王芳", "--role", "admin", "--display", "王老师")
    [first] = PRINTED.findall(said)

    assert code == 0 and "只显示这一次" in said and "管理员 王芳" in said
    assert await can_enter(app, "王芳", first)
    assert not await can_enter(app, "王芳", "admin")

    code, said, _ = user("reset", "王芳")
    [second] = PRINTED.findall(said)
    assert code == 0 and first != second
    assert await can_enter(app, "王芳", second) and not await can_enter(app, "王芳", first)


def test_the_list_says_who_is_what_and_tells_no_password(
    user: Callable[..., tuple[int, str, str]],
) -> None:
    assert "user add" in user("list")[1]
    _, said, _ = user("add", "Li.Ming", "--role", "operator", "--extension", "8001")
    user("add", "chef", "--role", "admin")
    assert user("off", "li.ming")[0] == 0

    _, listed, _ = user("list")
    assert "li.ming  Li.Ming  坐席  停用  没有登录过，还没换第一次的密码" in listed
    assert PRINTED.findall(said) and "argon2" not in listed and not PRINTED.search(listed)
    assert user("on", "li.ming")[:2] == (0, "已启用 li.ming。\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["reset", "nobody"], "没有这个账号"),
        (["off", "nobody"], "没有这个账号"),
        (["off", "chef"], "最后一个管理员"),
        (["add", "Chef", "--role", "operator"], "已经有人用了"),
        (["add", "王 芳", "--role", "operator"], "账号是 2 到 40 个"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(
    user: Callable[..., tuple[int, str, str]], words: list[str], told: str
) -> None:
    user("add", "chef", "--role", "admin")
    code, said, wrong = user(*words)

    assert (code, said) == (1, "") and wrong.startswith("✗ ") and told in wrong


def test_an_account_needs_a_role_of_the_table(
    user: Callable[..., tuple[int, str, str]],
) -> None:
    for words in (["add", "x1"], ["add", "x1", "--role", "root"]):
        with pytest.raises(SystemExit):
            user(*words)
