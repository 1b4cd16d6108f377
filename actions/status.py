"""Says where a ticket stands."""

import re

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.facts import in_progress
from actions.refer import Refer
from actions.services import HelplineAction, record
from api.tickets import service as tickets

NUMBER = re.compile(r"jx\d{8}-\d{4,}", re.IGNORECASE)
CODE = re.compile(
    rf"(?<![a-z0-9])[{tickets.CODE_ALPHABET}]{{{tickets.CODE_LENGTH}}}(?![a-z0-9])", re.IGNORECASE
)
ABOUT_A_TICKET = re.compile(
    "单|进度|登记|查|口令|jx|办得|处理|到哪|结果|受理|分派|联系我", re.IGNORECASE
)


class TicketStatus(HelplineAction):
    """Where a ticket stands: this conversation's own, or the one whose number and code are given."""

    def name(self) -> str:
        return "action_ticket_status"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        text = tracker.latest_message.get("text") or ""
        if in_progress(tracker.slots) and not ABOUT_A_TICKET.search(text):
            return await Refer(self.services).act(
                said, tracker
            )  # 那我是不是死定了 asks after no ticket
        if not in_progress(tracker.slots):
            await record(self, tracker, self.services.refer({"situation": "ticket_service"}))
        number = NUMBER.search(text)
        code = CODE.search(NUMBER.sub(" ", text))
        try:
            async with self.services.database.session() as session:
                if number and code:
                    ticket = await tickets.look_up(session, number.group(), code.group())
                else:
                    ticket = await tickets.of_conversation(session, tracker.sender_id)
        except tickets.TicketNotFound:
            said.utter_message(
                response="utter_ticket_not_found" if number and code else "utter_ask_ticket_number"
            )
            return []
        if number and number.group().upper() != ticket.number:
            said.utter_message(response="utter_ask_ticket_number")
            return []
        deadline = ticket.next_deadline
        said.utter_message(
            response="utter_ticket_status",
            number=ticket.number,
            status=ticket.status_text,
            deadline=f"下一个期限：{deadline.what}，{deadline.due}。"
            if deadline and deadline.due
            else "",
            notes="".join(f"{note.at:%m月%d日}：{note.text}" for note in ticket.notes),
        )
        return []
