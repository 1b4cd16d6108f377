"""Items that somebody should look at again: their articles changed, nobody reviewed them for long,
or nobody verified what they say.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.content import releases
from api.content.laws.schemas import LawVersionShown
from api.content.laws.status import AGAIN_AFTER
from api.content.looking import schemas, uses
from api.content.models import Item, Revision
from knowledge.answers.answers import Answer
from knowledge.law.articles import CANONICAL
from knowledge.law.citations import Reference
from knowledge.law.statutes import Article, Statutes, UnknownArticle, UnknownLaw
from knowledge.law.succession import Succession

REVIEWED_FOR = timedelta(days=180)
COMES_SOON = timedelta(days=120)  # an article that changes within it is told in advance
MOST = 500
# Kinds that cite articles for visitors; a file of rules says itself which day each rule is for.
_CITING = ("answer", "guidance", "remedy", "canned", "term")
_UNVERIFIED = ("institution", "body", "law", "digest")
_LOOKED_AT = (*_CITING, *_UNVERIFIED)
_CITED = re.compile(rf"[一-鿿]{{2,30}}(?:\(\d{{4}}\))?{CANONICAL}")
_REVIEWED_ON = re.compile(r"^reviewed_on:\s*(\d{4}-\d{2}-\d{2})\s*$", re.MULTILINE)
_UNCONFIRMED = re.compile(r"\btrust:\s*unconfirmed\b")

Why = schemas.Why


class Known(Protocol):
    """What tells whether something is out of date: knowledge.base.KnowledgeBase."""

    @property
    def answers(self) -> Iterable[Answer]: ...
    @property
    def statutes(self) -> Statutes: ...
    @property
    def succession(self) -> Succession: ...


@dataclass(frozen=True)
class Looked:
    """An item that is in use, when its revision was published, and how many turns told it."""

    kind: str
    file: str
    key: str
    title: str
    body: str
    published_on: date | None
    visitors: int


async def looked_at(session: AsyncSession, day: date) -> list[Looked]:
    """Every item in use that can be out of date."""
    rows = await session.execute(
        select(Item.id, Item.kind, Item.file, Item.key, Item.title, Item.body).where(
            Item.kind.in_(_LOOKED_AT), Item.body.is_not(None)
        )
    )
    published = await _published(session)
    told = await uses.told(session, day)
    return [
        Looked(
            kind,
            file,
            key,
            title,
            body or "",
            published.get(id_),
            told.get(uses.told_as(kind, key), 0),
        )
        for id_, kind, file, key, title, body in rows
    ]


async def _published(session: AsyncSession) -> dict[int, date]:
    """The day on which the revision in use of each item was decided."""
    current = await releases.in_use(session)
    in_use = [one["revision_id"] for one in current.changes] if current else []
    rows = await session.execute(
        select(Revision.item_id, Revision.decided_at).where(Revision.id.in_(in_use))
    )
    return {item_id: at.date() for item_id, at in rows if at}


def stale(
    items: Sequence[Looked],
    known: Known,
    day: date,
    unconfirmed: Sequence[LawVersionShown] = (),
) -> list[schemas.Stale]:
    """What is out of date on a day or soon will be: what most visitors were told first, then the
    longest out of date. At most MOST. Plain computing, for a thread.

    `unconfirmed` are the versions of laws that nobody found in force for too long.
    """
    reviewed = {answer.id: answer.reviewed_on for answer in known.answers}
    found = [
        schemas.Stale(
            kind=one.kind,
            file=one.file,
            key=one.key,
            title=one.title,
            why=[why for why, _ in whys],
            since=min((since for _, since in whys if since), default=None),
            visitors=one.visitors,
        )
        for one in items
        if (whys := [*_whys(one, known, reviewed, day), *_of_law(one, unconfirmed)])
    ]
    return sorted(found, key=lambda one: (-one.visitors, one.since or date.max, one.key))[:MOST]


def _whys(
    one: Looked, known: Known, reviewed: Mapping[str, date], day: date
) -> Iterator[tuple[Why, date | None]]:
    """What speaks against an item, each with the day from which it does."""
    if one.kind in _CITING:
        yield from _changed(one.body, known, day)
    reviewed_on = _reviewed_on(one, reviewed)
    if reviewed_on and reviewed_on + REVIEWED_FOR < day:
        said = f"上次审核是 {reviewed_on}，已超过 {REVIEWED_FOR.days} 天"
        yield Why(code="review_old", said=said), reviewed_on + REVIEWED_FOR
    if one.kind in _UNVERIFIED and _UNCONFIRMED.search(one.body):
        yield Why(code="unverified", said="来源还没有核实"), None


def _of_law(
    one: Looked, unconfirmed: Sequence[LawVersionShown]
) -> Iterator[tuple[Why, date | None]]:
    for version in unconfirmed:
        if (one.kind, one.key) == ("law", version.law):
            said = f"{version.version_date} 版已 {version.days} 天没有人确认仍然有效"
            yield Why(code="unverified", said=said), version.confirmed_on + AGAIN_AFTER


def _reviewed_on(one: Looked, reviewed: Mapping[str, date]) -> date | None:
    """When somebody last said that it is right; None where that is not kept."""
    named = _REVIEWED_ON.search(one.body)
    days = [date.fromisoformat(named[1])] if named else []
    days += [reviewed[one.key]] if one.kind == "answer" and one.key in reviewed else []
    days += [one.published_on] if one.published_on else []
    return max(days, default=None)


def _changed(body: str, known: Known, day: date) -> Iterator[tuple[Why, date | None]]:
    """Articles that end by the day or soon, where what takes their place is not cited as well."""
    cited = {_name(article): article for article in _articles(body, known.statutes)}
    for article in cited.values():
        last = article.in_force_to
        if last is None or last >= day + COMES_SOON:
            continue
        successors = known.succession.successors(article)
        if any(_name(one) in cited for one in successors):
            continue
        since = last + timedelta(days=1)
        yield Why(code="article_changed", said=_said(article, successors, since, day)), since


def _said(article: Article, successors: Sequence[Article], since: date, day: date) -> str:
    tense = "不再施行" if since <= day else "将不再施行"
    became = "、".join(f"{one.article}（{one.version_date.year}）" for one in successors)
    then = f"，接它的是{became}" if became else ""
    old = f"{article.short_title}（{article.version_date.year}）{article.article}"
    return f"{old} {since} 起{tense}{then}"


def _articles(body: str, statutes: Statutes) -> Iterator[Article]:
    for found in _CITED.finditer(body):
        try:
            named = Reference.parse(found[0])
            law = statutes.laws[statutes.short_title(named.law)]
            year = named.year or law.cited_year
            if year:  # else it is prose, about whichever governs
                yield statutes.of_year(law.short, year, named.article)
        except (UnknownLaw, UnknownArticle):
            continue


def _name(article: Article) -> tuple[Any, ...]:
    return article.short_title, article.version_date, article.article
