"""Processes beside the service: heard, killed with what they started, and told why they failed."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from api.training.process import ProcessFailed, run
from api.training.studio import DISK_FULL, KILLED, Studio, StudioFailed

RASA = """#!{python}
import sys, time
from pathlib import Path
out = Path(sys.argv[sys.argv.index("--out") + 1])
print("Finished training component 'LinearIntentClassifier'.", flush=True)
{then}
"""


def rasa(folder: Path, then: str) -> Path:
    """A stand-in for Rasa's program, which then does so."""
    program = folder / "rasa"
    program.write_text(RASA.format(python=sys.executable, then=then), encoding="utf-8")
    program.chmod(0o755)
    return program


async def test_what_a_process_says_is_heard_line_by_line(tmp_path: Path) -> None:
    heard: list[str] = []
    await run(
        [sys.executable, "-c", "print('一'); print('二')"], tmp_path, os.environ, heard.append
    )
    assert heard == ["一", "二"]


async def test_a_process_has_one_thread_and_the_last_place(tmp_path: Path) -> None:
    heard: list[str] = []
    asks = "import os; print(os.nice(0), os.environ['OMP_NUM_THREADS'])"
    await run([sys.executable, "-c", asks], tmp_path, os.environ, heard.append)
    assert heard == ["19 1"]


async def test_who_is_cancelled_ends_the_process(tmp_path: Path) -> None:
    heard: list[str] = []
    begun = asyncio.Event()

    def hear(line: str) -> None:
        heard.append(line)
        begun.set()

    words = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
    task = asyncio.create_task(run([sys.executable, "-c", words], tmp_path, os.environ, hear))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(int(heard[0]), 0)


async def test_a_process_that_fails_tells_what_it_said_last(tmp_path: Path) -> None:
    with pytest.raises(ProcessFailed) as failed:
        words = [sys.executable, "-c", "print('缺了一样'); raise SystemExit(3)"]
        await run(words, tmp_path, os.environ, lambda _: None)
    assert (failed.value.code, failed.value.tail) == (3, "缺了一样")


async def test_a_trained_model_is_whole_and_its_sentences_are_gone(tmp_path: Path) -> None:
    program = rasa(tmp_path, "(out / 'model.tar.gz').write_bytes(b'model')")
    told: list[int] = []
    studio = Studio(tmp_path / "var", "fake", program)
    (tmp_path / "var").mkdir()
    await studio.train("1-0123456789ab", [], told.append)
    folder = tmp_path / "var" / "training" / "1-0123456789ab"
    assert sorted(path.name for path in folder.iterdir()) == ["model.json", "model.tar.gz"]
    assert told == [25]


@pytest.mark.parametrize(
    ("then", "said"),
    [
        (
            "(out / 'model.tar.gz').write_bytes(b'half'); sys.exit('No space left on device')",
            DISK_FULL,
        ),
        ("import os; os.kill(os.getpid(), 9)", KILLED),
    ],
)
async def test_a_training_killed_half_way_leaves_nothing(
    tmp_path: Path, then: str, said: str
) -> None:
    (tmp_path / "var").mkdir()
    studio = Studio(tmp_path / "var", "fake", rasa(tmp_path, then))
    with pytest.raises(StudioFailed, match=said):
        await studio.train("1-0123456789ab", [], lambda _: None)
    assert list((tmp_path / "var" / "training").iterdir()) == []
