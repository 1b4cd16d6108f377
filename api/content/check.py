"""Whether a change can be loaded: every fault by the line of its own text."""

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from api.canned.service import read_stock
from knowledge.answers.responses import Responses
from knowledge.base import KnowledgeBase
from knowledge.editing import entries, folder
from knowledge.editing.entries import EntryError
from knowledge.editing.folder import Change
from knowledge.editing.kinds import KINDS, Kind
from knowledge.facts import wordings
from knowledge.facts.reader import FactReader
from knowledge.law.citation_guard import CitationGuard
from knowledge.law.statutes import Statutes
from knowledge.law.succession import Succession
from knowledge.office.office import Office
from knowledge.places.institutions import Institutions
from knowledge.places.regions import Regions
from knowledge.reviewed import ContentError, line_of
from knowledge.search import guidance, passages
from knowledge.search.faq import load_questions

MOST_LINES = 2000
MOST_LINES_OF_LAW = 20_000  # the longest code as one item has half of it
_TAG = re.compile(r"</?[a-zA-Z!][^>]*>?|javascript:", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Fault:
    """What is wrong; `line` counts in the change's own text from 1, None where it is not there."""

    line: int | None
    message: str

    def as_dict(self) -> dict[str, int | str | None]:
        return {"line": self.line, "message": self.message}


def faults(var: Path, base: Path, others: Sequence[Change], change: Change) -> list[Fault]:
    """What keeps a change from being put over a folder of content with other changes; none where
    it can be.

    `var` holds the imported laws. It takes seconds: call it in a thread.
    """
    if found := list(_faults_of_text(change)):
        return found
    with tempfile.TemporaryDirectory(prefix="content-check-", dir=_room(var)) as scratch:
        made = Path(scratch) / "content"
        try:
            folder.make(made, [*others, change], base)
        except EntryError as error:
            return [Fault(_named_line(str(error)), str(error).rstrip("。"))]
        try:
            _LOADED_ALONE.get(change.kind, load_all)(var, made)
            _examples_hold(made, change)
        except ContentError as error:
            return [_fault(made, change, error)]
    return []


def load_all(var: Path, content: Path) -> None:
    """Load everything that a folder of content holds, without a search; raises ContentError."""
    knowledge = KnowledgeBase.load(var, content=content, index=content / "no index")
    statutes = knowledge.statutes
    passages.all(statutes, guidance.load(statutes, content / "guidance"))
    load_questions(statutes, Succession.load(statutes, content), content / "questions")
    Office.load(content)
    read_stock(content / "canned.yml")
    Responses.load(content).check(knowledge.guard, knowledge.institutions, date.today())


def _load_institutions(_: Path, content: Path) -> Institutions:
    return Institutions.load(content / "institutions.yml", Regions.load(content / "regions.yml"))


def _load_responses(var: Path, content: Path) -> None:
    responses, institutions = Responses.load(content), _load_institutions(var, content)
    statutes = Statutes.load(content, var / "laws")
    guard = CitationGuard(statutes, guidance.load(statutes, content / "guidance"))
    responses.check(guard, institutions, date.today())


# Kinds on which nothing else of the content depends: whoever fills in a form does not wait for all.
_LOADED_ALONE: Mapping[str, Callable[[Path, Path], object]] = {
    "institution": _load_institutions,
    "response": _load_responses,
}


def _room(var: Path) -> Path:
    room = var / "content"
    room.mkdir(parents=True, exist_ok=True)
    return room


def _faults_of_text(change: Change) -> Iterator[Fault]:
    """What can be told from the text alone: nothing of it is interpreted before it is bounded."""
    lines = (change.body or "").splitlines()
    most = MOST_LINES_OF_LAW if change.kind == "law_text" else MOST_LINES
    if len(lines) > most:
        yield Fault(most, f"太长，最多 {most} 行")
        return
    for number, line in enumerate(lines, start=1):
        if _TAG.search(line):
            yield Fault(number, "不能写 HTML 标签，请只写文字")
        elif _CONTROL.search(line):
            yield Fault(number, "含有看不见的控制字符，请删去重写")
    if change.file.endswith(".yml") and (line_no := _looping(change.body or "")):
        yield Fault(line_no, "引用（*）里又套着引用，请把内容直接写出来")


def _looping(text: str) -> int | None:
    """The line of an alias inside an anchored value, from which a few lines would grow without
    bound; None where there is none, or the text is no YAML.
    """
    depth = anchored = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.AliasEvent) and anchored:
                return event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                anchored = anchored or (depth if event.anchor else 0)
            elif isinstance(event, yaml.CollectionEndEvent):
                anchored = 0 if anchored == depth else anchored
                depth -= 1
    except yaml.YAMLError:
        return None
    return None


def _named_line(message: str) -> int | None:
    found = re.search(r"第 (\d+) 行", message)
    return int(found[1]) if found else None


def _fault(made: Path, change: Change, error: ContentError) -> Fault:
    """The fault in the change's own lines; one that shows elsewhere names its place itself."""
    text = str(error)
    if error.path != made / change.file:
        return Fault(None, text)
    message = text.split("：", 1)[1]
    kind = KINDS[change.kind]
    first, last = _lines_of(error.path, kind, change.key)
    if not first <= error.line <= last:
        return Fault(None, text)
    return Fault(error.line - first + 1, message)


def _lines_of(path: Path, kind: Kind, key: str) -> tuple[int, int]:
    """First and last line of an item in its file, from 1."""
    text = path.read_text(encoding="utf-8")
    if kind.whole:
        return 1, len(text.splitlines()) + 1
    try:
        own = next((one for one in entries.entries(text, kind) if one.key == key), None)
    except EntryError:
        own = None
    return (own.first + 1, own.last) if own else (0, 0)


def _examples_hold(made: Path, change: Change) -> None:
    """Every example of a wording is read as its value, and no counter-example is; raises
    ContentError.
    """
    if change.kind != "wording" or change.file == f"wordings/{wordings.WORDS}":
        return
    path = made / change.file
    reader = FactReader.load(Regions.load(made / "regions.yml"), made / "wordings")
    one = wordings.read_slot(path).get(change.key)
    for field, texts, is_meant in (
        ("examples", one.examples if one else (), True),
        ("not", one.counter if one else (), False),
    ):
        for number, text in enumerate(texts):
            if _is_read(reader, text, path.stem, change.key) is not is_meant:
                said = "没有读成" if is_meant else "不该读成"
                line = line_of(path, change.key, field, number)
                raise ContentError(path, line, f"例句「{text}」{said}「{change.key}」")


def _is_read(reader: FactReader, text: str, slot: str, value: str) -> bool:
    found = reader.read(text, date.today())
    return any(one.slot == slot and one.value == value for one in found)
