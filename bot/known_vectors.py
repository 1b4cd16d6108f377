"""Vectors of sentences that were encoded before, by encoder and text: 384 bytes and a scale each.

Whatever a training learns from goes through these bytes, so that a model is the same whether its
vectors were shipped, kept from the last training, or encoded for it.
"""

import hashlib
from pathlib import Path
from typing import Dict, Iterable, List, Text, Tuple
from zipfile import BadZipFile

import numpy as np

# Those of the training examples, so that a first training encodes almost nothing.
SHIPPED = Path(__file__).with_name("sentence-vectors.npz")


class KnownVectors:
    """What one encoder made of sentences."""

    def __init__(self, encoder: Text, *files: Path) -> None:
        self._encoder = encoder
        self._rounded: Dict[bytes, Tuple[np.ndarray, np.float32]] = {}
        for file in files:
            self._read(file)

    def missing(self, texts: Iterable[Text]) -> List[Text]:
        """Those of the texts that are not known, each once."""
        return [text for text in dict.fromkeys(texts) if self._key(text) not in self._rounded]

    def learn(self, texts: Iterable[Text], vectors: np.ndarray) -> None:
        """Keep the vectors of these texts, an array of shape (len(texts), dimension)."""
        for text, vector in zip(texts, vectors):
            scale = np.float32(np.abs(vector).max() / 127)
            self._rounded[self._key(text)] = (np.rint(vector / scale).astype(np.int8), scale)

    def vectors(self, texts: Iterable[Text]) -> List[np.ndarray]:
        """The vectors of known texts, float32."""
        return [codes * scale for codes, scale in map(self._of, texts)]

    def write(self, file: Path, texts: Iterable[Text]) -> None:
        """Write what is known of these texts, in an order that does not depend on theirs."""
        kept = sorted({self._key(text): self._of(text) for text in texts}.items())
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as out:
            np.savez(
                out,
                keys=np.array([np.frombuffer(key, np.uint8) for key, _ in kept], np.uint8),
                codes=np.array([codes for _, (codes, _) in kept], np.int8),
                scales=np.array([scale for _, (_, scale) in kept], np.float32),
            )

    def _read(self, file: Path) -> None:
        """Nothing where there is no file, or one that a training was interrupted in writing."""
        try:
            with np.load(file) as kept:
                rows = zip(kept["keys"], kept["codes"], kept["scales"])
                self._rounded.update((key.tobytes(), (codes, scale)) for key, codes, scale in rows)
        except (OSError, ValueError, KeyError, BadZipFile):
            return

    def _of(self, text: Text) -> Tuple[np.ndarray, np.float32]:
        return self._rounded[self._key(text)]

    def _key(self, text: Text) -> bytes:
        return hashlib.sha1(f"{self._encoder}:{text}".encode()).digest()
