"""Chinese text made comparable: one spelling, one cutting, for the index and for questions alike.

What people's words mean for a search is reviewed content: `content/subjects.yml`. What their typos
of the telephone were meant to be stands in `data/typos.tsv`, which the dialogue engine reads as
well.
"""

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path

from opencc import OpenCC
from pydantic import Field

from bot.reading.bounds import bounded
from knowledge.chinese.dictionary import Cutter
from knowledge.reviewed import CONTENT, ROOT, ContentError, Strict, load

SUBJECTS = CONTENT / "subjects.yml"
TERMS = ROOT / "data" / "lexicon"
TYPOS = ROOT / "data" / "typos.tsv"

_FULL_WIDTH = {
    code: code - 0xFEE0
    for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_RADICALS = re.compile(r"[\u2e80-\u2fdf]")
_RUNS = re.compile(r"[一-鿿]+|[a-z0-9]+")
# ①, Ⅲ and their like stand for a number only where something is counted; elsewhere ① opens a
# paragraph.
_OTHER_NUMERALS = re.compile("(?<=第)[①-⑳Ⅰ-Ⅻ]|[①-⑳Ⅰ-Ⅻ](?=[类号月日年万天个块元])")
_STRETCHED = re.compile(r"([，。！？、,!?~～.…])\1+")
_MARKS = " \t\r\n，。！？、；：,.!?;:~～…"
_OPENING = 8  # characters by which a text that was pasted twice is known


class _Subject(Strict):
    subject: str
    words: tuple[str, ...] = Field(min_length=1)
    laws: tuple[str, ...] = Field(min_length=1)


class _Meaning(Strict):
    say: tuple[str, ...] = Field(min_length=1)
    law: str


class Subjects(Strict):
    """What questions are about, what people's words are called in the law, and which words say
    nothing.
    """

    empty_words: frozenset[str]
    subjects: tuple[_Subject, ...]
    meanings: tuple[_Meaning, ...]


def normalise(text: str) -> str:
    """Traditional characters to simplified ones, full-width letters and digits to ASCII;
    punctuation stays as it is.
    """
    text = _RADICALS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return _to_simplified().convert(text.translate(_FULL_WIDTH))


def corrected(text: str) -> str:
    """What a visitor meant to type: bounded, `normalise`d, typos corrected, stretched punctuation
    shortened, each text once.
    """
    text = _OTHER_NUMERALS.sub(
        lambda found: str(int(unicodedata.numeric(found[0]))), normalise(bounded(text))
    )
    for typo, meant in typos():
        text = typo.sub(meant, text)
    return _once(_STRETCHED.sub(r"\1", text))


def bigrams(text: str) -> list[str]:
    """The keyword tokens of a text: overlapping pairs of Han characters, and whole runs of Latin
    letters and digits.
    """
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
    return list(
        dict.fromkeys(
            word for word in found if len(word) > 1 and word not in empty and word.isalnum()
        )
    )


def implied_laws(text: str) -> frozenset[str]:
    """Short titles of the laws that a question's words point to; empty when they point to none."""
    return frozenset(
        law for subject in subjects().subjects if _says(text, subject.words) for law in subject.laws
    )


def in_words_of_the_law(text: str) -> str:
    """What the law calls the things that a question names in everyday words; empty when there is
    nothing to add.
    """
    return " ".join(meaning.law for meaning in subjects().meanings if _says(text, meaning.say))


@cache
def subjects() -> Subjects:
    """The reviewed content behind `implied_laws` and `in_words_of_the_law`; raises ContentError."""
    return load(SUBJECTS, Subjects)


@cache
def typos(path: Path = TYPOS) -> tuple[tuple[re.Pattern[str], str], ...]:
    """(What people type, what they mean), in the order of use; raises ContentError naming the file
    and line.
    """
    found = []
    with path.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(
            csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), start=1
        ):
            if row and not row[0].startswith("#"):
                try:
                    found.append((re.compile(row[0], re.IGNORECASE), row[1]))
                except (re.error, IndexError) as error:
                    raise ContentError(path, number, f"须是「正则<TAB>本意」：{error}") from error
    return tuple(found)


def _once(text: str) -> str:
    """A text that was pasted twice, one time."""
    again = text.find(text[:_OPENING], max(_OPENING, len(text) // 2 - 1))
    if again < 0 or text[:again].strip(_MARKS) != text[again:].strip(_MARKS):
        return text
    return text[again:]


def _says(text: str, words: tuple[str, ...]) -> bool:
    return any(word.lower() in text.lower() for word in words)


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


@cache
def _cutter() -> Cutter:
    cutter = Cutter()
    for terms in sorted(TERMS.glob("*.txt")):
        cutter.load_userdict(str(terms))
    return cutter
