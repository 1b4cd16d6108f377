"""dictionaries by which what turns leave is packed

What is there stays as it is and is read as before; the service packs it a few rows at a time, once
it has made a dictionary.
"""

import json
from base64 import b64decode

import sqlalchemy as sa
import zstandard
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TABLE = "dictionaries"
AT_ONCE = 200  # rows
SEALED = "gAAAA"  # begins every token of Fernet's


def upgrade() -> None:
    # SQLite keeps what a run did that was cut off.
    if TABLE in sa.inspect(op.get_bind()).get_table_names():
        return
    op.create_table(
        TABLE,
        sa.Column("id", sa.String(8), primary_key=True),
        sa.Column("made_of", sa.String(64), nullable=False, unique=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    connection = op.get_bind()
    stored = sa.table(TABLE, sa.column("id"), sa.column("body", sa.LargeBinary()))
    for row in connection.execute(sa.select(stored)).all():
        words = zstandard.ZstdDecompressor().decompress(bytes(row.body))
        dictionary = zstandard.ZstdCompressionDict(words, zstandard.DICT_TYPE_RAWCONTENT)
        _unpack_all(f"{row.id}.", zstandard.ZstdDecompressor(dict_data=dictionary).decompress)
    op.drop_table(TABLE)


def _unpack_all(begins, unpacked):  # type: ignore[no-untyped-def]
    """Store again as before what begins with the id of this dictionary, a few rows at a time."""
    seen = sa.inspect(op.get_bind())
    for name in seen.get_table_names():
        keys = seen.get_pk_constraint(name)["constrained_columns"]
        kinds = {one["name"]: one["type"] for one in seen.get_columns(name)}
        packed = [one for one, kind in kinds.items() if isinstance(kind, (sa.Text, sa.JSON))]
        for column in packed if len(keys) == 1 else ():
            is_json = isinstance(kinds[column], sa.JSON)
            as_kept = sa.column(column, sa.JSON() if is_json else sa.Text())
            table = sa.table(name, sa.column(keys[0]), as_kept)
            _unpack(table, keys[0], column, is_json, begins, unpacked)


def _unpack(table, key, column, is_json, begins, unpacked):  # type: ignore[no-untyped-def]
    connection, keys = op.get_bind(), op.get_context().opts["data_keys"]
    lying = sa.cast(sa.literal_column(f'"{column}"'), sa.Text())
    is_packed = lying.like(f'"{begins}%' if is_json else f"{begins}%")
    some = sa.select(table.c[key], table.c[column]).where(is_packed).limit(AT_ONCE)
    while rows := connection.execute(some).all():
        for id_, value in rows:
            rest = value.removeprefix(begins)
            if not rest.startswith(SEALED):
                before = json.loads(unpacked(b64decode(rest)))
            else:
                content = unpacked(keys.opened_bytes(rest.encode())).decode()
                before = keys.seal_json(json.loads(content)) if is_json else keys.seal(content)
            this = table.c[key] == id_
            connection.execute(table.update().where(this).values({column: before}))
