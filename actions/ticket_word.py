"""Does what a visitor says of his ticket: withdraw it, keep it after all, urge it, or add to it."""

import re

from rasa_sdk.events import EventType, SlotSet

from actions.base import Visit
from actions.deciding.turn import Does
from api.tickets import service as tickets

_WORDS: dict[Does, tickets.Word] = {
    Does.WITHDRAWS_TICKET: "withdraw",
    Does.KEEPS_TICKET: "keep",
    Does.URGES_TICKET: "urge",
    Does.ADDS_TO_TICKET: "add",
}
_REPLIES: dict[tickets.Word, str] = {
    "withdraw": "utter_ticket_withdraw",
    "keep": "utter_ticket_keep",
    "urge": "utter_ticket_urge",
    "add": "utter_ticket_add",
}
_LEAD_IN = re.compile("^(?:再|帮我|麻烦|请)*(?:补充|加|添)(?:一句|一下|一条|上)?[:：，, ]*")


async def take(visit: Visit) -> list[EventType]:
    """Carry it out, and say what became of the ticket."""
    word, said = _WORDS[visit.turn.main], _LEAD_IN.sub("", visit.turn.text)
    services = visit.services
    async with visit.unit() as session:
        ticket = await tickets.take_word(
            session, visit.conversation_id, visit.turn_id, word, said, at=services.clock.now()
        )
    if ticket is None:
        visit.dispatcher.utter_message(response="utter_no_ticket_here")
        return []
    visit.dispatcher.utter_message(
        response=_REPLIES[word],
        number=ticket.number,
        status=ticket.status_text,
        said=said,
    )
    return [SlotSet("offered", None)]
