"""Says why a remedy is excluded, or what it could do after all."""

from rasa_sdk.events import EventType

from actions.asking import resume
from actions.base import Visit
from actions.deciding.turn import Does
from knowledge.routing.referral import Referral


async def explain_exclusions(visit: Visit) -> list[EventType]:
    """Why the remedies that the visitor names are excluded, else why any is."""
    referral, named = visit.decision.referral, visit.turn.remedies
    assert referral is not None
    excluded = [one for one in referral.ruled_out if not named or one.key in named]
    for one in excluded:
        visit.dispatcher.utter_message(
            response="utter_closed_details",
            name=one.name,
            why=one.why,
            json_message={"citations": [citation.as_dict() for citation in one.basis]},
        )
    if not excluded:
        _say_not_excluded(visit, referral)
    resume(visit)
    return []


def _say_not_excluded(visit: Visit, referral: Referral) -> None:
    dispatcher, named = visit.dispatcher, visit.turn.remedies
    open_ones = [
        (number, one) for number, one in enumerate(referral.remedies, 1) if one.key in named
    ]
    if open_ones:
        number, remedy = open_ones[0]
        asks_why = visit.turn.main is Does.ASKS_EXCLUSION
        dispatcher.utter_message(
            response="utter_not_closed" if asks_why else "utter_way_is_open",
            name=remedy.name,
            number=number,
            why=remedy.why,
            limits=remedy.cannot_do,
            json_message={"citations": [citation.as_dict() for citation in remedy.basis]},
        )
    elif named:
        unlisted = next(one for one in visit.known.rules.remedies if one.key == named[0])
        dispatcher.utter_message(
            response="utter_not_listed", name=unlisted.name, limits=unlisted.cannot_do
        )
    elif referral.remedies:
        first = referral.remedies[0]
        dispatcher.utter_message(
            response="utter_a_way_is_open", name=first.name, body=first.body.name, why=first.why
        )
    else:
        dispatcher.utter_message(response="utter_nothing_closed")
