"""`python -m bot.serve run …` is `rasa run …` without what no component of ours uses.

Rasa imports TensorFlow, Matplotlib and scikit-learn for policies, classifiers and reports that are
not in config.yml: four tenths of an engine's memory and of the time that it takes to start. While
Rasa is imported they are stood in for by modules that hold nothing but empty classes; whoever asks
for one of them afterwards is told that it is not there.
"""

import importlib
import os
import sys
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Dict, Iterator, Optional, Text

LEFT_OUT = ("tensorflow", "keras", "matplotlib", "sklearn")
# What imports them: the server with all that it brings, and what a model's own description names.
IMPORTERS = ("rasa.server", "rasa.graph_components.validators.default_recipe_validator")


class _Empty(type):
    """A class whose every attribute is another empty class."""

    def __getattr__(cls, name: Text) -> Any:
        return _empty(name)


def _empty(name: Text) -> _Empty:
    if name.startswith("__"):  # what Python asks of every module and class
        raise AttributeError(name)
    return _Empty(name, (), {})


class _EmptyModule(ModuleType):
    def __getattr__(self, name: Text) -> Any:
        return _empty(name)


class _StandIns(MetaPathFinder, Loader):
    """Finds an empty module for whatever is left out."""

    def find_spec(self, name: Text, path: Any, target: Any = None) -> Optional[ModuleSpec]:
        return ModuleSpec(name, self, is_package=True) if _is_left_out(name) else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _EmptyModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass


def _is_left_out(name: Text) -> bool:
    return name.partition(".")[0] in LEFT_OUT


@contextmanager
def left_out() -> Iterator[None]:
    """Imports within the block do without what is left out; later ones raise ImportError for it."""
    finder = _StandIns()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        missing: Dict[Text, Any] = dict.fromkeys(LEFT_OUT)
        for name in [name for name in sys.modules if _is_left_out(name)]:
            del sys.modules[name]
        sys.modules.update(missing)


def main() -> None:
    """Import Rasa without them, then do what the command line says."""
    # Read when NumPy is imported. A turn multiplies small matrices: a second thread gains nothing,
    # but between two of them it spins, which took half of the engine's processor time.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with left_out():
        for name in IMPORTERS:
            importlib.import_module(name)
    importlib.import_module("rasa.__main__").main()


if __name__ == "__main__":
    main()
