"""Steps run when something changed, side by side, and say what went wrong."""

import json
import re
import shutil
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from command.place import Place
from command.prepare import Setup, check_disk, setup_lock
from command.steps import FRESH, MISSING, STALE, Step, digest_of, stamp_path, state_of, steps_of
from command.system import ADVICE_ON_DOWNLOADS, Failure, advice_on
from command.toolchain import Run


@pytest.fixture
def step(place: Place) -> Step:
    """A step that copies `source/a.txt`, as a program of its own."""
    (place.root / "source").mkdir()
    (place.root / "source/a.txt").write_text("one")
    product = place.var / "product"
    copy = [sys.executable, "-c", f"open({str(product)!r}, 'a').write(open('source/a.txt').read())"]
    return Step("copy", "抄写", ("source/*.txt",), (product,), lambda run: run(copy))


def carry_out(place: Place, *steps: Step) -> None:
    place.var.mkdir(exist_ok=True)
    Setup(place, steps).carry_out()


def test_a_step_is_missing_then_fresh_then_stale_when_an_input_changes(
    place: Place, step: Step
) -> None:
    assert state_of(place, step) == MISSING
    carry_out(place, step)
    assert state_of(place, step) == FRESH
    (place.root / "source/a.txt").write_text("two")
    assert state_of(place, step) == STALE


def test_new_and_renamed_inputs_make_a_step_stale(place: Place, step: Step) -> None:
    carry_out(place, step)
    (place.root / "source/deep").mkdir()
    (place.root / "source/deep/b.txt").write_text("")
    assert state_of(place, step) == STALE
    (place.root / "source/deep/b.txt").unlink()
    assert state_of(place, step) == FRESH
    (place.root / "source/a.txt").rename(place.root / "source/c.txt")
    assert state_of(place, step) == STALE


def test_only_content_counts_not_dates_nor_what_was_built_or_downloaded(
    place: Place, step: Step
) -> None:
    carry_out(place, step)
    (place.root / "source/a.txt").touch()
    for folder in ("node_modules", "dist", ".venv", "__pycache__"):
        (place.root / "source" / folder).mkdir()
        (place.root / "source" / folder / "b.txt").write_text("")
    assert state_of(place, step) == FRESH


def test_a_product_that_disappeared_is_made_again(place: Place, step: Step) -> None:
    carry_out(place, step)
    step.products[0].unlink()
    assert state_of(place, step) == MISSING


def test_a_change_during_the_work_leaves_the_step_stale(place: Place, step: Step) -> None:
    source = place.root / "source/a.txt"

    def change(run: Run) -> None:
        source.write_text("changed meanwhile")

    busy = Step("busy", "边做边改", step.inputs, (), change)
    carry_out(place, busy)
    assert state_of(place, busy) == STALE


def test_progress_tells_what_is_done_out_of_how_many(
    place: Place, step: Step, capsys: pytest.CaptureFixture[str]
) -> None:
    carry_out(place, step)
    shown = capsys.readouterr().out
    assert "准备 1 项：抄写" in shown
    assert "→ 抄写……" in shown
    assert "✓ [1/1] 抄写（" in shown


def test_a_failed_step_shows_the_end_of_its_log_and_what_to_set(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    words = "for n in range(30): print('line', n)\nraise SystemExit('error: Failed to fetch https://pypi.org/x')"
    fetch = [sys.executable, "-c", words]
    download = Step("get", "下载", (), (), lambda run: run(fetch), megabytes=1)
    with pytest.raises(Failure, match="没有准备好：下载"):
        carry_out(place, download)
    shown = capsys.readouterr().out
    assert "✗ 下载没有完成。退出码 1" in shown
    assert f"日志 {place.log('get')} 的末尾" in shown
    assert "line 29" in shown and "line 5\n" not in shown
    assert "HTTPS_PROXY" in shown and "UV_INDEX_URL" in shown
    assert not stamp_path(place, download).exists()


def test_a_failure_stops_what_needs_it_and_nothing_else(
    place: Place, step: Step, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = Step("broken", "坏的", (), (), lambda run: run(["false"]))
    later = Step("later", "后面的", (), (), lambda run: run(["true"]), after=("broken",))
    with pytest.raises(Failure, match="没有准备好：坏的、后面的"):
        carry_out(place, broken, later, step)
    shown = capsys.readouterr().out
    assert "✓ [1/3] 抄写" in shown
    assert "→ 后面的" not in shown


def test_a_step_waits_for_the_one_it_needs(place: Place) -> None:
    order = place.root / "order"
    first = Step(
        "first", "先", (), (), lambda run: run(["sh", "-c", f"sleep 0.3; echo first >> {order}"])
    )
    second = Step(
        "second", "后", (), (), lambda run: run(["sh", "-c", f"echo second >> {order}"]), ("first",)
    )
    carry_out(place, first, second)
    assert order.read_text().split() == ["first", "second"]


def test_too_little_disk_space_is_said_before_anything_is_downloaded(place: Place) -> None:
    with pytest.raises(Failure, match=r"磁盘空间不够：约需 1,000,000,000 MB，只剩"):
        check_disk(place, megabytes=10**9)


def test_what_is_needed_and_what_is_left_are_told_apart_however_close(place: Place) -> None:
    place.var.mkdir()
    free = min(shutil.disk_usage(folder).free for folder in (place.root, place.var)) // 2**20

    with pytest.raises(Failure) as failure:
        check_disk(place, free + 1000)

    needed, left = re.findall(r"([\d,]+) MB", str(failure.value))
    assert needed != left


@pytest.mark.parametrize(
    "log, advice",
    [
        ("OSError: [Errno 28] No space left on device", "磁盘已满"),
        ("error: No interpreter found for Python 3.10", "对话端要 3.10，服务端要 3.11"),
        ("Error: No module named venv", "python3-venv"),
        ("npm error code ENOTFOUND", "npm_config_registry"),
        ("AssertionError: intents overlap", ""),
    ],
)
def test_advice_fits_what_the_log_shows(log: str, advice: str) -> None:
    assert advice in advice_on(log, ADVICE_ON_DOWNLOADS)
    assert bool(advice) == bool(advice_on(log, ADVICE_ON_DOWNLOADS))


def test_a_refused_database_is_no_reason_to_look_for_a_package_mirror(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    words = "raise SystemExit('Connection refused\\n数据库没有应答：PostgreSQL 连不上')"
    migrate = Step("db", "数据库", (), (), lambda run: run([sys.executable, "-c", words]))

    with pytest.raises(Failure):
        carry_out(place, migrate)

    shown = capsys.readouterr().out
    assert shown.rstrip().endswith("数据库没有应答：PostgreSQL 连不上")
    assert "UV_INDEX_URL" not in shown


@pytest.mark.parametrize("half", ["", '{"digest": "ab', "[]", "null", "{}"])
def test_a_stamp_that_was_written_by_half_counts_as_none(
    place: Place, step: Step, half: str
) -> None:
    carry_out(place, step)
    stamp_path(place, step).write_text(half)

    assert state_of(place, step) != FRESH
    carry_out(place, step)
    assert state_of(place, step) == FRESH


def test_a_product_that_has_trouble_is_made_again(place: Place, step: Step) -> None:
    carry_out(place, step)
    found = ["文件不完整"]
    watched = replace(step, trouble=lambda: found[0] if found else None)

    assert "文件不完整" in state_of(place, watched)
    found.clear()
    assert state_of(place, watched) == FRESH


def test_two_set_ups_wait_for_each_other(place: Place) -> None:
    with setup_lock(place):
        entered = []

        def second() -> None:
            with setup_lock(place):
                entered.append(True)

        thread = threading.Thread(target=second)
        thread.start()
        assert not entered
    thread.join()
    assert entered


def test_stamps_name_the_digest_and_the_day(place: Place, step: Step) -> None:
    carry_out(place, step)
    stamp = json.loads(stamp_path(place, step).read_text())
    assert stamp["digest"] == digest_of(place, step)
    assert stamp["made"][:2] == "20"


def test_every_step_comes_after_the_ones_it_needs(place: Place) -> None:
    before: list[str] = []
    for step in steps_of(place).values():
        assert set(step.after) <= set(before)
        before.append(step.key)


def test_a_different_database_is_another_step(place: Place) -> None:
    urls = ("sqlite+aiosqlite:////data/a.db", "postgresql://localhost/helpline")
    steps = [
        steps_of(Place(place.root, place.var, {"HELPLINE_DATABASE_URL": url}))["database"]
        for url in urls
    ]
    assert steps[0].products == (Path("/data/a.db"),) and steps[1].products == ()
    assert digest_of(place, steps[0]) != digest_of(place, steps[1])
