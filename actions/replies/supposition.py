"""Says what would be so if it were as the visitor supposes; what is known stays as it is."""

from collections.abc import Sequence

from rasa_sdk.events import EventType

from actions.asking import resume
from actions.base import Visit
from actions.deciding.turn import Does
from knowledge.routing.referral import OpenRemedy, Referral

# What is said where nobody is there to react, by the situation.
_NOBODY = {
    "clearance": "utter_nobody_clearance",
    "support_need": "utter_nobody_support",
    "registration_exam": "utter_nobody_filing",
    "preexam_need": "utter_nobody_filing",
}
# What comes after a way that came to nothing where no other one leads on, by that way.
_AFTER = {
    "platform_counter_notice": "utter_after_counter_notice",
    "license_contract_dispute": "utter_after_contract_claim",
    "arbitration": "utter_after_arbitration",
}


async def suppose(visit: Visit) -> list[EventType]:
    """The way and the last day under the supposed facts."""
    referral = visit.decision.referral
    assert referral is not None
    now = visit.known.refer(visit.state.facts)
    if _is_found_taken(referral, now, visit):
        visit.dispatcher.utter_message(response="utter_found_taken")
    elif Does.SAYS_DECLINED in visit.turn.does:
        visit.dispatcher.utter_message(
            response="utter_declined", then=_next_way(referral, now, visit)
        )
    elif after := _after_it_failed(referral, now, visit):
        visit.dispatcher.utter_message(response=after)
    else:
        outcome = _outcome(referral, now, visit)
        visit.dispatcher.utter_message(response="utter_supposition", outcome=outcome)
    resume(visit)
    return []


async def say_no_other_side(visit: Visit) -> list[EventType]:
    """Nobody stands against the visitor in this: what fits is said instead of the way once more."""
    visit.dispatcher.utter_message(response=_NOBODY[str(visit.state.facts["situation"])])
    resume(visit)
    return []


def _is_found_taken(referral: Referral, now: Referral, visit: Visit) -> bool:
    """Whether a search before use is supposed to find something, which leaves no more to search."""
    same = _stays_the_same(referral, now)
    return same and visit.state.facts.get("situation") == "clearance"


def _after_it_failed(referral: Referral, now: Referral, visit: Visit) -> str | None:
    """The response that says what comes after the way that is supposed to come to nothing."""
    fails = Does.COMES_TO_NOTHING in visit.turn.does and _stays_the_same(referral, now)
    return _AFTER.get(referral.remedies[0].key) if fails else None


def _stays_the_same(referral: Referral, now: Referral) -> bool:
    if not (referral.remedies and now.remedies):
        return False
    return _way(referral.remedies[0]) == _way(now.remedies[0])


def _outcome(referral: Referral, now: Referral, visit: Visit) -> str:
    days = sorted(
        (one.act_by, one.what)
        for remedy in referral.remedies
        for one in remedy.deadlines
        if one.act_by and one.act_by >= referral.as_of
    )
    if days:
        return f"「{days[0][1]}」最晚{days[0][0]:%Y年%-m月%-d日}"
    if not referral.remedies:
        return "还要看别的情况才能说走哪条路"
    first, *others = referral.remedies
    way = f"先走「{first.name}」，找{first.body.name}"
    if not _stays_the_same(referral, now):
        return way
    # 要是他不理呢: that nothing changes answers nobody; what comes next does.
    then = _next_of(others, visit)
    return f"还是{way}" + (
        f"；没有用的话，接着走「{then.name}」，找{then.body.name}" if then else ""
    )


def _next_way(referral: Referral, now: Referral, visit: Visit) -> str:
    """The way that is gone where an office declines; empty where none leads on."""
    others = referral.remedies[1:] if _stays_the_same(referral, now) else referral.remedies
    then = _next_of(others, visit)
    return f"还是不收的，走「{then.name}」，找{then.body.name}。" if then else ""


def _next_of(others: Sequence[OpenRemedy], visit: Visit) -> OpenRemedy | None:
    attacking = visit.known.base.doubt.attacking
    return next((one for one in others if one.key in attacking), None)


def _way(remedy: OpenRemedy) -> tuple[str, str]:
    """What is to be done, and where."""
    return remedy.key, remedy.body.name
