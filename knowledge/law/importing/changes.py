"""What taking in a text of law changes in reviewed content: the text itself, the law's entry in
laws.yml, and what of it stands in succession.yml.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import yaml

from knowledge.editing.folder import Change
from knowledge.law import store
from knowledge.law.articles import article_order
from knowledge.law.statutes import LawEntry, VersionEntry
from knowledge.law.store import ImportedArticle, ImportedLaw, LawKind

LAWS, SUCCESSION = "laws.yml", "succession.yml"


@dataclass(frozen=True)
class Described:
    """What is said of a text: which law and version it is, and where it is from.

    `law` is the short title. `compared_with`: a second place where the text was compared, or "".
    """

    law: str
    name: str
    kind: LawKind
    version_date: date
    in_force_from: date
    in_force_to: date | None
    publisher: str
    document_number: str
    address: str
    compared_with: str

    @property
    def sources(self) -> list[str]:
        return [one for one in (self.address, self.compared_with, self.document_number) if one]


def text_of(
    told: Described, articles: Sequence[ImportedArticle], source: str, sha256: str, today: date
) -> Change:
    """The text as a file of content; `source` and `sha256` are those of the file it was read
    from.
    """
    law = ImportedLaw(
        law=told.law,
        name=told.name,
        kind=told.kind,
        version_date=told.version_date,
        in_force_from=told.in_force_from,
        in_force_to=told.in_force_to,
        source=source,
        sha256=sha256,
        imported_on=today,
        publisher=told.publisher,
        document_number=told.document_number,
        address=told.address,
        articles=tuple(articles),
    )
    file = f"{store.FOLDER}/{law.file_name}"
    return Change("law_text", file, file, store.as_text(law))


def entry_of(told: Described, held: LawEntry | None, today: date) -> Change:
    """The law's entry with this version. The version before ends on the day before this one begins;
    where it was the only one, citations without a year go on meaning it.
    """
    entry = _new_entry(told) if held is None else _as_written(held)
    versions: list[dict[str, Any]] = entry.pop("versions")
    if held and len(held.versions) == 1 and held.cited is None:
        only = held.versions[0].version_date
        entry |= {} if only == told.version_date else {"cited": only}
    own = next((one for one in versions if one["version_date"] == told.version_date), None)
    if own is None:
        own = {"version_date": told.version_date, "in_force_from": told.in_force_from}
        own |= {"in_force_to": told.in_force_to} if told.in_force_to else {}
        versions.append(own)
    own["trust"] = "two_sources" if told.compared_with else "one_source"
    own["confirmed_on"], own["source"] = today, told.sources
    versions.sort(key=lambda one: one["in_force_from"])
    for older, newer in pairwise(versions):
        ends = newer["in_force_from"] - timedelta(days=1)
        older["in_force_to"] = older.get("in_force_to") or ends
    return Change("law", LAWS, told.law, _entry_text(entry, versions))


def succession_of(
    file: str, law: str, old: date, new: date, moves: Sequence[Mapping[str, Any]]
) -> Change:
    """succession.yml, whose text is `file`, with one more map: between two versions of a law.

    Each move: {old, new, by, note}, its articles by number as they are cited.
    """
    lines, end = file.splitlines(), _end_of_maps(file)
    lines[end:end] = _map_lines(law, old, new, moves)
    return Change("rules", SUCCESSION, SUCCESSION, "\n".join(lines) + "\n")


def can_be_written(number: str) -> bool:
    """Whether succession.yml can name an article: it counts whole numbers, 第三条之一 is none."""
    return article_order(number)[1] == 0


def _new_entry(told: Described) -> dict[str, Any]:
    named = {"name": told.name} if told.name and told.name != told.law else {}
    return {"short": told.law} | named | {"kind": told.kind, "versions": []}


def _as_written(held: LawEntry) -> dict[str, Any]:
    """An entry as laws.yml writes it: what it does not say is left out."""
    entry = held.model_dump(exclude_defaults=True)
    return entry | {"versions": [one.model_dump(exclude_defaults=True) for one in held.versions]}


def _entry_text(entry: Mapping[str, Any], versions: Sequence[Mapping[str, Any]]) -> str:
    lines = [f"{key}: {_flow(value)}" for key, value in entry.items()]
    lines += ["versions:", *(f"- {_flow(_ordered(one))}" for one in versions)]
    return "\n".join(lines) + "\n"


def _ordered(version: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a version, in the order in which laws.yml says it."""
    return {key: version[key] for key in VersionEntry.model_fields if key in version}


def _flow(value: object) -> str:
    """A value on one line of YAML."""
    plain = list(value) if isinstance(value, tuple) else value
    if isinstance(plain, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in plain.items()) + "}"
    if isinstance(plain, list):
        return "[" + ", ".join(map(_flow, plain)) + "]"
    # In a list of its own a text is quoted where a comma or bracket would end it.
    said = yaml.safe_dump([plain], allow_unicode=True, default_flow_style=True, width=10_000)
    return said.strip()[1:-1]


def _end_of_maps(file: str) -> int:
    """The line behind the last map, without the blank lines and comments that follow it."""
    node = yaml.compose(file, Loader=yaml.CSafeLoader)
    assert isinstance(node, yaml.MappingNode)
    maps = next(value for name, value in node.value if name.value == "changes")
    lines = file.splitlines()
    end = min(maps.end_mark.line, len(lines))
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return end


def _map_lines(law: str, old: date, new: date, moves: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = [f"- law: {_flow(law)}", f"  old: {old}", f"  new: {new}", "  articles:"]
    return lines + [f"  - {_flow(_written(move))}" for move in moves]


def _written(move: Mapping[str, Any]) -> dict[str, Any]:
    number = {"old": article_order(move["old"])[0]} if move["old"] else {}
    went = {"new": [article_order(one)[0] for one in move["new"]]} if move["new"] else {}
    gone = {} if went else {"gone": True}
    said = {"note": move["note"]} if move["note"] else {}
    return number | went | gone | {"by": move["by"]} | said
