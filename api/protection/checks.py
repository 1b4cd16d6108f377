"""Whether the key at hand is the one that the database was sealed with."""

from sqlalchemy import Connection, inspect, text

from api.protection.keys import DataKeyMissing, DataKeys
from api.settings import Settings

_SEALED_WORD = text("SELECT word FROM key_checks")


def keys_for(connection: Connection, settings: Settings) -> DataKeys:
    """The keys for this database.

    One that holds nothing sealed gets a key where there is none. Raises DataKeyMissing,
    DataKeyWrong, before anything is written.
    """
    try:
        keys = DataKeys.of(settings)
    except DataKeyMissing:
        if _sealed_word(connection) is not None:
            raise
        return DataKeys.made(settings)
    check(connection, keys)
    return keys


def check(connection: Connection, keys: DataKeys) -> None:
    """Raises DataKeyWrong where the database was sealed with another key."""
    word = _sealed_word(connection)
    if word is not None:
        keys.opened(word)


def _sealed_word(connection: Connection) -> str | None:
    tables = inspect(connection).get_table_names()
    return connection.scalar(_SEALED_WORD) if "key_checks" in tables else None
