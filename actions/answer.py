"""Shows the law's own words, and says where an article is found today."""

import re
from collections.abc import Sequence
from datetime import date

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.asking import take_up_again
from actions.facts import in_progress
from actions.roads import chosen
from actions.services import HelplineAction, Services, record
from knowledge.law.applicable import (
    ONE_DAY,
    OldNumber,
    as_of,
    becomes,
    changes_soon,
    coming_changes,
    named,
    what_comes,
)
from knowledge.law.citations import Quoted, citation
from knowledge.law.statutes import Article
from knowledge.search.searcher import Hit

ELSEWHERE = "在现行版里请按内容查"  # a change whose articles have not been compared
_OF_THE_ADVICE = re.compile(
    "原文|条文|法条|依据|根据|哪.?条|什么法"
)  # 法条原文发我: the law that the advice stands on
MOST_ARTICLES = 3  # of them are shown in full
EXTRACT = 140  # characters of a passage that are read on a telephone


def show_law(
    services: Services, said: CollectingDispatcher, text: str, today: date
) -> Sequence[Hit]:
    """Show the passages that fit a question best, the first with its beginning; returns what was shown."""
    hits = services.knowledge.search(text, today, 4)
    if hits:
        best = hits[0]
        said.utter_message(
            response="utter_law_related",
            title=f"{best.title}{_not_today(best, today)}",
            extract=best.text if len(best.text) <= EXTRACT else f"{best.text[:EXTRACT]}……",
            json_message={
                "citations": [
                    hit.citation.as_dict()
                    for hit in hits
                    if hit is best or not _not_today(hit, today)
                ]
            },
        )
    return hits


def _not_today(hit: Hit, today: date) -> str:
    """What must be said with an article that is not in force: without it the gate lets none out."""
    first, last = hit.citation.in_force_from, hit.citation.in_force_to
    if first and today < first:
        return f"（{first}起施行）"
    return f"（施行到{last}）" if last and last < today else ""


class AnswerLaw(HelplineAction):
    """The articles that the visitor names, else the ones that fit the question best."""

    def name(self) -> str:
        return "action_answer_law"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        text, today = tracker.latest_message.get("text") or "", self.services.clock.today()
        found = list(named(text, self.services.knowledge.statutes, today))
        busy = in_progress(tracker.slots)
        for one, old in found:
            if old and old.certain:
                self._show_today(said, one, old.article, today)
            else:
                self._show(said, one, old, today)
        if not found and busy and _OF_THE_ADVICE.search(text):
            self._show_basis(said, tracker, text)
        elif not found:
            self._search(said, text, today)
        if busy:
            take_up_again(self, said, tracker)
            return []
        await record(self, tracker, self.services.refer({"situation": "general_knowledge"}))
        return [SlotSet("offered", None)]

    def _show_basis(self, said: CollectingDispatcher, tracker: Tracker, text: str) -> None:
        """The articles that the advice stands on, the first ones in full."""
        referral = self.services.refer(self.settled(tracker))
        if not referral.remedies:
            self._search(said, text, self.services.clock.today())
            return
        road = chosen(referral, text, self.services.knowledge.remedy_names.named(text))
        for one in road.basis[:MOST_ARTICLES]:
            response = "utter_basis" if one.kind == "statute" else "utter_basis_digest"
            said.utter_message(response=response, quote=f"《{one.title}》{one.article}")
            said.utter_message(text=one.text, json_message={"citations": [one.as_dict()]})

    def _show(
        self, said: CollectingDispatcher, one: Quoted, old: OldNumber | None, today: date
    ) -> None:
        if one.article is None:
            known = one.problem == "not_in_force"
            response = "utter_law_not_in_force" if known else "utter_law_unknown"
            said.utter_message(
                response=response, quote=f"{one.law}{one.number}", today=today.isoformat()
            )
            return
        article, succession = one.article, self.services.knowledge.succession
        self._show_article(said, article)
        if article.in_force_to and article.in_force_to < today:
            said.utter_message(
                response="utter_law_repealed",
                version=_version(article),
                change=becomes(succession, article) or ELSEWHERE,
                **{"from": (article.in_force_to + ONE_DAY).isoformat()},
            )
        elif turns := changes_soon(article, today):
            change = becomes(succession, article) or ELSEWHERE
            said.utter_message(
                response="utter_law_changing", change=change, **{"from": turns.isoformat()}
            )
        if old and (change := becomes(succession, old.article)):
            said.utter_message(
                response="utter_law_renumbered",
                version=_version(old.article),
                article=one.number,
                change=change,
            )

    def _show_today(
        self, said: CollectingDispatcher, one: Quoted, old: Article, today: date
    ) -> None:
        """Today's articles for a number that the visitor has from the version before."""
        succession = self.services.knowledge.succession
        said.utter_message(
            response="utter_law_old_number",
            quote=f"{one.law}{one.number}",
            version=_version(old),
            change=becomes(succession, old) or ELSEWHERE,
        )
        for article in as_of(succession, old, today):
            self._show_article(said, article)

    def _show_article(self, said: CollectingDispatcher, article: Article) -> None:
        until = f"，施行到{article.in_force_to}" if article.in_force_to else ""
        said.utter_message(
            response="utter_law_found" if article.kind == "statute" else "utter_law_digest",
            law=article.title,
            article=article.article,
            version=_version(article),
            **{"from": article.in_force_from.isoformat()},
            until=until,
        )
        said.utter_message(
            text=article.text, json_message={"citations": [citation(article).as_dict()]}
        )

    def _search(self, said: CollectingDispatcher, text: str, today: date) -> None:
        shown = show_law(self.services, said, text, today)
        if not shown:
            said.utter_message(response="utter_law_nothing")
        cited = [hit.citation for hit in shown if hit.citation.kind != "guidance"]
        for (turns, title), what in coming_changes(
            self.services.knowledge.succession, cited, today
        ).items():
            said.utter_message(response="utter_notice", notice=what_comes(turns, title, what))


def _version(article: Article) -> str:
    return f"{article.version_date.year}年版"
