"""Tells the visitor which way to go, and asks what changes the answer."""

import asyncio
from collections.abc import Mapping
from typing import Any

from rasa_sdk.events import EventType, SlotSet

from actions import remedy_details
from actions.asking import is_asked_again, put, resume
from actions.base import Visit
from actions.deciding.answering import PROMISES_ONLY
from actions.deciding.decision import Preface, Step
from actions.deciding.matters import title
from actions.deciding.merge import changed, in_known_words
from actions.deciding.turn import Does
from actions.law import show_related
from actions.replies import answer
from actions.replies.notices import unsaid
from actions.replies.steps import next_step
from actions.replies.told_back import named, told_back, told_value
from actions.ticket import Filing, file_ticket, prepare, say_filed
from api.conversations.schemas import TicketNotice
from api.tickets import service as tickets
from knowledge.routing.questions import branches
from knowledge.routing.referral import OpenRemedy, Referral
from knowledge.slots import UNKNOWN, Facts

# Remedies for which people want the law itself: what was found in the laws and guidance is shown
# with them.
EXPLAINED = frozenset({"legal_info", "compliance_clearance"})
MOST_CHANGES_TOLD = 4
SIDES_OF_A_WAY = [
    {"title": title, "payload": title}
    for title in ("要带什么材料", "去哪里办", "要多久", "要花多少钱", "转人工")
]
MOST_WAYS = 3  # told side by side while it is open which of them is meant
_MAY_ASK = frozenset({Does.TELLS, Does.INFORMS, Does.NOT_UNDERSTOOD})


async def tell(visit: Visit) -> list[EventType]:
    """Say the way to go in a matter, keep it, and ask what is still open."""
    referral = _referral(visit)
    ways = await asyncio.to_thread(_branches, visit)
    filing = await asyncio.to_thread(prepare, visit) if visit.decision.updates_ticket else None
    events, has_ticket, filed = await _keep(visit, filing)
    _say_which_matter(visit)
    _say_changes(visit)
    for words in ways:
        visit.dispatcher.utter_message(response="utter_branches", branches=words)
    answer.say(visit)
    again = any(is_asked_again(visit, ask) for ask in referral.asks)  # the question says it all
    if visit.decision.doubt and not again:
        await asyncio.to_thread(_say_doubt, visit)
    elif not again:
        await _say_direction(visit, referral, told_ways=bool(ways))
    if visit.decision.tells_sides:
        remedy_details.say(visit, referral.remedies[0])
    if visit.decision.perhaps and (again or not _shows_related(visit, referral)):
        answer.perhaps(visit, visit.decision.perhaps)
    _say_others(visit)
    explained = list(visit.slots.get("explained") or [])
    if visit.decision.doubt is None:  # else what is asked stands alone
        explained = [*_explain_a_term(visit, referral), *_say_warnings(visit, referral)]
    put(visit, referral.asks)
    if filed and filing:
        say_filed(visit, filing, filed)
    offers = visit.decision.offers_ticket and not has_ticket
    if offers:
        visit.dispatcher.utter_message(response="utter_offer_ticket")
    return [
        *events,
        *_asked(visit, referral),
        SlotSet("parked_matters", list(visit.decision.matter.parked)),
        SlotSet("explained", explained),
        SlotSet("doubted", list(visit.decision.doubt.situations) if visit.decision.doubt else None),
        SlotSet("stayed", visit.decision.facts == visit.decision.matter.before or None),
        SlotSet("offered", "ticket" if offers else None),
    ]


async def say_no_other_matter(visit: Visit) -> list[EventType]:
    """Nothing waits to be taken up again."""
    visit.dispatcher.utter_message(response="utter_no_other_matter")
    resume(visit)
    return []


def _referral(visit: Visit) -> Referral:
    assert visit.decision.referral is not None
    return visit.decision.referral


async def _keep(
    visit: Visit, filing: Filing | None
) -> tuple[list[EventType], bool, TicketNotice | None]:
    """Keep the referral and the facts, and in one unit of work with them what is new in the open
    ticket, where there is something.

    Returns the events, whether a ticket is open, and the ticket that was brought up to date.
    """
    async with visit.services.database.reading() as session:
        has_ticket = await tickets.has_open(session, visit.conversation_id)
    if filing is None or not has_ticket:
        return await visit.keep(), has_ticket, None
    body = await asyncio.to_thread(visit.checked)
    async with visit.unit() as session:
        await visit.record(session, body)
        has_ticket = await tickets.has_open(session, visit.conversation_id)
        brought = has_ticket and not visit.leaves_to_staff("update_ticket")
        filed = await file_ticket(session, visit, filing) if brought else None
        return await visit.remember(session), has_ticket, filed


def _asked(visit: Visit, referral: Referral) -> list[EventType]:
    """The events that keep what is asked, and how often it was; another matter counts anew."""
    matter = visit.decision.matter
    times = {} if matter.previous or matter.others else dict(visit.state.asked_times)
    asked = [ask.slot for ask in referral.asks]
    counted = times | {slot: times.get(slot, 0) + 1 for slot in asked}
    return [SlotSet("asked", asked), SlotSet("asked_times", counted)]


def _say_which_matter(visit: Visit) -> None:
    matter, rules = visit.decision.matter, visit.known.rules
    if visit.decision.step is Step.RETURN:
        visit.dispatcher.utter_message(
            response="utter_back_to_matter", title=title(matter.facts, rules)
        )
    if matter.previous:
        visit.dispatcher.utter_message(
            response="utter_new_matter", previous=title(matter.previous, rules)
        )


def _say_changes(visit: Visit) -> None:
    """What was taken back, in words: 侵权地：南昌市 → 赣州市."""
    before, facts = visit.decision.matter.before, visit.decision.facts
    if slots := changed(before, facts) - set(visit.state.asked):  # an answer corrects nothing
        visit.dispatcher.utter_message(
            response="utter_changed", changes=_changes(visit, before, facts, slots)
        )


def _changes(visit: Visit, before: Mapping[str, Any], facts: Facts, slots: set[str]) -> str:
    rules = visit.known.rules
    known = [s for s in rules.vocabulary["slot"] if s in slots and facts.get(s) != UNKNOWN]
    lines = [
        f"{named(rules, s, facts)}："
        f"{told_value(rules, s, before[s], facts)}→{told_value(rules, s, facts[s], facts)}"
        for s in known
    ]
    return "；".join(lines[:MOST_CHANGES_TOLD]) or "前面说的情况"


def _branches(visit: Visit) -> list[str]:
    """Not knowing is an answer: where each possibility leads."""
    matter, rules = visit.decision.matter, visit.known.rules
    found = [branches(slot, matter.facts, rules) for slot in matter.unsure]
    return [
        "；".join(f"如果是{'、'.join(way.titles)}，先走「{way.remedy}」" for way in ways)
        for ways in found
        if ways
    ]


async def _say_direction(visit: Visit, referral: Referral, told_ways: bool) -> None:
    facts = visit.decision.facts
    told = visit.decision.answer or visit.decision.perhaps
    if told and not referral.remedies:
        return  # no way is needed to what was just answered
    if not referral.remedies or not in_known_words(facts):
        still_open = "utter_no_remedy_yet" if in_known_words(facts) else "utter_not_understood"
        vain = "utter_no_remedy_again" if visit.state.unclear % 2 else "utter_no_remedy"
        visit.dispatcher.utter_message(response=still_open if referral.asks else vain)
        return
    first = referral.remedies[0]
    if first.key in EXPLAINED:
        if visit.decision.answer is None:
            await _explain(visit, first)
    elif before := _told_before(visit, first):
        if not told_ways:  # else where each possibility leads was just said
            _say_what_stays(visit, before, first)
    else:
        others = "、".join(f"「{remedy.name}」" for remedy in referral.remedies[1:])
        visit.dispatcher.utter_message(
            response="utter_direction",
            name=first.name,
            body=first.body.name,
            why=first.why,
            also=f"\n还可以同时考虑：{others}。" if others else "",
        )


def _shows_related(visit: Visit, referral: Referral) -> bool:
    """Whether the closest answer, or the law, is shown before the way or with it."""
    explained = bool(referral.remedies) and referral.remedies[0].key in EXPLAINED
    return explained or Preface.LAW in visit.decision.preface


def _told_before(visit: Visit, first: OpenRemedy) -> OpenRemedy | None:
    """The same advice as the visitor heard it before; in doubt he heard only where each possibility
    leads.
    """
    before = visit.decision.previous_referral
    if before is None or not before.remedies or "situation" in visit.state.asked:
        return None
    return before.remedies[0] if before.remedies[0].rule == first.rule else None


async def _explain(visit: Visit, first: OpenRemedy) -> None:
    if visit.turn.main is Does.DOES_NOT_KNOW:  # nothing was asked that could be looked up
        visit.dispatcher.utter_message(response="utter_no_remedy")
        return
    if first.rule != PROMISES_ONLY:
        visit.dispatcher.utter_message(text=first.why)
    if visit.decision.facts.get("situation") not in (None, UNKNOWN):
        await show_related(visit)
    elif first.rule == PROMISES_ONLY:  # a right alone is no question yet
        visit.dispatcher.utter_message(response="utter_law_nothing")


def _say_what_stays(visit: Visit, before: OpenRemedy, first: OpenRemedy) -> None:
    """What was understood, what it changes, and what to do first now."""
    rules, facts = visit.known.rules, visit.decision.facts
    known = visit.decision.matter.before
    added = [
        told_back(rules, slot, facts)
        for slot in rules.vocabulary["slot"]
        if slot in facts and facts[slot] != UNKNOWN and facts[slot] != known.get(slot)
    ]
    news = "；".join(added[:MOST_CHANGES_TOLD])
    moved = first.body.name != before.body.name
    if not news and not moved:
        _say_nothing_new(visit, first)
        return
    visit.dispatcher.utter_message(
        response="utter_news" if news else "utter_no_news",
        news=news,
        direction=f"这样就能定下来：找{first.body.name}" if moved else f"还是先走「{first.name}」",
        step=next_step(first, visit.known.day),
    )


def _say_nothing_new(visit: Visit, first: OpenRemedy) -> None:
    """The way stays as it is: said once, and the second time with what can be asked about it. What
    may have been asked is put as a question.
    """
    if visit.decision.perhaps:
        return  # the closest answer follows
    if visit.slots.get("stayed"):
        visit.dispatcher.utter_message(
            response="utter_not_taken_up", name=first.name, buttons=SIDES_OF_A_WAY
        )
        return
    visit.dispatcher.utter_message(
        response="utter_no_news",
        direction=f"还是先走「{first.name}」",
        step=next_step(first, visit.known.day),
    )
    if visit.turn.main in _MAY_ASK and visit.state.opening and visit.decision.answer is None:
        answer.ask_which(visit)


def _say_doubt(visit: Visit) -> None:
    """What holds in every case, and where each of the likeliest situations would lead."""
    doubt, known = visit.decision.doubt, visit.known
    assert doubt is not None
    rules = visit.services.knowledge.doubt
    ways = []
    for situation in doubt.situations[:MOST_WAYS]:
        referral = known.refer(visit.decision.facts | {"situation": situation})
        if referral.remedies:
            ways.append(
                f"如果是「{rules.options[situation]}」，先走「{referral.remedies[0].name}」"
            )
    visit.dispatcher.utter_message(
        response="utter_doubt", first=rules.first_of_all, ways="；".join(ways)
    )


def _say_others(visit: Visit) -> None:
    """The directions of the matters that were told beside this one."""
    others = zip(visit.decision.matter.others, visit.decision.other_referrals, strict=True)
    for facts, referral in others:
        if referral.remedies:
            first = referral.remedies[0]
            visit.dispatcher.utter_message(
                response="utter_other_matter",
                title=title(facts, visit.known.rules),
                name=first.name,
                body=first.body.name,
                why=first.why,
            )


def _explain_a_term(visit: Visit, referral: Referral) -> list[str]:
    """Explain one legal term of the direction that this visitor has not been told yet."""
    explained = list(visit.slots.get("explained") or [])
    if not referral.remedies or referral.remedies[0].key in EXPLAINED:
        return explained
    first, terms = referral.remedies[0], visit.services.knowledge.terms
    if found := terms.to_explain(f"{first.name}。{first.why}", explained):
        visit.dispatcher.utter_message(response="utter_term", term=found[0], meaning=found[1])
        explained.append(found[0])
    return explained


def _say_warnings(visit: Visit, referral: Referral) -> list[str]:
    """Say what else is to be known; returns what was said of notices, for it is said once."""
    before = visit.decision.previous_referral
    known = {one.rule for one in before.ruled_out} if before else set()
    for one in [one for one in referral.ruled_out if one.rule not in known][:1]:
        visit.dispatcher.utter_message(response="utter_ruled_out", name=one.name, why=one.why)
    said: list[str] = []
    known_words = visit.slots.get("explained") or []
    told = before.notices if before else ()
    for notice in (one for one in referral.notices if one not in told):
        if new := unsaid(notice, known_words):
            visit.dispatcher.utter_message(response="utter_notice", notice=new[0])
            said += new[1]
    return said
