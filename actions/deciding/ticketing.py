"""Tickets, their form, and the wish for a person. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from actions.deciding.case import Case, recorded, stays
from actions.deciding.decision import Decision, Form, Matter, Step
from actions.deciding.referring import refer
from actions.deciding.turn import Does
from knowledge.slots import TICKET_FORM, UNKNOWN, Facts, asked_next

REFUSED = "refused"  # what the fact `contact` holds when the visitor would rather not leave any


def form_after(
    events: Iterable[Mapping[str, Any]], memory: Mapping[str, Any], before: Form
) -> str | None:
    """What the form asks for once these events of rasa_sdk are done; None while it is closed."""
    for event in events:
        if event["event"] == "active_loop" and event["name"] is None:
            return None
        if event["event"] == "slot" and event["name"] == "requested_slot":
            asked: str | None = event["value"]
            return asked
        if event["event"] == "followup" and event["name"] == TICKET_FORM:
            return asked_next(memory)
    if before in (Form.ASKING, Form.ASKS_MATTER):  # answered beside it: it asks again
        return memory.get("requested_slot") or asked_next(memory)
    return None


def ticket_form(case: Case) -> Decision:
    return stays(case, Step.TICKET_FORM, f"{case.turn.main.value}，开始登记")


def take_contact(case: Case) -> Decision:
    """Contact details open a ticket; what only looks like them does not: 我愿意赔5000."""
    given = "contact" in case.facts and case.facts["contact"] != case.state.facts.get("contact")
    if given or {Does.MEANS_CONTACT, Does.REFUSES_CONTACT} & case.turn.does:
        return ticket_form(case)
    return refer(case, "没有联系方式")


def corrects_contact_in_part(case: Case) -> bool:
    """Whether the number told before is called wrong and no whole one takes its place."""
    known = case.state.facts.get("contact")
    stays_known = known not in (None, REFUSED) and case.facts.get("contact") == known
    return stays_known and Does.CONTACT_IS_WRONG in case.turn.does


def contact_again(case: Case) -> Decision:
    return stays(case, Step.CONTACT_AGAIN, "说联系方式记错了，没有给出完整的")


def ticket_matter(case: Case) -> Decision:
    """What a ticket would be about is asked when it was wished before anything was told."""
    return Decision(
        step=Step.TICKET_MATTER,
        reason="要登记工单，还没说是什么事",
        facts=case.facts,
        matter=Matter(case.facts, case.state.facts),
        referral=case.known.refer(case.facts),
        records=True,
        ask="situation",
    )


def ticket_answer(case: Case) -> Decision:
    """Take what the visitor answers to the form, and name what the ticket still needs."""
    facts, wrong_contact = _form_facts(case)
    asked = case.state.form_slot
    following = asked_next(facts)
    in_vain = following == asked and case.turn.main is not Does.WANTS_TICKET
    at_once = not case.busy  # wished for at once: the direction is shown beside the form
    return Decision(
        step=Step.TICKET_ANSWER,
        reason="刚问的没答上，再问一次" if in_vain else "收下登记工单的回答",
        facts=facts,
        matter=Matter(facts, case.state.facts),
        referral=case.known.refer(case.facts) if at_once else None,
        records=at_once,
        remembers=True,
        ask=following,
        in_vain=in_vain,
        wrong_contact=wrong_contact,
    )


def _form_facts(case: Case) -> tuple[Facts, bool]:
    """The facts after an answer to the form, and whether a contact given reaches nobody."""
    turn, asked, facts = case.turn, case.state.form_slot, dict(case.facts)
    asked_in_vain = case.state.asked == (asked,)
    if asked is None or facts.get(asked):
        return facts, False
    if asked != "contact":
        gives_up = asked_in_vain or turn.main is Does.DOES_NOT_KNOW
        return (facts | {asked: UNKNOWN} if gives_up else facts), False
    refuses = turn.main in (Does.DENIES, Does.DOES_NOT_KNOW) or Does.REFUSES_CONTACT in turn.does
    if refuses:
        return facts | {asked: REFUSED}, False
    if asked_in_vain:  # as written: a person can make more of it than a pattern
        return facts | {asked: turn.text}, False
    return facts, Does.MEANS_CONTACT in turn.does


def open_ticket(case: Case) -> Decision:
    return Decision(
        step=Step.OPEN_TICKET,
        reason="工单要登记的都有了",
        facts=case.facts,
        matter=Matter(case.facts, case.state.facts),
        referral=case.known.refer(case.facts),
    )


def ask_ticket(case: Case) -> Decision:
    told_number = case.state.ticket_number is not None
    if case.busy and not told_number and Does.ABOUT_A_TICKET not in case.turn.does:
        return refer(case, "字面上没说到工单")  # 那我是不是死定了 asks after no ticket
    status = stays(case, Step.TICKET_STATUS, "查工单")
    return status if case.busy else recorded(case, status, "ticket_service")


def ticket_word(case: Case) -> Decision:
    if not case.sure and Does.ABOUT_A_TICKET not in case.turn.does:
        return refer(case, "字面上没说到工单")
    return replace(stays(case, Step.TICKET_WORD, case.turn.main.value), resume=None)


def hand_off(case: Case) -> Decision:
    tells_news = case.facts != case.state.facts
    if not case.sure and tells_news:  # 我想跟他和解 is news of the matter, no wish for a person
        return refer(case, "转人工的把握不大，话里又有新情况")
    handed = stays(case, Step.HAND_OFF, "要转人工")
    handed = replace(handed, facts=case.facts, remembers=True, resume=None)
    return handed if case.busy else recorded(case, handed, "ticket_service")
