"""Teaches the question side of the encoder to come close to the passages that answer a question.

The passages' vectors stay as they are: they are shipped, and a better question side needs no new
index. Of the encoder nothing changes but small low-rank additions to the weights of its layers, so
that what is learned is a file of 5 MB and what the model knew before is kept. Each question is
compared with every passage of its corpus at once.
"""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.search.encoder.embedding import Floats

# '<weight>.down' (rank, inputs) and '<weight>.up' (outputs, rank)
Adapter = dict[str, npt.NDArray[np.float16]]
Progress = Callable[[str], None]

_LONGEST = 128  # tokens of a question


@dataclass(frozen=True)
class Recipe:
    """How to learn. `sharpness` multiplies cosines before the softmax over all passages."""

    rank: int = 32
    rate: float = 3e-4
    epochs: int = 6
    batch: int = 32
    sharpness: float = 30.0
    warm_up: float = 0.1  # share of the steps
    seed: int = 0


@dataclass(frozen=True)
class Lesson:
    """A question and the rows of the passages that answer it."""

    text: str
    answers: tuple[int, ...]


@dataclass(frozen=True)
class Course:
    """A corpus to learn on: its passages' vectors (mean-centred, unit length), their mean, and the
    questions.
    """

    vectors: Floats
    mean: Floats
    lessons: Sequence[Lesson]


def tune(
    encoder: Path,
    courses: Sequence[Course],
    recipe: Recipe | None = None,
    say: Progress = lambda line: None,
    start: Adapter | None = None,
) -> Adapter:
    """What the encoder in that sentence-transformers folder has to add to answer the courses'
    questions.

    `start` is an adapter to go on from. The same courses, recipe, start and number of threads give
    the same adapter.
    """
    import torch
    from sentence_transformers import SentenceTransformer

    recipe = recipe or Recipe()
    torch.manual_seed(recipe.seed)
    model = SentenceTransformer(str(encoder), device="cpu", local_files_only=True)
    body: Any = model[0].auto_model
    added = _with_additions(body, recipe)
    for name, weights in (start or {}).items():
        added[name].data.copy_(torch.from_numpy(weights.astype(np.float32)))
    tensors = [
        (torch.from_numpy(course.vectors), torch.from_numpy(course.mean)) for course in courses
    ]
    optimiser = torch.optim.AdamW(added.values(), lr=recipe.rate, weight_decay=0.01)
    order = random.Random(recipe.seed)
    steps = recipe.epochs * sum(math.ceil(len(course.lessons) / recipe.batch) for course in courses)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: _slope(step, steps, recipe.warm_up)
    )
    body.train()
    for epoch in range(recipe.epochs):
        losses = []
        for number, batch in _batches(courses, recipe.batch, order):
            vectors, mean = tensors[number]
            asked = _encoded(model, body, [lesson.text for lesson in batch], mean)
            odds = torch.log_softmax(asked @ vectors.T * recipe.sharpness, dim=1)
            loss = -torch.stack(
                [odds[i, list(lesson.answers)].mean() for i, lesson in enumerate(batch)]
            ).mean()
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(added.values(), 1.0)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        say(f"第 {epoch + 1}/{recipe.epochs} 轮，损失 {np.mean(losses):.3f}")
    return {name: tensor.detach().numpy().astype(np.float16) for name, tensor in added.items()}


def save(adapter: Adapter, file: Path) -> None:
    """Write the adapter as `knowledge.search.encoder.e5` reads it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(file, **adapter)  # type: ignore[arg-type]


def _with_additions(body: Any, recipe: Recipe) -> dict[str, Any]:
    """Freeze the encoder and give each weight matrix of its layers a low-rank addition, zero at
    first.
    """
    import torch
    from torch.nn.utils import parametrize

    class Addition(torch.nn.Module):
        def __init__(self, outputs: int, inputs: int) -> None:
            super().__init__()
            self.down = torch.nn.Parameter(torch.randn(recipe.rank, inputs) / math.sqrt(inputs))
            self.up = torch.nn.Parameter(torch.zeros(outputs, recipe.rank))

        def forward(self, weight: torch.Tensor) -> torch.Tensor:
            return weight + self.up @ self.down

    body.requires_grad_(False)
    added = {}
    linear = [
        (n, m)
        for n, m in body.named_modules()
        if n.startswith("encoder.") and isinstance(m, torch.nn.Linear)
    ]
    for name, module in linear:
        addition = Addition(module.out_features, module.in_features)
        parametrize.register_parametrization(module, "weight", addition)
        added[f"{name}.weight.down"], added[f"{name}.weight.up"] = addition.down, addition.up
    return added


def _encoded(model: Any, body: Any, texts: list[str], mean: Any) -> Any:
    """The centred vectors of questions, as the search makes them; bfloat16 inside halves the
    time.
    """
    import torch

    prompted = [model.prompts["query"] + text for text in texts]
    features = model.tokenizer(
        prompted, padding=True, truncation=True, max_length=_LONGEST, return_tensors="pt"
    )
    mask = features["attention_mask"]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        states = body(
            input_ids=features["input_ids"], attention_mask=mask
        ).last_hidden_state.float()
    pooled = (states * mask.unsqueeze(-1)).sum(dim=1) / mask.sum(dim=1, keepdim=True)
    centred = torch.nn.functional.normalize(pooled, dim=1) - mean
    return torch.nn.functional.normalize(centred, dim=1)


def _batches(
    courses: Sequence[Course], size: int, order: random.Random
) -> Iterator[tuple[int, list[Lesson]]]:
    """Every lesson once, in random batches of one course each, of questions of like length: padding
    costs time.
    """
    batches = []
    for number, course in enumerate(courses):
        lessons = list(course.lessons)
        order.shuffle(lessons)
        for start in range(0, len(lessons), 8 * size):
            alike = sorted(lessons[start : start + 8 * size], key=lambda lesson: len(lesson.text))
            batches += [(number, alike[i : i + size]) for i in range(0, len(alike), size)]
    order.shuffle(batches)
    return iter(batches)


def _slope(step: int, steps: int, warm_up: float) -> float:
    rising = max(1, round(steps * warm_up))
    return min((step + 1) / rising, (steps - step) / max(1, steps - rising))
