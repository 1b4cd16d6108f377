"""`./helpline demo` has a folder of its own, fills it once, and leaves everything else alone."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from api.demo.wechat.accounts import read
from command import demo
from command.cli import parse
from command.place import Place
from command.ports import free_port
from command.system import Failure
from tests.command.conftest import STAND_IN

LOGIN = {"role": "坐席", "name": "operator1", "password": "only-for-the-demo"}


@pytest.fixture
def place(checkout: Path, program: Callable[[Path, str], Path]) -> Place:
    """A checkout whose seeder writes down that it was called, and who may sign in."""
    filled = json.dumps({"filled": True, "logins": [LOGIN]}, ensure_ascii=False)
    program(
        checkout / ".venv/bin/python",
        f"""
        case "$2" in
          api) exec {sys.executable} {STAND_IN} $HELPLINE_PORT ;;
          api.demo.wechat) exec {sys.executable} {STAND_IN} "$6" ;;
          api.channels.wechat) echo "$3" >> "$HELPLINE_VAR/menus" ;;
          alembic) touch "$HELPLINE_VAR/helpline.db" ;;
          api.demo)
            test -e "$HELPLINE_VAR/helpline.db" || exit 1
            echo called >> "$HELPLINE_VAR/called"
            test -e "$HELPLINE_VAR/breaks" && exit 1
            echo '{filled}' > "$HELPLINE_VAR/demo.json" ;;
        esac
        """,
    )
    return Place(checkout, checkout / "var", {"PATH": "/usr/bin:/bin"})


@pytest.fixture
def own(place: Place) -> Place:
    """The demo's place, its folder made."""
    own = demo.place_of(place)
    own.var.mkdir(parents=True)
    return own


def times_filled(own: Place) -> int:
    called = own.var / "called"
    return len(called.read_text().splitlines()) if called.exists() else 0


def test_a_demo_starts_beside_the_real_helpline_and_says_who_may_sign_in(
    place: Place,
    run: Callable[..., "subprocess.Popen[str]"],
    output: Callable[[], str],
    until: Callable[..., None],
) -> None:
    phone = free_port()
    process = run("demo", "--port", str(free_port()), "--phone-port", str(phone))
    until(lambda: "微信里的样子" in output() or process.poll() is not None)

    assert process.poll() is None, output()
    assert f"http://127.0.0.1:{phone}/" in output()
    assert (place.var / "demo/menus").read_text() == "menu\n"
    assert "/desk" in output() and "坐席  账号 operator1  密码 only-for-the-demo" in output()
    assert (place.var / "demo/helpline.db").exists()
    assert not (place.var / "helpline.db").exists()


def test_it_is_filled_once_and_keeps_its_passwords(own: Place) -> None:
    demo.fill(own, afresh=False)
    demo.fill(own, afresh=False)

    assert times_filled(own) == 1
    assert any("only-for-the-demo" in line for line in demo.logins(own, "http://x"))


def test_it_is_filled_anew_when_that_is_wished(own: Place) -> None:
    demo.fill(own, afresh=False)
    demo.fill(own, afresh=True)

    assert times_filled(own) == 2


def test_a_filling_that_broke_off_is_begun_anew(own: Place) -> None:
    (own.var / "breaks").touch()
    with pytest.raises(Failure, match="没有生成完"):
        demo.fill(own, afresh=False)
    assert not any("账号 operator1" in line for line in demo.logins(own, "http://x"))

    (own.var / "breaks").unlink()
    demo.fill(own, afresh=False)
    assert demo.read_mark(own)["filled"] is True


@pytest.mark.parametrize("afresh", [False, True])
def test_a_database_that_the_demo_did_not_make_is_refused_and_left_alone(
    own: Place, afresh: bool
) -> None:
    (own.var / "helpline.db").write_text("真的数据")

    with pytest.raises(Failure, match="不是演示建的数据库"):
        demo.fill(own, afresh)
    assert (own.var / "helpline.db").read_text() == "真的数据"
    assert times_filled(own) == 0


@pytest.mark.parametrize("text", ["", "{", "[]", '"filled"'])
def test_a_mark_that_cannot_be_read_means_not_filled(own: Place, text: str) -> None:
    (own.var / "demo.json").write_text(text)
    demo.fill(own, afresh=False)

    assert times_filled(own) == 1


def test_no_setting_of_the_real_helpline_holds_in_the_demo(place: Place) -> None:
    real = {"HELPLINE_DATABASE_URL": "postgresql://office/helpline", "HELPLINE_DATA_KEY": "key"}
    own = demo.place_of(Place(place.root, place.var, {**place.environ, **real}))

    assert not {*real} & {*own.environ}
    assert own.sqlite_file == place.var / "demo/helpline.db"


def test_the_demos_accounts_are_those_of_its_own_telephone_with_secrets_of_each_start(
    own: Place,
) -> None:
    url, phone = "http://127.0.0.1:8010", "http://127.0.0.1:8020"
    first = demo.in_wechat(own, url, phone)
    file = Path(first.environ["HELPLINE_WECHAT_FILE"])
    before = read(file)
    demo.in_wechat(own, url, phone)

    assert file.parent == own.var
    assert first.environ["HELPLINE_PUBLIC_URL"] == url
    assert [one.app_id for one in read(file)] == [one.app_id for one in before]
    assert not {one.app_secret for one in read(file)} & {one.app_secret for one in before}
    assert {one["api"] for one in json.loads(file.read_text())} == {phone}


def test_the_demo_is_for_this_machine_unless_it_is_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HELPLINE_HOST", "0.0.0.0")
    args, _ = parse(["demo"])

    assert args.host == "127.0.0.1"
