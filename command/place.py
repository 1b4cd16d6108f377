"""A checkout with its data folder, and the environments that its processes run in."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
AS_OF = "HELPLINE_AS_OF"  # the setting on which the clock of whatever is started stands
DATA_KEY = "HELPLINE_DATA_KEY"  # the setting that opens what visitors said
SQLITE = "sqlite+aiosqlite:///{var}/helpline.db"


@dataclass(frozen=True)
class Place:
    """A checkout, its data folder, and the environment that whatever is started here inherits."""

    root: Path
    var: Path
    environ: Mapping[str, str]

    @property
    def python(self) -> Path:
        return self.root / ".venv/bin/python"

    @property
    def packages(self) -> Path:
        return self.root / ".venv/lib/python3.11/site-packages"

    @property
    def rasa(self) -> Path:
        return self.root / "bot/.venv/bin/rasa"

    @property
    def database_url(self) -> str:
        return self.environ.get("HELPLINE_DATABASE_URL") or SQLITE.format(var=self.var)

    @property
    def sqlite_file(self) -> Path | None:
        """The database's file; None where it is PostgreSQL."""
        found = re.match(r"sqlite[^:]*:///([^?]+)", self.database_url)
        return Path(found.group(1)) if found else None

    @property
    def model(self) -> Path:
        return self.var / "models/helpline.tar.gz"

    @property
    def model_seal(self) -> Path:
        """The SHA-256 that the model had when its training ended, as `sha256sum` writes it."""
        return self.model.with_name("helpline.sha256")

    @property
    def encoder(self) -> Path:
        return self.var / "models/encoder"

    def log(self, name: str) -> Path:
        return self.var / "log" / f"{name}.log"

    def on(self, day: str | None) -> Place:
        """The same place with a clock that stands on a day (ISO); without one, the same place."""
        return replace(self, environ={**self.environ, AS_OF: day}) if day else self

    def rehearsing(self, var: Path, day: str | None = None) -> Place:
        """The same checkout with another data folder and a clock of its own.

        Of the operator's settings it keeps the encoder alone.
        """
        kept = {
            name: value
            for name, value in self.environ.items()
            if not name.startswith("HELPLINE_") or name == "HELPLINE_EMBEDDER"
        }
        return Place(self.root, var, kept).on(day)


def inherited_environment(root: Path) -> dict[str, str]:
    """The caller's environment without what would lead our interpreters astray, or make every
    start compile all libraries again.

    A setting that is empty counts as none.
    """
    astray = ("VIRTUAL_ENV", "PYTHONHOME", "UV_PROJECT_ENVIRONMENT", "UV_PYTHON")
    foreign = (*astray, "PYTHONDONTWRITEBYTECODE")
    settings = {
        name: value
        for name, value in os.environ.items()
        if value or not name.startswith("HELPLINE_")
    }
    env = {name: value for name, value in settings.items() if name not in foreign}
    for name in ("NO_PROXY", "no_proxy"):  # the two sides talk over the loopback
        env[name] = ",".join(filter(None, [env.get(name), "127.0.0.1", "localhost"]))
    return {**env, "PYTHONPATH": str(root), "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}


def service_environment(place: Place) -> dict[str, str]:
    return {
        **place.environ,
        "HELPLINE_VAR": str(place.var),
        "HELPLINE_DATABASE_URL": place.database_url,
    }


def bot_environment(place: Place) -> dict[str, str]:
    return {
        "HELPLINE_VECTOR_CACHE": str(place.var / "sentence-vectors.npz"),
        "HELPLINE_ENCODER": str(place.encoder),
        **place.environ,
        "PYTHONWARNINGS": "ignore",
        "RASA_MAX_CACHE_SIZE": "0",  # Rasa's cache does not see a changed lexicon; our stamps do
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
