"""Guidance for people without a lawyer: reviewed Markdown articles of one fixed shape.

---
id: evidence-preservation
title: 先把证据固定下来，再找对方
…                                     # the fields of `_FrontMatter`
---
## 结论
## 依据
## 下一步
## 材料
## 期限
## 找谁
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml
from pydantic import Field, ValidationError

from knowledge.law.citations import Reference
from knowledge.law.statutes import Article, Statutes, UnknownArticle, UnknownLaw
from knowledge.reviewed import CONTENT, ContentError, Strict

HEADINGS = ("结论", "依据", "下一步", "材料", "期限", "找谁")


class _FrontMatter(Strict):
    id: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str = Field(min_length=4)
    topic: str = Field(min_length=2)
    remedies: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()
    situations: tuple[str, ...] = ()
    reviewed_on: date
    sources: tuple[str, ...] = Field(min_length=1)
    starts: date | None = None
    expires: date | None = None
    basis: tuple[str, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Guidance:
    """One guidance article. `articles` are those that it stands on, of whichever version;
    `sections` by heading.
    """

    id: str
    title: str
    topic: str
    remedies: tuple[str, ...]
    rights: tuple[str, ...]
    situations: tuple[str, ...]
    reviewed_on: date
    sources: tuple[str, ...]
    starts: date | None
    expires: date | None
    articles: tuple[Article, ...]
    sections: dict[str, str]


def load(statutes: Statutes, folder: Path = CONTENT / "guidance") -> list[Guidance]:
    """All guidance articles, by file name; raises ContentError with the file and line of the first
    fault.
    """
    found: dict[str, Guidance] = {}
    for path in sorted(folder.glob("*.md")):
        guidance = _read(path, statutes)
        if guidance.id in found:
            raise ContentError(path, 2, f"编号 {guidance.id} 已经用过，请换一个")
        found[guidance.id] = guidance
    return list(found.values())


def _read(path: Path, statutes: Statutes) -> Guidance:
    lines = path.read_text(encoding="utf-8").splitlines()
    ends = [number for number, line in enumerate(lines) if line.strip() == "---"][:2]
    if len(ends) < 2 or ends[0] != 0:
        raise ContentError(path, 1, "开头须有两行 --- 之间的文章信息")
    head = lines[1 : ends[1]]
    matter = _front_matter(path, head)
    return Guidance(
        **matter.model_dump(exclude={"basis"}),
        articles=tuple(_article(path, head, notation, statutes) for notation in matter.basis),
        sections=_sections(path, lines, ends[1] + 1),
    )


def _front_matter(path: Path, head: list[str]) -> _FrontMatter:
    try:
        return _FrontMatter.model_validate(yaml.load("\n".join(head), yaml.CSafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ContentError(
            path, mark.line + 2 if mark else 1, "不是有效的 YAML，请检查缩进和引号"
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ContentError(
            path, _line(head, place.split(".")[0]), f"{place}：{first['msg']}"
        ) from error


def _article(path: Path, head: list[str], notation: str, statutes: Statutes) -> Article:
    try:
        return newest(Reference.parse(notation), statutes)
    except (UnknownLaw, UnknownArticle) as error:
        raise ContentError(
            path, _line(head, notation), f"{notation}：没有这部法或者没有这一条"
        ) from error
    except ValueError as error:
        raise ContentError(path, _line(head, notation), str(error)) from error


def newest(reference: Reference, statutes: Statutes) -> Article:
    """The article of the year named, else of the version that citations without a year mean, else
    of the newest that has it; raises UnknownLaw, UnknownArticle.
    """
    law = statutes.laws[statutes.short_title(reference.law)]
    named = reference.year or (law.cited.year if law.cited else None)
    years = [named] if named else [one.version_date.year for one in reversed(law.versions)]
    for year in years:
        try:
            return statutes.of_year(law.short, year, reference.article)
        except UnknownArticle:
            continue
    raise UnknownArticle(f"{law.short}{reference.article}")


def _line(head: list[str], words: str) -> int:
    return next((number for number, line in enumerate(head, start=2) if words in line), 1)


def _sections(path: Path, lines: list[str], start: int) -> dict[str, str]:
    sections: dict[str, list[str]] = {}
    for number, line in enumerate(lines[start:], start=start + 1):
        if line.startswith("## "):
            heading, expected = (
                line[3:].strip(),
                HEADINGS[len(sections)] if len(sections) < len(HEADINGS) else None,
            )
            if heading != expected:
                raise ContentError(
                    path,
                    number,
                    f"这里的小标题应为「{expected or '（没有更多小标题）'}」，不是「{heading}」",
                )
            sections[heading] = []
        elif sections:
            sections[heading].append(line)
        elif line.strip():
            raise ContentError(path, number, "第一个小标题之前不要写正文")
    texts = {heading: "\n".join(body).strip() for heading, body in sections.items()}
    missing = [heading for heading in HEADINGS if not texts.get(heading)]
    if missing:
        raise ContentError(path, len(lines), f"缺少「{missing[0]}」的内容")
    return texts
