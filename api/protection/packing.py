"""How JSON and texts are made small before they are sealed: by a dictionary of the content.

Most of what a turn leaves is the content's own words: articles, steps, answers. A dictionary is a
long text that holds them; what is packed by it names places of it (zstd) and comes back to the
byte. A packed value begins with the id of its dictionary and a full stop. Dictionaries hold
nothing that anybody said (api.dictionaries).
"""

import threading
from collections.abc import Callable
from hashlib import sha256

import zstandard
from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

ID_LENGTH = 8
MARK = "."
# A dictionary is looked through thoroughly: it is as long as a thousand answers. The figures are
# those of decision 20: less costs bytes for good, more costs milliseconds of each turn.
HOW = zstandard.ZstdCompressionParameters(
    strategy=zstandard.STRATEGY_LAZY2,
    window_log=24,  # the dictionary may be 16 MB long
    hash_log=21,
    chain_log=22,
    search_log=6,
    min_match=5,
    target_length=128,
)
_BODY_LEVEL = 10
LONGEST_WAIT_S = 5  # for a database that is asked for a dictionary

_BY_ID = text("SELECT id, body FROM dictionaries WHERE id = :id")
_NEWEST = text("SELECT id, body FROM dictionaries ORDER BY since DESC, id DESC LIMIT 1")

# (Id, compressed body) of a dictionary by its id, or of the newest for None.
Fetch = Callable[[str | None], tuple[str, bytes] | None]


class DictionaryMissing(Exception):
    """What a value was packed by is not there; the text says so in Chinese."""


class Dictionary:
    """Packs and unpacks by one text. Threads may share it."""

    def __init__(self, body: bytes) -> None:
        self.id = id_of(body)
        self._words = zstandard.ZstdCompressionDict(body, zstandard.DICT_TYPE_RAWCONTENT)
        self._own = threading.local()  # zstd's own working state serves one thread

    def prepare(self) -> None:
        """Index the text, which makes packing some hundred times faster and takes its length in
        memory twice over.
        """
        self._words.precompute_compress(compression_params=HOW)

    def packed(self, content: bytes) -> bytes:
        """A frame that holds the content."""
        if not hasattr(self._own, "packs"):
            self._own.packs = zstandard.ZstdCompressor(dict_data=self._words)
        frame: bytes = self._own.packs.compress(content)
        return frame

    def unpacked(self, frame: bytes) -> bytes:
        """The content of a frame."""
        if not hasattr(self._own, "opens"):
            self._own.opens = zstandard.ZstdDecompressor(dict_data=self._words)
        content: bytes = self._own.opens.decompress(frame)
        return content


class Packer:
    """The dictionaries of one database: the newest packs, all of them unpack."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._known: dict[str, Dictionary] = {}
        self._newest: Dictionary | None = None
        self._looked = False

    def newest(self) -> Dictionary | None:
        """What packs; None while there is no dictionary. Looks into the database once."""
        if not self._looked:
            self.renew()
        return self._newest

    def renew(self) -> None:
        """Pack by what is the newest now. A database that cannot tell is asked again."""
        try:
            found = self._fetch(None)
        except SQLAlchemyError:  # it does not answer, or is older than dictionaries
            return
        newest = self._of(found) if found else None
        if newest is not None and newest is not self._newest:
            newest.prepare()
        self._newest, self._looked = newest, True

    def unpacked(self, name: str, frame: bytes) -> bytes:
        """What was packed by the dictionary of this id; raises DictionaryMissing."""
        if name not in self._known:
            found = self._fetch(name)
            if found is None:
                raise DictionaryMissing(
                    f"库里的内容要用词典 {name} 才能读出，而表 dictionaries 里没有它。"
                    "请从备份里放回这张表；系统没有改动任何数据。"
                )
            return self._of(found).unpacked(frame)
        return self._known[name].unpacked(frame)

    def _of(self, found: tuple[str, bytes]) -> Dictionary:
        name, body = found
        if name not in self._known:
            self._known[name] = Dictionary(body_of(body))
        return self._known[name]


def id_of(body: bytes) -> str:
    """The id of a dictionary: it follows from its text."""
    return sha256(body).hexdigest()[:ID_LENGTH]


def stored_body(body: bytes) -> bytes:
    """A dictionary's text as the table holds it."""
    return zstandard.ZstdCompressor(level=_BODY_LEVEL).compress(body)


def body_of(stored: bytes) -> bytes:
    """The text of what the table holds."""
    return zstandard.ZstdDecompressor().decompress(stored)


def split(stored: str) -> tuple[str, str] | None:
    """The dictionary's id and the rest of a packed value; None for one that is not packed.

    Neither Fernet's tokens nor base64 have a full stop.
    """
    name, mark, rest = stored.partition(MARK)
    return (name, rest) if mark else None


def fetch_from(url: URL | str) -> Fetch:
    """Looks into a database by a connection of its own: a column's type has no other, and each
    process asks once for each dictionary.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        address, patience = address.set(drivername="sqlite"), {"timeout": LONGEST_WAIT_S}
    else:
        patience = {"connect_timeout": LONGEST_WAIT_S}

    def fetch(name: str | None) -> tuple[str, bytes] | None:
        engine = create_engine(address, poolclass=NullPool, connect_args=patience)
        try:
            with engine.connect() as connection:
                wanted = _NEWEST if name is None else _BY_ID.bindparams(id=name)
                row = connection.execute(wanted).one_or_none()
        finally:
            engine.dispose()
        return (str(row.id), bytes(row.body)) if row else None

    return fetch
