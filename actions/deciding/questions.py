"""Questions, moods and suppositions beside the way to go. Pure."""

import re
from dataclasses import replace

from actions.deciding.answering import (
    answer_to,
    answered,
    asks_for_an_answer,
    closest_of,
    fits_the_situation,
    is_sure,
)
from actions.deciding.case import (
    REFUSED_AT_ONCE,
    Case,
    only_tells,
    open_question,
    recorded,
    stays,
    tells_news,
)
from actions.deciding.decision import Decision, Form, Matter, Preface, Step
from actions.deciding.merge import combine, in_progress, stated_alone
from actions.deciding.referring import (
    HOW,
    ask_exclusion,
    ask_remedy,
    in_general,
    open_on_the_way,
    refer,
)
from actions.deciding.turn import SUPPOSES, Does, Side, Turn, deed_of
from knowledge.routing.referral import Referral
from knowledge.slots import UNKNOWN, Facts

# Rights about which no figure can be told before they are asked for.
_NO_RIGHT = frozenset({None, UNKNOWN, "multiple", "none"})

_BY_A_COURT = frozenset({"已起诉", "有仲裁条款"})
# Wishes for mediation.
_TALKS = frozenset({"wants_talk", "talk_by_authority", "talk_by_court"})

# What comes of staying away where no court has called: answers by id.
_FROM_MEDIATION, _FROM_THE_OFFICE = "crt-people-mediation-refuse", "adm-pen-talk"
_FROM_CUSTOMS = "adm-cus-silent"
_FROM_COURT = "crt-no-show"
_TAKES_NO_NOTICE = re.compile("不(?:去|理|管|睬|搭理|出庭|到庭|应诉|露面|当回事)")
_THE_OTHER_FROM_MEDIATION = "crt-people-mediation-absent"  # when it is he who does not come
_OF_A_COURT = re.compile("法院|法庭|开庭|出庭|传票|仲裁|听证|口审|派出所|公安|警")
_BARE = 8  # characters; a question that names nothing but a side of the ways that were told
_BRIEF = 16  # characters; a longer sentence asks about more than whether a way is open
_IF_OPEN = re.compile(
    "能不能|可不可以|可否|能否|(?:能|可以)[^，。！？]{0,8}(?:[吗么不嘛]|[?？])[?？]*$"
)
_TELLS_IN_OTHER_WORDS = frozenset({Does.NOT_UNDERSTOOD, Does.OUT_OF_SCOPE})
_NEVER_SUPPOSED = frozenset({"contact", "right"})  # another right is another matter

_FIGURES = {
    Does.ASKS_DAMAGES: Step.DAMAGES,
    Does.ASKS_THRESHOLD: Step.THRESHOLD,
    Does.ASKS_DEADLINE: Step.DEADLINE,
}
# What can be claimed stands in the contract, whatever the right.
BY_CONTRACT = frozenset({"license_contract", "agency_misconduct"})
# Situations in which something is held against the visitor.
_HELD_AGAINST_HIM = frozenset(
    {"accused_letter", "accused_court", "accused_platform", "accused_admin", "malicious_suit"}
)
# What the matter itself answers, or nothing here does.
_ANSWERED_OTHERWISE = frozenset({Does.ASKS_REMEDY, Does.OUT_OF_SCOPE, *_FIGURES})
# Questions that a written answer settles, or nothing does.
QUESTIONS = frozenset({Does.ASKS_WHETHER, Does.ASKS_REASON, Does.ASKS_MEANING})


def compares_the_ways(case: Case) -> bool:
    """Whether it is asked which of the ways that are open is quicker, cheaper or better, and no
    written answer is sure to say so.
    """
    if not case.busy or Does.COMPARES not in case.turn.does or tells_news(case):
        return False
    return not is_sure(case) and bool(case.known.refer(case.state.facts).remedies)


def asks_if_open(case: Case) -> bool:
    """Whether it is asked in a few words if a way that is named can be gone: 还能告吗."""
    turn = case.turn
    brief = len(turn.text) <= _BRIEF and _IF_OPEN.search(turn.text) and not turn.sides
    if not brief or not turn.remedies or not case.busy or tells_news(case):
        return False
    return not is_sure(case)


def ask_law(case: Case) -> Decision:
    asks_for_basis = case.busy and Does.ABOUT_THE_ADVICE in case.turn.does
    settled = case.known.refer(case.state.facts) if asks_for_basis else None
    if case.turn.articles:
        answer = stays(case, Step.ARTICLES, "点了法条的名")
    elif settled and settled.remedies:
        return replace(stays(case, Step.BASIS, "问前面的办法依据什么"), referral=settled)
    else:
        answer = stays(case, Step.SEARCH_LAW, "问法律，没有点法条的名")
    return answer if case.busy else recorded(case, answer, "general_knowledge")


def ask_figure(case: Case) -> Decision:
    """Sums and days.

    The facts are kept, the matter's open questions and offers stay as they are.
    """
    facts, step = case.facts, _FIGURES[case.turn.main]
    own = case.busy or Does.OWN_MATTER in case.turn.does
    if facts.get("situation") and own:
        matter = facts
    elif facts.get("right") in _NO_RIGHT:  # nothing to tell yet: what happened is asked
        matter = {slot: value for slot, value in facts.items() if slot != "situation"}
    else:
        matter = facts | {"situation": "general_knowledge"}
    referral = case.known.refer(matter)
    ask = _figure_needs(step, facts, referral)
    return Decision(
        step=step,
        reason="缺一项才算得出来，先问" if ask else f"{case.turn.main.value}，按已知的情况讲",
        facts=facts,
        matter=Matter(facts, case.state.facts),
        referral=referral,
        records=True,
        remembers=True,
        ask=ask,
        resume=None if ask else open_question(case, facts),
    )


def _figure_needs(step: Step, facts: Facts, referral: Referral) -> str | None:
    """The slot without which no figure can be told: the right, or the first day of a period."""
    if step is Step.DAMAGES and facts.get("situation") in BY_CONTRACT:
        return None
    if step is not Step.DEADLINE:
        return "right" if facts.get("right") in _NO_RIGHT else None
    deadlines = [one for remedy in referral.remedies for one in remedy.deadlines]
    dated = any(one.act_by or one.opens_on for one in deadlines)
    starts = (one.starts for one in deadlines if one.starts)
    return None if dated else next(starts, None)


def ask_meaning(case: Case) -> Decision:
    if case.known.base.terms.named(case.turn.text):
        return stays(case, Step.MEANING, "问的词有解释")
    if case.busy and (case.turn.counted is not None or case.turn.intent == "ask_detail"):
        return ask_remedy(case)  # 第二个是什么意思, 那个是什么意思: of the ways that were told
    return ask_law(case)


def ask_reason(case: Case) -> Decision:
    """Why another way is closed, else what the advice stands on."""
    if not case.busy:
        return refer(case, "还没有谈到一件事")
    referral = case.known.refer(case.state.facts)
    if any(one.key in case.turn.remedies for one in referral.ruled_out) or not referral.remedies:
        return ask_exclusion(case)
    return replace(stays(case, Step.REASON, "问凭什么"), referral=referral)


def ask_whether(case: Case) -> Decision:
    """No written answer fits: what the law has nearest, told as no more than that."""
    return ask_law(case) if case.busy else refer(case, "问行不行，没有现成的回答")


def in_short(case: Case) -> Decision:
    """Moods, and the wish for brevity: one sentence that says what to do first now."""
    if not case.busy and case.facts.get("situation"):
        return refer(case, "话里有一件事")
    brings_news = case.busy and tells_news(case)
    if brings_news or not case.sure:
        return refer(case, "话里有新情况" if brings_news else "把握不大")
    return _first_of_all(case, "不讲新的事，用一句话说现在先做什么")


def calm(case: Case) -> Decision:
    """Who would hurt somebody is told what to do instead."""
    return _first_of_all(case, "劝住要动手的人，再说现在先做什么")


def _first_of_all(case: Case, reason: str) -> Decision:
    referral = case.known.refer(case.state.facts) if case.busy else None
    return replace(stays(case, Step.IN_SHORT, reason), referral=referral)


def ask_draft(case: Case) -> Decision:
    drafts = case.known.drafts_for(case.turn.text, case.facts)
    found = closest_of(case)
    if not drafts and found and case.answers_by("answer_asked", found.chance):
        told = answered(case, found.name)
        return replace(told, preface=(Preface.NO_DRAFT,))
    if not drafts:
        told = refer(case, "没有合适的草稿")
        return replace(told, preface=(Preface.NO_DRAFT, *told.preface))
    return Decision(
        step=Step.DRAFTS,
        reason="有合适的草稿",
        facts=case.facts,
        matter=Matter(case.facts, case.state.facts),
        referral=case.known.refer(case.facts),
        records=True,
        remembers=True,
        drafts=drafts,
    )


def is_better_answered(case: Case) -> bool:
    """Whether a written answer says more than what the message's intent alone would lead to."""
    turn = case.turn
    if turn.pressed or turn.articles or turn.intent in REFUSED_AT_ONCE:
        return False
    if set(case.state.asked) & set(stated_alone(turn, case.state.asked)):
        return False  # it answers our question: 合同里没写仲裁
    if turn.main is Does.ASKS_MEANING and case.known.base.terms.named(turn.text):
        return False
    if turn.main is Does.OUT_OF_SCOPE and case.reaches("out_of_scope", turn.chance_outside):
        return False
    found = closest_of(case)
    if found is None:
        return False
    if case.busy and _tells_the_figure(case):
        return False
    written = case.known.base.answers[found.name]
    of_the_ways = turn.main is Does.ASKS_REMEDY and case.busy  # 要准备什么材料, of the ways told
    bare = len(turn.text) <= _BARE and turn.names_a_side
    if of_the_ways and (bare or not fits_the_situation(written, case.state.facts)):
        return False
    settled = case.busy or turn.main is Does.OUT_OF_SCOPE
    asks = asks_for_an_answer(turn) and turn.main not in _ANSWERED_OTHERWISE
    asked = turn.main in QUESTIONS or asks or not settled
    return case.answers_by("answer_asked" if asked else "answer_unasked", found.chance)


# What is carried out, or answers our question, whatever answer lies near.
_NO_QUESTION_IN_MATTER = frozenset(
    {
        *(Does.WANTS_TICKET, Does.GIVES_CONTACT, Does.ASKS_TICKET, Does.WITHDRAWS_TICKET),
        *(Does.KEEPS_TICKET, Does.URGES_TICKET, Does.ADDS_TO_TICKET, Does.DELETES_DATA),
        *(Does.WANTS_PERSON, Does.STARTS_OVER, Does.RETURNS, Does.ASKS_DRAFT, Does.PASSED_ON),
        *(Does.AFFIRMS, Does.DENIES, Does.DOES_NOT_KNOW, Does.ACKNOWLEDGES, Does.TOO_LONG),
        Does.NOT_CLEAR,
    }
)
# What the ways that were told answer as well: costs, days, papers.
_OF_THE_WAYS = frozenset({Does.ASKS_REMEDY, Does.ASKS_STEPS})
# To these something is said that fits every matter: a mood, a sum. Periods without a day are not.
_SAYS_MUCH = frozenset(
    {
        *(Does.SMALL_TALK, Does.COMPLAINS, Does.WORRIES),
        *(Does.ASKS_DAMAGES, Does.ASKS_THRESHOLD),
    }
)


def is_answered_in_matter(case: Case) -> bool:
    """Whether an answer that was found with the words of the matter says more than what the message
    would lead to otherwise; what only adds a fact is a question of what that is good for.
    """
    turn = case.turn
    if not turn.in_matter or turn.articles or turn.main in _NO_QUESTION_IN_MATTER:
        return False
    if turn.main is Does.CANCELS and case.state.form is Form.ASKING:
        return False
    if turn.main is Does.ASKS_MEANING and case.known.base.terms.named(turn.text):
        return False
    if turn.intent in REFUSED_AT_ONCE and case.reaches(str(turn.intent), turn.likeliest.chance):
        return False
    found = closest_of(case)
    news = tells_news(case, but=("goal",))  # a wish is kept with the answer
    if found is None or only_tells(case) or _tells_the_figure(case) or news:
        return False
    if _asks_of_a_certain_way(turn):
        return False
    if turn.main in _OF_THE_WAYS or turn.names_a_side:
        if not fits_the_situation(case.known.base.answers[found.name], case.state.facts):
            return False
        bare = turn.names_a_side and len(turn.text) <= _BARE
        name = "sure" if turn.main is Does.ASKS_STEPS else "unasked" if bare else "asked"
    else:
        outside = turn.main is Does.OUT_OF_SCOPE and leads_away(case)
        name = "unasked" if outside or turn.main in _SAYS_MUCH else "perhaps"
    return case.answers_by(f"answer_{name}", found.chance)


def leads_away(case: Case) -> bool:
    """Whether a message in the middle of a matter is about something that is not ours."""
    return case.reaches("out_in_matter", case.turn.likeliest.chance)


def _asks_of_a_certain_way(turn: Turn) -> bool:
    """Whether it is asked where to go, what a way costs and takes at once, or about one by its
    name: then the way says it for this visitor, in his city.
    """
    by_name = bool(turn.remedies) and (HOW.search(turn.text) or turn.names_a_side)
    where_alone = turn.sides == {Side.WHERE}
    several = len(turn.sides) > 1 and Side.WHERE not in turn.sides
    return bool(by_name) or where_alone or several


def _tells_the_figure(case: Case) -> bool:
    """Whether the day itself can be told, or the sum from which on it is a crime."""
    if case.turn.main is Does.ASKS_THRESHOLD:
        return case.facts.get("right") not in _NO_RIGHT
    if case.turn.main is not Does.ASKS_DEADLINE:
        return False
    referral = case.known.refer(case.facts)
    return any(one.act_by for remedy in referral.remedies for one in remedy.deadlines)


def answer(case: Case) -> Decision:
    if case.turn.main in _TELLS_IN_OTHER_WORDS and in_progress(case.facts) and not case.busy:
        return refer(case, "没听懂的话里有一件事")  # which tells the answer with the way
    found = closest_of(case)
    assert found is not None
    return answered(case, found.name)


# Situations in which the visitor himself looks, files or seeks help: nobody stands against him.
_NO_OTHER_SIDE = frozenset({"clearance", "support_need", "registration_exam", "preexam_need"})


def misses_an_other_side(case: Case) -> bool:
    """Whether somebody is said not to react where the way needs nobody to: 他不理我呢."""
    in_doubt = "situation" in case.state.asked
    if not _comes_to_nothing(case) or in_doubt or not case.busy:
        return False
    if case.state.facts.get("situation") not in _NO_OTHER_SIDE or is_sure(case):
        return False
    return _first_way(as_supposed(case), case) == _first_way(case.state.facts, case)


def asks_for_evidence(case: Case) -> bool:
    """Whether it is said that there is no evidence, which asks what would be some; to our own
    question what there is, it is the answer.
    """
    return (
        Does.HAS_NO_EVIDENCE in case.turn.does and case.busy and "evidence" not in case.state.asked
    )


def wants_another_way(case: Case) -> bool:
    """Whether another way is wanted than the first one, and there is one: 那个不行换一个."""
    if Does.WANTS_ANOTHER_WAY not in case.turn.does or not case.busy or tells_news(case):
        return False
    return len(case.known.refer(case.state.facts).remedies) > 1


def wishes_to_talk(case: Case) -> bool:
    """Whether the wish for mediation is told anew, which moves the ways."""
    told = stated_alone(case.turn, case.state.asked).get("circumstances") or ()
    known = case.state.facts.get("circumstances") or ()
    new = (_TALKS & set(told)) - set(known)
    main = case.turn.main
    asks = main in QUESTIONS | {Does.ASKS_REMEDY, Does.ASKS_EXCLUSION}
    asks = asks or (main is Does.WANTS_PERSON and case.sure)  # 找人调解 wants no operator
    return case.busy and asks and bool(new) and Does.SUPPOSES not in case.turn.does


def fails_in_doubt(case: Case) -> bool:
    """Whether a way is said to come to nothing before it is known which way it is."""
    if not _comes_to_nothing(case):
        return False
    if not case.busy:
        return in_general(case) is not None
    return bool(case.state.doubted) and "situation" in case.state.asked


def ask_which_first(case: Case) -> Decision:
    """What decides between the ways is asked again before any is told further."""
    if general := in_general(case):
        return general
    told = stays(case, Step.SIDES_BY_CASE, "哪一种情况还没定，先问这个")
    ask = open_on_the_way(case, case.known.refer(case.state.facts))
    return replace(told, resume=ask)


def say_no_other_side(case: Case) -> Decision:
    return stays(case, Step.NO_OTHER_SIDE, "说对方不理，这一步没有对方")


def _first_way(facts: Facts, case: Case) -> str | None:
    return next((one.key for one in case.known.refer(facts).remedies), None)


def supposes(case: Case) -> bool:
    """Whether something is supposed that changes the matter, or that a way comes to nothing."""
    if not case.busy:
        return False
    in_doubt = "situation" in case.state.asked  # no way was told yet that could fail
    if _comes_to_nothing(case) and not in_doubt:
        return True
    return Does.SUPPOSES in case.turn.does and as_supposed(case) != case.state.facts


def _comes_to_nothing(case: Case) -> bool:
    """Whether a way is supposed to come to nothing, or an office is said to take no complaint."""
    does = case.turn.does
    declined = Does.SAYS_DECLINED in does and not tells_news(case)
    return declined or {Does.SUPPOSES, Does.COMES_TO_NOTHING} <= does


def is_no_wish(case: Case) -> bool:
    """Whether words opened a ticket's form that only suppose that a way comes to nothing."""
    turn, state = case.turn, case.state
    taken = deed_of(turn.intent) is Does.WANTS_TICKET and turn.main is Does.INFORMS
    return taken and state.form_slot is None and supposes(case)


def would_stay_away(case: Case) -> bool:
    """Whether it is asked in a few words what comes of staying away, and no court has called."""
    turn, facts = case.turn, case.state.facts
    called = facts.get("situation") in ("accused_court", "accused_criminal")
    called = called or "传票" in (facts.get("doc_received") or ())
    called = called or bool(_BY_A_COURT & set(facts.get("proceeding") or ()))
    of_customs = facts.get("situation") == "customs"  # whose notice waits for an answer, 不回行吗
    asked = Does.WOULD_LEAVE_OUT if of_customs else Does.WOULD_STAY_AWAY
    asks = asked in turn.does and len(turn.text) <= _BRIEF
    return asks and case.busy and not called and not _OF_A_COURT.search(turn.text)


def stay_away(case: Case) -> Decision:
    """The answer about mediation, an office or the customs; elsewhere what to do first, and none of
    a court's summons.
    """
    facts = case.state.facts
    talks = "调解" in case.turn.text or bool(_TALKS & set(facts.get("circumstances") or ()))
    of_an_office = facts.get("situation") == "accused_admin" and not facts.get("doc_received")
    told = _FROM_MEDIATION if talks else _FROM_THE_OFFICE if of_an_office else None
    if told is None and facts.get("situation") == "customs":
        told = _FROM_CUSTOMS
    if told in case.known.base.answers.by_id:
        return replace(stays(case, Step.ANSWER, "问不去行不行，没有法院的事"), answer=told)
    return _first_of_all(case, "问不去行不行，没有法院的事")


def would_ignore_the_court(case: Case) -> bool:
    """Whether it is asked, in few words, what comes of taking no notice of a court's summons."""
    called = case.state.facts.get("situation") == "accused_court"
    text = case.turn.text
    asks = Does.WOULD_LEAVE_OUT in case.turn.does and len(text) <= _BRIEF
    known = _FROM_COURT in case.known.base.answers.by_id
    return called and asks and known and bool(_TAKES_NO_NOTICE.search(text))


def no_show(case: Case) -> Decision:
    """What a court does without the visitor."""
    return replace(stays(case, Step.ANSWER, "问不理法院行不行"), answer=_FROM_COURT)


def stays_away_himself(case: Case) -> bool:
    """Whether it is said, in few words, that the other side does not come to the mediation that was
    wished for: 他不肯来呢.
    """
    told = stated_alone(case.turn, case.state.asked).get("circumstances") or ()
    known = set(case.state.facts.get("circumstances") or ())
    new = "refuses_talk" in set(told) - known
    return case.busy and new and bool(_TALKS & known) and len(case.turn.text) <= _BRIEF


def after_he_stays_away(case: Case) -> Decision:
    """What becomes of the mediation, then the way that is open without him."""
    told = refer(case, "对方不来调解")
    known = _THE_OTHER_FROM_MEDIATION in case.known.base.answers.by_id
    return replace(told, answer=_THE_OTHER_FROM_MEDIATION) if known else told


def would_not_admit(case: Case) -> bool:
    """Whether it is asked what comes of not admitting what is held against the visitor."""
    against = case.state.facts.get("situation") in _HELD_AGAINST_HIM
    return against and Does.WOULD_NOT_ADMIT in case.turn.does and not is_sure(case)


def suppose(case: Case) -> Decision:
    """What would be so if it were as the visitor supposes; what is known stays as it is."""
    if found := answer_to(case):
        return answered(case, found)
    supposed = as_supposed(case)
    told = stays(case, Step.SUPPOSITION, "是假设，不改已知的情况")
    return replace(
        told, matter=Matter(supposed, case.state.facts), referral=case.known.refer(supposed)
    )


def as_supposed(case: Case) -> Facts:
    """The facts as they would be: those that the words state once they suppose nothing."""
    words = SUPPOSES.sub("", case.turn.text)
    told = case.known.base.read_facts(words, case.known.day) | stated_alone(
        case.turn, case.state.asked
    )
    supposed = {slot: told[slot] for slot in told if slot not in _NEVER_SUPPOSED}
    return combine(case.state.facts, supposed)
