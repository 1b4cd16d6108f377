"""The one place that decides what is done about a message.

Pure: a turn and what is known, in; a decision, out.

Rasa's rules only bring a message here; the actions only carry out what was decided. What each kind
of message leads to stands in the files beside this one; the dialogue engine's guesses are weighed
against the visitor's own words by the table in `thresholds.py`, and by nothing else.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from actions.deciding.answering import asks_for_an_answer, in_the_matter, nearest, perhaps_to
from actions.deciding.case import Case, tells_news
from actions.deciding.decision import Decision, Form, Preface, State, Step
from actions.deciding.ends import (
    about_us,
    cancel,
    is_about_own_data,
    is_about_us,
    is_outside,
    out_of_scope,
    own_data,
    small_talk,
    start_afresh,
)
from actions.deciding.known import Known
from actions.deciding.questions import (
    QUESTIONS,
    after_he_stays_away,
    answer,
    ask_draft,
    ask_figure,
    ask_law,
    ask_meaning,
    ask_reason,
    ask_whether,
    ask_which_first,
    asks_for_evidence,
    asks_if_open,
    calm,
    compares_the_ways,
    fails_in_doubt,
    in_short,
    is_answered_in_matter,
    is_better_answered,
    is_no_wish,
    misses_an_other_side,
    no_show,
    say_no_other_side,
    stay_away,
    stays_away_himself,
    suppose,
    supposes,
    wants_another_way,
    wishes_to_talk,
    would_ignore_the_court,
    would_not_admit,
    would_stay_away,
)
from actions.deciding.referring import (
    affirm,
    ask_exclusion,
    ask_remedy,
    asks_about_the_way,
    deny,
    refer,
    take_up,
)
from actions.deciding.ticketing import (
    ask_ticket,
    contact_again,
    corrects_contact_in_part,
    hand_off,
    open_ticket,
    take_contact,
    ticket_answer,
    ticket_form,
    ticket_matter,
    ticket_word,
)
from actions.deciding.turn import Does, Turn
from actions.deciding.understanding import understand

_CODE = re.compile("[a-z0-9]{6}", re.IGNORECASE)  # of a ticket, told alone
_ASKED_BESIDE = QUESTIONS | {
    Does.ASKS_LAW,
    Does.ASKS_DAMAGES,
    Does.ASKS_THRESHOLD,
    Does.ASKS_DEADLINE,
    Does.ASKS_REMEDY,
    Does.ASKS_EXCLUSION,
    Does.PASSED_ON,
}
# Where a written answer may say more than the step would.
_MAY_BE_ANSWERED = _ASKED_BESIDE | {
    Does.NOT_UNDERSTOOD,
    Does.OUT_OF_SCOPE,
    Does.CANCELS,
}
_MAY_ASK_IF_OPEN = QUESTIONS | {Does.TELLS, Does.INFORMS, Does.ASKS_REMEDY, Does.NOT_UNDERSTOOD}
# Answered beside the form, which then asks again.
_INTERRUPT_FORM = _ASKED_BESIDE | {
    Does.ASKS_DRAFT,
    Does.ASKS_STEPS,
    Does.TOO_LONG,
    Does.NOT_CLEAR,
    Does.SMALL_TALK,
}

_LEAVE_FORM = frozenset({Does.CANCELS, Does.STARTS_OVER, Does.WANTS_PERSON})

_ABOUT_OWN_DATA = frozenset({Step.ASK_DELETION, Step.DELETE_DATA, Step.KEEP_DATA})

# Carried out whatever is supposed beside them: 要是还不行就转人工，我在南昌.
_WISHES = _LEAVE_FORM | {Does.WANTS_TICKET, Does.GIVES_CONTACT, Does.ASKS_TICKET, Does.RETURNS}


def decide(turn: Turn, state: State, known: Known) -> Decision:
    """What is done about a message.

    `state`: what the conversation knew before; `known`: the law of the day.
    """
    case = Case(turn, state, known)
    case.facts, case.previous = understand(case)
    case.turn = in_the_matter(case)
    near_in_matter = nearest(case) if case.turn.in_matter else ()
    decision = _step_of(case)(case)
    near = near_in_matter or nearest(case)
    sides = asks_about_the_way(case, decision)
    nothing_told = not (decision.answer or decision.perhaps or sides)
    perhaps = perhaps_to(case, decision.step) if nothing_told else decision.perhaps
    ends_it = turn.main in _LEAVE_FORM or decision.step in _ABOUT_OWN_DATA
    no_wish = decision.step is Step.ABOUT_US and state.form_slot is None
    taken_for_a_wish = no_wish or is_no_wish(case)
    leaves = state.form is Form.ASKING and (ends_it or taken_for_a_wish)
    used = tuple(dict.fromkeys(case.used))
    calming = (Preface.NO_HARM,) if Does.MEANS_HARM in turn.does else ()
    return replace(
        decision,
        preface=(*calming, *decision.preface),
        perhaps=perhaps,
        tells_sides=sides,
        nearest=near,
        leaves_form=leaves,
        understood=case.facts,
        thresholds=used,
    )


def _step_of(case: Case) -> "Callable[[Case], Decision]":
    """What the message leads to: by where the form stands, by plain words, else by what it does."""
    main = case.turn.main
    if first := _of_the_form(case) or _of_plain_words(case):
        return first
    if is_answered_in_matter(case):
        return answer
    if asks_for_an_answer(case.turn) or not tells_news(case):
        case.turn = replace(case.turn, of_matter=())  # no answer of the matter settles it
    if main in _MAY_BE_ANSWERED and is_better_answered(case):
        return answer
    if main is Does.TELLS and not case.busy and is_outside(case):
        return out_of_scope
    if supposes(case) and main not in _WISHES:
        return suppose
    return _BY_DEED[main]


def _of_the_form(case: Case) -> "Callable[[Case], Decision] | None":
    """What the ticket's form, or a question about tickets or the visitor's data, waits for."""
    form = case.state.form
    if is_about_own_data(case):
        return own_data
    if is_about_us(case):
        return about_us
    if form in (Form.ASKING, Form.FILLED) and is_no_wish(case):
        return say_no_other_side if misses_an_other_side(case) else suppose
    if case.state.ticket_number and _CODE.fullmatch(case.turn.text.strip()):
        return ask_ticket
    if form is Form.FILLED:
        return open_ticket
    if form is Form.ASKS_MATTER:
        return ticket_matter
    if form is Form.ASKING and case.turn.main not in _INTERRUPT_FORM | _LEAVE_FORM:
        return ticket_answer
    return None


def _of_plain_words(case: Case) -> "Callable[[Case], Decision] | None":
    """What words too plain to be mistaken ask for, whatever the sentence sounds like."""
    return next((step for asks, step in _BY_PLAIN_WORDS if asks(case)), None)


def _would_hurt(case: Case) -> bool:
    return Does.MEANS_HARM in case.turn.does and case.busy and not tells_news(case)


def _asks_if_open(case: Case) -> bool:
    return case.turn.main in _MAY_ASK_IF_OPEN and asks_if_open(case)


# Whether it is said, and what it leads to; the first that is said counts.
_BY_PLAIN_WORDS: tuple[tuple[Callable[[Case], bool], Callable[[Case], Decision]], ...] = (
    (corrects_contact_in_part, contact_again),
    (_would_hurt, calm),
    (compares_the_ways, ask_remedy),
    (would_stay_away, stay_away),
    (would_ignore_the_court, no_show),
    (stays_away_himself, after_he_stays_away),
    (asks_for_evidence, ask_remedy),
    (wants_another_way, ask_remedy),
    (would_not_admit, ask_remedy),
    (wishes_to_talk, refer),
    (fails_in_doubt, ask_which_first),
    (misses_an_other_side, say_no_other_side),
    (_asks_if_open, ask_exclusion),
)

_BY_DEED: Mapping[Does, Callable[[Case], Decision]] = {
    Does.TELLS: refer,
    Does.INFORMS: refer,
    Does.DOES_NOT_KNOW: refer,
    Does.NOT_UNDERSTOOD: refer,
    Does.ELSEWHERE: refer,
    Does.AFFIRMS: affirm,
    Does.DENIES: deny,
    Does.RETURNS: take_up,
    Does.ASKS_REMEDY: ask_remedy,
    Does.ASKS_EXCLUSION: ask_exclusion,
    Does.ASKS_LAW: ask_law,
    Does.ASKS_DAMAGES: ask_figure,
    Does.ASKS_THRESHOLD: ask_figure,
    Does.ASKS_DEADLINE: ask_figure,
    Does.ASKS_DRAFT: ask_draft,
    Does.ASKS_STEPS: in_short,
    Does.ASKS_WHETHER: ask_whether,
    Does.ASKS_REASON: ask_reason,
    Does.ASKS_MEANING: ask_meaning,
    Does.PASSED_ON: in_short,
    Does.COMPLAINS: in_short,
    Does.WORRIES: in_short,
    Does.TOO_LONG: in_short,
    Does.NOT_CLEAR: in_short,
    Does.ACKNOWLEDGES: in_short,
    Does.WITHDRAWS_TICKET: ticket_word,
    Does.KEEPS_TICKET: ticket_word,
    Does.URGES_TICKET: ticket_word,
    Does.ADDS_TO_TICKET: ticket_word,
    Does.DELETES_DATA: own_data,
    Does.WANTS_TICKET: ticket_form,
    Does.GIVES_CONTACT: take_contact,
    Does.ASKS_TICKET: ask_ticket,
    Does.WANTS_PERSON: hand_off,
    Does.STARTS_OVER: start_afresh,
    Does.CANCELS: cancel,
    Does.OUT_OF_SCOPE: out_of_scope,
    Does.SMALL_TALK: small_talk,
}
