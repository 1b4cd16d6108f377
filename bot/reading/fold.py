"""Folds what visitors type into one form before anything reads it."""

import csv
import re
import unicodedata
from pathlib import Path
from typing import Pattern, Text, Tuple

import opencc

# Homophones and typos that people type on a phone; the search reads the same file.
_FILE = Path(__file__).resolve().parents[2] / "data" / "typos.tsv"


def _typos() -> Tuple[Tuple[Pattern[Text], Text], ...]:
    with _FILE.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if row]
    return tuple(
        (re.compile(row[0], re.IGNORECASE), row[1]) for row in rows if not row[0].startswith("#")
    )


TYPOS = _typos()
_TO_SIMPLIFIED = opencc.OpenCC("t2s")


def normalise(text: Text) -> Text:
    """The text in simplified characters with half-width letters and digits.

    Common typos are corrected, repeated marks shortened.
    """
    folded = "".join(
        unicodedata.normalize("NFKC", c) if "！" <= c <= "～" and c not in "，。？！：；（）" else c
        for c in text
    )
    folded = re.sub(r"[ \t　]+", " ", _TO_SIMPLIFIED.convert(folded)).lower()
    folded = re.sub(r"([。！？!?~～.…])\1{2,}", r"\1", folded)
    for typo, meant in TYPOS:
        folded = typo.sub(meant, folded)
    return folded.strip()
