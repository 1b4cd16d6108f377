"""What the files of data/nlu teach, as Rasa reads it: each file once for all tests, since all of
them take half a minute.
"""

from functools import lru_cache
from pathlib import Path

from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.training_data import TrainingData

FOLDER = Path(__file__).resolve().parents[2] / "data/nlu"


@lru_cache(maxsize=None)
def read(file: Path) -> TrainingData:
    """What one file teaches; for looking at only."""
    return load_data(str(file))


def everything() -> TrainingData:
    """What the whole folder teaches, in copies."""
    return TrainingData().merge(*map(read, sorted(FOLDER.rglob("*.yml"))))
