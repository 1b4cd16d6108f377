"""Shows the law's own words."""

from datetime import date

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.services import HelplineAction, Services, record
from knowledge.citations import Quoted, citation, quoted
from knowledge.statutes import Article

EXTRACT = 140  # characters of a passage that are read on a telephone


def show_law(services: Services, said: CollectingDispatcher, text: str, today: date) -> bool:
    """Show the passages that fit a question best, the first with its beginning; whether there were any."""
    hits = services.knowledge.search(text, today, 4)
    if hits:
        best = hits[0]
        said.utter_message(
            response="utter_law_related",
            title=best.title,
            extract=best.text if len(best.text) <= EXTRACT else f"{best.text[:EXTRACT]}……",
            json_message={"citations": [hit.citation.as_dict() for hit in hits]},
        )
    return bool(hits)


class AnswerLaw(HelplineAction):
    """The articles that the visitor names, else the ones that fit the question best."""

    def name(self) -> str:
        return "action_answer_law"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        text, today = tracker.latest_message.get("text") or "", self.services.clock.today()
        found = quoted(text, self.services.knowledge.statutes, today)
        for one in found:
            self._show(said, one, today)
        if not found:
            self._search(said, text, today)
        await record(self, tracker, self.services.refer({"situation": "general_knowledge"}))
        return [SlotSet("offered", None)]

    def _show(self, said: CollectingDispatcher, one: Quoted, today: date) -> None:
        quote = f"{one.law}{one.number}"
        if one.article is None:
            known = one.problem == "not_in_force"
            response = "utter_law_not_in_force" if known else "utter_law_unknown"
            said.utter_message(response=response, quote=quote, today=today.isoformat())
            return
        article = one.article
        until = f"，施行到{article.in_force_to}" if article.in_force_to else ""
        said.utter_message(
            response="utter_law_found" if article.kind == "statute" else "utter_law_digest",
            law=article.law,
            article=article.article,
            version=f"{article.version_date.year}年版",
            **{"from": article.in_force_from.isoformat()},
            until=until,
        )
        said.utter_message(text=article.text, json_message={"citations": [citation(article).as_dict()]})
        if successor := self._successor(article):
            said.utter_message(response="utter_law_changing", **{"from": successor.isoformat()})

    def _successor(self, article: Article) -> date | None:
        """The day from which a newer version governs, if one is promulgated."""
        versions = self.services.knowledge.statutes.laws[article.law].versions
        return next((v.in_force_from for v in versions if v.in_force_from > article.in_force_from), None)

    def _search(self, said: CollectingDispatcher, text: str, today: date) -> None:
        if not show_law(self.services, said, text, today):
            said.utter_message(response="utter_law_nothing")
