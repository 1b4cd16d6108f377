"""Which store of vectors the setting HELPLINE_VECTOR_STORE names."""

from knowledge.search.vectors.faiss_index import FaissStore
from knowledge.search.vectors.pgvector import PgStore
from knowledge.search.vectors.store import Store, StoreTrouble

FAISS = "faiss"


def store_of(setting: str) -> Store:
    """`faiss`: the build's own file; a URL: a PostgreSQL database. Raises StoreTrouble for
    anything else.
    """
    if setting == FAISS:
        return FaissStore()
    if setting.startswith(("postgresql://", "postgres://")):
        return PgStore(setting)
    raise StoreTrouble("HELPLINE_VECTOR_STORE 应为 faiss，或以 postgresql:// 开头的数据库地址")
