"""Answers questions for sums and days: how much could be awarded, from which sum on it is a crime, until when."""

import re
from datetime import date

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.asking import take_up_again
from actions.facts import in_progress
from actions.services import HelplineAction, record
from knowledge.chinese.amounts import amount_range
from knowledge.figures.damages import Damages, damages
from knowledge.figures.limitation import limitation
from knowledge.figures.thresholds import thresholds
from knowledge.law.citations import Citation
from knowledge.law.deadlines import Deadline
from knowledge.routing.referral import Referral
from knowledge.slots import UNKNOWN, Facts

NO_RIGHT = frozenset(
    {None, UNKNOWN, "multiple", "none"}
)  # about which nothing can be said before it is asked
_OWN_MATTER = re.compile(
    "[我俺咱]"
)  # without it a question of sums tells no problem of the visitor's
MOST_DEADLINES = 3
SUIT = "civil_litigation"


class _Figures(HelplineAction):
    """What the three share: the facts are kept, the matter's open questions and offers stay as they are."""

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        facts = self.understand(tracker)
        text = tracker.latest_message.get("text") or ""
        told = facts.get("situation") and (in_progress(tracker.slots) or _OWN_MATTER.search(text))
        if told:
            matter = facts
        elif facts.get("right") in NO_RIGHT:  # nothing to tell yet: what happened is asked
            matter = {slot: value for slot, value in facts.items() if slot != "situation"}
        else:
            matter = facts | {"situation": "general_knowledge"}
        referral = self.services.refer(matter)
        await record(self, tracker, referral)
        asked = self.answer(said, facts, referral)
        events = await self.remember(tracker, facts)
        open_asks = list(tracker.get_slot("asked") or [])
        if asked and asked not in open_asks:
            events.append(SlotSet("asked", [*open_asks, asked]))
        if not asked:
            take_up_again(self, said, tracker)
        return events

    def answer(self, said: CollectingDispatcher, facts: Facts, referral: Referral) -> str | None:
        """Say the figures; returns the slot of the question that was put, if one was."""
        raise NotImplementedError


class AnswerDamages(_Figures):
    def name(self) -> str:
        return "action_answer_damages"

    def answer(self, said: CollectingDispatcher, facts: Facts, referral: Referral) -> str | None:
        knowledge, right = self.services.knowledge, facts.get("right")
        rules, law = knowledge.figures.damages, knowledge.law_for(facts, referral.as_of)
        if right in NO_RIGHT:
            said.utter_message(response="utter_damages_which_right", words=rules.unknown_right)
            return "right"
        found = damages(rules, right, law)
        if not found:
            said.utter_message(response="utter_damages_not_listed", words=rules.not_listed)
            return None
        for notice in law.about_the_act(one for version in found for one in version.basis):
            said.utter_message(response="utter_notice", notice=notice)
        for version in found:
            self._say(
                said,
                version,
                rules.caution,
                accused=str(facts.get("situation")).startswith("accused"),
            )
        return None

    def _say(
        self, said: CollectingDispatcher, version: Damages, caution: str, accused: bool
    ) -> None:
        said.utter_message(
            response="utter_damages",
            order=version.order,
            range=version.range,
            punitive=version.punitive,
            caution=caution,
            json_message=_citations(version.basis),
        )
        if accused and version.defences:
            said.utter_message(
                response="utter_damages_defences", defences="；".join(version.defences)
            )
        elif not accused:
            remarks = f"{'；'.join(version.remarks)}。" if version.remarks else ""
            said.utter_message(
                response="utter_damages_evidence",
                evidence="；".join(version.evidence),
                remarks=remarks,
            )


class AnswerThreshold(_Figures):
    def name(self) -> str:
        return "action_answer_threshold"

    def answer(self, said: CollectingDispatcher, facts: Facts, referral: Referral) -> str | None:
        knowledge, right = self.services.knowledge, facts.get("right")
        rules, law = knowledge.figures.thresholds, knowledge.law_for(facts, referral.as_of)
        if right in NO_RIGHT:
            said.utter_message(response="utter_threshold_which_right", words=rules.unknown_right)
            return "right"
        found = thresholds(rules, right, amount_range(str(facts.get("amount") or "")), law)
        if not found:
            said.utter_message(response="utter_threshold_not_listed", words=rules.not_listed)
            return None
        compared = [f"{one.name}：{one.compared}" for one in found if one.compared]
        said.utter_message(
            response="utter_threshold",
            numbers="\n".join(one.sentence for one in found),
            sources="；".join(dict.fromkeys(source for one in found for source in one.sources)),
            compared="\n" + "\n".join(compared) if compared else f"{rules.decision}。",
            json_message=_citations(tuple(one.basis for one in found)),
        )
        return None


class AnswerDeadline(_Figures):
    def name(self) -> str:
        return "action_answer_deadline"

    def answer(self, said: CollectingDispatcher, facts: Facts, referral: Referral) -> str | None:
        deadlines = list(
            {one.what: one for road in referral.remedies for one in road.deadlines}.values()
        )
        dated = [(day, one) for one in deadlines if (day := one.act_by or one.opens_on)]
        dated.sort(
            key=lambda found: (found[0] < referral.as_of, found[0])
        )  # what lies ahead comes first
        lapsed = [closed for closed in referral.ruled_out if closed.rule == f"{closed.key}-lapsed"]
        for closed in lapsed:
            said.utter_message(
                response="utter_ruled_out",
                name=closed.name,
                why=closed.why,
                json_message=_citations(closed.basis),
            )
        for day, deadline in dated[:MOST_DEADLINES]:
            self._say(said, deadline, day, referral.as_of)
        sues = any(road.key == SUIT for road in referral.remedies)
        if sues:
            self._say_limitation(said, facts, referral.as_of)
        start = next(
            (one for one in deadlines if one.starts and not (one.act_by or one.opens_on)), None
        )
        if start and not dated:
            said.utter_message(response="utter_deadline_start", **{"from": start.from_})
            return start.starts
        if not (dated or lapsed or sues):
            known = facts.get("situation") or facts.get("right")
            said.utter_message(response="utter_deadline_none" if known else "utter_deadline_untold")
        return None

    def _say(self, said: CollectingDispatcher, deadline: Deadline, day: date, today: date) -> None:
        response = "utter_deadline_opens" if deadline.opens_on else "utter_deadline"
        if not deadline.opens_on and day < today:
            response = "utter_deadline_passed"
        said.utter_message(
            response=response,
            what=deadline.what,
            day=day.isoformat(),
            left=f"还有{(day - today).days}天" if day > today else "就是今天",
            period=deadline.period,
            note=deadline.note or "",
            **{"from": deadline.from_},
            json_message=_citations((deadline.basis,)),
        )
        if deadline.due and deadline.due != deadline.act_by:
            said.utter_message(response="utter_deadline_earlier", due=deadline.due.isoformat())

    def _say_limitation(self, said: CollectingDispatcher, facts: Facts, today: date) -> None:
        knowledge = self.services.knowledge
        law = knowledge.law_for(facts, today)
        told = limitation(
            knowledge.figures.limitation,
            facts.get("right"),
            law.act.on if law.act else None,
            "ongoing" in (facts.get("circumstances") or ()),
            law,
            knowledge.rules.workdays,
        )
        said.utter_message(
            response="utter_deadline_limitation",
            limitation=told.sentence,
            json_message=_citations(told.basis),
        )


def _citations(basis: tuple[Citation, ...]) -> dict[str, list[dict[str, object]]]:
    return {"citations": [one.as_dict() for one in basis]}
