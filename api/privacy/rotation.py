"""A new data key: everything is sealed anew, then the old key is forgotten."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, create_engine, delete, event, make_url, select
from sqlalchemy.engine import Engine

import api.asked.models
import api.calls.models
import api.contacts.models
import api.conversations.models
import api.desk.models
import api.dictionaries.models
import api.experts.models
import api.labels.models
import api.outbox.models
import api.privacy.models
import api.referrals.models
import api.suggestions.models  # noqa: F401 - makes all tables known
from api.database import Base
from api.lookup.models import SearchDocument, SearchGram
from api.protection.columns import EncryptedBytes, EncryptedJSON, EncryptedText, KeyedHash, use_keys
from api.protection.keys import FILE, DataKeys
from api.protection.packing import Packer, fetch_from
from api.settings import Settings
from api.tickets.models import Ticket

AT_ONCE = 200  # rows
PICTURES_AT_ONCE = 4  # each is long


class CannotMakeKey(Exception):
    """The key is not ours to change; the text says in Chinese what to do."""


def rotate(settings: Settings) -> int:
    """Seal every sealed column with a new key; returns how many rows. Nothing else may run.

    Cut off at any moment, it can be begun again: the old key stays in the file until no row needs
    it. A key that comes from the environment is changed there; then all is sealed with its newest.
    """
    keys = DataKeys.of(settings)
    from_file = not settings.data_key.get_secret_value()
    path = settings.var / FILE
    if from_file:
        keys = keys.with_new()
        keys.write(path)
    elif len(keys.keys) == 1:
        raise CannotMakeKey(
            "密钥来自 HELPLINE_DATA_KEY：请用 ./helpline privacy new-key 生成新的，放在最前面，"
            "旧的放在后面，用逗号隔开，再运行一次；完成后把旧的从设置里去掉。"
        )
    rows = _seal_anew(settings, keys)
    if from_file:
        keys.newest_alone().write(path)
    return rows


def _seal_anew(settings: Settings, keys: DataKeys) -> int:
    engine = create_engine(make_url(settings.database_url.replace("+aiosqlite", "")))
    use_keys(engine.dialect, keys, Packer(fetch_from(engine.url)))
    if engine.dialect.name == "sqlite":  # what the old key opens is written over
        event.listen(engine, "connect", lambda bare, _: bare.execute("PRAGMA secure_delete = ON"))
    try:
        _forget_search(engine)
        return sum(_table(engine, table) for table in Base.metadata.sorted_tables)
    finally:
        engine.dispose()


def _forget_search(engine: Engine) -> None:
    """Pairs of characters are hashed with the key: the service indexes everything anew."""
    with engine.begin() as connection:
        connection.execute(delete(SearchGram))
        connection.execute(delete(SearchDocument))


def _table(engine: Engine, table: Table) -> int:
    kinds = EncryptedText | EncryptedJSON | EncryptedBytes
    sealed = [column for column in table.columns if isinstance(column.type, kinds)]
    if not sealed:
        return 0
    [key] = table.primary_key.columns
    with engine.connect() as connection:
        ids = connection.scalars(select(key)).all()
    has_pictures = any(isinstance(column.type, EncryptedBytes) for column in sealed)
    at_once = PICTURES_AT_ONCE if has_pictures else AT_ONCE
    for first in range(0, len(ids), at_once):
        _rows(engine, table, sealed, ids[first : first + at_once])
    return len(ids)


def _rows(engine: Engine, table: Table, sealed: Sequence[Any], ids: Sequence[Any]) -> None:
    """Read with any of the keys, write with the newest."""
    [key] = table.primary_key.columns
    with engine.begin() as connection:
        rows = connection.execute(select(key, *sealed).where(key.in_(ids))).mappings().all()
        for row in rows:
            values = {column.key: row[column.key] for column in sealed}
            values |= _hashes(table, row)
            connection.execute(table.update().where(key == row[key.key]).values(values))


def _hashes(table: Table, row: Any) -> dict[str, Any]:
    """What is found by a contact is found under the newest key."""
    hashed = [c.key for c in table.columns if isinstance(c.type, KeyedHash)]
    return {name: row[Ticket.contact.key] for name in hashed}
