"""Says what would be so if it were as the visitor supposes; what is known stays as it is."""

from rasa_sdk.events import EventType

from actions.asking import resume
from actions.base import Visit
from knowledge.routing.referral import OpenRemedy, Referral


async def suppose(visit: Visit) -> list[EventType]:
    """The way and the last day under the supposed facts."""
    referral = visit.decision.referral
    assert referral is not None
    outcome = _outcome(referral, visit.known.refer(visit.state.facts), visit)
    visit.dispatcher.utter_message(response="utter_supposition", outcome=outcome)
    resume(visit)
    return []


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
    if not now.remedies or _way(now.remedies[0]) != _way(first):
        return way
    # 要是他不理呢: that nothing changes answers nobody; what comes next does.
    attacking = visit.known.base.doubt.attacking
    then = next((one for one in others if one.key in attacking), None)
    return f"还是{way}" + (
        f"；没有用的话，接着走「{then.name}」，找{then.body.name}" if then else ""
    )


def _way(remedy: OpenRemedy) -> tuple[str, str]:
    """What is to be done, and where."""
    return remedy.key, remedy.body.name
