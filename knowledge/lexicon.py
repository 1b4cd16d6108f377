"""Chinese text made comparable: one spelling, one cutting, for the index and for questions alike.

What people's words mean for a search is reviewed content: `content/subjects.yml`.
"""

import logging
import re
import unicodedata
from functools import cache
from pathlib import Path

import jieba
from opencc import OpenCC
from pydantic import Field

from knowledge.yamlfile import Strict, load

SUBJECTS = Path(__file__).parent / "content" / "subjects.yml"
TERMS = Path(__file__).parents[1] / "data" / "lexicon"

_FULL_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_RADICALS = re.compile(r"[\u2e80-\u2fdf]")
_RUNS = re.compile(r"[一-鿿]+|[a-z0-9]+")


class _Subject(Strict):
    subject: str
    words: tuple[str, ...] = Field(min_length=1)
    laws: tuple[str, ...] = Field(min_length=1)


class _Meaning(Strict):
    say: tuple[str, ...] = Field(min_length=1)
    law: str


class Subjects(Strict):
    """What questions are about, what people's words are called in the law, and which words say nothing."""

    empty_words: frozenset[str]
    subjects: tuple[_Subject, ...]
    meanings: tuple[_Meaning, ...]


def normalise(text: str) -> str:
    """Traditional characters to simplified ones, full-width letters and digits to ASCII; punctuation stays as it is."""
    text = _RADICALS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return _to_simplified().convert(text.translate(_FULL_WIDTH))


def bigrams(text: str) -> list[str]:
    """The keyword tokens of a text: overlapping pairs of Han characters, and whole runs of Latin letters and digits."""
    tokens = []
    for run in _RUNS.findall(normalise(text).lower()):
        if run.isascii() or len(run) == 1:
            tokens.append(run)
        else:
            tokens.extend(run[i : i + 2] for i in range(len(run) - 1))
    return tokens


def words(text: str) -> list[str]:
    """The words of a text that carry meaning, in order, each once; our own terms are kept whole."""
    found, empty = _cutter().cut(normalise(text)), subjects().empty_words
    return list(dict.fromkeys(word for word in found if len(word) > 1 and word not in empty and word.isalnum()))


def implied_laws(text: str) -> frozenset[str]:
    """Short titles of the laws that a question's words point to; empty when they point to none."""
    return frozenset(law for subject in subjects().subjects if _says(text, subject.words) for law in subject.laws)


def in_words_of_the_law(text: str) -> str:
    """What the law calls the things that a question names in everyday words; empty when there is nothing to add."""
    return " ".join(meaning.law for meaning in subjects().meanings if _says(text, meaning.say))


@cache
def subjects() -> Subjects:
    """The reviewed content behind `implied_laws` and `in_words_of_the_law`; raises ContentError."""
    return load(SUBJECTS, Subjects)


def _says(text: str, words: tuple[str, ...]) -> bool:
    return any(word.lower() in text.lower() for word in words)


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


@cache
def _cutter() -> jieba.Tokenizer:
    jieba.setLogLevel(logging.WARNING)
    cutter = jieba.Tokenizer()
    for terms in sorted(TERMS.glob("*.txt")):
        cutter.load_userdict(str(terms))
    return cutter
