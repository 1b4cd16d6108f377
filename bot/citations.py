"""Reads legal citations (商标法57条, 《专利法》第六十五条) with spaCy's EntityRuler.

The ruler works on single characters: a word segmenter would split 反不正当竞争法 or join 商标法
with its neighbours.
"""

from pathlib import Path
from typing import Any, Dict, Iterator, List, Text

import spacy
import yaml
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.component import FixedComponent

LAWS = Path("knowledge/content/laws.yml")


def new_ruler(laws: Path = LAWS) -> spacy.language.Language:
    """A blank Chinese pipeline whose ruler knows every name of every law."""
    nlp = spacy.blank("zh")
    entries = yaml.safe_load(laws.read_text(encoding="utf-8"))["laws"]
    names = {
        name
        for law in entries
        for name in (law["short"], law.get("name"), *law.get("aliases", []))
        if name
    }
    number = {"TEXT": {"REGEX": "^[0-9零〇一二两三四五六七八九十百千]+$"}, "OP": "+"}
    between = {"TEXT": {"IN": ["》", "」", "的", " ", "第"]}, "OP": "*"}
    nlp.add_pipe("entity_ruler").add_patterns(
        [
            {
                "label": "law_citation",
                "pattern": [*({"TEXT": char} for char in name), between, number, {"TEXT": "条"}],
            }
            for name in sorted(names)
        ]
    )
    return nlp


def read(text: Text, ruler: spacy.language.Language) -> Iterator[Dict[Text, Any]]:
    """One entity per citation; its value is the citation as typed."""
    for span in ruler(text).ents:
        yield {
            "entity": "law_citation",
            "value": span.text,
            "start": span.start_char,
            "end": span.end_char,
            "extractor": CitationReader.__name__,
        }


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class CitationReader(FixedComponent):
    """Adds an entity for every article that the visitor names."""

    def __init__(self) -> None:
        self._ruler = new_ruler()

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            if text := message.get(TEXT):
                message.set(
                    ENTITIES,
                    message.get(ENTITIES, []) + list(read(text, self._ruler)),
                    add_to_output=True,
                )
        return messages
