"""Understands a message without Rasa, by the very model that Rasa has loaded.

The model's archive holds figures alone (`bot/reading/linear.py`); what `parse` gives is the JSON
that Rasa's own parse gives, as far as anybody here reads it.
"""

import asyncio
import json
import logging
import re
import tarfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
import yaml

from api.settings import ROOT
from bot.reading.fold import normalise
from bot.reading.linear import LinearModel
from knowledge.search.encoder import embedding

log = logging.getLogger(__name__)

CONFIG = ROOT / "config.yml"
ARCHIVE = "helpline.tar.gz"
FALLBACK = "nlu_fallback"
RANKED = 10  # intents that are told, as in bot/classifier.py
_COMPONENT = re.compile(r"components/train_bot\.classifier\.(\w+?)\d+/model\.npz")
_BUTTON = re.compile(r"/(\w+)(\{.*\})?", re.DOTALL)

_DAMAGED = (OSError, EOFError, ValueError, KeyError, BadZipFile, tarfile.TarError, zlib.error)

Vector = npt.NDArray[np.float32]


class ModelUnreadable(Exception):
    """The trained model is missing, cut off, or none."""


@dataclass(frozen=True)
class Understanding:
    """`models` by the name of their component; empty where no model could be read."""

    vector_of: Callable[[str], Vector]
    models: Mapping[str, LinearModel] = field(default_factory=dict)
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    def load(
        cls, models: Path, config: Path = CONFIG, archive: Path | None = None
    ) -> "Understanding":
        """Read the trained model and its encoder from their folder (`var/models`), or the model
        from another `archive`.

        Without them nothing is understood but plain words.
        """
        pipeline = yaml.load(config.read_text(encoding="utf-8"), yaml.CSafeLoader)["pipeline"]
        settings = {one["name"].rpartition(".")[2]: one for one in pipeline}
        try:
            encoder = embedding.load(models=models)
            learnt = models_in(archive or models / ARCHIVE)
        except (embedding.EmbedderMissing, ModelUnreadable) as error:
            log.warning("no model to understand by without the dialogue engine: %s", error)
            return cls(_no_vector, {}, settings)
        return cls(lambda text: encoder.encode_queries([text])[0], learnt, settings)

    async def __call__(self, text: str) -> dict[str, Any]:
        """`parse`, in a thread."""
        return await asyncio.to_thread(self.parse, text)

    def parse(self, text: str) -> dict[str, Any]:
        """What a text means: text, intent, intent_ranking, entities. Plain computing."""
        if pressed := _BUTTON.fullmatch(text):
            return _of_button(text, pressed)
        folded = normalise(text)
        if not folded or "LinearIntentClassifier" not in self.models:
            return _understood(folded, [])
        vector = self.vector_of(folded)
        told = {name: model.ranking(folded, vector) for name, model in self.models.items()}
        entities = []
        if right := self._likely_right(told.get("RightClassifier", [])):
            entities.append(_guess("likely_right", *right))
        if asks := told.get("AskClassifier"):
            entities.append(_guess("likely_ask", *asks[0]))
        ranking = told["LinearIntentClassifier"][:RANKED]
        return _understood(folded, ranking, entities, self._in_doubt(ranking))

    def _likely_right(self, ranking: list[tuple[str, float]]) -> tuple[str, float] | None:
        threshold = self.settings.get("RightClassifier", {}).get("threshold", 0.5)
        known = ranking and ranking[0][0] != "unknown" and ranking[0][1] >= threshold
        return ranking[0] if known else None

    def _in_doubt(self, ranking: list[tuple[str, float]]) -> bool:
        """Whether Rasa's FallbackClassifier would step in."""
        drawn = self.settings.get("FallbackClassifier", {})
        first, second = ranking[0][1], ranking[1][1] if len(ranking) > 1 else 0.0
        too_low = first < drawn.get("threshold", 0.0)
        return bool(too_low or first - second < drawn.get("ambiguity_threshold", 0.0))


@dataclass
class UnderstandingInUse:
    """Understands by `current`, which another takes the place of between two messages."""

    current: Understanding

    async def __call__(self, text: str) -> dict[str, Any]:
        return await self.current(text)


def _no_vector(text: str) -> Vector:
    raise ValueError("there is no encoder")


def models_in(archive: Path) -> dict[str, LinearModel]:
    """The models of a trained archive by the names of their components; raises ModelUnreadable."""
    found = {}
    try:
        with tarfile.open(archive) as packed:
            for member in packed:
                if component := _COMPONENT.search(member.name):
                    file = packed.extractfile(member)
                    assert file is not None
                    model = LinearModel.load(BytesIO(file.read()))
                    found[component[1]] = model.mapped(archive.parent)
    except _DAMAGED as wrong:
        raise ModelUnreadable(f"{archive}: {wrong!r}") from wrong
    return found


def _understood(
    text: str,
    ranking: list[tuple[str, float]],
    entities: list[dict[str, Any]] | None = None,
    in_doubt: bool = True,
) -> dict[str, Any]:
    told = [{"name": name, "confidence": chance} for name, chance in ranking]
    intent = {"name": FALLBACK, "confidence": 0.0} if in_doubt else told[0]
    return {
        "text": text,
        "intent": intent,
        "intent_ranking": told,
        "entities": entities or [],
    }


def _guess(entity: str, value: str, chance: float) -> dict[str, Any]:
    return {"entity": entity, "value": value, "confidence_entity": chance}


def _of_button(text: str, pressed: re.Match[str]) -> dict[str, Any]:
    """What a button sends: /intent{"slot": value, …}."""
    try:
        carried = json.loads(pressed[2] or "{}")
    except ValueError:
        carried = {}
    intent = {"name": pressed[1], "confidence": 1.0}
    entities = [{"entity": slot, "value": value} for slot, value in carried.items()]
    return {"text": text, "intent": intent, "intent_ranking": [intent], "entities": entities}
