"""Writes the vectors of the training examples that are shipped, `bot/sentence-vectors.npz`.

    bot/.venv/bin/python -m bot.ship_vectors

Run it when many examples or the encoder's question side have changed; a test says when.
"""

from pathlib import Path
from typing import List, Text

from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.known_vectors import SHIPPED, KnownVectors
from bot.normaliser import Normaliser
from bot.sentence_vectors import SentenceVectors

NLU = Path(__file__).resolve().parents[1] / "data/nlu"


def examples(taught: TrainingData) -> List[Text]:
    """What the encoder is given in a training: each example as the normaliser leaves it, once.

    The normaliser leaves `taught` changed.
    """
    normalised = Normaliser().process_training_data(taught)
    texts = (message.get(TEXT) for message in normalised.training_examples)
    return list(dict.fromkeys(text for text in texts if text))


def main() -> None:
    """Encode what is not shipped yet, and write what the examples need."""
    component, texts = SentenceVectors(), examples(load_data(str(NLU)))
    known = KnownVectors(component.encoder_name, SHIPPED)
    missing = known.missing(texts)
    known.learn(missing, component.vectors(missing))
    known.write(SHIPPED, texts)
    print(
        f"{SHIPPED}：{len(texts)} 句，新编码 {len(missing)} 句，"
        f"{SHIPPED.stat().st_size / 1e6:.1f} MB"
    )


if __name__ == "__main__":
    main()
