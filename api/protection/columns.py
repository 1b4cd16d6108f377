"""Column types for what visitors said: sealed in the database, plain in Python."""

from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import JSON, Dialect, LargeBinary, String, Text
from sqlalchemy.types import TypeDecorator

from api.protection.keys import DataKeys, as_searched

# An engine has one dialect, which every column type is handed: that is how it finds its keys.
_KEYS: WeakKeyDictionary[Dialect, DataKeys] = WeakKeyDictionary()


def use_keys(dialect: Dialect, keys: DataKeys) -> None:
    """Let every sealed column behind an engine use these keys."""
    _KEYS[dialect] = keys


def keys_of(dialect: Dialect) -> DataKeys:
    """The keys of the engine that this dialect belongs to."""
    return _KEYS[dialect]


class EncryptedText(TypeDecorator[str]):
    """A text that only the data key opens."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _KEYS[dialect].seal(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _KEYS[dialect].opened(value)


class EncryptedBytes(TypeDecorator[bytes]):
    """Bytes that only the data key opens."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _KEYS[dialect].seal_bytes(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _KEYS[dialect].opened_bytes(value)


class EncryptedJSON(TypeDecorator[Any]):
    """JSON that only the data key opens. The column is one of JSON, which holds the sealed text."""

    impl = JSON
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(none_as_null=True)

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else _KEYS[dialect].seal_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else _KEYS[dialect].opened_json(value)


class KeyedHash(TypeDecorator[str]):
    """What a contact is found by: give it a contact as anybody spells it, to store or to compare;
    what it gives back is the hash.
    """

    impl = String(64)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _KEYS[dialect].hashed(as_searched(value))
