"""Says what would be so if it were as the visitor supposes; what is known stays as it is."""

from rasa_sdk.events import EventType

from actions.asking import resume
from actions.base import Visit
from knowledge.routing.referral import Referral


async def suppose(visit: Visit) -> list[EventType]:
    """The way and the last day under the supposed facts."""
    referral = visit.decision.referral
    assert referral is not None
    visit.dispatcher.utter_message(response="utter_supposition", outcome=_outcome(referral))
    resume(visit)
    return []


def _outcome(referral: Referral) -> str:
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
    first = referral.remedies[0]
    return f"先走「{first.name}」，找{first.body.name}"
