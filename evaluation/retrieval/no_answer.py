"""When the search should rather say nothing: `./helpline evaluate no-answer`.

Asked are the training examples of the dialogue: those of the intents that bring a matter of
intellectual property, and those of the `out_…` intents, small talk, and other fields of law among
them. Half of them fit the calibration of `knowledge/search/scoring.py`, the other half tell what
every threshold would do. No line of them is a known question.
"""

import argparse
import random
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression

from knowledge.law.statutes import Statutes
from knowledge.search import index
from knowledge.search.encoder import embedding
from knowledge.search.scoring import Calibration, Evidence
from knowledge.search.searcher import Searcher

NLU = Path(__file__).parents[2] / "data" / "nlu"
IN_SCOPE = [
    "infringed",
    "squatted",
    "ownership",
    "customs",
    "exhibition",
    "criminal_lead",
    "clearance",
    "license_contract",
    "malicious_suit",
    "overseas",
    "opposition_invalid_cancel",
    "registration_exam",
    "agency_misconduct",
    "general_knowledge",
    "accused_admin",
    "accused_court",
    "accused_criminal",
    "accused_letter",
    "accused_platform",
]
EACH = 40  # examples of an intent
ON = date(2026, 11, 22)
THRESHOLDS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `evaluate no-answer`."""
    parser = commands.add_parser("no-answer", help="什么时候该说没找到：校准和各个门槛的后果")
    parser.add_argument("--index", type=Path, default=index.OUT, help="检索索引所在的文件夹")
    parser.set_defaults(run=report)


def report(options: argparse.Namespace) -> None:
    """Print the calibration that fits best and the curve of the one in use and of that one."""
    embedder = embedding.load()
    searcher = Searcher(index.open_current(options.index, embedder), embedder, Statutes.load())
    inside = [searcher.evidence(text, ON) for text in examples(IN_SCOPE)]
    outside = [searcher.evidence(text, ON) for text in examples(out_of_scope())]
    fitted = fit(inside[::2], outside[::2])
    print(
        f"fitted on {len(inside[::2])} questions in scope"
        f" and {len(outside[::2])} out of scope: {fitted}"
    )
    for name, calibration in (("in use", Calibration()), ("fitted", fitted)):
        print(f"{name}: on {len(inside[1::2])} and {len(outside[1::2])} others")
        for threshold in THRESHOLDS:
            answered, silent = rates(
                replace(calibration, threshold=threshold), inside[1::2], outside[1::2]
            )
            print(
                f"  threshold {threshold:.2f}: {answered:.1%} in scope answered,"
                f" {silent:.1%} out of scope not"
            )


def examples(intents: list[str]) -> list[str]:
    """At most EACH training examples of every intent, always the same ones."""
    chosen = []
    for intent in intents:
        nlu = yaml.load((NLU / f"{intent}.yml").read_text(encoding="utf-8"), yaml.CSafeLoader)[
            "nlu"
        ]
        texts = [text for entry in nlu for text in _texts(entry["examples"])]
        random.Random(intent).shuffle(texts)
        chosen += texts[:EACH]
    return chosen


def _texts(examples: str | list[dict[str, Any]]) -> list[str]:
    """Rasa's two ways to write examples: one block of lines, or a list with metadata."""
    if isinstance(examples, str):
        return [line.removeprefix("- ").strip() for line in examples.splitlines() if line.strip()]
    return [one["text"].strip().removeprefix("- ") for one in examples]


def out_of_scope() -> list[str]:
    """The intents of what is not about intellectual property."""
    # refused by the dialogue, though the search would know
    about_it = {"out_other_province", "out_wrongdoing"}
    return sorted(path.stem for path in NLU.glob("out_*.yml") if path.stem not in about_it)


def fit(inside: list[Evidence], outside: list[Evidence]) -> Calibration:
    """The calibration under which these two are told apart best; both count the same."""
    signs = np.array([(one.law, one.guidance, one.known) for one in (*inside, *outside)])
    labels = np.array([1] * len(inside) + [0] * len(outside))
    model = LogisticRegression(class_weight="balanced", C=10.0).fit(signs, labels)
    law, guidance, known = (round(float(weight), 2) for weight in model.coef_[0])
    return Calibration(law, guidance, known, round(float(model.intercept_[0]), 2))


def rates(
    calibration: Calibration, inside: list[Evidence], outside: list[Evidence]
) -> tuple[float, float]:
    """The share of questions in scope that are answered, and of those out of scope that are not."""
    silent = [not calibration.allows(one) for one in outside]
    return float(np.mean([calibration.allows(one) for one in inside])), float(np.mean(silent))
