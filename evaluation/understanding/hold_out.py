"""Takes a share of the dialogue's sentences out of the training, for good: `evaluate hold-out`.

What is held out stands in tests/nlu/test_data.yml and `./helpline test` asks it. Near-duplicates go
together, so that no sentence is asked whose like was taught. Once something is held out, a later
run moves only what has come too near to it.
"""

import argparse
import re
from collections.abc import Sequence

from sklearn.model_selection import StratifiedGroupKFold

from evaluation.understanding.examples import HELD_OUT, NLU, Example, read, written
from evaluation.understanding.near_duplicates import groups


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `evaluate hold-out`."""
    parser = commands.add_parser("hold-out", help="从训练语料里留出一部分句子，只用来测试")
    parser.add_argument("--share", type=float, default=0.08, help="第一次留出的份额")
    parser.set_defaults(run=report)


def report(options: argparse.Namespace) -> None:
    """Move the sentences and print how many."""
    taught, held = read(NLU), read(HELD_OUT) if HELD_OUT.exists() else []
    moved = chosen(taught, held, options.share)
    gone = {one.text for one in moved}
    for file in sorted(NLU.rglob("*.yml")):
        text = file.read_text(encoding="utf-8")
        kept = without(text, gone)
        if kept != text:
            file.write_text(kept, encoding="utf-8")
    HELD_OUT.parent.mkdir(parents=True, exist_ok=True)
    HELD_OUT.write_text(written([*held, *moved]), encoding="utf-8")
    print(
        f"留出 {len(moved)} 句，共 {len(held) + len(moved)} 句，"
        f"训练还有 {len(taught) - len(moved)} 句"
    )


def chosen(taught: Sequence[Example], held: Sequence[Example], share: float) -> list[Example]:
    """What is to leave the training.

    That is whatever is like a sentence held out, and at first a share of every intent.
    """
    group = groups([one.text for one in (*held, *taught)])
    near = set(group[: len(held)])
    if not held:
        labels = [one.intent for one in taught]
        folds = StratifiedGroupKFold(round(1 / share), shuffle=True, random_state=1).split(
            labels, labels, group
        )
        return [taught[at] for at in next(folds)[1]]
    return [one for one, its in zip(taught, group[len(held) :], strict=True) if its in near]


def without(text: str, gone: set[str]) -> str:
    """A file of sentences without some of them; everything else stays as it was written."""
    items = re.split(r"(?m)^(?=  - text: \||    - )", text)
    return "".join(item for item in items if _sentence(item) not in gone)


def _sentence(item: str) -> str | None:
    """The sentence of one item of a list of examples."""
    long = re.match(r"  - text: \|\n((?:      .*\n?|\n)+)", item)
    if long:
        return long[1].strip()
    short = re.match(r"    - (.*)\n?$", item)
    return short[1].strip() if short else None
