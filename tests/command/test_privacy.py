"""The command keeps the data folder to its owner and personal data out of what it writes down."""

import io
import logging
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from command.place import Place
from command.prepare import Setup
from command.steps import Step
from command.supervise import DailyLog, children_of
from command.system import keep_private

PHONE = "13812345678"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def umask() -> Any:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_what_lies_in_the_data_folder_is_its_owner_s_alone(tmp_path: Path) -> None:
    names = ("helpline.db", "helpline.db-wal", "data.key", "helpline.lock", "log/api.log")
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch(mode=0o644)
    tmp_path.chmod(0o755)

    keep_private(tmp_path)

    assert mode(tmp_path) == 0o700
    assert {name: mode(tmp_path / name) for name in names} == dict.fromkeys(names, 0o600)


def test_what_is_made_afterwards_is_born_so(tmp_path: Path) -> None:
    keep_private(tmp_path)
    subprocess.run([sys.executable, "-c", "open('helpline.db', 'w')"], cwd=tmp_path, check=True)

    assert mode(tmp_path / "helpline.db") == 0o600


def test_a_data_folder_that_is_not_there_yet_is_no_trouble(tmp_path: Path) -> None:
    keep_private(tmp_path / "var")


def test_the_files_of_a_started_helpline_are_private(
    running: SimpleNamespace, checkout: Path
) -> None:
    files = [path for path in (checkout / "var").rglob("*") if path.suffix in (".db", ".log")]

    assert mode(checkout / "var") == 0o700
    assert files and {mode(path) for path in files} == {0o600}


def test_what_a_child_says_is_masked_in_its_log_and_on_the_terminal(
    children: Callable[..., Any], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    child = children()
    said = f'timeout {{"text": "\\u6211\\u53eb\\u9648\\u534e {PHONE}"}}\n我叫陈华，电话{PHONE}\n'
    log = DailyLog(tmp_path / "rasa.log", encoding="utf-8")
    child.relay(io.StringIO(said), log, echo=True)

    for text in (capsys.readouterr().out, (tmp_path / "rasa.log").read_text("utf-8")):
        assert PHONE not in text and "陈华" not in text and "9648" not in text
        assert "timeout" in text and "〔电话〕" in text


def test_what_a_step_of_setting_up_says_is_masked(place: Place) -> None:
    say = [sys.executable, "-c", f"print('电话{PHONE}', flush=True)"]
    place.var.mkdir()
    step = Step("say", "说一句", (), (), lambda run: run(say))
    Setup(place, [step]).carry_out()

    said = place.log("say").read_text("utf-8")
    assert "\n电话〔电话〕\n" in said and PHONE not in said


def test_a_log_has_a_file_for_each_day(tmp_path: Path) -> None:
    path = tmp_path / "api.log"
    path.write_text("昨天\n", encoding="utf-8")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    log = DailyLog(path, backupCount=3, encoding="utf-8")
    for said in ("今天", "还是今天"):
        log.handle(logging.makeLogRecord({"msg": said}))
    log.close()

    assert (tmp_path / "api.log.1").read_text("utf-8") == "昨天\n"
    assert path.read_text("utf-8") == "今天\n还是今天\n"


def test_the_dialogue_engine_is_not_given_the_data_key(tmp_path: Path) -> None:
    place = Place(tmp_path, tmp_path / "var", {"HELPLINE_DATA_KEY": "secret"})
    service, engine = children_of(place, "127.0.0.1", 1)

    assert service.env["HELPLINE_DATA_KEY"] == "secret"
    assert "secret" not in engine.env.values()


def test_privacy_hands_everything_on(
    run: Callable[..., "subprocess.Popen[str]"], output: Callable[[], str], checkout: Path
) -> None:
    assert run("privacy", "export", "JX20261122-0001", "--out", "x.json").wait() == 0
    assert output().endswith("-m api.privacy export JX20261122-0001 --out x.json\n")


def test_the_key_is_not_changed_under_a_running_helpline(
    running: SimpleNamespace,
    run: Callable[..., "subprocess.Popen[str]"],
    output: Callable[[], str],
) -> None:
    assert run("privacy", "rotate-key").wait() == 1
    assert "请先停止热线" in output()
    assert run("privacy", "sweep", "--dry-run").wait() == 0
