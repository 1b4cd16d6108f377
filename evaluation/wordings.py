"""What a change of the wordings changes: `evaluate wordings SLOT[.VALUE]` compares two versions.

Every sentence at hand is read with both; a value has sentences in common, lost and won. Then each
older pattern is printed with the number of sentences it matches, so that those made for a single
sentence are seen. Blind sentences of the own cases are counted and never printed.
"""

import argparse
import json
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from evaluation.understanding.examples import HELD_OUT, NLU, read
from knowledge.facts.reader import FactReader
from knowledge.facts.wordings import WORDINGS, Pattern, patterns, read_slot, slot_files
from knowledge.places.regions import Regions
from knowledge.reviewed import CONTENT, ROOT

JOURNEYS = ROOT / "tests" / "journeys"
OWN_CASES = ROOT / "evaluation" / "own_cases.jsonl"
SHOWN = 60  # sentences of one kind that are printed


@dataclass(frozen=True)
class Sentence:
    """What a visitor writes; `blind` ones are counted only."""

    text: str
    blind: bool = False


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("wordings", help="改了说法：哪些句子多认了、少认了")
    command.add_argument("value", metavar="栏目[.取值]", help="如 goal 或 goal.stop")
    command.add_argument("--against", default="HEAD", metavar="版本", help="与哪个 git 版本比较")
    command.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="文件",
        help="另加的句子：一行一句，或带 text 的 jsonl",
    )
    command.set_defaults(run=_run)


def sentences(files: Sequence[Path] = ()) -> list[Sentence]:
    """Every sentence at hand, each once: of training, tests, content, own cases and `files`."""
    found = {text: Sentence(text) for text in _open_texts(files)}
    for text, blind in _cases(OWN_CASES):
        found.setdefault(text, Sentence(text, blind))
    return list(found.values())


def _run(args: argparse.Namespace) -> None:
    slot, _, value = args.value.partition(".")
    regions = Regions.load(CONTENT / "regions.yml")
    with TemporaryDirectory() as folder:
        former = _of_slot(_patterns_at(args.against, Path(folder)), slot)
    present = _of_slot(tuple(patterns()), slot)
    if not former and not present:
        raise SystemExit(f"没有「{slot}」的说法，现有：{'、'.join(_slots())}")
    corpus = sentences(args.files)
    before, after = (_read(FactReader(one, regions), corpus) for one in (former, present))
    print(f"{slot}：{len(corpus)} 句，与 {args.against} 比较")
    for one in sorted(before.keys() | after.keys()):
        if value in ("", one):
            _print_change(one, before.get(one, set()), after.get(one, set()))
    print(f"\n{args.against} 的每一条，单独命中多少句：")
    for pattern in former:
        if value in ("", pattern.value):
            hits = len(_read(FactReader((pattern,), regions), corpus).get(pattern.value, ()))
            print(f"  {hits:5}  {pattern.source}  {pattern.value}  {pattern.regex.pattern[:70]}")


def _print_change(value: str, before: set[Sentence], after: set[Sentence]) -> None:
    lost, won = before - after, after - before
    print(f"{value}：相同 {len(before & after)}，少认 {len(lost)}，多认 {len(won)}")
    for mark, changed in (("-", lost), ("+", won)):
        for text in sorted(one.text for one in changed if not one.blind)[:SHOWN]:
            print(f"  {mark} {text}")


def _read(reader: FactReader, corpus: Sequence[Sentence]) -> dict[str, set[Sentence]]:
    """Value → the sentences that state it, for a reader of one slot."""
    found: dict[str, set[Sentence]] = {}
    for sentence in corpus:
        for reading in reader.worded(sentence.text):
            found.setdefault(str(reading.value), set()).add(sentence)
    return found


def _of_slot(patterns: Sequence[Pattern], slot: str) -> tuple[Pattern, ...]:
    return tuple(one for one in patterns if one.slot == slot)


def _slots() -> list[str]:
    return sorted({pattern.slot for pattern in patterns()})


def _patterns_at(revision: str, folder: Path) -> tuple[Pattern, ...]:
    """The patterns of a git revision, its files written under `folder`."""
    kept = str(WORDINGS.relative_to(ROOT))
    for name in _git("ls-tree", "-r", "--name-only", revision, "--", kept).splitlines():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_git("show", f"{revision}:{name}"), encoding="utf-8")
    return tuple(patterns(folder / kept))


def _git(*args: str) -> str:
    done = subprocess.run(["git", *args], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"git {args[0]}：{done.stderr.strip()}")
    return done.stdout


def _open_texts(files: Sequence[Path]) -> Iterator[str]:
    yield from (one.text for where in (NLU, HELD_OUT) for one in read(where))
    for journey in _yaml_files(JOURNEYS):
        for one in journey:
            yield from one.get("phrasings", [])
            yield from (turn["say"] for turn in one["turns"] if "say" in turn)
    for remedy in _yaml_files(CONTENT / "remedies"):
        yield from (text for texts in (remedy.get("examples") or {}).values() for text in texts)
    for path in slot_files():
        for wording in read_slot(path).values():
            yield from (*wording.examples, *wording.counter)
    for path in files:
        yield from (text for text, _ in _cases(path))


def _yaml_files(folder: Path) -> Iterator[Any]:
    for path in sorted(folder.glob("*.yml")):
        yield yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)


def _cases(path: Path) -> Iterator[tuple[str, bool]]:
    """The texts of a file and whether each is blind: JSON lines, or one text a line."""
    for line in filter(None, map(str.strip, path.read_text(encoding="utf-8").splitlines())):
        if path.suffix == ".jsonl":
            one = json.loads(line)
            yield one["text"], one.get("part") == "blind"
        else:
            yield line, False
