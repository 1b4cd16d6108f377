"""Which of the written answers a message asks for. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace
from math import exp

from actions.deciding.case import Case, only_tells, recorded, stays
from actions.deciding.decision import Decision, Matter, State, Step
from actions.deciding.merge import NO_PROBLEM, in_known_words, in_progress, stated_alone
from actions.deciding.turn import Does, Likely, Turn
from api.conversations.schemas import LedTo, Outcome
from knowledge.answers.answers import Answer, Answers
from knowledge.chinese.normalise import normalise
from knowledge.slots import UNKNOWN, Facts

# Beside the signs in the words: that an answer is written for the situation, and about the right.
# How their sum becomes the chance that it answers what was asked was fitted with them, to 270
# questions whose closest answers somebody judged: docs/evaluation.md.
_OF_THE_SITUATION, _OF_THE_RIGHT = 2.89, 1.43
_OF_ONE_ALONE = 0.6  # share of the right's weight for an answer about one, where it is open
_IN_BETWEEN = 1.9  # of another situation, for a question that comes in the middle of a matter
_STEEPNESS, _SHIFT = 0.557, -6.47
# The same for answers that were looked for with the words of the matter; fitted to 180 questions
# put in the middle of 60 matters, of whose likeliest answers (14 each) somebody judged every one.
_STEEPNESS_IN_MATTER, _SHIFT_IN_MATTER = 0.77, -9.3
_FOUND_IN_MATTER = 40  # answers that are weighed: in a matter its situation brings many near
# What asks nothing: 不清楚 after a question is no question of its own.
_NO_QUESTION = frozenset(
    {Does.AFFIRMS, Does.DENIES, Does.DOES_NOT_KNOW, Does.ACKNOWLEDGES, Does.GIVES_CONTACT}
)
_MAY_TELL_THE_NEAREST = frozenset({Step.REFER, Step.SEARCH_LAW, Step.ANSWER_BETWEEN})
_MOST_NEAR = 3
_OPENING = 200  # characters that are kept of the words that tell a matter
_MARKS = re.compile(r"[\s\W]+")  # 异议期多久？ asks the same as 异议期多久


# Formalities at an office's window, as they are asked for, and as an answer about one speaks of it.
_FORMALITIES = (
    (
        "补办|补发|补领|补证|补一?[张份个本]|证书?[^，。！？]{0,4}(?:丢|遗失|不见了|找不|弄没|坏|破|烂|烧|泡)"
        "|(?:丢|遗失|弄坏|泡坏|烧)了?[^，。！？]{0,6}证",
        "补办|补发|补领|补证|补得?|丢|遗失|破损|证没|证不见",
    ),
    ("变更|改名|更名|改地址|换地址", "变更|改名|更名|地址|改的"),
    ("转让|过户", "转让|过户|转给|转到|卖"),
    ("续展|续期", "续展|续期|续商标|宽展|到期"),
)
_HOW_TO_GO = re.compile("怎么|咋|如何|哪|办|手续|材料|流程|要带|补|重新|找谁")
_FORMALITY_ALONE = 30  # characters; a longer message tells more than that it wants a formality


def in_the_matter(case: Case) -> Turn:
    """The turn with the answers that are close to it in the middle of a matter whose words are
    known, where they bring a likelier one near than it does by itself; not where it answers what an
    earlier question waits for.
    """
    turn, told = case.turn, case.state.opening
    if not told or not case.busy or case.previous or turn.pressed or takes_up_a_question(case):
        return turn
    found = case.known.base.find_answers(turn.text, _FOUND_IN_MATTER, told)
    of_matter = tuple(Likely(one.id, one.signs) for one in found)
    answers, facts = case.known.base.answers, case.state.facts
    alone = weighed(turn.answers, facts, answers, between=True)
    whole = weighed(of_matter, facts, answers, between=True, in_matter=True)
    is_likelier = bool(whole) and (not alone or whole[0].chance > alone[0].chance)
    return replace(turn, of_matter=of_matter) if is_likelier else turn


# After these another matter is spoken of, or none; the words of one that waited are not kept.
_ENDS_THE_MATTER = frozenset({Step.RETURN, Step.START_AFRESH, Step.DELETE_DATA})


def opening_after(turn: Turn, state: State, decision: Decision) -> str:
    """The words that tell the matter spoken of, after a message: those that began it, until it is
    known what it is.
    """
    if decision.step in _ENDS_THE_MATTER:
        return ""
    another = bool(decision.matter.previous)
    if turn.pressed or not decision.remembers or (in_progress(state.facts) and not another):
        return state.opening
    before = "" if another else state.opening
    return f"{before}。{turn.text}"[-_OPENING:] if before else turn.text[-_OPENING:]


def weighed(
    found: Sequence[Likely],
    facts: Facts,
    answers: Answers,
    between: bool = False,
    in_matter: bool = False,
) -> list[Likely]:
    """The answers found with their chances, best first: how well each fits to what is known of the
    matter. `found` has the signs of each in the place of a chance.

    `between`: the question comes in the middle of a matter, so that the situation says less of it:
    能匿名吗 is asked in all of them; `in_matter`: they were looked for with the matter's words.
    """
    chances = [
        Likely(
            one.name, _chance(one.chance + _bearing(answers[one.name], facts, between), in_matter)
        )
        for one in found
    ]
    return sorted(chances, key=lambda one: -one.chance)


def asks_for_an_answer(turn: Turn) -> bool:
    """Whether the message puts a question that an answer settles, rather than asking for a way."""
    return turn.likely_ask is not None and turn.likely_ask.name == "answer"


def _bearing(answer: Answer, facts: Facts, between: bool) -> float:
    fits = fits_the_situation(answer, facts)
    of_the_situation = _OF_THE_SITUATION if fits else _IN_BETWEEN if between else 0.0
    right = facts.get("right")
    unknown = right in (None, UNKNOWN, "multiple", "none") or not answer.rights
    akin = float(any(_akin(str(right), one) for one in answer.rights))
    if unknown:  # 会不会坐牢 is not to be answered for patents where nobody spoke of one
        akin = 1.0 if _is_of_many(answer) else _OF_ONE_ALONE
    return of_the_situation + _OF_THE_RIGHT * akin


def fits_the_situation(answer: Answer, facts: Facts) -> bool:
    return facts.get("situation") in answer.situations


def _is_of_many(answer: Answer) -> bool:
    return len({one.split("_")[0] for one in answer.rights}) != 1


def _akin(one: str, other: str) -> bool:
    """Whether two rights are the same, or one is a kind of the other: patent, patent_design."""
    return one.split("_")[0] == other.split("_")[0]


def _chance(total: float, in_matter: bool) -> float:
    if in_matter:
        return 1 / (1 + exp(-(_STEEPNESS_IN_MATTER * total + _SHIFT_IN_MATTER)))
    return 1 / (1 + exp(-(_STEEPNESS * total + _SHIFT)))


def closest_of(case: Case) -> Likely | None:
    """The written answer that the message comes closest to, with the matter spoken of in mind; the
    one told last is told again only to its own question.
    """
    waits = takes_up_a_question(case)
    between = case.busy and not waits
    facts = case.state.facts if between else case.facts
    if waits:
        found: Sequence[Likely] = case.state.open_answers
    else:
        found = case.turn.of_matter or case.turn.answers
    return next(iter(_weighed(case, found, facts, between)), None)


def _weighed(case: Case, found: Sequence[Likely], facts: Facts, between: bool) -> list[Likely]:
    """The answers found with their chances, best first; not the one that was just told."""
    answers, in_matter = case.known.base.answers, case.turn.in_matter
    return weighed(_not_just_told(case, found), facts, answers, between, in_matter)


def _not_just_told(case: Case, found: Sequence[Likely]) -> list[Likely]:
    """Without the answer told last: what follows an answer is mostly close to it and asks for more.
    Whoever puts one of its own wordings once more wants to read it. Nor is one told that is about
    another formality than the one that is asked for.
    """
    last = case.state.last_answer
    found = _of_the_formality(case, found)
    answer = case.known.base.answers.by_id.get(last or "")  # content may have lost it meanwhile
    if answer and _bare(case.turn.text) in map(_bare, answer.asks):
        return list(found)
    return [one for one in found if one.name != last]


def _of_the_formality(case: Case, found: Sequence[Likely]) -> Sequence[Likely]:
    """Those that speak of the one formality which a short message names: who wants a lost
    certificate again is not told until when a mark is renewed.
    """
    text = case.turn.text
    named = [speaks for asks, speaks in _FORMALITIES if re.search(asks, text)]
    of_another_matter = case.busy and case.state.facts.get("situation") != "registration_exam"
    alone = len(named) == 1 and len(text) <= _FORMALITY_ALONE and not of_another_matter
    if not alone or not _HOW_TO_GO.search(text):
        return found
    speaks, answers = re.compile(named[0]), case.known.base.answers
    return [one for one in found if speaks.search(_whole(answers[one.name]))]


def _whole(answer: Answer) -> str:
    return "".join((*answer.asks, answer.says, answer.why, answer.unless))


def _bare(text: str) -> str:
    return _MARKS.sub("", normalise(text))


def takes_up_a_question(case: Case) -> bool:
    """Whether a reply clears up what a question waited for: 凭什么不能用, then 被起诉了."""
    turn, asked = case.turn, case.state.asked
    replies = turn.pressed or bool(set(asked) & set(stated_alone(turn, asked)))
    return bool(case.state.open_answers) and replies and not asks_for_an_answer(turn)


def left_open(turn: Turn, state: State, decision: Decision) -> tuple[Likely, ...]:
    """What a question that was not answered came closest to, while it is asked what happened."""
    if decision.answer or decision.step is not Step.REFER or decision.matter.previous:
        return ()
    if asks_for_an_answer(turn):
        return turn.answers
    return state.open_answers


def answer_to(case: Case) -> str | None:
    """The id of the answer that the message asks for; a message that asks nothing needs a closer
    one.
    """
    waits = takes_up_a_question(case)
    if not waits and (case.turn.main in _NO_QUESTION or only_tells(case)):
        return None
    found = closest_of(case)
    asks = waits or asks_for_an_answer(case.turn)
    name = "answer_asked" if asks else "answer_unasked"
    return found.name if found and case.answers_by(name, found.chance) else None


def nearest(case: Case) -> tuple[Likely, ...]:
    """The answers that may be meant, likeliest first; not the one that was just told."""
    found = case.turn.of_matter or case.turn.answers
    likely = _weighed(case, found, case.facts, case.busy)[:_MOST_NEAR]
    return tuple(one for one in likely if case.answers_by("answer_near", one.chance))


def perhaps_to(case: Case, step: Step) -> str | None:
    """The id of an answer that may be the one that is asked for, where none is sure enough."""
    no_matter = step is not Step.REFER or case.facts.get("situation") in NO_PROBLEM
    asks = no_matter or asks_for_an_answer(case.turn)
    if case.turn.main in _NO_QUESTION or step not in _MAY_TELL_THE_NEAREST or not asks:
        return None
    if only_tells(case):
        return None
    if case.busy and Does.CORRECTS in case.turn.does and Does.ASKS_IN_WORDS not in case.turn.does:
        return None  # 不是商标！是专利！ asks nothing
    found = closest_of(case)
    return found.name if found and case.answers_by("answer_perhaps", found.chance) else None


def answered(case: Case, answer: str) -> Decision:
    """Tell a written answer; a matter that is spoken of goes on."""
    told = _with_wish(case, stays(case, Step.ANSWER, "问的有现成的、核对过的回答"))
    sure = is_sure(case)
    told = replace(told, answer=answer if sure else None, perhaps=None if sure else answer)
    return told if case.busy else recorded(case, told, "general_knowledge")


def _with_wish(case: Case, told: Decision) -> Decision:
    """The step with what the same words wish for in the matter: whoever says 我想追究他的刑事责任
    is not asked afterwards what he wants.
    """
    wish, before = case.facts.get("goal"), case.state.facts
    in_the_matter = case.busy and not case.previous and Does.SUPPOSES not in case.turn.does
    if not in_the_matter or wish in (None, before.get("goal")):
        return told
    facts = before | {"goal": wish}
    return replace(told, facts=facts, matter=Matter(facts, before), remembers=True)


def is_sure(case: Case) -> bool:
    """Whether the closest answer is told as the answer, without the question that it answers; not
    where it is about other rights than the matter: 个人能申请吗 of a geographical indication.
    """
    found = closest_of(case)
    if found is None or not case.answers_by("answer_sure", found.chance):
        return False
    right, rights = case.facts.get("right"), case.known.base.answers[found.name].rights
    unknown = right in (None, UNKNOWN, "multiple", "none") or not rights
    return unknown or any(_akin(str(right), one) for one in rights)


# Steps that say nothing about the visitor's matter.
_NO_ADVICE = frozenset(
    {
        *(Step.CONTACT_AGAIN, Step.TICKET_FORM, Step.TICKET_ANSWER, Step.TICKET_MATTER),
        *(Step.OPEN_TICKET, Step.TICKET_STATUS, Step.TICKET_WORD, Step.DECLINE, Step.HAND_OFF),
        *(Step.ASK_DELETION, Step.DELETE_DATA, Step.KEEP_DATA, Step.NO_OTHER_MATTER),
        *(Step.START_AFRESH, Step.CANCEL, Step.SMALL_TALK, Step.OUT_OF_SCOPE),
    }
)


def advises(decision: Decision) -> bool:
    """Whether what is said bears on the visitor's matter, so that being wrong could harm him."""
    return decision.step not in _NO_ADVICE


# Steps that do something for the visitor, and need nothing of what the bot knows for it.
_ERRANDS = _NO_ADVICE - {Step.OUT_OF_SCOPE}


def is_errand(turn: Turn, decision: Decision) -> bool:
    """Whether something is done for the visitor, or he takes his leave: what goes on while the bot
    gives no answers.
    """
    greets = decision.step is Step.SMALL_TALK and turn.intent == "greet"
    return decision.step in _ERRANDS and not greets


def topics(turn: Turn, decision: Decision, answers: Answers) -> frozenset[str]:
    """The situations and rights that a message and what is said to it are about.

    Of the matters, of what the words or a button name beside them, and of the answer that is told,
    where it is about one alone.
    """
    matters = (decision.facts, decision.understood, *decision.matter.others)
    in_words = [(one.slot, one.value) for one in turn.readings if not one.weak]
    named = [*(pair for one in matters for pair in one.items()), *in_words, *turn.carried]
    told = [answers[one] for one in (decision.answer, decision.perhaps) if one]
    of_answers = [
        *(one for answer in told for one in answer.situations if len(answer.situations) == 1),
        *(one for answer in told for one in answer.rights if not _is_of_many(answer)),
    ]
    found = {str(value) for slot, value in named if slot in ("situation", "right")}
    found.update(of_answers)
    return frozenset(found | {one.split("_")[0] for one in found}) - {UNKNOWN}


def certainty(turn: Turn, decision: Decision) -> float:
    """The chance that what is said is right: that of its answer where one is told, else that of the
    intent.
    """
    if turn.pressed:
        return 1.0
    told = decision.answer or decision.perhaps
    chances = {one.name: one.chance for one in decision.nearest}
    return chances.get(told or "", turn.likeliest.chance)


def leaves_it_unclear(decision: Decision) -> bool:
    """Whether the visitor is asked, or told in vain, because it is not known what the matter is."""
    if decision.resume is not None:
        return decision.resume.slot == "situation"
    if decision.step is not Step.REFER or decision.referral is None:
        return False
    asked = any(one.slot == "situation" for one in decision.referral.asks)
    return asked or decision.facts.get("situation") == UNKNOWN


PROMISES_ONLY = (
    "info-general"  # the rule whose words announce an answer; without one they are empty
)


def led_to(turn: Turn, decision: Decision) -> LedTo:
    """What figures count of a turn. A remedy that the visitor has in front of him is not told
    again.
    """
    before = decision.previous_referral
    known = {remedy.key for remedy in before.remedies} if before else set()
    told = decision.answer or decision.perhaps
    return LedTo(
        outcome=_outcome(turn, decision),
        answers=[told] if told else [],
        remedies=[key for key in _ways(decision) if key not in known],
    )


def _outcome(turn: Turn, decision: Decision) -> Outcome:
    if decision.step is Step.HAND_OFF:
        return "handed_over"
    if decision.step is Step.OUT_OF_SCOPE:
        return "elsewhere"
    if not advises(decision):
        return "served"
    if decision.answer or decision.perhaps:
        return "answered"
    if decision.step not in _TELLS_A_WAY or _ways(decision):
        return "answered"
    asks = decision.doubt is not None or bool(decision.referral and decision.referral.asks)
    return "unclear" if turn.main is Does.NOT_UNDERSTOOD or not asks else "asked"


_TELLS_A_WAY = frozenset({Step.REFER, Step.RETURN})


def _ways(decision: Decision) -> list[str]:
    """The keys of the remedies that are told as the way to go, the first one first; none while
    nothing of the matter is understood, because then none is told.
    """
    tells = decision.step in _TELLS_A_WAY and decision.doubt is None and decision.records
    if not tells or decision.referral is None or not in_known_words(decision.facts):
        return []
    return [one.key for one in decision.referral.remedies if one.rule != PROMISES_ONLY]
