"""Tells the visitor which way to go, and asks what changes the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import show_law
from actions.asking import put, take_up_again
from actions.facts import NO_PROBLEM, SURE, changed, in_progress, known_facts, likeliest_intent
from actions.matters import are_several, park, parts_of, title, wanted
from actions.roads import asks_about_a_road, tell_road
from actions.services import HelplineAction, record
from actions.ticket import file_ticket, has_open_ticket
from knowledge.routing.questions import branches
from knowledge.routing.referral import Referral
from knowledge.slots import EVERY_MATTER, UNKNOWN, Facts

# Remedies for which people want the law itself: what was found in the laws and guidance is shown with them.
EXPLAINED = frozenset({"legal_info", "compliance_clearance"})
# Situations in which nobody has to act, so that a ticket is not offered.
NO_TICKET = frozenset({"general_knowledge", "clearance"})
MOST_TIMES = (
    2  # a question that was put so often and not answered is answered with branches instead
)
MOST_CHANGES_TOLD = 4


@dataclass
class _Matter:
    """What this turn makes of the matter spoken of, and of those beside it."""

    facts: Facts
    before: Facts  # of the same matter; empty when it is new
    parked: list[Facts] = field(default_factory=list)
    beside: list[Referral] = field(default_factory=list)  # of matters told in the same message
    left: Facts = field(default_factory=dict)
    unsure: list[str] = field(default_factory=list)  # slots that the visitor cannot tell


class Refer(HelplineAction):
    def name(self) -> str:
        return "action_refer"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        matter = await self._matter(tracker)
        if self._is_elsewhere(tracker, matter.facts):
            # Kept all the same: the next word may be that one end of it lies in Jiangxi.
            return [
                *await self.remember(tracker, matter.facts),
                *await say_out_of_scope(self, said, tracker, "other_province"),
            ]
        if self._interrupts(tracker):
            show_law(
                self.services,
                said,
                tracker.latest_message.get("text") or "",
                self.services.clock.today(),
            )
            if matter.facts == matter.before:
                take_up_again(self, said, tracker)
                return []
        told = {slot for slot in matter.facts if matter.facts[slot] != matter.before.get(slot)}
        asks = told <= {"goal"} and asks_about_a_road(tracker.latest_message.get("text") or "")
        if asks and in_progress(tracker.slots) and self.services.refer(matter.facts).remedies:
            tell_road(self, said, tracker, self.services.refer(matter.facts))
            return await self.remember(tracker, matter.facts)
        return await self.tell(said, tracker, matter)

    async def tell(
        self, said: CollectingDispatcher, tracker: Tracker, matter: _Matter
    ) -> list[EventType]:
        """Say the way to go in a matter, keep it, and ask what is still open."""
        facts, told = matter.facts, self._told(matter.before)
        referral = self.services.refer(facts)
        await record(self, tracker, referral, matter.beside)
        if matter.left:
            said.utter_message(
                response="utter_new_matter", left=title(matter.left, self.services.knowledge.rules)
            )
        if corrected := changed(matter.before, facts):
            said.utter_message(
                response="utter_changed", changes=self._changes(matter.before, facts, corrected)
            )
        self._say_branches(said, matter)
        self._say_direction(said, tracker, facts, referral, told)
        self._say_beside(said, matter)
        explained = self._explain_a_term(said, tracker, referral)
        self._say_warnings(said, referral, told)
        put(said, referral.asks)
        has_ticket = await has_open_ticket(self, tracker)
        if has_ticket and matter.before and facts != matter.before:
            await file_ticket(self, said, tracker, facts, referral)
        offered = None if has_ticket else self._offer(said, tracker, facts, referral)
        times = {} if matter.left or matter.beside else dict(tracker.get_slot("asked_times") or {})
        return [
            *await self.remember(tracker, facts),
            SlotSet("asked", [ask.slot for ask in referral.asks]),
            SlotSet(
                "asked_times",
                times | {ask.slot: times.get(ask.slot, 0) + 1 for ask in referral.asks},
            ),
            SlotSet("parked", matter.parked),
            SlotSet("explained", explained),
            SlotSet("offered", offered),
        ]

    async def _matter(self, tracker: Tracker) -> _Matter:
        """The matter after this message; of several told at once the one with the nearest deadline."""
        understood = self.understood(tracker)
        parked = park(tracker.get_slot("parked") or [], understood.left)
        several = await self._several(tracker, understood.facts)
        if len(several) > 1:
            several.sort(key=lambda facts: _nearest(self.services.refer(facts)))
            for facts in reversed(several[1:]):
                parked = park(parked, facts)
            beside = [self.services.refer(facts) for facts in several[1:]]
            return _Matter(several[0], {}, parked, beside)
        before = {} if understood.left else known_facts(tracker.slots)
        matter = _Matter(understood.facts, before, parked, left=understood.left)
        asked, times = tracker.get_slot("asked") or [], tracker.get_slot("asked_times") or {}
        tired = [
            slot for slot in asked if slot not in matter.facts and times.get(slot, 0) >= MOST_TIMES
        ]
        told_something = matter.facts != before
        if not understood.left:
            matter.facts |= dict.fromkeys(tired, UNKNOWN)
        unsure = [slot for slot in asked if matter.facts.get(slot) == UNKNOWN != before.get(slot)]
        # Who told something else instead is given up on without a word; branches are for who does not know.
        matter.unsure = [slot for slot in unsure if slot not in tired or not told_something]
        return matter

    async def _several(self, tracker: Tracker, whole: Facts) -> list[Facts]:
        """The matters that the parts of one message tell, one or none where they tell the same."""
        text = tracker.latest_message.get("text") or ""
        parts = parts_of(text) if not text.startswith("/") else []
        matters: list[Facts] = []
        shared = {slot: whole[slot] for slot in EVERY_MATTER if slot in whole}
        for part in parts if len(parts) > 1 else ():
            if (parsed := await self.services.parse(part)) is None:
                return []
            message = {**parsed, "text": part}
            facts = shared | self.understand_alone(message)
            sure = likeliest_intent(message)["confidence"] >= SURE
            if (
                sure
                and in_progress(facts)
                and (not matters or all(are_several([one, facts]) for one in matters))
            ):
                matters.append(facts)
        return matters

    def _interrupts(self, tracker: Tracker) -> bool:
        """A question of knowledge in the middle of a problem: it is answered, and the problem goes on."""
        intent = likeliest_intent(tracker.latest_message)
        return (
            intent["name"] in NO_PROBLEM
            and intent["confidence"] >= SURE
            and in_progress(tracker.slots)
        )

    def _is_elsewhere(self, tracker: Tracker, facts: Facts) -> bool:
        """Nothing ties the matter to Jiangxi: both places lie elsewhere, or one does and the visitor's words say so."""
        places = [
            facts[slot] for slot in ("city", "own_city") if facts.get(slot) not in (None, UNKNOWN)
        ]
        if any(self.services.knowledge.institutions.is_ours(place) for place in places):
            return False
        said_so = likeliest_intent(tracker.latest_message)["name"] == "out_other_province"
        return len(places) == 2 or said_so

    def _told(self, before: Facts) -> Referral | None:
        """The referral that the visitor has in front of him, if there is one."""
        return self.services.refer(before) if before.get("situation") else None

    def _changes(self, before: Mapping[str, Any], facts: Facts, slots: set[str]) -> str:
        """What was taken back, in words: 侵权地：南昌市 → 赣州市."""
        rules = self.services.knowledge.rules
        told = [
            f"{rules.label('slot', slot)}：{rules.label(slot, before[slot])}→{rules.label(slot, facts[slot])}"
            for slot in rules.vocabulary["slot"]
            if slot in slots and facts.get(slot) != UNKNOWN
        ]
        return "；".join(told[:MOST_CHANGES_TOLD]) or "前面说的情况"

    def _say_branches(self, said: CollectingDispatcher, matter: _Matter) -> None:
        """Not knowing is an answer: say where each possibility leads."""
        for slot in matter.unsure:
            if ways := branches(slot, matter.facts, self.services.knowledge.rules):
                words = "；".join(
                    f"如果是{'、'.join(way.titles)}，先走「{way.remedy}」" for way in ways
                )
                said.utter_message(response="utter_branches", branches=words)

    def _say_direction(
        self,
        said: CollectingDispatcher,
        tracker: Tracker,
        facts: Facts,
        referral: Referral,
        told: Referral | None,
    ) -> None:
        if not referral.remedies or not in_known_words(facts):
            still_open = "utter_no_road_yet" if in_known_words(facts) else "utter_not_understood"
            said.utter_message(response=still_open if referral.asks else "utter_no_road")
        elif (first := referral.remedies[0]).key in EXPLAINED:
            said.utter_message(text=first.why)
            if facts.get("situation") in (None, UNKNOWN):
                return  # a right alone is no question yet
            show_law(
                self.services,
                said,
                tracker.latest_message.get("text") or "",
                self.services.clock.today(),
            )
        elif told and told.remedies and told.remedies[0].rule == first.rule:
            said.utter_message(
                response="utter_direction_stays", name=first.name, body=first.body.name
            )
        else:
            others = "、".join(f"「{road.name}」" for road in referral.remedies[1:])
            said.utter_message(
                response="utter_direction",
                name=first.name,
                body=first.body.name,
                why=first.why,
                also=f"\n还可以同时考虑：{others}。" if others else "",
            )

    def _say_beside(self, said: CollectingDispatcher, matter: _Matter) -> None:
        for number, referral in enumerate(matter.beside):
            if referral.remedies:
                first, rules = referral.remedies[0], self.services.knowledge.rules
                said.utter_message(
                    response="utter_beside",
                    title=title(matter.parked[number], rules),
                    name=first.name,
                    body=first.body.name,
                    why=first.why,
                )

    def _explain_a_term(
        self, said: CollectingDispatcher, tracker: Tracker, referral: Referral
    ) -> list[str]:
        """Explain one legal term of the direction that this visitor has not been told yet."""
        explained = list(tracker.get_slot("explained") or [])
        if referral.remedies and referral.remedies[0].key not in EXPLAINED:
            first = referral.remedies[0]
            if found := self.services.knowledge.terms.to_explain(
                f"{first.name}。{first.why}", explained
            ):
                said.utter_message(response="utter_term", term=found[0], meaning=found[1])
                explained.append(found[0])
        return explained

    def _say_warnings(
        self, said: CollectingDispatcher, referral: Referral, told: Referral | None
    ) -> None:
        known = {closed.rule for closed in told.ruled_out} if told else set()
        for closed in [closed for closed in referral.ruled_out if closed.rule not in known][:1]:
            said.utter_message(response="utter_ruled_out", name=closed.name, why=closed.why)
        for notice in (one for one in referral.notices if not told or one not in told.notices):
            said.utter_message(response="utter_notice", notice=notice)

    def _offer(
        self, said: CollectingDispatcher, tracker: Tracker, facts: Facts, referral: Referral
    ) -> str | None:
        """Offer a ticket once there is a road and nothing more is asked."""
        done = referral.remedies and not referral.asks and facts["situation"] not in NO_TICKET
        if not done or tracker.get_slot("offered"):
            return None
        said.utter_message(response="utter_offer_ticket")
        return "ticket"


class ReturnTopic(Refer):
    """Takes up a matter that was left before; the one spoken of waits in its place."""

    def name(self) -> str:
        return "action_return_topic"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        parked: Sequence[Facts] = tracker.get_slot("parked") or []
        rules = self.services.knowledge.rules
        if not parked and self.understand(tracker) != known_facts(tracker.slots):
            return await super().act(
                said, tracker
            )  # 刚才又看了一遍，不是律师函是传票 corrects, it does not return
        number = wanted(parked, tracker.latest_message.get("text") or "", rules)
        if number is None:
            said.utter_message(response="utter_no_other_matter")
            take_up_again(self, said, tracker)
            return []
        facts = dict(parked[number])
        waiting = park(
            [one for one in parked if one is not parked[number]], known_facts(tracker.slots)
        )
        said.utter_message(response="utter_back_to_matter", title=title(facts, rules))
        return await self.tell(said, tracker, _Matter(facts, {}, waiting))


class Affirm(HelplineAction):
    """Yes: to an offered ticket, or as the answer to a question.

    One rule for both: a rule with a condition on `offered` would no longer hold once the answer has changed it.
    """

    def name(self) -> str:
        return "action_affirm"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        if tracker.get_slot("offered") == "ticket":
            return [FollowupAction("ticket_form")]
        return await Refer(self.services).act(said, tracker)


class Deny(HelplineAction):
    """No: to an offered ticket, or as the answer to a question."""

    def name(self) -> str:
        return "action_deny"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        if tracker.get_slot("asked"):
            return await Refer(self.services).act(said, tracker)
        said.utter_message(response="utter_anything_else")
        return [SlotSet("offered", None)]


class AskMatter(HelplineAction):
    """What a ticket would be about, when it was wished before anything was told."""

    def name(self) -> str:
        return "action_ask_ticket_form_situation"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        await record(self, tracker, self.services.refer(self.understand(tracker)))
        said.utter_message(response="utter_ask_situation")
        return []


async def say_out_of_scope(
    action: HelplineAction, said: CollectingDispatcher, tracker: Tracker, topic: str
) -> list[EventType]:
    """Say politely that this line cannot help, with one pointer; a problem that was being spoken of goes on."""
    text = str(tracker.latest_message.get("text") or "")
    said.utter_message(text=action.services.knowledge.exits.reply(topic, text))
    if in_progress(tracker.slots):
        take_up_again(action, said, tracker)
        return []
    await record(action, tracker, action.services.refer({"situation": "out_of_scope"}))
    return [SlotSet("asked", None), SlotSet("offered", None)]


def in_known_words(facts: Mapping[str, Any]) -> bool:
    """Whether anything was understood that a way can be told by."""
    return any(facts.get(slot) not in (None, UNKNOWN) for slot in ("situation", "right"))


def _nearest(referral: Referral) -> date:
    return min(
        (d.act_by for road in referral.remedies for d in road.deadlines if d.act_by),
        default=date.max,
    )
