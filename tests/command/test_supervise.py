"""Children are kept running, and none is left behind."""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from command.supervise import JsonLines, Supervisor
from command.system import Failure, launch

ROOT = Path(__file__).resolve().parents[2]
DRIVER = """
import sys
from pathlib import Path
from command.supervise import Child, Supervisor
health = f"http://127.0.0.1:{sys.argv[2]}/"
argv = [sys.executable, *sys.argv[1:]]
child = Child("服务", argv, Path.cwd(), None, health, Path("child.log"))
with Supervisor([child]) as supervisor:
    supervisor.watch()
"""


def started(child: Any) -> list[int]:
    return sorted(int(path.name.partition("-")[2]) for path in child.playground.glob("started-*"))


def nobody_listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_child_that_crashes_is_started_again_until_it_stays(
    children: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    child = children(crashes=3)
    with Supervisor([child]) as supervisor:
        supervisor.wait_until_ready()
        assert len(started(child)) == 4
    assert "服务意外退出（退出码 1，连续第 3 次）" in capsys.readouterr().out


def test_each_crash_in_a_row_doubles_the_delay_up_to_a_minute(children: Callable[..., Any]) -> None:
    child = children()
    child.first_delay = 1.0
    delays = []
    for _ in range(9):
        child.process = launch(["false"], Path.cwd(), os.environ, subprocess.DEVNULL)
        child.process.wait()
        child.plan_restart(now=1000.0)
        delays.append(child.next_start - 1000)
    assert delays == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_after_many_crashes_the_operator_is_told_where_to_look(
    children: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    child = children(crashes=5)
    with Supervisor([child]) as supervisor:
        supervisor.wait_until_ready()
    assert f"服务一直启动不了，会继续重试。日志：{child.log}" in capsys.readouterr().out


def test_a_minute_of_health_lets_crashes_be_forgotten(children: Callable[..., Any]) -> None:
    child = children(crashes=2)
    with Supervisor([child]) as supervisor:
        supervisor.wait_until_ready()
        child.examine(child.healthy_since + 59)
        assert child.crashes == 2
        child.examine(child.healthy_since + 60)
        assert child.crashes == 0


def test_a_child_that_stopped_answering_is_restarted(
    children: Callable[..., Any], until: Callable[..., None]
) -> None:
    child = children()
    with Supervisor([child]) as supervisor:
        supervisor.wait_until_ready()
        (child.playground / "sick").touch()
        child.examine(child.last_answer + 119)
        assert child.process.poll() is None
        child.examine(child.last_answer + 120)
        (child.playground / "sick").unlink()
        until(lambda: len(started(child)) == 2 and child.healthy_since, supervisor.tick)


def test_leaving_the_supervisor_ends_every_process_and_frees_the_ports(
    children: Callable[..., Any], alive: Callable[[int], bool]
) -> None:
    both = [children("服务", family=True), children("对话")]
    with Supervisor(both) as supervisor:
        supervisor.wait_until_ready()
    relatives = [int(path.name.partition("-")[2]) for path in both[0].playground.glob("relative-*")]
    assert relatives
    assert not [pid for child in both for pid in started(child) if alive(pid)]
    assert not [pid for pid in relatives if alive(pid)]
    assert all(nobody_listens(child.port) for child in both)


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux ends children with their parent"
)
def test_a_supervisor_that_is_killed_leaves_no_orphan(
    children: Callable[..., Any],
    until: Callable[..., None],
    alive: Callable[[int], bool],
    tmp_path: Path,
) -> None:
    child = children()
    words = [sys.executable, "-c", DRIVER, *map(str, child.argv[1:])]
    supervisor = subprocess.Popen(
        words, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL
    )
    until(lambda: not nobody_listens(child.port))
    supervisor.send_signal(signal.SIGKILL)
    supervisor.wait()
    until(lambda: nobody_listens(child.port) and not any(alive(pid) for pid in started(child)))


def test_what_children_say_is_labelled_on_the_terminal_and_kept_in_their_logs(
    children: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    both = [children("服务"), children("对话")]
    with Supervisor(both) as supervisor:
        supervisor.wait_until_ready()
    shown = capsys.readouterr().out
    for child in both:
        assert f"[{child.label}] 在端口 {child.port} 上听着\n" in shown
        assert f"在端口 {child.port} 上听着" in child.log.read_text()


def test_a_rehearsal_gives_up_on_what_keeps_crashing_and_shows_why(
    children: Callable[..., Any],
) -> None:
    child = children(crashes=99)
    with (
        pytest.raises(Failure) as failure,
        Supervisor([child], echo=False) as supervisor,
    ):
        supervisor.wait_until_ready(patience=600)
    assert "服务没有启动成功" in str(failure.value)
    assert "缺了一样东西" in str(failure.value)


def test_children_end_one_after_the_other_so_that_each_still_has_the_next(
    children: Callable[..., Any], alive: Callable[[int], bool]
) -> None:
    service, engine = children("服务"), children("对话")
    (service.playground / "engine-port").write_text(str(engine.port))
    with Supervisor([service, engine]) as supervisor:
        supervisor.wait_until_ready()
    assert (service.playground / "ended").read_text() == "the engine was there"


def test_a_child_is_ready_once_it_serves_and_until_then_it_loads(
    children: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    child, looks = children(), []

    def serves() -> bool:
        looks.append(child.state)
        return len(looks) == 3

    child.serves = serves
    with Supervisor([child]) as supervisor:
        supervisor.wait_until_ready()
    assert looks == ["正在装载"] * 3 and child.state == "就绪"


def test_json_lines_stay_json_in_the_log(tmp_path: Path) -> None:
    formatter = JsonLines()
    lines = [
        formatter.format(logging.makeLogRecord({"msg": line}))
        for line in ('{"level": "INFO", "message": "一"}', "Traceback …")
    ]
    assert lines[0] == '{"level": "INFO", "message": "一"}'
    assert json.loads(lines[1])["message"] == "Traceback …"
