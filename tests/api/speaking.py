"""Lets the service speak from something else, as the tests need it."""

from dataclasses import replace
from typing import Any

from fastapi import FastAPI


def speaks_with(app: FastAPI, **changes: Any) -> None:
    """Let the service's voice be the same but for these fields."""
    app.state.voice.put(replace(app.state.voice(), **changes))
