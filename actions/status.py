"""Says where a ticket stands."""

import asyncio
import re

from rasa_sdk.events import EventType, SlotSet

from actions.base import Visit
from api.tickets import service as tickets
from api.tickets.schemas import Progress
from knowledge.chinese.identifiers import ticket_number

_NUMBER = re.compile(r"jx\s?-?\d{8}[-—_ ]?\d{4,}", re.IGNORECASE)
_CODE = re.compile(
    rf"(?<![a-z0-9])[{tickets.CODE_ALPHABET}]{{{tickets.CODE_LENGTH}}}(?![a-z0-9])", re.IGNORECASE
)


async def tell(visit: Visit) -> list[EventType]:
    """Where a ticket stands.

    This conversation's own, or the one whose number and code are given.
    """
    text = visit.turn.text
    number = ticket_number(text) or visit.state.ticket_number
    code = _CODE.search(_NUMBER.sub(" ", text))
    both = (number, code.group()) if number and code else None
    ticket = await _look_up(visit, both)
    another = ticket and number and number != ticket.number
    if ticket is None or another:
        unknown = both and ticket is None
        asked = "utter_ask_ticket_code" if number else "utter_ask_ticket_number"
        visit.dispatcher.utter_message(
            response="utter_ticket_not_found" if unknown else asked, number=number
        )
        return [SlotSet("ticket_number", None if unknown else number)]
    deadline = ticket.next_deadline
    due = f"下一个期限：{deadline.what}，{deadline.due}。" if deadline and deadline.due else ""
    visit.dispatcher.utter_message(
        response="utter_ticket_status",
        number=ticket.number,
        status=ticket.status_text,
        deadline=due,
        notes="".join(f"{note.at:%m月%d日}：{note.text}" for note in ticket.notes),
    )
    return [SlotSet("ticket_number", None)]


async def _look_up(visit: Visit, both: tuple[str, str] | None) -> Progress | None:
    body = await asyncio.to_thread(visit.checked)
    async with visit.unit() as session:
        await visit.record(session, body)
        try:
            if both:
                return await tickets.look_up(session, *both)
            return await tickets.of_conversation(session, visit.conversation_id)
        except tickets.TicketNotFound:
            return None
