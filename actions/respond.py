"""The one action that Rasa's rules bring a message to: it carries out what was decided."""

from collections.abc import Awaitable, Callable, Mapping

from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet

from actions import drafts, ending, figures, handoff, law, out_of_scope, refer, status, ticket_word
from actions.base import Effect, HelplineAction, Visit
from actions.deciding.decision import DELETION, Preface, Step
from actions.remedy_details import explain_remedy, say_by_case
from actions.replies import answer, brief, meaning, supposition
from actions.replies.exclusions import explain_exclusions
from actions.ticket import ask_contact_again
from knowledge.drafts.drafts import paper_named
from knowledge.slots import TICKET_FORM

CarryOut = Callable[[Visit], Awaitable[list[EventType]]]


class Respond(HelplineAction):
    """Says what comes first, carries out the step, and closes a ticket's form that is left."""

    def name(self) -> str:
        return "action_turn"

    async def act(self, visit: Visit) -> list[EventType]:
        for preface in visit.decision.preface:
            await _say_before(visit, preface)
        events = await self._carry_out(visit)
        if visit.state.offered == DELETION and visit.decision.step is not Step.ASK_DELETION:
            events.append(SlotSet("offered", None))  # a yes to anything else deletes nothing
        if visit.decision.leaves_form:
            events += [ActiveLoop(None), SlotSet("requested_slot", None)]
        return events

    async def _carry_out(self, visit: Visit) -> list[EventType]:
        step = visit.decision.step
        if step in EFFECTS and visit.leaves_to_staff(EFFECTS[step]):
            return await visit.keep()
        return await STEPS[step](visit)


async def fill_form(_: Visit) -> list[EventType]:
    """The form asks for what a ticket needs."""
    return [FollowupAction(TICKET_FORM)]


async def _say_before(visit: Visit, preface: Preface) -> None:
    if preface is Preface.NO_HARM:
        visit.dispatcher.utter_message(response="utter_no_harm")
    elif preface is Preface.NO_DRAFT:
        visit.dispatcher.utter_message(
            response="utter_draft_none", paper=paper_named(visit.turn.text) or "您要的这份"
        )
    else:
        await law.show_related(visit)


# A filled form is answered by actions/ticket.py.
STEPS: Mapping[Step, CarryOut] = {
    Step.REFER: refer.tell,
    Step.RETURN: refer.tell,
    Step.NO_OTHER_MATTER: refer.say_no_other_matter,
    Step.ANSWER: answer.answer,
    Step.ABOUT_US: answer.about_us,
    Step.NO_OTHER_SIDE: supposition.say_no_other_side,
    Step.SIDES_BY_CASE: say_by_case,
    Step.IN_SHORT: brief.tell,
    Step.MEANING: meaning.explain,
    Step.TICKET_WORD: ticket_word.take,
    Step.SUPPOSITION: supposition.suppose,
    Step.ANSWER_BETWEEN: law.answer_between,
    Step.REMEDY_DETAILS: explain_remedy,
    Step.EXCLUSIONS: explain_exclusions,
    Step.ARTICLES: law.show_articles,
    Step.REASON: law.tell_reason,
    Step.BASIS: law.show_basis,
    Step.SEARCH_LAW: law.search,
    Step.DAMAGES: figures.tell_damages,
    Step.THRESHOLD: figures.tell_thresholds,
    Step.DEADLINE: figures.tell_deadlines,
    Step.DRAFTS: drafts.offer,
    Step.TICKET_FORM: fill_form,
    Step.TICKET_ANSWER: fill_form,
    Step.CONTACT_AGAIN: ask_contact_again,
    Step.TICKET_STATUS: status.tell,
    Step.HAND_OFF: handoff.hand_off,
    Step.DECLINE: ending.decline,
    Step.ASK_DELETION: ending.ask_deletion,
    Step.DELETE_DATA: ending.delete_data,
    Step.KEEP_DATA: ending.keep_data,
    Step.START_AFRESH: ending.start_afresh,
    Step.CANCEL: ending.cancel,
    Step.SMALL_TALK: ending.small_talk,
    Step.OUT_OF_SCOPE: out_of_scope.turn_away,
}

# Steps that do more than say something; a ticket is opened and brought up to date elsewhere.
EFFECTS: Mapping[Step, Effect] = {
    Step.TICKET_WORD: "ticket_word",
    Step.HAND_OFF: "hand_off",
    Step.DELETE_DATA: "delete_data",
}
