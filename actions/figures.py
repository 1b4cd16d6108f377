"""Answers questions for sums and days.

How much could be awarded, from which sum on it is a crime, until when.
"""

import asyncio
from datetime import date

from rasa_sdk.events import EventType, SlotSet

from actions.asking import resume
from actions.base import Visit
from actions.deciding.questions import BY_CONTRACT
from actions.remedy_details import period_of
from knowledge.chinese.amounts import amount_range
from knowledge.figures.damages import Damages, damages
from knowledge.figures.limitation import limitation
from knowledge.figures.thresholds import Threshold, thresholds
from knowledge.law.applicable import ApplicableLaw
from knowledge.law.citations import Citation
from knowledge.law.deadlines import Deadline
from knowledge.routing.referral import Referral

MOST_DEADLINES = 3
SUIT = "civil_litigation"


async def tell_damages(visit: Visit) -> list[EventType]:
    """How much could be awarded for the right at issue."""
    rules = visit.services.knowledge.figures.damages
    if visit.decision.facts.get("situation") in BY_CONTRACT:
        visit.dispatcher.utter_message(response="utter_damages_by_contract")
        return await _after(visit)
    if visit.decision.ask:
        visit.dispatcher.utter_message(
            response="utter_damages_which_right", words=rules.unknown_right
        )
        return await _after(visit)
    law = _law(visit)
    found = await asyncio.to_thread(damages, rules, visit.decision.facts["right"], law)
    if not found:
        visit.dispatcher.utter_message(response="utter_damages_not_listed", words=rules.not_listed)
    for notice in law.about_the_act(one for version in found for one in version.basis):
        visit.dispatcher.utter_message(response="utter_notice", notice=notice)
    for version in found:
        _say_damages(visit, version, rules.caution)
    return await _after(visit)


async def tell_thresholds(visit: Visit) -> list[EventType]:
    """From which sum on it is a crime."""
    rules, facts = visit.services.knowledge.figures.thresholds, visit.decision.facts
    if visit.decision.ask:
        visit.dispatcher.utter_message(
            response="utter_threshold_which_right", words=rules.unknown_right
        )
        return await _after(visit)
    amount = amount_range(str(facts.get("amount") or ""))
    found = await asyncio.to_thread(thresholds, rules, facts["right"], amount, _law(visit))
    if found:
        _say_thresholds(visit, found, rules.decision)
    else:
        visit.dispatcher.utter_message(
            response="utter_threshold_not_listed", words=rules.not_listed
        )
    return await _after(visit)


async def tell_deadlines(visit: Visit) -> list[EventType]:
    """Until when it can be done."""
    referral = _referral(visit)
    deadlines = {one.what: one for remedy in referral.remedies for one in remedy.deadlines}
    dated = [(day, one) for one in deadlines.values() if (day := one.act_by or one.opens_on)]
    # What lies ahead comes first.
    dated.sort(key=lambda found: (found[0] < referral.as_of, found[0]))
    lapsed = [one for one in referral.ruled_out if one.rule == f"{one.key}-lapsed"]
    for one in lapsed:
        visit.dispatcher.utter_message(
            response="utter_ruled_out",
            name=one.name,
            why=one.why,
            json_message=_citations(one.basis),
        )
    for day, deadline in dated[:MOST_DEADLINES]:
        _say_deadline(visit, deadline, day, referral.as_of)
    sues = any(remedy.key == SUIT for remedy in referral.remedies)
    if sues:
        _say_limitation(visit)
    if visit.decision.ask:
        start = next(one for one in deadlines.values() if one.starts == visit.decision.ask)
        visit.dispatcher.utter_message(response="utter_deadline_start", **{"from": start.from_})
    elif not (dated or lapsed or sues):
        _say_undated(visit, referral)
    return await _after(visit)


def _say_undated(visit: Visit, referral: Referral) -> None:
    """The periods of the first way whose days nobody can tell yet, or that there are none."""
    deadlines = referral.remedies[0].deadlines if referral.remedies else ()
    if deadlines:
        visit.dispatcher.utter_message(
            response="utter_deadline_undated",
            periods="\n".join(map(period_of, deadlines)),
            json_message=_citations(tuple(one.basis for one in deadlines)),
        )
        return
    known = visit.decision.facts.get("situation") or visit.decision.facts.get("right")
    visit.dispatcher.utter_message(
        response="utter_deadline_none" if known else "utter_deadline_untold"
    )


async def _after(visit: Visit) -> list[EventType]:
    """The facts are kept; the matter's open questions and offers stay as they are."""
    events, asked = await visit.keep(), visit.state.asked
    resume(visit)
    if visit.decision.ask and visit.decision.ask not in asked:
        events.append(SlotSet("asked", [*asked, visit.decision.ask]))
    return events


def _referral(visit: Visit) -> Referral:
    assert visit.decision.referral is not None
    return visit.decision.referral


def _law(visit: Visit) -> ApplicableLaw:
    return visit.services.knowledge.law_for(visit.decision.facts, visit.known.day)


def _say_damages(visit: Visit, version: Damages, caution: str) -> None:
    visit.dispatcher.utter_message(
        response="utter_damages",
        order=version.order,
        range=version.range,
        punitive=version.punitive,
        caution=caution,
        json_message=_citations(version.basis),
    )
    accused = str(visit.decision.facts.get("situation")).startswith("accused")
    if accused and version.defences:
        visit.dispatcher.utter_message(
            response="utter_damages_defences", defences="；".join(version.defences)
        )
    elif not accused:
        visit.dispatcher.utter_message(
            response="utter_damages_evidence",
            evidence="；".join(version.evidence),
            remarks=f"{'；'.join(version.remarks)}。" if version.remarks else "",
        )


def _say_thresholds(visit: Visit, found: tuple[Threshold, ...], decision: str) -> None:
    compared = [f"{one.name}：{one.compared}" for one in found if one.compared]
    visit.dispatcher.utter_message(
        response="utter_threshold",
        numbers="\n".join(one.sentence for one in found),
        sources="；".join(dict.fromkeys(source for one in found for source in one.sources)),
        compared="\n" + "\n".join(compared) if compared else f"{decision}。",
        json_message=_citations(tuple(one.basis for one in found)),
    )


def _say_deadline(visit: Visit, deadline: Deadline, day: date, today: date) -> None:
    passed = not deadline.opens_on and day < today
    open_response = "utter_deadline_opens" if deadline.opens_on else "utter_deadline"
    visit.dispatcher.utter_message(
        response="utter_deadline_passed" if passed else open_response,
        what=deadline.what,
        day=day.isoformat(),
        left=f"还有{(day - today).days}天" if day > today else "就是今天",
        period=deadline.period,
        note=deadline.note or "",
        **{"from": deadline.from_},
        json_message=_citations((deadline.basis,)),
    )
    if deadline.due and deadline.due != deadline.act_by:
        visit.dispatcher.utter_message(
            response="utter_deadline_earlier", due=deadline.due.isoformat()
        )


def _say_limitation(visit: Visit) -> None:
    knowledge, facts, law = visit.services.knowledge, visit.decision.facts, _law(visit)
    told = limitation(
        knowledge.figures.limitation,
        facts.get("right"),
        law.act.on if law.act else None,
        "ongoing" in (facts.get("circumstances") or ()),
        law,
        knowledge.rules.workdays,
    )
    visit.dispatcher.utter_message(
        response="utter_deadline_limitation",
        limitation=told.sentence,
        json_message=_citations(told.basis),
    )


def _citations(basis: tuple[Citation, ...]) -> dict[str, list[dict[str, object]]]:
    return {"citations": [one.as_dict() for one in basis]}
