"""Shows the law's own words, and says where an article is found today."""

import asyncio
from collections.abc import Sequence
from datetime import date

from rasa_sdk.events import EventType, SlotSet

from actions.asking import resume
from actions.base import Visit
from actions.deciding.turn import Likely
from actions.remedy_details import meant
from actions.replies.answer import ask_which, asked_so, perhaps
from knowledge.law.applicable import (
    ONE_DAY,
    OldNumber,
    as_of,
    changes_soon,
    comes_later,
    coming_changes,
    successor_phrase,
    what_comes,
)
from knowledge.law.citations import Quoted, citation
from knowledge.law.statutes import Article
from knowledge.search.searcher import Hit

ELSEWHERE = "在现行版里请按内容查"  # a change whose articles have not been compared
MOST_ARTICLES = 3  # of those that the advice stands on are shown in full
MOST_HITS = 4
PERSON = {"title": "转人工", "payload": "/human_handoff"}
EXTRACT = 140  # characters of a passage that are read on a telephone


async def show_related(visit: Visit) -> Sequence[Hit]:
    """No written answer is close enough to be told as the answer.

    The closest is told for the question that it answers, where it may be the one that is meant;
    else the passages that fit best, said to be no answer. The others are put as buttons. Returns
    the passages shown.
    """
    likely = visit.decision.nearest
    if visit.decision.perhaps:
        _say_perhaps(visit, visit.decision.perhaps, likely)
        return ()
    today = visit.known.day
    search = visit.services.knowledge.search
    hits = await asyncio.to_thread(search, visit.turn.text, today, MOST_HITS)
    if hits:
        best = hits[0]
        shown = [hit for hit in hits if hit is best or not _not_today(hit, today)]
        visit.dispatcher.utter_message(
            response="utter_law_related",
            title=f"{best.title}{_not_today(best, today)}",
            extract=best.text if len(best.text) <= EXTRACT else f"{best.text[:EXTRACT]}……",
            json_message={"citations": [hit.citation.as_dict() for hit in shown]},
        )
    else:
        visit.dispatcher.utter_message(response="utter_law_nothing")
    ask_which(visit)
    return hits


def _say_perhaps(visit: Visit, meant: str, likely: Sequence[Likely]) -> None:
    others = [one for one in likely if one.name != meant]
    perhaps(visit, meant, [*asked_so(visit, others), PERSON])


async def tell_reason(visit: Visit) -> list[EventType]:
    """Why this way is advised, with its articles."""
    assert visit.decision.referral is not None
    first = meant(visit.decision.referral, visit.turn)
    named = "、".join(f"《{one.title}》{one.article}" for one in first.basis[:MOST_ARTICLES])
    visit.dispatcher.utter_message(
        response="utter_reason",
        name=first.name,
        why=first.why,
        gives=first.can_do,
        basis=f"依据：{named}。" if named else "",
        json_message={"citations": [one.as_dict() for one in first.basis[:MOST_ARTICLES]]},
    )
    return await _after(visit)


async def answer_between(visit: Visit) -> list[EventType]:
    """Answer a question of knowledge in the middle of a problem, and go on with the problem."""
    await show_related(visit)
    resume(visit)
    return []


async def search(visit: Visit) -> list[EventType]:
    """The passages that fit the question best, and what changes in them."""
    hits = await show_related(visit)
    cited = [hit.citation for hit in hits if hit.citation.kind != "guidance"]
    succession = visit.services.knowledge.succession
    changes = coming_changes(succession, cited, visit.known.day)
    for (turns, title), what in changes.items():
        visit.dispatcher.utter_message(
            response="utter_notice", notice=what_comes(turns, title, what)
        )
    return await _after(visit)


async def show_articles(visit: Visit) -> list[EventType]:
    """The articles that the visitor names."""
    for one, old in visit.turn.articles:
        if old and old.certain:
            _show_todays(visit, one, old.article)
        else:
            _show_named(visit, one, old)
    return await _after(visit)


async def show_basis(visit: Visit) -> list[EventType]:
    """The articles that the advice stands on, the first ones in full."""
    assert visit.decision.referral is not None
    for one in meant(visit.decision.referral, visit.turn).basis[:MOST_ARTICLES]:
        visit.dispatcher.utter_message(
            response="utter_basis" if one.kind == "statute" else "utter_basis_digest",
            quote=f"《{one.title}》{one.article}",
        )
        visit.dispatcher.utter_message(text=one.text, json_message={"citations": [one.as_dict()]})
    return await _after(visit)


async def _after(visit: Visit) -> list[EventType]:
    """A problem that is spoken of goes on; else the question is kept as one of knowledge."""
    resume(visit)
    if not visit.decision.records:
        return []
    return [*await visit.keep(), SlotSet("offered", None)]


def _not_today(hit: Hit, today: date) -> str:
    """What must be said with an article not in force.

    Without it the citation guard lets none out.
    """
    first, last = hit.citation.in_force_from, hit.citation.in_force_to
    if first and today < first:
        return f"（{first}起施行）"
    return f"（施行到{last}）" if last and last < today else ""


def _show_named(visit: Visit, one: Quoted, old: OldNumber | None) -> None:
    if one.comes:
        visit.dispatcher.utter_message(
            response="utter_law_comes_later",
            quote=f"{one.law}{one.number}",
            when=comes_later(one.comes),
        )
        return
    if one.article is None:
        known = one.problem == "not_in_force"
        visit.dispatcher.utter_message(
            response="utter_law_not_in_force" if known else "utter_law_unknown",
            quote=f"{one.law}{one.number}",
            today=visit.known.day.isoformat(),
        )
        return
    _show_article(visit, one.article)
    _say_change(visit, one.article)
    succession = visit.services.knowledge.succession
    if old and (change := successor_phrase(succession, old.article)):
        visit.dispatcher.utter_message(
            response="utter_law_renumbered",
            version=_version(old.article),
            article=one.number,
            change=change,
        )


def _say_change(visit: Visit, article: Article) -> None:
    """Say that an article is repealed, or soon will be, and what takes its place."""
    today, succession = visit.known.day, visit.services.knowledge.succession
    repealed = article.in_force_to and article.in_force_to < today
    turns = None if repealed else changes_soon(article, today)
    if not (repealed or turns):
        return
    change = successor_phrase(succession, article) or ELSEWHERE
    if repealed and article.in_force_to:
        visit.dispatcher.utter_message(
            response="utter_law_repealed",
            version=_version(article),
            change=change,
            **{"from": (article.in_force_to + ONE_DAY).isoformat()},
        )
    elif turns:
        visit.dispatcher.utter_message(
            response="utter_law_changing", change=change, **{"from": turns.isoformat()}
        )


def _show_todays(visit: Visit, one: Quoted, old: Article) -> None:
    """Today's articles for a number that the visitor has from the version before."""
    succession = visit.services.knowledge.succession
    visit.dispatcher.utter_message(
        response="utter_law_old_number",
        quote=f"{one.law}{one.number}",
        version=_version(old),
        change=successor_phrase(succession, old) or ELSEWHERE,
    )
    for article in as_of(succession, old, visit.known.day):
        _show_article(visit, article)


def _show_article(visit: Visit, article: Article) -> None:
    visit.dispatcher.utter_message(
        response="utter_law_found" if article.kind == "statute" else "utter_law_digest",
        law=article.title,
        article=article.article,
        version=_version(article),
        **{"from": article.in_force_from.isoformat()},
        until=f"，施行到{article.in_force_to}" if article.in_force_to else "",
    )
    visit.dispatcher.utter_message(
        text=article.text, json_message={"citations": [citation(article).as_dict()]}
    )


def _version(article: Article) -> str:
    return f"{article.version_date.year}年版"
