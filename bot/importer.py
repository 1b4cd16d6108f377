"""How Rasa reads the training examples."""

import os
from functools import lru_cache
from typing import Optional, Text, Tuple

from rasa.shared.importers import utils
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.training_data import TrainingData

_File = Tuple[Text, int, int]  # path, time of the last change in nanoseconds, bytes


class RememberingImporter(RasaFileImporter):
    """Rasa's own, which reads files of examples once in a process.

    A training checks the examples, looks what has changed, and trains, each with an importer of its
    own, and each would parse twenty thousand examples. Whoever asks an importer gets copies of what
    it returns: Rasa merges what all importers have.
    """

    def get_nlu_data(self, language: Optional[Text] = "en") -> TrainingData:
        """The training examples, as `RasaFileImporter` reads them."""
        return _read(language or "en", tuple(map(_as_it_is, sorted(self._nlu_files))))


def _as_it_is(path: Text) -> _File:
    there = os.stat(path)
    return path, there.st_mtime_ns, there.st_size


@lru_cache(maxsize=1)
def _read(language: Text, files: Tuple[_File, ...]) -> TrainingData:
    return utils.training_data_from_paths([path for path, _, _ in files], language)
