"""One short reply to moods and to the wish for brevity: what counts now, and what to do first."""

from rasa_sdk.events import EventType, SlotSet

from actions.base import Visit
from actions.deciding.turn import Does
from actions.replies.steps import next_step
from knowledge.routing.referral import Referral

# What is said while a matter is spoken of, and while none is.
_REPLIES = {
    Does.ASKS_STEPS: "utter_first_step",
    Does.STARTS_OVER: "utter_in_short",
    Does.TOO_LONG: "utter_in_short",
    Does.NOT_CLEAR: "utter_simpler",
    Does.COMPLAINS: "utter_sorry",
    Does.WORRIES: "utter_take_heart",
    Does.PASSED_ON: "utter_passed_on",
    Does.ACKNOWLEDGES: "utter_go_on",
    Does.SMALL_TALK: "utter_still_here",
}


async def tell(visit: Visit) -> list[EventType]:
    """Say it in one or two sentences."""
    referral = visit.decision.referral
    if referral is None or not referral.remedies:
        visit.dispatcher.utter_message(response=_without_a_matter(visit.turn.main))
        return []
    _say(visit, referral)
    return [SlotSet("offered", None)]


def _say(visit: Visit, referral: Referral) -> None:
    first = referral.remedies[0]
    visit.dispatcher.utter_message(
        response=_REPLIES.get(visit.turn.main, "utter_in_short"),
        name=first.name,
        body=first.body.name,
        gives=first.can_do,
        step=next_step(first, visit.known.day),
        after=_after(referral),
        materials="、".join(first.materials[:3]) or "手上的材料",
    )


def _after(referral: Referral) -> str:
    """The way that stands second, for those who ask what comes next."""
    others = [one.name for one in referral.remedies[1:2]]
    return f"再往后可以考虑「{others[0]}」。" if others else ""


def _without_a_matter(does: Does) -> str:
    return "utter_sorry_tell_me" if does is Does.COMPLAINS else "utter_tell_me"
