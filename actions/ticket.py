"""Opens a ticket when the visitor wishes one, and says where it stands."""

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.facts import in_progress
from actions.services import HelplineAction, record, turn_of
from api.tickets import service as tickets
from knowledge.chinese.identifiers import contact_meant
from knowledge.facts.reader import contact_refused
from knowledge.routing.referral import Referral
from knowledge.routing.rulebook import Rulebook
from knowledge.routing.triage import triage
from knowledge.slots import UNKNOWN, Facts

REFUSED = "refused"
# Answered beside the form, as in data/rules.
INTERRUPTIONS = frozenset(
    {
        "ask_law", "ask_detail", "ask_why_not", "ask_draft", "ask_damages", "ask_threshold", "ask_deadline", "cancel",
        "start_over",
        "human_handoff",
    }
)  # fmt: skip


class ValidateTicketForm(HelplineAction):
    """Takes what the visitor answers, and names what the ticket still needs: the matter, a place, a contact."""

    def name(self) -> str:
        return "validate_ticket_form"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        intent = (tracker.latest_message.get("intent") or {}).get("name")
        if intent in INTERRUPTIONS:
            return []  # the form steps back, the rule for this intent answers, then the form asks again
        facts = self.understand(tracker)
        if not in_progress(
            tracker.slots
        ):  # wished for at once: the direction is shown beside the form
            await record(self, tracker, self.services.refer(facts))
        wanted = tracker.get_slot("requested_slot")
        again = tracker.get_slot("asked") == [wanted]  # this question was answered before, in vain
        text = tracker.latest_message.get("text") or ""
        answered = _known(facts, wanted)
        if wanted == "contact" and not answered:
            if intent in ("deny", "dont_know") or contact_refused(text):
                facts["contact"] = REFUSED
            elif again:
                facts["contact"] = text  # as written: a person can make more of it than a pattern
            elif contact_meant(text):
                said.utter_message(response="utter_contact_invalid")
        elif wanted and not answered and (again or intent == "dont_know"):
            facts[wanted] = UNKNOWN
        following = _next_question(facts)
        in_vain = following == wanted and intent != "open_ticket"
        events = await self.remember(tracker, facts)
        return [
            *events,
            SlotSet("asked", [wanted] if in_vain else None),
            SlotSet("requested_slot", following),
        ]


class OpenTicket(HelplineAction):
    """Opens the ticket, or brings the one that is open up to date."""

    def name(self) -> str:
        return "action_open_ticket"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        facts = self.understand(tracker)
        await file_ticket(self, said, tracker, facts, self.services.refer(facts))
        return [SlotSet("asked", None), SlotSet("offered", None)]


async def has_open_ticket(action: HelplineAction, tracker: Tracker) -> bool:
    """Whether the conversation has a ticket that is still worked on."""
    async with action.services.database.session() as session:
        return await tickets.has_open(session, tracker.sender_id)


async def file_ticket(
    action: HelplineAction,
    said: CollectingDispatcher,
    tracker: Tracker,
    facts: Facts,
    referral: Referral,
) -> None:
    """Open a ticket about these facts, or add them to the open one, and say so."""
    services = action.services
    urgency = triage(facts, referral, services.knowledge.triage_rules)
    first = referral.remedies[0] if referral.remedies else None
    contact = facts.get("contact")
    async with services.database.session() as session:
        opened = await tickets.open(
            session,
            tracker.sender_id,
            turn_of(tracker),
            facts,
            urgency.priority,
            summary(facts, services.knowledge.rules),
            at=services.clock.now(),
            contact=contact if contact != REFUSED else None,
            dispatch_to=first.body.name if first else None,
            next_step=urgency.what,
            next_due=urgency.due,
            checklist=[item.model_dump() for item in first.evidence] if first else (),
        )
    if not opened.created:
        said.utter_message(response="utter_ticket_updated", number=opened.number)
    elif urgency.priority == "urgent":
        said.utter_message(
            response="utter_ticket_opened_urgent",
            number=opened.number,
            code=opened.code,
            reason=urgency.reason,
        )
    else:
        said.utter_message(response="utter_ticket_opened", number=opened.number, code=opened.code)


def summary(facts: Facts, rules: Rulebook) -> str:
    """One line for the operator: what it is about and where."""
    words = [
        rules.label(slot, facts[slot])
        for slot in ("situation", "right")
        if facts.get(slot) not in (None, UNKNOWN)
    ]
    places = [
        facts[slot]
        for slot in ("county", "city", "own_city")
        if facts.get(slot) not in (None, UNKNOWN)
    ]
    return " · ".join([*words, *places[:1]])


def _next_question(facts: Facts) -> str | None:
    return next(
        (slot for slot in ("situation", "city", "contact") if not _known(facts, slot)), None
    )


def _known(facts: Facts, slot: str | None) -> bool:
    """Whether the form has this; the visitor's own city will do where the act's is not known."""
    return bool(slot and facts.get(slot)) or (slot == "city" and bool(facts.get("own_city")))
