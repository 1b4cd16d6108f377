"""Steps run when something changed, side by side, and say what went wrong."""

import json
import sys
import threading
from pathlib import Path

import pytest


@pytest.fixture
def step(helpline, place):
    """A step that copies `source/a.txt`, as a program of its own."""
    (place.root / "source").mkdir()
    (place.root / "source/a.txt").write_text("one")
    product = place.var / "product"
    copy = [sys.executable, "-c", f"open({str(product)!r}, 'a').write(open('source/a.txt').read())"]
    return helpline.Step("copy", "抄写", ("source/*.txt",), (product,), lambda run: run(copy))


def carry_out(helpline, place, *steps):
    place.var.mkdir(exist_ok=True)
    helpline.Setup(place, steps).carry_out()


def test_a_step_is_missing_then_fresh_then_stale_when_an_input_changes(helpline, place, step):
    assert helpline.state_of(place, step) == helpline.MISSING
    carry_out(helpline, place, step)
    assert helpline.state_of(place, step) == helpline.FRESH
    (place.root / "source/a.txt").write_text("two")
    assert helpline.state_of(place, step) == helpline.STALE


def test_new_and_renamed_inputs_make_a_step_stale(helpline, place, step):
    carry_out(helpline, place, step)
    (place.root / "source/deep").mkdir()
    (place.root / "source/deep/b.txt").write_text("")
    assert helpline.state_of(place, step) == helpline.STALE
    (place.root / "source/deep/b.txt").unlink()
    assert helpline.state_of(place, step) == helpline.FRESH
    (place.root / "source/a.txt").rename(place.root / "source/c.txt")
    assert helpline.state_of(place, step) == helpline.STALE


def test_only_content_counts_not_dates_nor_what_was_built_or_downloaded(helpline, place, step):
    carry_out(helpline, place, step)
    (place.root / "source/a.txt").touch()
    for folder in ("node_modules", "dist", ".venv", "__pycache__"):
        (place.root / "source" / folder).mkdir()
        (place.root / "source" / folder / "b.txt").write_text("")
    assert helpline.state_of(place, step) == helpline.FRESH


def test_a_product_that_disappeared_is_made_again(helpline, place, step):
    carry_out(helpline, place, step)
    step.products[0].unlink()
    assert helpline.state_of(place, step) == helpline.MISSING


def test_a_change_during_the_work_leaves_the_step_stale(helpline, place, step):
    source = place.root / "source/a.txt"
    busy = helpline.Step(
        "busy", "边做边改", step.inputs, (), lambda run: source.write_text("changed meanwhile")
    )
    carry_out(helpline, place, busy)
    assert helpline.state_of(place, busy) == helpline.STALE


def test_progress_tells_what_is_done_out_of_how_many(helpline, place, step, capsys):
    carry_out(helpline, place, step)
    shown = capsys.readouterr().out
    assert "准备 1 项：抄写" in shown
    assert "→ 抄写……" in shown
    assert "✓ [1/1] 抄写（" in shown


def test_a_failed_step_shows_the_end_of_its_log_and_what_to_set(helpline, place, capsys):
    words = "for n in range(30): print('line', n)\nraise SystemExit('error: Failed to fetch https://pypi.org/x')"
    download = helpline.Step("get", "下载", (), (), lambda run: run([sys.executable, "-c", words]))
    with pytest.raises(helpline.Failure, match="没有准备好：下载"):
        carry_out(helpline, place, download)
    shown = capsys.readouterr().out
    assert "✗ 下载没有完成。退出码 1" in shown
    assert f"日志 {place.log('get')} 的末尾" in shown
    assert "line 29" in shown and "line 5\n" not in shown
    assert "HTTPS_PROXY" in shown and "UV_INDEX_URL" in shown
    assert not helpline.stamp_path(place, download).exists()


def test_a_failure_stops_what_needs_it_and_nothing_else(helpline, place, step, capsys):
    broken = helpline.Step("broken", "坏的", (), (), lambda run: run(["false"]))
    later = helpline.Step("later", "后面的", (), (), lambda run: run(["true"]), after=("broken",))
    with pytest.raises(helpline.Failure, match="没有准备好：坏的、后面的"):
        carry_out(helpline, place, broken, later, step)
    shown = capsys.readouterr().out
    assert "✓ [1/3] 抄写" in shown
    assert "→ 后面的" not in shown


def test_a_step_waits_for_the_one_it_needs(helpline, place):
    order = place.root / "order"
    first = helpline.Step(
        "first", "先", (), (), lambda run: run(["sh", "-c", f"sleep 0.3; echo first >> {order}"])
    )
    second = helpline.Step(
        "second", "后", (), (), lambda run: run(["sh", "-c", f"echo second >> {order}"]), ("first",)
    )
    carry_out(helpline, place, first, second)
    assert order.read_text().split() == ["first", "second"]


def test_too_little_disk_space_is_said_before_anything_is_downloaded(helpline, place):
    with pytest.raises(helpline.Failure, match=r"磁盘空间不够：约需 \d+\.\d GB，只剩"):
        helpline.check_disk(place, megabytes=10**9)


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
def test_advice_fits_what_the_log_shows(helpline, log, advice):
    assert advice in helpline.advice_on(log)
    assert bool(advice) == bool(helpline.advice_on(log))


def test_two_set_ups_wait_for_each_other(helpline, place):
    with helpline.setup_lock(place):
        entered = []

        def second() -> None:
            with helpline.setup_lock(place):
                entered.append(True)

        thread = threading.Thread(target=second)
        thread.start()
        assert not entered
    thread.join()
    assert entered


def test_stamps_name_the_digest_and_the_day(helpline, place, step):
    carry_out(helpline, place, step)
    stamp = json.loads(helpline.stamp_path(place, step).read_text())
    assert stamp["digest"] == helpline.digest_of(place, step)
    assert stamp["made"][:2] == "20"


def test_every_step_comes_after_the_ones_it_needs(helpline, place):
    before: list[str] = []
    for step in helpline.steps_of(place).values():
        assert set(step.after) <= set(before)
        before.append(step.key)


def test_a_different_database_is_another_step(helpline, place):
    urls = ("sqlite+aiosqlite:////data/a.db", "postgresql://localhost/helpline")
    steps = [
        helpline.steps_of(helpline.Place(place.root, place.var, {"HELPLINE_DATABASE_URL": url}))[
            "database"
        ]
        for url in urls
    ]
    assert steps[0].products == (Path("/data/a.db"),) and steps[1].products == ()
    assert helpline.digest_of(place, steps[0]) != helpline.digest_of(place, steps[1])
