"""Reads one file of law in a process of its own: python -m knowledge.law.importing.apart FILE NAME.

A file from outside may be made to take hours or all memory; the process that reads it has bounds,
and whoever started it can end it. It prints one JSON object, `Reading`, or {"refused": why}.
"""

import json
import resource
import sys
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.law.importing import files, guessing, structure
from knowledge.law.importing.structure import Instrument

MOST_MEMORY = 2 * 1024**3  # bytes; a code of 1,300 articles as PDF takes a fifth of it
MOST_SECONDS = 60  # of a processor
_LEFT_OUT = {
    "title": "标题",
    "preamble": "题注",
    "contents": "目录",
    "annex": "附件",
    "closing": "文末",
}


@dataclass(frozen=True)
class Reading:
    """What was read: lines as they were told apart, and what they are.

    `articles`: {number, heads, text, line}. `left_out`: {line, kind, text}: what belongs to no
    article. `problems`: {line, message}, what keeps the text from being taken in.
    """

    title: str
    numbering: str
    lines: list[str]
    articles: list[dict[str, Any]]
    left_out: list[dict[str, Any]]
    problems: list[dict[str, Any]]
    guessed: dict[str, Any]


def read(path: Path, name: str) -> Reading:
    """Read a file whose own name is `name`; raises UnreadableFile, NotALaw."""
    text = files.read(path)
    instrument = structure.parse(text)
    if different := structure.difference(text, instrument):
        raise files.UnreadableFile(f"拆分后拼不回原文（{different}）。请换一种格式的文件再试")
    return Reading(
        title=instrument.title,
        numbering=instrument.numbering,
        lines=[line.strip() for line in text.splitlines() if line.strip()],
        articles=[
            {"number": one.number, "heads": list(one.heads), "text": one.text, "line": one.line}
            for one in instrument.articles
        ],
        left_out=[
            {"line": one.line, "kind": _LEFT_OUT[one.kind], "text": one.text}
            for one in instrument.units
            if one.kind in _LEFT_OUT
        ],
        problems=[asdict(fault) for fault in faults(instrument)],
        guessed=_in_json(guessing.guess(Path(name).stem, instrument)),
    )


def faults(instrument: Instrument) -> list[structure.Fault]:
    """What keeps a text from being taken in, by line."""
    if another := structure.second_law(instrument):
        return [another]
    first, *_ = instrument.articles
    found = list(structure.numbering_faults(instrument))
    if first.number != "第一条":
        found.insert(
            0, structure.Fault(first.line, f"从{first.number}开始，前面缺了条文，多半不是全文")
        )
    found += [
        structure.Fault(one.line, f"{one.number}没有内容，多半没有下载完整")
        for one in instrument.articles
        if not one.text
    ]
    return found


def _in_json(guessed: guessing.Guessed) -> dict[str, Any]:
    return {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in asdict(guessed).items()
    }


def main() -> None:
    """Read the file that the command line names and print what was read."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    path, name = Path(sys.argv[1]), sys.argv[2]
    try:
        told: dict[str, Any] = asdict(read(path, name))
    except (files.UnreadableFile, structure.NotALaw) as refused:
        told = {"refused": str(refused)}
    json.dump(told, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
