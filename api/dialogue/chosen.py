"""Which trained model is in use: the one that the checkout makes, or one trained at the desk.

Read by the service and by `./helpline`, which has the standard library alone. Models of the desk
lie in `var/training/NAME/`, each over the checkout's model of its day: over another one, its words
and its intents may not fit, and it is not used.

Both write the pointer `var/training/chosen.json`: the service when somebody puts a model in use,
the supervisor when a model cannot be started.

    model, before    names: in use, and what to go back to (null where that is the end)
    withdrawn        [{model, why, at}]: put out of use since, because they did not start
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

SHIPPED = "shipped"  # the name of the model that the checkout makes
NAME = re.compile(r"\d+-[0-9a-f]{12}")
_POINTER, _ARCHIVE, _SEAL = "chosen.json", "model.tar.gz", "model.json"


@dataclass(frozen=True)
class Withdrawn:
    """A model that was put out of use by itself: its name, why in Chinese, when (ISO)."""

    model: str
    why: str
    at: str


@dataclass(frozen=True)
class Model:
    """A trained model, and the file that it lies in."""

    name: str
    archive: Path


def shipped(var: Path) -> Model:
    """The model that the checkout makes."""
    return Model(SHIPPED, var / "models/helpline.tar.gz")


def chosen(var: Path) -> Model:
    """The model in use; the checkout's where the chosen one is gone, damaged or outdated."""
    return found(var, named(var)) or shipped(var)


def named(var: Path) -> str:
    """The name of the model that was chosen, whether it may still be used or not."""
    return str(_read(_pointer(var)).get("model", SHIPPED))


def pointed_to(var: Path) -> tuple[str, tuple[Withdrawn, ...]]:
    """What the pointer says: the model that was chosen, and those that were put out of use."""
    return named(var), withdrawn(var)


def passed_over(var: Path) -> bool:
    """Whether a model of the desk was chosen that may not be used any more."""
    return named(var) != chosen(var).name


def before(var: Path) -> str | None:
    """The name of the model that was in use before; None where one cannot go back."""
    name = _read(_pointer(var)).get("before")
    return name if isinstance(name, str) else None


def found(var: Path, name: str) -> Model | None:
    """The model of a name; None where there is none that may be used."""
    if name == SHIPPED:
        return shipped(var)
    if not NAME.fullmatch(name):
        return None
    model = Model(name, folder_of(var, name) / _ARCHIVE)
    sealed = _read(model.archive.with_name(_SEAL))
    is_whole = bool(sealed) and sealed.get("sha256") == _digest(model.archive)
    return model if is_whole and sealed.get("base") == base_of(var) else None


def folder_of(var: Path, name: str) -> Path:
    """Where a model of the desk lies."""
    return var / "training" / name


def base_of(var: Path) -> str:
    """The SHA-256 of the checkout's model, as it was when its training ended; "" without one."""
    with contextlib.suppress(OSError):
        return (var / "models/helpline.sha256").read_text(encoding="utf-8").partition(" ")[0]
    return ""


def choose(var: Path, name: str, instead_of: str | None) -> None:
    """Let a model be in use from the next start on; whole or not at all. Raises OSError."""
    with _alone(var):
        write_whole(_pointer(var), {"model": name, "before": instead_of})


def withdraw(var: Path, gone: Withdrawn) -> None:
    """Let the model be in use that was before a chosen one, which cannot be started; where that
    cannot be used, the checkout's. Whole or not at all, and nothing where another was chosen
    meanwhile. Raises OSError.
    """
    with _alone(var):
        if _read(_pointer(var)).get("model") != gone.model:
            return
        left = found(var, before(var) or SHIPPED) or shipped(var)
        noted = [asdict(one) for one in (*withdrawn(var), gone)]
        write_whole(_pointer(var), {"model": left.name, "before": None, "withdrawn": noted})


def withdrawn(var: Path) -> tuple[Withdrawn, ...]:
    """The models that were put out of use by themselves since somebody chose one."""
    with contextlib.suppress(TypeError):
        return tuple(Withdrawn(**one) for one in _read(_pointer(var)).get("withdrawn", ()))
    return ()


def called(name: str) -> str:
    """What people call a model: by the training that it is from."""
    return "系统自带的模型" if name == SHIPPED else f"第 {name.partition('-')[0]} 次训练的模型"


def seal(var: Path, name: str, base: str | None = None) -> None:
    """Note that a model of the desk is whole, and over which of the checkout's it was trained: the
    one of `base`, else the one that there is.
    """
    archive = folder_of(var, name) / _ARCHIVE
    over = base_of(var) if base is None else base
    write_whole(archive.with_name(_SEAL), {"sha256": _digest(archive), "base": over})


def write_whole(file: Path, content: Any) -> None:
    """Write JSON so that a reader sees all of it or what was there before. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".partial")
    with partial.open("w", encoding="utf-8") as out:
        json.dump(content, out, ensure_ascii=False)
        out.flush()
        os.fsync(out.fileno())
    partial.replace(file)


def _alone(var: Path) -> IO[str]:
    """Hold the pointer for oneself, while it is read and written, until this is closed."""
    file = _pointer(var).with_name("chosen.lock")
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = file.open("w", encoding="utf-8")
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def _pointer(var: Path) -> Path:
    return var / "training" / _POINTER


def _read(file: Path) -> dict[str, Any]:
    """The object in a file of JSON, empty where there is none."""
    with contextlib.suppress(OSError, ValueError):
        content = json.loads(file.read_text(encoding="utf-8"))
        return content if isinstance(content, dict) else {}
    return {}


def _digest(file: Path) -> str | None:
    with contextlib.suppress(OSError):
        return hashlib.sha256(file.read_bytes()).hexdigest()
    return None
