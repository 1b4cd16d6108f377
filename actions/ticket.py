"""Opens a ticket: what its form takes and asks, and how it is filed."""

import asyncio
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.ext.asyncio import AsyncSession

from actions.base import HelplineAction, Visit
from actions.deciding.decision import Form, Step
from actions.deciding.ticketing import REFUSED
from actions.replies import answer, supposition
from api.conversations.schemas import TicketNotice
from api.tickets import service as tickets
from knowledge.office.office import Assessment
from knowledge.routing.referral import OpenRemedy
from knowledge.routing.rulebook import Rulebook
from knowledge.routing.triage import Triage, triage
from knowledge.slots import UNKNOWN, Facts

# What was taken for a wish for a ticket and is none.
_ANSWERED_INSTEAD = {
    Step.ABOUT_US: answer.about_us,
    Step.ANSWER: answer.answer,
    Step.SUPPOSITION: supposition.suppose,
    Step.NO_OTHER_SIDE: supposition.say_no_other_side,
}


class ValidateTicketForm(HelplineAction):
    """Takes what the visitor answers, and names what the ticket still needs."""

    def name(self) -> str:
        return "validate_ticket_form"

    def form(self, tracker: Tracker) -> Form:
        return Form.ASKING

    async def act(self, visit: Visit) -> list[EventType] | None:
        decision = visit.decision
        if decision.step in _ANSWERED_INSTEAD and decision.leaves_form:
            # The question opened the form; it closes unasked, and OpenTicket answers.
            return [ActiveLoop(None), SlotSet("requested_slot", None)]
        if decision.step is not Step.TICKET_ANSWER:
            return None  # the form steps back, the message is answered, then the form asks again
        events = await visit.keep()
        if decision.wrong_contact:
            visit.dispatcher.utter_message(response="utter_contact_invalid")
        return [
            *events,
            SlotSet("asked", [decision.ask] if decision.in_vain else None),
            SlotSet("requested_slot", decision.ask),
        ]


class AskMatter(HelplineAction):
    """What a ticket would be about, when it was wished before anything was told."""

    def name(self) -> str:
        return "action_ask_ticket_form_situation"

    def form(self, tracker: Tracker) -> Form:
        return Form.ASKS_MATTER

    async def act(self, visit: Visit) -> list[EventType]:
        await visit.keep()
        visit.dispatcher.utter_message(response="utter_ask_situation")
        return []


class AskContact(HelplineAction):
    """How the person who has the ticket can be reached; it takes no look at the message."""

    def name(self) -> str:
        return "action_ask_ticket_form_contact"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> list[EventType]:
        dispatcher.utter_message(response="utter_ask_contact")
        return []


class OpenTicket(HelplineAction):
    """Opens the ticket, or brings the one that is open up to date."""

    def name(self) -> str:
        return "action_open_ticket"

    def form(self, tracker: Tracker) -> Form:
        return Form.FILLED

    async def act(self, visit: Visit) -> list[EventType]:
        if instead := _ANSWERED_INSTEAD.get(visit.decision.step):
            return await instead(visit)
        if visit.leaves_to_staff("open_ticket"):
            return []
        filing = await asyncio.to_thread(prepare, visit)
        async with visit.unit() as session:
            filed = await file_ticket(session, visit, filing)
        say_filed(visit, filing, filed)
        return [SlotSet("asked", None), SlotSet("offered", None)]


async def ask_contact_again(visit: Visit) -> list[EventType]:
    """The tail of a number makes no number: the whole is asked for, and what stands is told."""
    contact = visit.decision.facts["contact"]
    visit.dispatcher.utter_message(response="utter_contact_again", contact=contact)
    return []


@dataclass(frozen=True)
class Filing:
    """What a ticket says, made ready before the database is asked."""

    urgency: Triage
    summary: str
    first: OpenRemedy | None
    contact: str | None
    assessment: Assessment


def prepare(visit: Visit) -> Filing:
    """What the ticket says about the decision's facts. Plain computing."""
    facts, referral = visit.decision.facts, visit.decision.referral
    assert referral is not None
    contact, services = facts.get("contact"), visit.services
    urgency = triage(facts, referral, services.knowledge.triage_rules)
    first = referral.remedies[0] if referral.remedies else None
    return Filing(
        urgency=urgency,
        summary=summary(facts, visit.known.rules),
        first=first,
        contact=contact if contact != REFUSED else None,
        assessment=services.office.assess(
            facts, first.key if first else None, urgency.priority, services.clock.now()
        ),
    )


async def file_ticket(session: AsyncSession, visit: Visit, filing: Filing) -> TicketNotice:
    """Open a ticket, or add to the one that is open."""
    urgency, first = filing.urgency, filing.first
    return await tickets.open(
        session,
        visit.conversation_id,
        visit.turn_id,
        visit.decision.facts,
        urgency.priority,
        filing.summary,
        at=visit.services.clock.now(),
        contact=filing.contact,
        dispatch_to=first.body.name if first else None,
        next_step=urgency.what,
        next_due=urgency.due,
        checklist=[item.model_dump() for item in first.evidence] if first else (),
        assessment=filing.assessment,
    )


def say_filed(visit: Visit, filing: Filing, filed: TicketNotice) -> None:
    """Say what became of the ticket.

    Its code is told by the turn that opened it, and never again.
    """
    contact, before = visit.decision.facts.get("contact"), visit.decision.matter.before
    reached = filing.contact is not None
    told = {
        "contact": f"联系方式记的是 {contact}" if reached else "您没有留联系方式，凭单号和口令来查",
        "next": f"看过后告诉您怎么找{filing.first.body.name}" if filing.first else "看过后再分派",
    }
    if not filed.created:
        moved = reached and contact != before.get("contact")
        visit.dispatcher.utter_message(
            response="utter_ticket_contact" if moved else "utter_ticket_updated",
            number=filed.number,
            **told,
        )
    elif filing.urgency.priority == "urgent":
        visit.dispatcher.utter_message(
            response="utter_ticket_opened_urgent",
            number=filed.number,
            code=filed.code,
            reason=filing.urgency.reason,
            **told,
        )
    else:
        visit.dispatcher.utter_message(
            response="utter_ticket_opened", number=filed.number, code=filed.code, **told
        )


def summary(facts: Facts, rules: Rulebook) -> str:
    """One line for the operator: what it is about and where."""
    words = [
        rules.label(slot, facts[slot]) for slot in ("situation", "right") if _told(facts, slot)
    ]
    places = [facts[slot] for slot in ("county", "city", "own_city") if _told(facts, slot)]
    return " · ".join([*words, *places[:1]])


def _told(facts: Facts, slot: str) -> bool:
    return facts.get(slot) not in (None, UNKNOWN)
