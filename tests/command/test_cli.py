"""The command itself, in a checkout of stand-ins."""

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from command import commands
from command.ask import accepted, turn_text
from command.place import Place
from command.ports import free_port
from command.system import Failure

only_on_linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="needs /proc and prctl"
)


def closed(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_up_prepares_what_is_missing_and_says_where_to_go(
    running: SimpleNamespace, output: Callable[[], str]
) -> None:
    assert "准备 2 项：对话模型、数据库" in output()
    assert f"对话页面  {running.url}/\n" in output()
    assert f"接口文档  {running.url}/docs\n" in output()
    assert f"[服务] 在端口 {running.port} 上听着" in output()


def test_status_shows_what_runs_and_succeeds_only_then(
    running: SimpleNamespace, run: Callable[..., "subprocess.Popen[str]"], output: Callable[[], str]
) -> None:
    assert run("status").wait() == 0
    assert f"运行：{running.url}/（进程 {running.process.pid}" in output()
    assert "  数据库：正常" in output()
    running.process.terminate()
    running.process.wait()
    assert run("status").wait() == 1
    assert "运行：没有启动" in output()


def test_a_second_up_on_the_same_data_says_who_runs(
    running: SimpleNamespace, run: Callable[..., "subprocess.Popen[str]"], output: Callable[[], str]
) -> None:
    assert run("up", "--port", "1").wait() == 1
    assert f"已有一份热线在运行：进程 {running.process.pid}，{running.url}/" in output()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_up_stops_cleanly_when_asked(
    running: SimpleNamespace, output: Callable[[], str], number: signal.Signals
) -> None:
    assert not any(closed(port) for port in running.ports)
    running.process.send_signal(number)
    assert running.process.wait() == 0
    assert all(closed(port) for port in running.ports)
    assert output().endswith("已停止。\n")


@only_on_linux
def test_up_that_is_killed_takes_both_sides_with_it(
    running: SimpleNamespace, until: Callable[..., None]
) -> None:
    running.process.kill()
    running.process.wait()
    until(lambda: all(closed(port) for port in running.ports))


def test_a_second_start_has_nothing_to_prepare(
    running: SimpleNamespace,
    run: Callable[..., "subprocess.Popen[str]"],
    output: Callable[[], str],
    until: Callable[..., None],
    checkout: Path,
) -> None:
    running.process.terminate()
    running.process.wait()
    (checkout / "output").write_text("")
    run("up", "--port", str(running.port))
    until(lambda: "已启动" in output())
    assert "准备" not in output()


def test_train_repeats_a_step_that_is_fresh(
    run: Callable[..., "subprocess.Popen[str]"], checkout: Path
) -> None:
    assert run("train").wait() == 0
    assert run("train").wait() == 0
    assert (checkout / "var/models/times").read_text().count("trained") == 2


def test_interrupting_a_set_up_ends_its_processes(
    run: Callable[..., "subprocess.Popen[str]"],
    checkout: Path,
    program: Callable[[Path, str], Path],
    until: Callable[..., None],
    alive: Callable[[int], bool],
    output: Callable[[], str],
) -> None:
    program(checkout / "bot/.venv/bin/rasa", "sleep 600 & echo $! > pid; wait")
    process = run("train")
    until(lambda: (checkout / "pid").exists() and (checkout / "pid").read_text())
    process.send_signal(signal.SIGINT)
    assert process.wait() == 130
    assert not alive(int((checkout / "pid").read_text()))
    assert "Traceback" not in output()


@only_on_linux
def test_a_port_that_is_taken_is_named_with_its_owner_and_a_way_out(
    run: Callable[..., "subprocess.Popen[str]"], output: Callable[[], str]
) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert run("up", "--port", str(port)).wait() == 1
    assert re.search(
        rf"端口 {port} 已被进程 {os.getpid()}（.+）占用。换一个端口：./helpline up --port \d+",
        output(),
    )


def test_ask_uses_the_helpline_that_runs(
    running: SimpleNamespace, run: Callable[..., "subprocess.Popen[str]"], output: Callable[[], str]
) -> None:
    assert run("ask", "牌子被人用了怎么办").wait() == 0
    assert "先告诉您方向。" in output()
    assert "临时的热线" not in output()


def test_ask_on_another_day_starts_a_copy_and_stops_it(
    run: Callable[..., "subprocess.Popen[str]"],
    output: Callable[[], str],
    until: Callable[..., None],
    checkout: Path,
) -> None:
    assert run("ask", "牌子被人用了怎么办", "--as-of", "2027-01-01").wait() == 0
    assert "启动一份临时的热线" in output()
    assert "方向 1  商标行政投诉" in output()
    assert not (checkout / "var/helpline.db").exists()


def test_test_ends_with_the_sum_of_its_parts(
    run: Callable[..., "subprocess.Popen[str]"], output: Callable[[], str]
) -> None:
    assert run("test", "--only", "api").wait() == 0
    assert "✓ 服务端测试：3 通过，0 失败（" in output()
    assert output().splitlines()[-1] == "3 passed, 0 failed"


def test_test_fails_when_a_part_fails(
    run: Callable[..., "subprocess.Popen[str]"],
    output: Callable[[], str],
    checkout: Path,
    program: Callable[[Path, str], Path],
) -> None:
    program(checkout / ".venv/bin/python", "echo '1 failed, 2 passed in 0.1s'; exit 1")
    assert run("test", "--only", "api").wait() == 1
    assert output().splitlines()[-1] == "2 passed, 1 failed"


def test_ask_on_the_day_of_the_helpline_that_runs_needs_no_copy(
    run: Callable[..., "subprocess.Popen[str]"],
    output: Callable[[], str],
    until: Callable[..., None],
) -> None:
    run("up", "--port", str(free_port()), "--as-of", "2027-01-01")
    until(lambda: "已启动" in output())
    assert run("status").wait() == 0
    assert "按 2027-01-01 的法律）" in output()
    assert run("ask", "牌子被人用了怎么办", "--as-of", "2027-01-01").wait() == 0
    assert "先告诉您方向。" in output()
    assert "临时的热线" not in output()


@pytest.mark.parametrize(
    "words, handed_on",
    [
        (["ask", "--trace", "牌子被人用了"], "ask 牌子被人用了"),
        (
            ["ask", "牌子被人用了", "--trace", "--as-of", "2027-01-01"],
            "ask 牌子被人用了 --as-of 2027-01-01",
        ),
        (["trace", "JX20261122-0001"], "show JX20261122-0001"),
        (["trace", "JX20261122-0001", "--turn", "3"], "show JX20261122-0001 --turn 3"),
    ],
)
def test_tracing_is_handed_to_the_service(
    run: Callable[..., "subprocess.Popen[str]"],
    output: Callable[[], str],
    checkout: Path,
    words: list[str],
    handed_on: str,
) -> None:
    assert run(*words).wait() == 0
    assert output().endswith(f"{checkout}/var -m api.trace {handed_on}\n")


def test_who_starts_it_first_is_told_how_to_make_an_account(
    running: SimpleNamespace, output: Callable[[], str], until: Callable[..., None]
) -> None:
    until(lambda: "./helpline user add 账号 --role admin" in output())
    assert "谁也登录不了" in output()


def test_where_somebody_has_an_account_nothing_is_said_of_it(
    checkout: Path, request: pytest.FixtureRequest, output: Callable[[], str]
) -> None:
    (checkout / "staff").touch()
    running = request.getfixturevalue("running")
    running.process.terminate()
    running.process.wait()

    assert "user add" not in output()


def test_user_hands_everything_on(
    run: Callable[..., "subprocess.Popen[str]"], output: Callable[[], str], checkout: Path
) -> None:
    assert run("user", "add", "王芳", "--role", "operator").wait() == 0
    assert output().endswith("-m api.accounts add 王芳 --role operator\n")


def test_wechat_hands_everything_on(
    run: Callable[..., "subprocess.Popen[str]"], output: Callable[[], str], checkout: Path
) -> None:
    assert run("wechat", "check", "--account", "jiangxi").wait() == 0
    assert output().endswith("-m api.channels.wechat check --account jiangxi\n")


def test_evaluate_and_law_hand_everything_on(
    run: Callable[..., "subprocess.Popen[str]"], output: Callable[[], str], checkout: Path
) -> None:
    assert run("evaluate", "routing", "--limit", "3").wait() == 0
    assert run("law", "--help").wait() == 0
    assert f"{checkout}/var -m evaluation routing --limit 3\n" in output()
    assert f"{checkout}/var -m knowledge --help\n" in output()


@pytest.mark.parametrize(
    "words, message",
    [
        (["up", "--port", "80x"], "端口应是 1 到 65535 之间的整数"),
        (["ask"], "缺少参数: 问题"),
        (["ask", "x", "--as-of", "明天"], "日期应写成 2026-11-22 这样"),
        (["up", "--as-of", "2026-02-30"], "日期应写成 2026-11-22 这样，不是“2026-02-30”"),
        (["trace", "JX20261122-0001", "--turn", "0"], "轮次应是从 1 数起的整数"),
        (["status", "extra"], "不认识的参数 extra"),
        (["up", "--host", "192.0.2.1"], "本机没有 192.0.2.1 这个地址"),
    ],
)
def test_mistakes_are_answered_in_chinese_without_a_stack_trace(
    run: Callable[..., "subprocess.Popen[str]"],
    output: Callable[[], str],
    words: list[str],
    message: str,
) -> None:
    assert run(*words).wait() != 0
    assert message in output()
    assert "Traceback" not in output()


def test_every_command_explains_itself(
    run: Callable[..., "subprocess.Popen[str]"], output: Callable[[], str]
) -> None:
    for command in ("up", "test", "ask", "trace", "status", "train", "index", "migrate"):
        assert run(command, "--help").wait() == 0
        assert f"用法：helpline {command}" in output()


def test_an_answer_is_readable_on_a_terminal() -> None:
    named = (
        ("专利法", "第六十五条", "2020"),
        ("专利法", "第六十八条", "2020"),
        ("专利法实施细则", "第九十七条", "2023"),
    )
    basis = [
        {"law": law, "article": article, "version_date": f"{year}-12-01"}
        for law, article, year in named
    ]
    turn = {
        "messages": [{"text": "您好。"}],
        "referral": {
            "remedies": [
                {"name": "专利行政裁决", "why": "专利被人用了。", "basis": basis, "body": None}
            ],
            "ruled_out": [],
            "asks": [{"question": "专利授权了吗？", "options": ["授权了", "不清楚"]}],
        },
        "ticket": None,
    }
    assert turn_text(turn).splitlines() == [
        "您好。",
        "",
        "方向 1  专利行政裁决",
        "  理由：专利被人用了。",
        "  依据：专利法（2020）第六十五条、第六十八条；专利法实施细则（2023）第九十七条",
        "",
        "还需要知道  专利授权了吗？",
        "  · 授权了",
        "  · 不清楚",
        "",
        "需要人工跟进：在对话页面里说“转人工”。",
    ]


def test_a_refusal_of_the_service_is_passed_on_as_it_is() -> None:
    problem = {"code": "too_long", "detail": "一次最多 2000 字，请分几次说。"}
    with pytest.raises(Failure, match="请分几次说"):
        accepted((422, json.loads(json.dumps(problem))))


def test_half_a_config_ends_the_training_with_a_chinese_sentence(
    run: Callable[..., "subprocess.Popen[str]"], output: Callable[[], str], checkout: Path
) -> None:
    (checkout / "config.yml").write_text("pipeline:\n- name: bot.classifier.LinearIn")
    assert run("train").wait() == 1
    assert "config.yml 不完整" in output() and "原来的模型没有动" in output()
    assert not (checkout / "var/models/times").exists()


def test_a_training_that_fails_in_english_ends_in_chinese(
    run: Callable[..., "subprocess.Popen[str]"],
    output: Callable[[], str],
    checkout: Path,
    program: Callable[[Path, str], Path],
) -> None:
    program(checkout / "bot/.venv/bin/rasa", "echo 'ImportError: no LinearIn'; exit 1")
    assert run("train").wait() == 1
    said = output()
    assert said.index("ImportError") < said.index("对话模型没有训练成，原来的模型没有动")
    assert "./helpline train" in said


def test_settings_that_cannot_be_used_start_nothing(
    run: Callable[..., "subprocess.Popen[str]"],
    output: Callable[[], str],
    checkout: Path,
    program: Callable[[Path, str], Path],
) -> None:
    line = "HELPLINE_LOG_LEVEL 应是 DEBUG、INFO、WARNING、ERROR，不是「debug」。"
    program(checkout / ".venv/bin/python", f"echo '{line}' >&2; exit 2")
    assert run("up", "--port", str(free_port())).wait() == 2
    assert output() == f"✗ {line}\n"


@pytest.mark.parametrize("name, value", [("HELPLINE_PORT", "80x"), ("HELPLINE_AS_OF", "明天")])
def test_a_setting_of_the_command_is_named_when_it_is_wrong(
    checkout: Path, name: str, value: str
) -> None:
    result = subprocess.run(
        [sys.executable, "helpline", "status"],
        cwd=checkout,
        env={**os.environ, name: value},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 2
    assert result.stdout.startswith(f"✗ {name}：") and value in result.stdout
    assert len(result.stdout.splitlines()) == 1 and not result.stderr


def test_a_half_written_lock_does_not_break_status(
    running: SimpleNamespace,
    run: Callable[..., "subprocess.Popen[str]"],
    output: Callable[[], str],
    checkout: Path,
) -> None:
    (checkout / "var/helpline.lock").write_text('{"pid": 1, "ur')
    assert run("status").wait() == 0
    assert "Traceback" not in output()


def test_status_of_a_helpline_that_rests_says_what_it_would_say_running(
    run: Callable[..., "subprocess.Popen[str]"],
    output: Callable[[], str],
    checkout: Path,
    program: Callable[[Path, str], Path],
) -> None:
    found = {"database": {"ok": False, "detail": "请运行 ./helpline migrate"}}
    program(
        checkout / ".venv/bin/python", f"[ $2 = api.readiness ] && echo '{json.dumps(found)}'; true"
    )
    assert run("status").wait() == 1
    assert "  数据库：请运行 ./helpline migrate\n" in output()


def test_a_backup_is_handed_on_and_may_be_made_while_it_runs(
    running: SimpleNamespace,
    run: Callable[..., "subprocess.Popen[str]"],
    output: Callable[[], str],
    checkout: Path,
) -> None:
    assert run("backup", "a.helpline", "--without-key").wait() == 0
    assert f"-m api.keeping backup {checkout}/a.helpline --without-key\n" in output()


def test_restoring_is_refused_while_the_helpline_runs(
    running: SimpleNamespace,
    run: Callable[..., "subprocess.Popen[str]"],
    output: Callable[[], str],
    checkout: Path,
) -> None:
    assert run("restore", "a.helpline").wait() == 1
    assert f"热线正在运行（进程 {running.process.pid}" in output()
    assert "api.keeping restore" not in output()
    running.process.terminate()
    running.process.wait()
    assert run("restore", "a.helpline").wait() == 0
    assert f"-m api.keeping restore {checkout}/a.helpline\n" in output()


def test_a_database_is_moved_only_while_nothing_runs_and_only_from_sqlite(
    running: SimpleNamespace,
    run: Callable[..., "subprocess.Popen[str]"],
    output: Callable[[], str],
    checkout: Path,
) -> None:
    words = ("move-database", "--to", "postgresql://helpline@127.0.0.1/helpline")
    assert run(*words).wait() == 1
    assert f"热线正在运行（进程 {running.process.pid}" in output()
    running.process.terminate()
    running.process.wait()
    assert run(*words).wait() == 0
    assert f"-m api.keeping move {words[2]}\n" in output()

    place = Place(checkout, checkout / "var", {"HELPLINE_DATABASE_URL": words[2]})
    with pytest.raises(Failure, match="已经是 PostgreSQL"):
        commands.move_database(place, argparse.Namespace(to=words[2]), ())
