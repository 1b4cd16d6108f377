"""Texts that a visitor reads, in YAML beside the module that says them."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def wording(path: Path) -> dict[str, Any]:
    """The texts of a file, by name; read once."""
    texts: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return texts
