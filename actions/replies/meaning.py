"""Says what a word means that the visitor asks about."""

from rasa_sdk.events import EventType

from actions.asking import resume
from actions.base import Visit


async def explain(visit: Visit) -> list[EventType]:
    """The meanings of the terms that the question names."""
    terms = visit.services.knowledge.terms
    for term, meaning in terms.named(visit.turn.text):
        visit.dispatcher.utter_message(response="utter_term", term=term, meaning=meaning)
    resume(visit)
    return []
