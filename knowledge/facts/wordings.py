"""Wordings: how visitors say a fact, in a dialect that a lawyer can read, compiled to `re`.

`knowledge/content/wordings/<slot>.yml` holds the wordings of one slot, value by value; `words.yml`
beside them holds the word classes. Its header explains the dialect and how to add a wording.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, takewhile
from pathlib import Path

import yaml
from pydantic import Field, RootModel

from knowledge.reviewed import CONTENT, ContentError, Strict, line_in, load

WORDINGS = CONTENT / "wordings"
WORDS = "words.yml"

# From the visitor to what is his, with nobody else named on the way: 我们那个商标 is his as well.
LEAD = (
    "(?:^|(?<![把将拿用抢注给像被叫让跟和与在])我(?:[们家]?那个)?)(?:(?!{others})[^。；;！!？?])*$"
)

FIRST, PLAIN, WEAK = 0, 1, 2  # the ranks of a pattern, the lowest asked first

_CLAUSE = r"，。；？！,;?!\n"
_SENTENCE = r"。；？！;?!\n"
_TOKEN = re.compile(
    r"\{(?P<name>[^{}]+)\}|(?P<dots>\.{2,3})(?P<most>\d{1,2})(?P<free>~\()?"
    r"|(?P<mark>[()|?^$<>#])|(?P<text>[\w%+&/· ，、：-])"
)
_MARKS = {
    "(": "(?:",
    "<": rf"(?:^|(?<=[{_CLAUSE}\s]))",
    ">": rf"(?=$|[{_CLAUSE}\s])",
    "#": r"[\d一二两三四五六七八九十百千万几多半]{1,5}",
}
_ONE_WORD = 3  # characters that a word of Chinese has at most, as far as two examples are compared


class WordingError(ValueError):
    """A wording that does not follow the dialect; its text says what is wrong, in Chinese."""


class Entry(Strict):
    """One wording with conditions; a wording without any is a plain string."""

    say: str
    own: str | None = None  # what must not stand between the visitor's 我, or the start, and this
    unless_before: str | None = None  # what must not stand directly before
    unless_after: str | None = None  # what must not stand directly after


class Wording(Strict):
    """How one value is said: `first` is asked before any other value, `weak` after all."""

    first: tuple[str | Entry, ...] = ()
    say: tuple[str | Entry, ...] = ()
    weak: tuple[str | Entry, ...] = ()
    examples: tuple[str, ...] = Field(min_length=2)
    counter: tuple[str, ...] = Field(alias="not", min_length=1)


class SlotFile(RootModel[dict[str, Wording]]):
    """The values of one slot, in the order in which they are asked."""


class WordFile(RootModel[dict[str, tuple[str, ...]]]):
    """The word classes: name → alternatives, each in the dialect."""


@dataclass(frozen=True)
class Pattern:
    """One way to say a value, compiled; `source` is its file and line: wordings/goal.yml:12."""

    slot: str
    regex: re.Pattern[str]
    value: str
    rank: int = PLAIN
    lead: re.Pattern[str] | None = None  # what must stand between the visitor's 我 and the match
    unless_before: re.Pattern[str] | None = None
    source: str | None = None

    @property
    def weak(self) -> bool:
        return self.rank == WEAK


@dataclass
class Dialect:
    """Compiles wordings over word classes."""

    classes: dict[str, tuple[str, ...]]
    _compiled: dict[str, str] = field(default_factory=dict)

    def compiled(self, wording: str, within: tuple[str, ...] = ()) -> str:
        """The regular expression of a wording; raises WordingError.

        `within`: the classes being compiled, so that a circle is seen.
        """
        if wording != wording.lower():
            raise WordingError(f"「{wording}」须用小写：读到的文字都是小写")
        parts: list[str] = []
        at = 0
        while at < len(wording):
            token = _TOKEN.match(wording, at)
            if token is None:
                raise WordingError(f"「{wording}」第 {at + 1} 个字符「{wording[at]}」不在写法之内")
            at = token.end()
            if token["name"]:
                parts.append(self._class(token["name"], within))
            elif token["dots"] and token["free"]:
                end = _closing(wording, at)
                parts.append(_gap(token, self.compiled(wording[at:end], within)))
                at = end + 1
            elif token["dots"]:
                parts.append(_gap(token, None))
            else:
                parts.append(_MARKS.get(token[0], token[0]))
        regex = "".join(parts)
        try:
            re.compile(regex)
        except re.error as error:
            raise WordingError(f"「{wording}」的括号或问号不成对：{error}") from error
        return regex

    def _class(self, name: str, within: tuple[str, ...]) -> str:
        if name in within:
            raise WordingError(f"词类互相包含：{' → '.join((*within, name))}")
        if name not in self.classes:
            raise WordingError(f"words.yml 里没有词类「{name}」")
        if name not in self._compiled:
            parts = [self.compiled(one, (*within, name)) for one in self.classes[name]]
            self._compiled[name] = f"(?:{'|'.join(parts)})"
        return self._compiled[name]


def patterns(folder: Path = WORDINGS) -> Iterator[Pattern]:
    """Every wording of a folder, compiled; raises ContentError with file and line of a bad one."""
    dialect = words(folder / WORDS)
    for path in slot_files(folder):
        yield from _patterns_of(path, dialect)


def slot_files(folder: Path = WORDINGS) -> list[Path]:
    """The files of a folder that hold wordings of a slot."""
    return [path for path in sorted(folder.glob("*.yml")) if path.name != WORDS]


def read_slot(path: Path) -> dict[str, Wording]:
    """The wordings of a slot by value; raises ContentError."""
    found = load(path, SlotFile).root
    _each_once(path)
    for value, wording in found.items():
        if not any(differ(*pair) for pair in combinations(wording.examples, 2)):
            line = line_in(_node(path), (value, "examples"))
            raise ContentError(path, line, f"{value}：至少两个例句须相差不止一个词")
    return found


def words(path: Path) -> Dialect:
    """The word classes of a file, every one compiled once; raises ContentError."""
    dialect = Dialect(load(path, WordFile).root)
    _each_once(path)
    for name in dialect.classes:
        try:
            dialect.compiled(f"{{{name}}}")
        except WordingError as error:
            raise ContentError(path, line_in(_node(path), (name,)), f"{name}：{error}") from error
    return dialect


def differ(one: str, other: str) -> bool:
    """Whether two examples differ in more than one word, which is what their common ends leave."""
    head = _shared(one, other)
    one, other = one[head:], other[head:]
    return max(len(one), len(other)) - _shared(one[::-1], other[::-1]) > _ONE_WORD


def _shared(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _patterns_of(path: Path, dialect: Dialect) -> Iterator[Pattern]:
    node = _node(path)
    for value, wording in read_slot(path).items():
        ranked = (("first", wording.first), ("say", wording.say), ("weak", wording.weak))
        for rank, (key, entries) in enumerate(ranked):
            for number, entry in enumerate(entries):
                line = line_in(node, (value, key, number))
                source = f"{path.parent.name}/{path.name}:{line}"
                try:
                    yield _pattern(path.stem, value, rank, entry, dialect, source)
                except WordingError as error:
                    raise ContentError(path, line, f"{value}：{error}") from error


def _pattern(
    slot: str, value: str, rank: int, entry: str | Entry, dialect: Dialect, source: str
) -> Pattern:
    said = Entry(say=entry) if isinstance(entry, str) else entry
    regex = dialect.compiled(said.say)
    if said.unless_after:
        regex = f"(?:{regex})(?!{dialect.compiled(said.unless_after)})"
    lead = LEAD.format(others=dialect.compiled(said.own)) if said.own else None
    before = f"(?:{dialect.compiled(said.unless_before)})$" if said.unless_before else None
    return Pattern(
        slot=slot,
        regex=re.compile(regex),
        value=value,
        rank=rank,
        lead=re.compile(lead) if lead else None,
        unless_before=re.compile(before) if before else None,
        source=source,
    )


def _gap(token: re.Match[str], barred: str | None) -> str:
    """Some characters of the clause (..) or the sentence (...), none beginning what is barred."""
    ends = _CLAUSE if len(token["dots"]) == 2 else _SENTENCE
    step = f"[^{ends}]" if barred is None else f"(?:(?!{barred})[^{ends}])"
    return f"{step}{{0,{token['most']}}}?"


def _closing(wording: str, start: int) -> int:
    """Where the bracket that opened just before `start` closes; raises WordingError."""
    depth = 1
    for at in range(start, len(wording)):
        depth += {"(": 1, ")": -1}.get(wording[at], 0)
        if depth == 0:
            return at
    raise WordingError(f"「{wording}」少一个右括号")


def _each_once(path: Path) -> None:
    """Raises ContentError where a name stands twice: YAML itself would drop the upper one."""
    node, seen = _node(path), set()
    for name, _ in node.value if isinstance(node, yaml.MappingNode) else ():
        if name.value in seen:
            raise ContentError(path, name.start_mark.line + 1, f"「{name.value}」写了两次，请合并")
        seen.add(name.value)


def _node(path: Path) -> yaml.Node | None:
    return yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
