"""Column types for what visitors said: sealed in the database, plain in Python; and packed, as
what quotes the content is.
"""

import json
from base64 import b64decode, b64encode
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import JSON, Dialect, LargeBinary, String, Text
from sqlalchemy.types import TypeDecorator

from api.protection.keys import DataKeys, as_searched
from api.protection.packing import MARK, Packer, split

# An engine has one dialect, which every column type is handed: that is how it finds its keys.
_KEYS: WeakKeyDictionary[Dialect, DataKeys] = WeakKeyDictionary()
_PACKERS: WeakKeyDictionary[Dialect, Packer] = WeakKeyDictionary()

# Bytes of a text from which on it is always packed, and what one byte less is as long as, sealed.
SHORT, SHORT_SEALED = 128, 248


def use_keys(dialect: Dialect, keys: DataKeys, packer: Packer) -> None:
    """Let every sealed column behind an engine use these keys, and every packed one these
    dictionaries.
    """
    _KEYS[dialect], _PACKERS[dialect] = keys, packer


def keys_of(dialect: Dialect) -> DataKeys:
    """The keys of the engine that this dialect belongs to."""
    return _KEYS[dialect]


class EncryptedText(TypeDecorator[str]):
    """A text that only the data key opens; packed where it is long, or becomes shorter by it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return _sealed(value.encode(), dialect, short=SHORT) or _KEYS[dialect].seal(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        content = _opened(value, dialect)
        return _KEYS[dialect].opened(value) if content is None else content.decode()


class EncryptedBytes(TypeDecorator[bytes]):
    """Bytes that only the data key opens."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _KEYS[dialect].seal_bytes(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _KEYS[dialect].opened_bytes(value)


class EncryptedJSON(TypeDecorator[Any]):
    """JSON that only the data key opens, packed where there is a dictionary. The column is one of
    JSON, which holds the sealed text.
    """

    impl = JSON
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(none_as_null=True)

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return _sealed(_as_json(value), dialect) or _KEYS[dialect].seal_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        content = _opened(value, dialect)
        return _KEYS[dialect].opened_json(value) if content is None else json.loads(content)


class PackedJSON(TypeDecorator[Any]):
    """A list in JSON that holds nothing of a person's, packed where there is a dictionary and
    something to pack. The column is one of JSON.
    """

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if not value or (dictionary := _PACKERS[dialect].newest()) is None:
            return value
        frame = dictionary.packed(_as_json(value))
        return f"{dictionary.id}{MARK}{b64encode(frame).decode()}"

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if not isinstance(value, str) or (packed := split(value)) is None:
            return value
        name, frame = packed
        return json.loads(_PACKERS[dialect].unpacked(name, b64decode(frame)))


class KeyedHash(TypeDecorator[str]):
    """What a contact is found by: give it a contact as anybody spells it, to store or to compare;
    what it gives back is the hash.
    """

    impl = String(64)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _KEYS[dialect].hashed(as_searched(value))


def _as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _sealed(content: bytes, dialect: Dialect, *, short: int = 0) -> str | None:
    """Content, packed and then sealed: what is sealed packs no more. None without a dictionary,
    and for less than `short` bytes that become no fewer.
    """
    dictionary = _PACKERS[dialect].newest()
    if dictionary is None:
        return None
    frame = dictionary.packed(content)
    if len(content) < short and len(frame) + len(dictionary.id) >= len(content):
        return None
    return f"{dictionary.id}{MARK}{_KEYS[dialect].seal_bytes(frame).decode()}"


def _opened(stored: str, dialect: Dialect) -> bytes | None:
    """The content of what `_sealed` gave; None for what was sealed without a dictionary."""
    if (packed := split(stored)) is None:
        return None
    name, sealed = packed
    return _PACKERS[dialect].unpacked(name, _KEYS[dialect].opened_bytes(sealed.encode()))
