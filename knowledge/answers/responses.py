"""What the helpline says in words of its own: `content/responses/*.yml`, as they are reviewed.

    responses:
      - key: utter_direction             # what the code says it by; which keys there are is fixed
        use: 建议的走法。{name} 途径，…     # for whoever edits it
        texts: [建议先走「{name}」，…]     # one of them is said
        buttons: [{title: 转人工, payload: /human_handoff}]

The code fills the placeholders, so a text keeps those of the shipped one. What a button sends with
a slash is a command of the bot's; without, it is what the visitor would type.
"""

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import normalize

from pydantic import Field

from knowledge.law.citation_guard import CitationGuard, Days
from knowledge.places.institutions import Institutions
from knowledge.reviewed import CONTENT, ContentError, Strict, line_of, load

FOLDER = "responses"
BOT = "bot"  # the file with what the actions say, by keys of their own
LONGEST = 500  # characters; one bubble on a phone
_PLACEHOLDER = re.compile(r"{(\w+)}")
_CONTACT = re.compile(
    r"[\w.+-]+@[\w-]+\.\w+|(?:https?://|www\.)[\w./?=&%-]+"
    r"|(?<![A-Za-z\d-])\d{3,}(?:-\d{3,})*(?![\d年月日])",
    re.ASCII,
)
_FEE = re.compile(r"[\d一二三四五六七八九十百千万两][\d.,百千万亿]*\s*元")


class _Button(Strict):
    title: str = Field(min_length=1, max_length=20)
    payload: str = Field(min_length=1, max_length=200)


class _Entry(Strict):
    key: str
    use: str = Field(min_length=2, max_length=200)
    texts: tuple[str, ...] = Field(min_length=1, max_length=5)
    buttons: tuple[_Button, ...] = Field((), max_length=10)


class _File(Strict):
    responses: tuple[_Entry, ...]


@dataclass(frozen=True)
class Said:
    """Something that is said: a text, filled in, and buttons {"title", "payload"}."""

    text: str
    buttons: list[dict[str, str]]


@dataclass(frozen=True)
class Responses:
    """The reviewed words: file → key → entry."""

    files: Mapping[str, Mapping[str, _Entry]]
    folder: Path

    @classmethod
    def load(cls, content: Path = CONTENT) -> "Responses":
        """Read what a folder of content says; raises ContentError where a key is missing or
        nobody's, or a placeholder or command is not one of the shipped entry's.
        """
        shipped, folder = _shipped(), content / FOLDER
        files = {}
        for path in sorted({*(folder / f"{name}.yml" for name in shipped), *folder.glob("*.yml")}):
            if not path.exists() or path.stem not in shipped:
                raise ContentError(path, 1, "话术的文件是固定的，不能增减")
            entries = load(path, _File).responses
            _check_keys(path, entries, shipped[path.stem])
            for number, entry in enumerate(entries):
                _check_entry(path, number, entry, shipped[path.stem][entry.key])
            files[path.stem] = {entry.key: entry for entry in entries}
        return cls(files, folder)

    def say(self, file: str, key: str, /, **filled: object) -> Said:
        """One of an entry's texts with its placeholders filled in, and its buttons."""
        entry = self.files[file][key]
        text = _PLACEHOLDER.sub(
            lambda found: str(filled.get(found[1], found[0])), random.choice(entry.texts)
        )
        return Said(text, [one.model_dump() for one in entry.buttons])

    def worded(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """A message of an action in words: the `response` that it names, filled with what it holds,
        and its buttons behind those of the response. Other messages stay as they are.
        """
        if not (key := message.get("response")):
            return dict(message)
        said = self.say(BOT, key, **message)
        return {
            "text": said.text,
            "buttons": [*said.buttons, *(message.get("buttons") or [])],
            "custom": message.get("custom") or {},
        }

    def check(self, guard: CitationGuard, institutions: Institutions, day: date) -> None:
        """Raises ContentError where a text names an article that does not pass on the day, a fee,
        or a number or address that is not among those which may be given.
        """
        given = {one.value for one in (*institutions.hotlines, *institutions.sites) if one.give}
        for file, entries in self.files.items():
            for number, entry in enumerate(entries.values()):
                for part, text in _texts_of(entry):
                    if objection := _objection(text, guard, given, day):
                        path = self.folder / f"{file}.yml"
                        line = line_of(path, "responses", number, *part)
                        raise ContentError(path, line, f"{part[0]}：{objection}")


@cache
def _shipped() -> dict[str, dict[str, _Entry]]:
    """What the code fills and says: the entries as they ship."""
    return {
        path.stem: {entry.key: entry for entry in load(path, _File).responses}
        for path in sorted((CONTENT / FOLDER).glob("*.yml"))
    }


def _check_keys(path: Path, entries: tuple[_Entry, ...], shipped: Mapping[str, _Entry]) -> None:
    keys = [entry.key for entry in entries]
    for number, key in enumerate(keys):
        if key not in shipped or key in keys[:number]:
            line = line_of(path, "responses", number, "key")
            raise ContentError(path, line, f"key：没有「{key}」这一条，话术只能改，不能添")
    if missing := [key for key in shipped if key not in keys]:
        raise ContentError(path, 1, f"少了「{missing[0]}」，话术只能改，不能删")


def _check_entry(path: Path, number: int, entry: _Entry, shipped: _Entry) -> None:
    wanted = _placeholders(shipped.texts[0])
    for index, text in enumerate(entry.texts):
        if wrong := _wrong_length(text) or _wrong_placeholders(text, wanted):
            line = line_of(path, "responses", number, "texts", index)
            raise ContentError(path, line, f"texts：{wrong}")
    for index, button in enumerate(entry.buttons):
        if button.payload.startswith("/") and button.payload not in _commands():
            line = line_of(path, "responses", number, "buttons", index, "payload")
            raise ContentError(path, line, f"buttons：没有「{button.payload}」这个指令")


def _wrong_length(text: str) -> str | None:
    if not text.strip():
        return "不能是空的"
    return f"最多 {LONGEST} 字，现在 {len(text)} 字" if len(text) > LONGEST else None


def _wrong_placeholders(text: str, wanted: frozenset[str]) -> str | None:
    told = "、".join(f"{{{name}}}" for name in sorted(wanted)) or "没有"
    if missing := wanted - _placeholders(text):
        return f"缺少{{{min(missing)}}}，这一句里要写上：{told}"
    if strange := _placeholders(text) - wanted:
        return f"{{{min(strange)}}}没有内容可填，可以用的：{told}"
    if set(_PLACEHOLDER.sub("", text)) & set("{}"):
        return f"花括号没有写成对，可以用的：{told}"
    return None


def _placeholders(text: str) -> frozenset[str]:
    return frozenset(_PLACEHOLDER.findall(text))


@cache
def _commands() -> frozenset[str]:
    """What buttons send with a slash, in all that ships."""
    return frozenset(
        button.payload
        for entries in _shipped().values()
        for entry in entries.values()
        for button in entry.buttons
        if button.payload.startswith("/")
    )


def _texts_of(entry: _Entry) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text that a visitor reads or that is sent for him, with its place in the entry."""
    for index, text in enumerate(entry.texts):
        yield ("texts", index), text
    for index, button in enumerate(entry.buttons):
        yield ("buttons", index, "title"), button.title
        yield ("buttons", index, "payload"), button.payload


def _objection(text: str, guard: CitationGuard, given: set[str], day: date) -> str | None:
    if rejected := guard.pass_together([text], [], Days(day)).rejected:
        return f"「{rejected[0].named}」没有通过法条核对，当天没有这一条或者不在施行"
    plain = normalize("NFKC", text)
    unknown = [one for one in _CONTACT.findall(plain) if one not in given]
    if unknown:
        return f"「{unknown[0]}」不在 institutions.yml 写明出处、可以告诉来访者的电话和网址里"
    if fee := _FEE.search(plain):
        return f"不写金额（{fee[0]}），费用写在维权途径里，那里有出处"
    return None
