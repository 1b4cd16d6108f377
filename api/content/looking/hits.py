"""What a question finds, and why: in what is published, and in a candidate beside it."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from api.content import releases
from api.content.errors import ReleaseNotReady, ReleaseUnknown
from api.content.looking import schemas
from api.content.models import Release, Stage
from api.content.press import REFUSED, in_chinese
from api.content.workshop import Workshop
from api.database import Database
from knowledge.answers.answers import Answer
from knowledge.editing.folder import Change
from knowledge.routing.referral import Referral
from knowledge.search.cards import Found
from knowledge.search.searcher import Hit

MOST = 5  # of each sort
_SEARCHED = 20
_TO_COME = (Stage.READY, Stage.SCHEDULED)


class Asked(Protocol):
    """What is asked: knowledge.base.KnowledgeBase."""

    @property
    def answers(self) -> Iterable[Answer]: ...

    def search(self, query: str, on: date, limit: int) -> Sequence[Hit]: ...
    def find_answers(self, query: str) -> list[Found]: ...
    def read_facts(self, text: str, on: date) -> Mapping[str, Any]: ...
    def referral(self, facts: Mapping[str, Any], on: date) -> Referral: ...


class HitTester:
    """Asks what holds on a day. `knowing` gives the knowledge in use here, which is asked where the
    same content holds on that day; content of another day is made first, which takes seconds.
    """

    def __init__(self, database: Database, workshop: Workshop, knowing: Callable[[], Asked]):
        self._database, self._workshop, self._knowing = database, workshop, knowing

    async def test(self, asked: schemas.HitTest, today: date) -> schemas.HitsTold:
        """Raises ReleaseUnknown, and ReleaseNotReady where the content cannot be made."""
        async with self._database.reading() as session:
            release = await session.get(Release, asked.release_id) if asked.release_id else None
            if asked.release_id and release is None:
                raise ReleaseUnknown
            day = asked.day or (max(release.day, today) if release else today)
            in_use = await releases.changes_in_use(session)
            holds = (await releases.plan(session, day)).changes
            brings = await releases.plan(session, day, _brought(release)) if release else None
        published = await self._asked_of(holds, in_use, asked.query, day)
        candidate = (
            await self._asked_of(brings.changes, in_use, asked.query, day) if brings else None
        )
        return schemas.HitsTold(day=day, published=published, candidate=candidate)

    async def _asked_of(
        self, changes: tuple[Change, ...], in_use: tuple[Change, ...], query: str, day: date
    ) -> schemas.Hits:
        if changes == in_use:
            return await asyncio.to_thread(hits, self._knowing(), query, day)
        try:
            made = await asyncio.to_thread(self._made, changes)
        except (*REFUSED, OSError) as refused:
            raise ReleaseNotReady(in_chinese(refused)) from refused
        return await asyncio.to_thread(hits, made, query, day)

    def _made(self, changes: tuple[Change, ...]) -> Asked:
        return self._workshop.load(self._workshop.make(changes))


def _brought(release: Release) -> list[int]:
    """What a release adds to what is published. Of one that is over nothing does: it brought what
    it brought.
    """
    if release.state not in _TO_COME:
        return []
    return [one["revision_id"] for one in release.candidates]


def hits(knowledge: Asked, query: str, day: date) -> schemas.Hits:
    """What a question finds on a day, best first. Plain computing, for a thread."""
    found = knowledge.search(query, day, _SEARCHED)
    answers = {one.id: one for one in knowledge.answers}
    return schemas.Hits(
        answers=[
            _answer(one, answers[one.id], day)
            for one in knowledge.find_answers(query)[:MOST]
            if one.id in answers
        ],
        guidance=[_guidance(one) for one in found if one.kind == "guidance"][:MOST],
        law=[_article(one) for one in found if one.kind != "guidance"][:MOST],
        referral=_referral(knowledge, query, day),
    )


def _answer(found: Found, answer: Answer, day: date) -> schemas.AnswerHit:
    parts = schemas.Parts(words=round(found.words, 3), meaning=round(found.signs - found.words, 3))
    return schemas.AnswerHit(
        key=answer.id,
        title=answer.asks[0],
        score=round(found.signs, 3),
        parts=parts,
        says=answer.on(day).text,
    )


def _guidance(hit: Hit) -> schemas.GuidanceHit:
    return schemas.GuidanceHit(
        key=hit.id.split("#")[0], title=hit.title, score=round(hit.score, 3), why=list(hit.why)
    )


def _article(hit: Hit) -> schemas.LawHit:
    return schemas.LawHit(
        law=hit.citation.short_title,
        article=hit.citation.article,
        version_date=hit.citation.version_date,
        score=round(hit.score, 3),
        why=list(hit.why),
    )


def _referral(knowledge: Asked, query: str, day: date) -> schemas.ReferralHit | None:
    facts = knowledge.read_facts(query, day)
    remedies = knowledge.referral(facts, day).as_dict()["remedies"][:MOST] if facts else []
    shown = [
        schemas.RemedyHit(key=one["key"], title=one["name"], why=one["why"]) for one in remedies
    ]
    return schemas.ReferralHit(remedies=shown) if shown else None
