"""What `test` runs, and how it counts."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from command.place import Place
from command.system import Failure
from command.test_run import (
    Part,
    Runner,
    SideBySide,
    parts_of,
    playwright_counts,
    pytest_counts,
    rasa_test,
    run_part,
    vitest_counts,
)


@pytest.mark.parametrize(
    "output, counts",
    [
        ("...\n3 passed in 0.12s\n", (3, 0)),
        ("== 1 failed, 41 passed, 2 skipped, 3 warnings in 10.20s (0:00:10) ==", (41, 1)),
        ("2 failed, 1 error in 0.5s", (0, 3)),
        ("5 passed, 7 subtests passed, 2 errors in 1.0s", (5, 2)),
        ("1 passed in 0.1s\nlater\n2 passed in 0.1s", (2, 0)),
        ("no tests ran in 0.01s", (0, 0)),
        ("ImportError: no module", (0, 0)),
    ],
)
def test_pytests_last_summary_is_counted(output: str, counts: tuple[int, int]) -> None:
    assert pytest_counts(output, 0) == counts


@pytest.mark.parametrize(
    "output, counts",
    [
        (" Test Files  2 passed (2)\n      Tests  15 passed (15)\n", (15, 0)),
        (
            " Test Files  1 failed | 1 passed (2)\n"
            "      Tests  2 failed | 13 passed | 1 skipped (16)\n",
            (13, 2),
        ),
        ("No test files found, exiting with code 1", (0, 0)),
    ],
)
def test_vitests_summary_is_counted(output: str, counts: tuple[int, int]) -> None:
    assert vitest_counts(output, 0) == counts


@pytest.mark.parametrize(
    "output, counts",
    [
        ("  ✓  1 one (2.0s)\n\n  10 passed (1.2m)\n", (10, 0)),
        ("  1 failed\n    [a] › b\n  2 did not run\n  7 passed (1.2m)\n", (7, 3)),
        ("  1 flaky\n  9 passed (40s)\n", (9, 1)),
        ("Error: No tests found\n", (0, 0)),
    ],
)
def test_playwrights_summary_is_counted(output: str, counts: tuple[int, int]) -> None:
    assert playwright_counts(output, 0) == counts


def test_without_a_browser_its_part_says_what_to_do(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    without = replace(place, environ={**place.environ, "HELPLINE_CHROMIUM": "/nowhere/chromium"})
    [part] = parts_of(without, ["browser"], [])
    assert run_part(part, may_be_empty=False, on=Runner()) == (0, 1)
    assert "没有找到浏览器 /nowhere/chromium" in capsys.readouterr().out


def test_a_run_of_everything_says_that_it_left_the_browser_out(
    run: Callable[..., "subprocess.Popen[str]"], output: Callable[[], str]
) -> None:
    run("test").wait()
    assert "./helpline test --only browser" in output().splitlines()[-2]


@pytest.mark.parametrize(
    "code, output, counts",
    [
        (0, "\x1b[32m3 passed\x1b[0m in 0.1s", (3, 0)),
        (1, "1 failed, 3 passed in 0.1s", (3, 1)),
        (2, "Interrupted before the summary", (0, 1)),
        (1, "3 passed in 0.1s\ncoverage too low", (3, 1)),
        (5, "no tests ran in 0.1s", (0, 1)),
        (0, "", (0, 1)),
    ],
)
def test_a_part_that_breaks_off_or_runs_nothing_is_a_failure(
    code: int, output: str, counts: tuple[int, int]
) -> None:
    part = Part("甲", (), lambda on: (code, output), pytest_counts)
    assert run_part(part, may_be_empty=False, on=Runner()) == counts


def test_a_part_from_which_everything_was_filtered_out_is_none() -> None:
    part = Part("甲", (), lambda on: (5, "10 deselected in 0.1s"), pytest_counts)
    assert run_part(part, may_be_empty=True, on=Runner()) == (0, 0)


def test_a_part_that_could_not_start_is_a_failure_with_its_reason(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(on: Runner) -> tuple[int, str]:
        raise Failure("对话没有启动成功")

    assert run_part(Part("甲", (), broken, pytest_counts), may_be_empty=True, on=Runner()) == (0, 1)
    assert "对话没有启动成功" in capsys.readouterr().out


def test_output_is_shown_while_it_is_collected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, output = Runner().run([sys.executable, "-c", "print('一'); exit(3)"], tmp_path, {})
    assert (code, output) == (3, "一\n")
    assert capsys.readouterr().out == "一\n"


def part(title: str, run: Callable[[Runner], object], *needs: str) -> Part:
    """A part that does something and passes."""

    def passes(on: Runner) -> tuple[int, str]:
        run(on)
        return 0, "1 passed in 0.1s"

    return Part(title, needs, passes, pytest_counts)


def test_two_parts_run_at_the_same_time() -> None:
    meeting = threading.Barrier(2, timeout=60)  # passed only by both at once
    results = SideBySide([part(title, lambda on: meeting.wait()) for title in "甲乙"], False)

    assert [result.counts for result in results.finish()] == [(1, 0), (1, 0)]


def test_a_part_begins_once_all_that_it_needs_is_made() -> None:
    began = []

    def makes_the_model(on: Runner) -> None:
        began.append("乙")
        side_by_side.is_made("model")

    needing = part("甲", lambda on: began.append("甲"), "bot", "model")
    side_by_side = SideBySide([needing, part("乙", makes_the_model, "service")], False)
    side_by_side.is_made("bot")
    side_by_side.is_made("service")

    assert len(side_by_side.finish()) == 2 and began == ["乙", "甲"]


def test_what_parts_say_is_not_mixed(capsys: pytest.CaptureFixture[str]) -> None:
    meeting = threading.Barrier(2, timeout=60)

    def talks(name: str) -> Callable[[Runner], None]:
        def talk(on: Runner) -> None:
            for number in range(3):
                meeting.wait()
                on.tell(f"{name}{number}")

        return talk

    SideBySide([part(name, talks(name)) for name in "甲乙"], False).finish()

    said = capsys.readouterr().out
    assert "—— 甲 ——\n甲0\n甲1\n甲2\n✓ 甲：1 通过" in said
    assert "—— 乙 ——\n乙0\n乙1\n乙2\n✓ 乙：1 通过" in said


def test_an_interruption_ends_what_runs_and_begins_nothing_else(
    tmp_path: Path, until: Callable[..., None]
) -> None:
    sleeps = [sys.executable, "-c", "import time; time.sleep(600)"]
    begun: list[Runner] = []

    def runs_on(on: Runner) -> None:
        begun.append(on)
        on.run(sleeps, tmp_path, {})

    side_by_side = SideBySide([part(title, runs_on) for title in "甲乙丙"], False)
    until(lambda: len(begun) == 2 and all(on.process for on in begun))
    side_by_side.interrupt()

    processes = [on.process for on in begun]
    assert len(begun) == 2 and all(one and one.returncode for one in processes)


@pytest.mark.parametrize(
    "only, rest, titles",
    [
        (
            [],
            [],
            [
                "代码检查",
                "代码格式",
                "类型检查",
                "对话端类型检查",
                "服务端测试",
                "对话端测试",
                "对话规则和理解力",
                "前端检查",
                "前端测试",
                "整段对话",
            ],
        ),
        (["api", "knowledge"], [], ["服务端测试"]),
        (["bot"], [], ["对话端测试", "对话规则和理解力"]),
        (["web"], [], ["前端检查", "前端测试"]),
        (["lint"], [], ["代码检查", "代码格式", "类型检查", "对话端类型检查"]),
        (["journeys"], [], ["整段对话"]),
        (["browser"], [], ["浏览器里的对话"]),
        (["bot"], ["-k", "places"], ["对话端测试"]),
        ([], ["-k", "places"], ["服务端测试", "对话端测试", "整段对话"]),
        ([], ["tests/api/test_x.py::test_it", "-x"], ["服务端测试"]),
        ([], ["tests/bot/test_y.py", "tests/test_imports.py"], ["服务端测试", "对话端测试"]),
    ],
)
def test_the_chosen_parts(
    place: Place, only: list[str], rest: list[str], titles: list[str]
) -> None:
    for name in ("api/test_x.py", "bot/test_y.py", "test_imports.py"):
        (place.root / "tests" / name).parent.mkdir(parents=True, exist_ok=True)
        (place.root / "tests" / name).touch()
    assert [part.title for part in parts_of(place, only, rest)] == titles


def test_only_what_the_chosen_parts_need_is_set_up(place: Place) -> None:
    needs = {part.title: part.needs for part in parts_of(place, [], [])}
    assert needs["服务端测试"] == ("service", "service-dev", "encoder")
    assert needs["对话端测试"] == ("bot", "service", "encoder")
    assert set(needs["整段对话"]) >= {"model", "index", "web"}
    assert "database" not in needs["整段对话"]  # it gets a database of its own


@pytest.mark.parametrize("reached, code", [(0.9, 0), (0.5, 1)])
def test_understanding_fails_below_the_floor_and_tells_the_figure(
    place: Place,
    program: Callable[[Path, str], Path],
    capsys: pytest.CaptureFixture[str],
    reached: float,
    code: int,
) -> None:
    report = f'{{"macro avg": {{"f1-score": {reached}, "support": 800}}, "accuracy": 0.8}}'
    program(place.rasa, f"""mkdir -p "$9"; echo '{report}' > "$9/intent_report.json" """)

    assert rasa_test(place, {"PATH": os.defpath}, Runner())[0] == code
    assert f"{reached:.3f}" in capsys.readouterr().out


def test_a_report_of_an_earlier_run_does_not_count(
    place: Place, program: Callable[[Path, str], Path]
) -> None:
    program(place.rasa, "exit 0")
    (place.var / "rasa_test").mkdir(parents=True)
    (place.var / "rasa_test/intent_report.json").write_text(
        '{"macro avg": {"f1-score": 1.0, "support": 1}}'
    )

    assert rasa_test(place, {"PATH": os.defpath}, Runner())[0] == 1


def test_stories_that_go_another_way_are_a_failure(
    place: Place, program: Callable[[Path, str], Path]
) -> None:
    program(
        place.rasa, """case "$*" in *tests/stories*--fail-on-prediction-errors*) exit 1 ;; esac"""
    )

    assert rasa_test(place, {"PATH": os.defpath}, Runner())[0] == 1
