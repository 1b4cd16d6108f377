"""The Official Accounts that the fake knows: the same file that the helpline reads."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, model_validator


class Account(BaseModel):
    """An account as both sides have it in their settings; `aes_key` has 43 characters."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: str
    title: str
    app_id: str
    app_secret: str
    token: str
    aes_key: str | None = None
    mode: Literal["plain", "compatible", "safe"] = "plain"

    @model_validator(mode="after")
    def _has_a_key(self) -> "Account":
        if self.mode != "plain" and not self.aes_key:
            raise ValueError(f"{self.name}: mode {self.mode} needs an aes_key")
        return self

    @property
    def original_id(self) -> str:
        """The account's own address in messages, gh_…; here made from the app id."""
        return "gh_" + hashlib.sha256(self.app_id.encode()).hexdigest()[:12]

    def openid(self, person: str) -> str:
        """A person's id towards this account: 28 characters, another one for every account."""
        return "o" + hashlib.sha256(f"{self.app_id}:{person}".encode()).hexdigest()[:27]


def read(file: Path) -> Sequence[Account]:
    """All accounts of a file. Raises OSError, yaml.YAMLError, pydantic.ValidationError."""
    found = yaml.safe_load(file.read_text(encoding="utf-8"))
    return TypeAdapter(list[Account]).validate_python(found)
