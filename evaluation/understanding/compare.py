"""`evaluate understanding`: how well intents are understood, by our classifier and by others.

Runs in Rasa's environment, on the sentences of data/nlu, in folds that keep near-duplicates
together. Every figure of the table comes from sentences that the model had not seen. `--diet`
trains DIET on the first fold, for hours on one core.
"""

import argparse
import asyncio
import os
import pickle
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Dict, List, Sequence, Tuple

import jieba
import numpy as np
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, precision_score, recall_score, roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold

from bot.classifier import LinearIntentClassifier, learn
from bot.reading.fold import normalise
from bot.sentence_vectors import SentenceVectors
from evaluation.understanding.examples import NLU, Example, read, written
from evaluation.understanding.near_duplicates import groups

ROOT = Path(__file__).parents[2]
THRESHOLDS = (0.25, 0.4, 0.5, 0.6)
BINS = 15
SHARPNESS = (1.0, 1.2, 1.4, 1.6, 1.8, 2.0)
MARKS = (0.25, 0.45, 0.5, 0.6, 0.7, 0.9, 0.98)  # where config.yml and the actions draw lines
TIMED = 200  # messages whose time is taken


# --- the classifiers compared ---------------------------------------------------------------------
# Each learns from texts, their vectors and labels, and tells the chances (len(texts), labels in
# `classes`).


class InUse:
    """The model of bot/classifier.py under the settings of the pipeline."""

    reads_vectors = True

    def fit(self, texts: List[str], vectors: np.ndarray, labels: List[str]) -> None:
        regularisation = LinearIntentClassifier.get_default_config()["regularisation"]
        self._model = learn(texts, vectors, labels, regularisation)
        self.classes = self._model.classes

    def predict_proba(self, texts: List[str], vectors: np.ndarray) -> np.ndarray:
        return np.stack([self._model.predict_proba(*one) for one in zip(texts, vectors)])


class Regression:
    """A logistic regression over the texts' `features`, or over the centred vectors."""

    def __init__(self, features: Any, regularisation: float, solver: str = "liblinear") -> None:
        self.reads_vectors = features is None
        self._features = features
        self._regression = LogisticRegression(
            C=regularisation, solver=solver, class_weight="balanced", random_state=1, max_iter=200
        )

    def fit(self, texts: List[str], vectors: np.ndarray, labels: List[str]) -> None:
        self._mean = vectors.mean(axis=0)
        if self._features is not None:
            self._features.fit(texts)
        self._regression.fit(self._seen(texts, vectors), labels)
        self.classes = self._regression.classes_

    def predict_proba(self, texts: List[str], vectors: np.ndarray) -> np.ndarray:
        return self._regression.predict_proba(self._seen(texts, vectors))

    def _seen(self, texts: List[str], vectors: np.ndarray) -> Any:
        if self._features is not None:
            return self._features.transform(texts)
        centred = vectors - self._mean
        return centred / (np.linalg.norm(centred, axis=1, keepdims=True) + 1e-9)


def words(text: str) -> List[str]:
    return [word for word in jieba.cut(text) if word.strip()]


def _characters() -> Regression:
    return Regression(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2), 10.0
    )


def _vectors() -> Regression:
    return Regression(None, 10.0)


CLASSIFIERS: Dict[str, Callable[[], Any]] = {
    "in-use": InUse,
    "characters": _characters,
    "vectors": _vectors,
    "words": lambda: Regression(CountVectorizer(analyzer=words, ngram_range=(1, 1)), 1.0, "lbfgs"),
}


# --- measuring ------------------------------------------------------------------------------------


@dataclass
class StoredMessage:
    """What a classifier made of sentences that it had not seen, and what it cost."""

    truth: List[str] = field(default_factory=list)
    chances: List[np.ndarray] = field(default_factory=list)  # (sentences, classes) of every fold
    classes: Sequence[str] = ()
    training: List[float] = field(default_factory=list)  # seconds a fold
    loading: float = 0.0  # seconds
    megabytes: float = 0.0
    each: List[float] = field(default_factory=list)  # milliseconds a message

    def told(self) -> np.ndarray:
        return np.concatenate(self.chances)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="helpline evaluate understanding", description="比较各种意图分类器"
    )
    parser.add_argument(
        "--only", nargs="+", choices=CLASSIFIERS, default=list(CLASSIFIERS), metavar="NAME"
    )
    parser.add_argument("--folds", type=int, default=5, help="交叉验证分几份")
    parser.add_argument("--first", type=int, help="只测前几份")
    parser.add_argument("--diet", action="store_true", help="再训练 DIET，只测第一份")
    options = parser.parse_args()
    jieba.setLogLevel(60)
    for lexicon in sorted((ROOT / "data/lexicon").glob("*.txt")):
        jieba.load_userdict(str(lexicon))

    examples = read(NLU)
    texts, labels = [normalise(one.text) for one in examples], [one.intent for one in examples]
    group = groups(texts)
    print(
        f"{len(texts)} sentences, {len(set(labels))} intents,"
        f" {len(texts) - len(set(group))} near-duplicates"
    )
    vectors = _vectors_of(texts)
    splits = list(
        StratifiedGroupKFold(options.folds, shuffle=True, random_state=1).split(
            texts, labels, group
        )
    )
    splits = splits[: options.first]
    heard = {}
    for name in options.only:
        heard[name] = _listen(CLASSIFIERS[name], texts, vectors, labels, splits)
        _table({name: heard[name]})
    if {"in-use", "characters", "vectors"} <= heard.keys():
        heard["average"] = _averaged([heard["in-use"], heard["characters"], heard["vectors"]])
    _table(heard)
    if "in-use" in heard:
        _sharper(heard["in-use"])
        _scope(heard["in-use"])
        _confusions(heard["in-use"])
    if options.diet:
        first = {name: _first_fold(one) for name, one in heard.items()}
        _table({**first, "diet": _diet(examples, splits[0])})


def _listen(
    make: Callable[[], Any],
    texts: List[str],
    vectors: np.ndarray,
    labels: List[str],
    splits: Sequence[Tuple[np.ndarray, np.ndarray]],
) -> StoredMessage:
    heard = StoredMessage()
    for known, ask in splits:
        model = make()
        began = time.process_time()
        model.fit([texts[at] for at in known], vectors[known], [labels[at] for at in known])
        heard.training.append(time.process_time() - began)
        heard.chances.append(model.predict_proba([texts[at] for at in ask], vectors[ask]))
        heard.truth += [labels[at] for at in ask]
        heard.classes = model.classes
    stored = pickle.dumps(model)
    heard.megabytes = len(stored) / 1e6
    began = time.perf_counter()
    loaded = pickle.loads(stored)
    heard.loading = time.perf_counter() - began
    encoder = SentenceVectors() if model.reads_vectors else None
    for at in splits[-1][1][:TIMED]:
        began = time.perf_counter()
        vector = encoder.vectors([texts[at]]) if encoder else vectors[at : at + 1]
        loaded.predict_proba([texts[at]], vector)
        heard.each.append((time.perf_counter() - began) * 1000)
    return heard


def _averaged(members: Sequence[StoredMessage]) -> StoredMessage:
    """What the mean of several classifiers' chances would have told, at the cost of all."""
    return StoredMessage(
        members[0].truth,
        [np.mean(of_fold, axis=0) for of_fold in zip(*(one.chances for one in members))],
        members[0].classes,
        [sum(of_fold) for of_fold in zip(*(one.training for one in members))],
        sum(one.loading for one in members),
        sum(one.megabytes for one in members),
        [
            max(of_message) for of_message in zip(*(one.each for one in members))
        ],  # the vector is needed once
    )


def _vectors_of(texts: List[str]) -> np.ndarray:
    """The sentences' vectors; those of an earlier run are kept in the data folder."""
    kept = Path(os.environ.get("HELPLINE_VAR", ROOT / "var")) / "evaluation/sentence_vectors.npz"
    known: Dict[str, np.ndarray] = {}
    if kept.exists():
        with np.load(kept) as before:
            known = dict(zip(before["texts"].tolist(), before["vectors"]))
    new = sorted(set(texts) - known.keys())
    if new:
        known.update(zip(new, SentenceVectors().vectors(new)))
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.savez(kept, texts=np.array(list(known)), vectors=np.stack(list(known.values())))
    return np.stack([known[text] for text in texts])


def calibration_error(chances: np.ndarray, right: np.ndarray) -> float:
    """How far confidence and truth lie apart: the expected calibration error.

    It is taken over BINS bins of the highest chance. `chances` is (sentences, classes), `right`
    tells of every sentence whether its likeliest class is the true one.
    """
    sure = chances.max(axis=1)
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [
        (bins == one).mean() * abs(right[bins == one].mean() - sure[bins == one].mean())
        for one in set(bins)
    ]
    return float(sum(gaps))


def _table(heard: Dict[str, StoredMessage]) -> None:
    above = " | ".join(f"≥ {threshold}" for threshold in THRESHOLDS)
    print(
        f"\n| classifier | macro F1 | accuracy | ECE | {above}"
        " | training | loading | p50 / p95 | size |"
    )
    print("|" + " --- |" * (8 + len(THRESHOLDS)))
    for name, one in heard.items():
        chances, truth = one.told(), np.array(one.truth)
        guessed = np.array(one.classes)[chances.argmax(axis=1)]
        right, sure = guessed == truth, chances.max(axis=1)
        covered = [
            f"{(sure >= threshold).mean():.0%}: {right[sure >= threshold].mean():.3f}"
            for threshold in THRESHOLDS
        ]
        p50, p95 = np.percentile(one.each, (50, 95))
        quality = f"{f1_score(truth, guessed, average='macro'):.3f} | {right.mean():.3f}"
        cost = (
            f"{np.mean(one.training):.0f} s | {one.loading:.2f} s"
            f" | {p50:.1f} / {p95:.1f} ms | {one.megabytes:.0f} MB"
        )
        error = calibration_error(chances, right)
        print(f"| {name} | {quality} | {error:.3f} | {' | '.join(covered)} | {cost} |", flush=True)


def sharpened(chances: np.ndarray, sharpness: float) -> np.ndarray:
    """The chances raised to a power and made to sum to 1 again.

    The ranking stays; above power 1 the likeliest grows.
    """
    powers = chances**sharpness
    return powers / powers.sum(axis=1, keepdims=True)


def _sharper(heard: StoredMessage) -> None:
    """The calibration error under several powers, and the thresholds that would cover as much."""
    chances, truth = heard.told(), np.array(heard.truth)
    right = np.array(heard.classes)[chances.argmax(axis=1)] == truth
    print("\nECE by sharpness: ", end="")
    print(
        ", ".join(
            f"{power} {calibration_error(sharpened(chances, power), right):.3f}"
            for power in SHARPNESS
        )
    )
    best = min(SHARPNESS, key=lambda power: calibration_error(sharpened(chances, power), right))
    before, after = chances.max(axis=1), np.sort(sharpened(chances, best).max(axis=1))
    same = [
        f"{mark} → {after[min(int((before < mark).sum()), len(after) - 1)]:.2f}" for mark in MARKS
    ]
    print(f"thresholds that cover as much at sharpness {best}: {', '.join(same)}")


def _scope(heard: StoredMessage) -> None:
    """Whether what this line cannot do is told from all the rest."""
    classes, chances = np.array(heard.classes), heard.told()
    outside = np.array([name.startswith("out_") for name in classes])
    truth = np.array([name.startswith("out_") for name in heard.truth])
    guessed = outside[chances.argmax(axis=1)]
    print(
        f"\nout of scope, {truth.sum()} of {len(truth)} sentences:"
        f" precision {precision_score(truth, guessed):.3f}",
        end="",
    )
    auc = roc_auc_score(truth, chances[:, outside].sum(axis=1))
    print(f", recall {recall_score(truth, guessed):.3f}, AUC {auc:.3f}")


def _confusions(heard: StoredMessage, most: int = 15) -> None:
    """The pairs mixed up most, both ways together, and the intents that are found least."""
    guessed = np.array(heard.classes)[heard.told().argmax(axis=1)]
    pairs = Counter(
        tuple(sorted((true, said))) for true, said in zip(heard.truth, guessed) if true != said
    )
    print(
        "\nmixed up most: "
        + ", ".join(f"{one}/{other} {count}" for (one, other), count in pairs.most_common(most))
    )
    scores = f1_score(heard.truth, guessed, average=None, labels=list(heard.classes))
    weakest = sorted(zip(scores, heard.classes))[:most]
    print("lowest F1: " + ", ".join(f"{name} {score:.2f}" for score, name in weakest))


def _first_fold(heard: StoredMessage) -> StoredMessage:
    first = heard.chances[:1]
    return StoredMessage(
        heard.truth[: len(first[0])],
        first,
        heard.classes,
        heard.training[:1],
        heard.loading,
        heard.megabytes,
        heard.each,
    )


# --- DIET -----------------------------------------------------------------------------------------


def _diet(examples: Sequence[Example], split: Tuple[np.ndarray, np.ndarray]) -> StoredMessage:
    """DIET as Rasa trains and loads it; how long an epoch took is printed."""
    from rasa.core.agent import load_agent

    heard = StoredMessage()
    with tempfile.TemporaryDirectory(prefix="helpline-diet-") as folder:
        taught = Path(folder, "nlu.yml")
        taught.write_text(written([examples[at] for at in split[0]]), encoding="utf-8")
        argv = [
            sys.executable,
            "-m",
            "rasa",
            "train",
            "nlu",
            "-c",
            "evaluation/understanding/classifiers/diet.yml",
            "-u",
            str(taught),
        ]
        argv += ["--out", folder, "--fixed-model-name", "diet"]
        began = time.perf_counter()
        trained = subprocess.run(argv, cwd=ROOT, stderr=subprocess.PIPE, text=True, check=True)
        heard.training = [time.perf_counter() - began]
        epochs = re.findall(r"([\d.]+)(s/it|it/s)", trained.stderr)
        print(f"DIET, the last epoch: {''.join(epochs[-1]) if epochs else 'not told'}")
        model = Path(folder, "diet.tar.gz")
        heard.megabytes = model.stat().st_size / 1e6
        began = time.perf_counter()
        agent = asyncio.run(load_agent(str(model)))
        heard.loading = time.perf_counter() - began
        heard.classes = sorted({one.intent for one in examples})
        chances = [_parsed(agent, examples[at].text, heard) for at in split[1]]
    heard.truth = [examples[at].intent for at in split[1]]
    heard.chances = [np.array(chances)]
    return heard


def _parsed(agent: Any, text: str, heard: StoredMessage) -> List[float]:
    began = time.perf_counter()
    ranking = asyncio.run(agent.parse_message(text))["intent_ranking"]
    heard.each.append((time.perf_counter() - began) * 1000)
    told = {one["name"]: one["confidence"] for one in ranking}
    return [told.get(name, 0.0) for name in heard.classes]


if __name__ == "__main__":
    main()
