"""Corpora of law articles and questions about them, one JSON object on each line, gzipped or not.

A document: id (a whole number), law, article, heads (the headings it stands under, from the outside
in), text. A question: id, text, gold (ids of the documents that answer it), split (train | dev, may
be absent).
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.search.faq import Question
from knowledge.search.passages import Passage


class CorpusError(Exception):
    """A file not in the format above; the message names the file, the line and what is wrong."""


@dataclass(frozen=True)
class Document:
    """One article of law; `heads` are the headings it stands under, from the outside in."""

    id: int
    law: str
    article: str
    heads: tuple[str, ...]
    text: str

    @property
    def title(self) -> str:
        """The law, the headings and the article's number."""
        return " ".join((self.law, *self.heads, self.article))

    def as_passage(self) -> Passage:
        """The document as the product's search takes it."""
        law = self.law.replace("中华人民共和国", "")
        return Passage(
            id=str(self.id),
            kind="statute",
            document=str(self.id),
            title=f"{law}{self.article}",
            text=self.text,
            law=law,
            article=self.article,
            chapter=self.heads[-1] if self.heads else "",
            version_date=None,
            in_force_from=None,
            in_force_to=None,
        )


@dataclass(frozen=True)
class Asked:
    """A question and the ids of the documents that answer it."""

    text: str
    gold: tuple[int, ...]
    split: str

    def as_question(self) -> Question:
        """The question as the product keeps known ones."""
        return Question(self.text, tuple(map(str, self.gold)))


def read_documents(path: Path) -> list[Document]:
    """The documents of a corpus, in its order; raises CorpusError."""
    documents = []
    for number, one in _lines(path):
        try:
            heads = tuple(map(str, one["heads"]))
            documents.append(
                Document(
                    int(one["id"]), str(one["law"]), str(one["article"]), heads, str(one["text"])
                )
            )
        except (KeyError, TypeError, ValueError) as error:
            raise CorpusError(
                f"{path.name} 第 {number} 行：要有 id、law、article、heads、text"
            ) from error
    return documents


def read_questions(path: Path, known: set[int]) -> list[Asked]:
    """The questions, in their order.

    Raises CorpusError, also where a document that is not `known` answers one.
    """
    questions = []
    for number, one in _lines(path):
        try:
            asked = Asked(str(one["text"]), tuple(map(int, one["gold"])), str(one.get("split", "")))
        except (KeyError, TypeError, ValueError) as error:
            raise CorpusError(
                f"{path.name} 第 {number} 行：要有 text 和 gold（条文编号的列表）"
            ) from error
        if not asked.gold or not known.issuperset(asked.gold):
            raise CorpusError(f"{path.name} 第 {number} 行：gold 是空的，或有语料里没有的编号")
        questions.append(asked)
    return questions


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    open_ = gzip.open if path.suffix == ".gz" else open
    try:
        with open_(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, json.loads(line)
    except FileNotFoundError as error:
        raise CorpusError(f"没有文件 {path}") from error
    except (json.JSONDecodeError, UnicodeDecodeError, gzip.BadGzipFile) as error:
        raise CorpusError(
            f"{path.name} 不是每行一条 JSON 的文本（UTF-8，可用 gzip 压缩）"
        ) from error
