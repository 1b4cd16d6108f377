"""Folds what visitors type into one form before anything reads it."""

import csv
import re
import unicodedata
from pathlib import Path
from typing import List, Pattern, Text, Tuple

import opencc
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.bounds import bounded
from bot.component import FixedFeaturizer

# Homophones and typos that people type on a phone; the service reads the same file.
_FILE = Path(__file__).resolve().parents[1] / "data" / "typos.tsv"


def _typos() -> Tuple[Tuple[Pattern[Text], Text], ...]:
    with _FILE.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if row]
    return tuple(
        (re.compile(row[0], re.IGNORECASE), row[1]) for row in rows if not row[0].startswith("#")
    )


_TYPOS = _typos()
_TO_SIMPLIFIED = opencc.OpenCC("t2s")


def normalise(text: Text) -> Text:
    """The beginning of the text, bounded, in simplified characters with half-width letters and
    digits.

    Common typos are corrected, repeated marks shortened.
    """
    folded = "".join(
        unicodedata.normalize("NFKC", c) if "！" <= c <= "～" and c not in "，。？！：；（）" else c
        for c in bounded(text)
    )
    folded = re.sub(r"[ \t　]+", " ", _TO_SIMPLIFIED.convert(folded)).lower()
    folded = re.sub(r"([。！？!?~～.…])\1{2,}", r"\1", folded)
    for typo, meant in _TYPOS:
        folded = typo.sub(meant, folded)
    return folded.strip()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class Normaliser(FixedFeaturizer):
    """First in the pipeline: replaces the message's text by its normal form."""

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            text = message.get(TEXT)
            # Texts that begin with a slash are button payloads, read by Rasa itself.
            if text:
                message.set(TEXT, bounded(text) if text.startswith("/") else normalise(text))
        return messages
