"""The one place that decides what is done about a message.

Pure: a turn and what is known, in; a decision, out.

Rasa's rules only bring a message here; the actions only carry out what was decided. `decide` weighs
the dialogue engine's guesses against the visitor's own words by the table THRESHOLDS, and by
nothing else.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from actions.deciding.answering import asks_for_an_answer, closest, in_context
from actions.deciding.decision import Decision, Form, Matter, Preface, State, Step, Threshold, Used
from actions.deciding.known import Known
from actions.deciding.matters import are_several, begins_another, park, wanted
from actions.deciding.merge import (
    NO_PROBLEM,
    answers,
    carried_by,
    combine,
    in_progress,
    stated_alone,
    told_by,
)
from actions.deciding.turn import OUT, Does, Likely, Turn
from knowledge.facts.reader import Reading
from knowledge.routing.doubt import Doubt
from knowledge.routing.referral import Referral
from knowledge.routing.rules import AskRule
from knowledge.slots import DATE_SLOTS, EVERY_MATTER, UNKNOWN, Facts

_HELD_OUT = "tests/nlu 的 859 句，python -m evaluation.thresholds"
_BY_HAND = "没有单独量过；改动前后用 ./helpline evaluate answers 比较"

THRESHOLDS: Mapping[str, Threshold] = MappingProxyType(
    {
        "intent_sure": Threshold(
            0.45,
            "意图到这个把握，才改变已知的事情、打断正谈的事、当真转人工",
            f"704 句里 615 句达到，0.896 判对（{_HELD_OUT}）",
        ),
        "intent_sure_against": Threshold(
            0.85,
            "意图到这个把握，才胜过访客明说的立场（谁告谁）",
            f"704 句里 183 句达到，0.984 判对（{_HELD_OUT}）",
        ),
        "out_abuse": Threshold(
            0.98,
            "骂人的话到这个把握才推开：生气的话里多半有事",
            f"26 句里没有一句达到（{_HELD_OUT}）",
        ),
        "out_chitchat": Threshold(
            0.8,
            "闲聊到这个把握才推开",
            f"17 句里 3 句达到，都判对（{_HELD_OUT}）",
        ),
        "out_prompt_attack": Threshold(
            0.8,
            "套话攻击到这个把握就推开",
            f"10 句里 6 句达到，都判对（{_HELD_OUT}）",
        ),
        "out_wrongdoing": Threshold(
            0.7,
            "要做违法的事，到这个把握就拒绝",
            f"15 句里 10 句达到，0.900 判对（{_HELD_OUT}）",
        ),
        "out_of_scope": Threshold(
            0.5,
            "别的管不了的事，几个题目合起来到这个把握才推开",
            f"87 句里 50 句达到，0.960 判对（{_HELD_OUT}）",
        ),
        "out_between": Threshold(
            0.9,
            "正谈着一件事时，带有事实的话到这个把握才推开",
            f"155 句里 6 句达到，都判对（{_HELD_OUT}）",
        ),
        "answer_asked": Threshold(
            0.4,
            "问了一个具体问题，最近的问答到这个把握才用它回答",
            "330 句里 24% 达到，其中 0.65 全答到、0.91 至少沾边（docs/evaluation.md）",
        ),
        "answer_unasked": Threshold(
            0.55,
            "看不出在问什么，或者另有话可答，问答到这个把握才先答",
            "330 句里 15% 达到，其中 0.71 全答到、0.89 至少沾边（docs/evaluation.md）",
        ),
        "story_length": Threshold(15, "从这么多字起是另讲一件事，不只是回答", _BY_HAND),
        "times_asked": Threshold(2, "问过这么多次还没答就不再问", _BY_HAND),
    }
)

_AFRESH = re.compile("重新|从头|重来|清空|清掉|忘掉|忘了吧|换一?个(?:话题|问题|事)|不说这个|推倒")
_HOW = re.compile("怎么(?:申请|弄|办|提|走|搞)|咋(?:申请|弄|办|提|走|搞)|如何(?:申请|办理|提出)")
_CODE = re.compile("[a-z0-9]{6}", re.IGNORECASE)  # of a ticket, told alone
REFUSED = "refused"  # what the fact `contact` holds when the visitor would rather not leave any

# Whoever got such a paper is in this situation, where nothing else tells it.
_PAPERS = {
    "传票": "accused_court",
    "律师函": "accused_letter",
    "平台通知": "accused_platform",
    "处罚告知": "accused_admin",
    "处罚决定": "accused_admin",
    "海关通知": "customs",
}
# Situations in which nobody has to act, so that a ticket is not offered.
_NO_TICKET = frozenset({"general_knowledge", "clearance"})
# Rights about which no figure can be told before they are asked for.
_NO_RIGHT = frozenset({None, UNKNOWN, "multiple", "none"})
# A place is no fact of the matter: 南昌明天冷不冷.
_PLACES = frozenset({"city", "county", "own_city", "their_city"})
# What makes a matter the one that it is; a supposition changes neither.
_OF_A_MATTER = frozenset({"situation", "right"})
# What can be reckoned with if it were otherwise; it changes no matter into another.
_SUPPOSABLE = frozenset({"city", "county", "own_city", "venue", *DATE_SLOTS, "right_status"})
_REFUSED_AT_ONCE = frozenset({"out_wrongdoing", "out_prompt_attack"})
# What the form asks for, in this order.
_FORM_SLOTS = ("situation", "contact")
# Questions that a written answer settles, or nothing does.
_QUESTIONS = frozenset({Does.ASKS_WHETHER, Does.ASKS_REASON, Does.ASKS_MEANING})
_ASKED_BESIDE = _QUESTIONS | {
    Does.ASKS_LAW,
    Does.ASKS_DAMAGES,
    Does.ASKS_THRESHOLD,
    Does.ASKS_DEADLINE,
    Does.ASKS_REMEDY,
    Does.ASKS_EXCLUSION,
    Does.PASSED_ON,
}
# Where a written answer may say more than the step would.
_MAY_BE_ANSWERED = _ASKED_BESIDE | {Does.NOT_UNDERSTOOD, Does.OUT_OF_SCOPE}
# Answered beside the form, which then asks again.
_INTERRUPT_FORM = _ASKED_BESIDE | {
    Does.ASKS_DRAFT,
    Does.ASKS_STEPS,
    Does.TOO_LONG,
    Does.NOT_CLEAR,
}
# What is said in the middle of a matter; said first, it tells one.
_MAY_TELL = frozenset({Does.INFORMS, Does.ASKS_STEPS, Does.PASSED_ON, Does.WORRIES, Does.COMPLAINS})
# What asks nothing: 不清楚 after a question is no question of its own.
_NO_QUESTION = frozenset(
    {Does.AFFIRMS, Does.DENIES, Does.DOES_NOT_KNOW, Does.ACKNOWLEDGES, Does.GIVES_CONTACT}
)
_LEAVE_FORM = frozenset({Does.CANCELS, Does.STARTS_OVER, Does.WANTS_PERSON})
# Carried out whatever is supposed beside them: 要是还不行就转人工，我在南昌.
_WISHES = _LEAVE_FORM | {Does.WANTS_TICKET, Does.GIVES_CONTACT, Does.ASKS_TICKET, Does.RETURNS}


def decide(turn: Turn, state: State, known: Known) -> Decision:
    """What is done about a message.

    `state`: what the conversation knew before; `known`: the law of the day.
    """
    case = _Case(turn, state, known)
    case.facts, case.previous = _understand(case)
    decision = _step_of(case)(case)
    leaves = state.form is Form.ASKING and turn.main in _LEAVE_FORM
    used = tuple(dict.fromkeys(case.used))
    return replace(decision, leaves_form=leaves, understood=case.facts, thresholds=used)


@dataclass
class _Case:
    """A message with all that is weighed.

    `facts`: after it; `previous`: the matter it turned away from.
    """

    turn: Turn
    state: State
    known: Known
    facts: Facts = field(default_factory=dict)
    previous: Facts = field(default_factory=dict)
    doubt: Doubt | None = None
    used: list[Used] = field(default_factory=list)

    def reaches(self, name: str, figure: float) -> bool:
        """Whether a figure reaches a threshold; that it was looked at is kept for the trace."""
        used = Used(name, THRESHOLDS[name].value, figure)
        self.used.append(used)
        return used.reached

    @property
    def sure(self) -> bool:
        return self.reaches("intent_sure", self.turn.likeliest.chance)

    @property
    def busy(self) -> bool:
        """Whether a problem was being spoken of before this message."""
        return in_progress(self.state.facts)


def _step_of(case: _Case) -> "Callable[[_Case], Decision]":
    form, main = case.state.form, case.turn.main
    if case.state.ticket_number and _CODE.fullmatch(case.turn.text.strip()):
        return _ask_ticket
    if form is Form.FILLED:
        return _open_ticket
    if form is Form.ASKS_MATTER:
        return _ticket_matter
    if form is Form.ASKING and main not in _INTERRUPT_FORM | _LEAVE_FORM:
        return _ticket_answer
    if main in _MAY_BE_ANSWERED and _is_better_answered(case):
        return _answer
    if main is Does.TELLS and not case.busy and _is_outside(case):
        return _out_of_scope
    supposes = Does.SUPPOSES in case.turn.does and case.busy and main not in _WISHES
    if supposes and _supposed(case) != case.state.facts:
        return _suppose
    return _BY_DEED[main]


# --- what is known after the message --------------------------------------------------------------


def _understand(case: _Case) -> tuple[Facts, Facts]:
    """The facts after the message, and those of the matter that it left, empty when it did not."""
    turn, before = case.turn, case.state.facts
    facts = _stated(case, turn, before, case.state.asked)
    opens_another = Does.OPENS_ANOTHER in turn.does
    alone = _stated(case, turn, {}, ()) if opens_another else facts
    if begins_another(before, alone, turn.text):
        kept = {slot: value for slot, value in before.items() if slot in EVERY_MATTER}
        return combine(kept, alone), before
    return combine(before, facts), {}


def _stated(case: _Case, turn: Turn, before: Facts, asked: Sequence[str]) -> Facts:
    """What a message states; None for a situation that it leaves open."""
    rules = case.known.rules
    if turn.pressed:
        facts = carried_by(turn, rules)
    else:
        facts = told_by(turn, before, asked, rules)
        facts["situation"] = _situation(case, turn, before, facts, asked)
    return facts | answers(turn, before, facts, asked)


def _situation(
    case: _Case, turn: Turn, before: Facts, facts: Facts, asked: Sequence[str]
) -> str | None:
    """The situation after this message.

    Clear words (a summons, a lawyer's letter) count more than a hesitant classifier, and words that
    only hint count where it says nothing. A short reply to a question never changes the situation,
    nor does a guess that no word confirms: an accused who adds 是我们自己生产的 would be told to
    sue.
    """
    vocabulary = case.known.rules.vocabulary["situation"]
    guess = turn.likeliest.name if turn.likeliest.name in vocabulary else None
    elsewhere = turn.likeliest.name.startswith(OUT) or turn.main in _MAY_TELL
    if guess is None and elsewhere and before.get("situation") in (None, UNKNOWN):
        # It was not turned away, or sounds like more about a matter of which nothing is known yet:
        # the likeliest of our own situations counts.
        guess = next((one.name for one in turn.ranking if one.name in vocabulary), None)
    words = next((reading for reading in turn.readings if reading.slot == "situation"), None)
    earlier = before.get("situation")
    if earlier in (None, UNKNOWN) or "situation" in asked:
        first = _first_situation(case, turn, guess, words, facts)
        if earlier not in (None, UNKNOWN) and not _settles(case, turn, first, words):
            first = str(earlier)
        case.doubt = _doubt(case, turn, first, words, facts, asked)
        return first
    replies = any(slot in asked for slot in facts) and not case.reaches(
        "story_length", len(turn.text)
    )
    if replies and in_progress(before):
        return str(before["situation"])
    return _changed_situation(case, turn, guess, words, before)


def _changed_situation(
    case: _Case, turn: Turn, guess: str | None, words: Reading | None, before: Facts
) -> str:
    """The situation of a matter that is being spoken of.

    Only clear words change that of a problem: what a sentence sounds like turned matters over that
    were answered rightly. What was no problem yet takes a sure guess.
    """
    earlier = str(before["situation"])
    clear = str(words.value) if words and not words.weak else None
    if clear and (Does.CORRECTS in turn.does or clear == guess):
        return clear
    if in_progress(before) or guess is None:
        return earlier
    return guess if case.reaches("intent_sure", turn.likeliest.chance) else earlier


def _first_situation(
    case: _Case, turn: Turn, guess: str | None, words: Reading | None, facts: Facts
) -> str | None:
    """The situation where none was known.

    The guess, unless clear words speak against a hesitant one.
    """
    if words is None or words.weak:
        return guess or _situation_by_paper(facts) or (str(words.value) if words else None)
    if guess and _believed(case, turn, str(words.value), guess):
        return guess
    return str(words.value)


def _settles(case: _Case, turn: Turn, situation: str | None, words: Reading | None) -> bool:
    """Whether a reply to the question about the situation answers it: 他卖的酒 does not."""
    clear = words is not None and not words.weak
    return situation is not None and (clear or case.reaches("intent_sure", turn.likeliest.chance))


def _doubt(
    case: _Case,
    turn: Turn,
    situation: str | None,
    words: Reading | None,
    facts: Facts,
    asked: Sequence[str],
) -> Doubt | None:
    """What is to be asked before this situation is taken for true; clear words leave no doubt."""
    by_words = words is not None and words.value == situation
    if situation in (None, UNKNOWN) or by_words:
        return None
    known = [one for one in turn.ranking if one.name in case.known.rules.vocabulary["situation"]]
    total = sum(one.chance for one in known)
    if not total or known[0].name != situation:
        return None
    chances = [(one.name, one.chance / total) for one in known]
    if facts.get("right_status") not in (None, UNKNOWN):  # who tells of his own right attacks
        chances = [one for one in chances if not one[0].startswith("accused")]
    return case.known.base.doubt.about(str(situation), chances, "situation" in asked)


def _believed(case: _Case, turn: Turn, words: str, guess: str) -> bool:
    """Whether a guess counts more than clear words that tell another situation."""
    chance = turn.likeliest.chance
    if _speaks_against(words, guess):
        return case.reaches("intent_sure_against", chance)
    return case.reaches("intent_sure", chance)


def _speaks_against(words: str, guess: str) -> bool:
    """Whether words put the visitor on another side; 他偷偷用我的名字 alone makes no attacker."""
    sides = (_side(words), _side(guess))
    return sides[0] != sides[1] and sides != ("attacks", "neither")


def _side(situation: str) -> str:
    """On which side a situation puts the visitor.

    A wrong side costs more than any other mistake.
    """
    if situation in ("infringed", "criminal_lead"):
        return "attacks"
    return "defends" if situation.startswith("accused") else "neither"


def _situation_by_paper(facts: Facts) -> str | None:
    papers = facts.get("doc_received") or ()
    return next((situation for paper, situation in _PAPERS.items() if paper in papers), None)


# --- which matter is spoken of --------------------------------------------------------------------


def _matter(case: _Case) -> Matter:
    """The matter after this message; of several told at once the one with the nearest deadline."""
    state, previous = case.state, case.previous
    parked = park(state.parked_matters, previous)
    several = _several(case)
    if len(several) > 1:
        several.sort(key=lambda facts: _nearest(case.known.refer(facts)))
        for facts in reversed(several[1:]):
            parked = park(parked, facts)
        return Matter(several[0], parked=tuple(parked), others=tuple(several[1:]))
    before = {} if previous else state.facts
    exhausted = _exhausted(case)
    facts = case.facts if previous else case.facts | dict.fromkeys(exhausted, UNKNOWN)
    unsure = [slot for slot in state.asked if facts.get(slot) == UNKNOWN != before.get(slot)]
    # Who told something else instead is given up on without a word; branches are for who does not
    # know.
    does_not_know = case.turn.main is Does.DOES_NOT_KNOW
    told_ways = [slot for slot in unsure if slot not in exhausted] if does_not_know else []
    return Matter(facts, before, previous, tuple(parked), (), tuple(exhausted), tuple(told_ways))


def _exhausted(case: _Case) -> list[str]:
    """The questions just put that were put often enough and are not answered."""
    times = case.state.asked_times
    open_ones = [slot for slot in case.state.asked if slot not in case.facts]
    return [slot for slot in open_ones if case.reaches("times_asked", times.get(slot, 0))]


def _several(case: _Case) -> list[Facts]:
    """The matters that the parts of one message tell; one or none where they tell the same."""
    shared = {slot: case.facts[slot] for slot in EVERY_MATTER if slot in case.facts}
    matters: list[Facts] = []
    for part in case.turn.parts:
        facts = shared | combine({}, _stated(case, part, {}, ()))
        sure = case.reaches("intent_sure", part.likeliest.chance)
        another = all(are_several([one, facts]) for one in matters)
        if sure and another and in_progress(facts):
            matters.append(facts)
    return matters


def _nearest(referral: Referral) -> date:
    days = (one.act_by for remedy in referral.remedies for one in remedy.deadlines if one.act_by)
    return min(days, default=date.max)


# --- the way to go --------------------------------------------------------------------------------


def _refer(case: _Case, because: str = "") -> Decision:
    """Tell the way to go, unless the matter lies elsewhere or only a question comes in between.

    `because`: why a message that seemed to do something else is taken as part of the matter.
    """
    matter = _matter(case)
    if _is_elsewhere(case, matter.facts):
        # Kept all the same: the next word may be that one end of it lies in Jiangxi.
        away = _turned_away(case, "other_province", "这件事和江西没有联系，指到当地")
        return replace(away, facts=matter.facts, matter=matter, remembers=True)
    if case.busy and matter.facts == matter.before and _asks_of_a_named_one(case):
        return _ask_remedy(case)
    answer = _answer_to(case)
    if answer and case.busy and _only_asks(case, matter):
        return _answered(case, answer)
    if case.busy and matter.facts == matter.before and _names_an_excluded_one(case):
        return _ask_exclusion(case)
    between = not answer and _is_knowledge_between(case)
    if between and matter.facts == matter.before:
        return _stays(
            case,
            Step.ANSWER_BETWEEN,
            _joined(because, "谈着一件事时问了知识，答完接着问"),
        )
    preface = (Preface.LAW,) if between else ()
    if _asks_about_remedy(case, matter):
        details = _stays(
            case, Step.REMEDY_DETAILS, _joined(because, "没说新情况，问的是办法的细节")
        )
        return replace(
            details,
            facts=matter.facts,
            matter=matter,
            referral=case.known.refer(matter.facts),
            remembers=True,
            preface=preface,
        )
    return replace(_told(case, matter, because), preface=preface, answer=answer)


def _only_asks(case: _Case, matter: Matter) -> bool:
    """Whether a question changes nothing of the matter: 顺便问下专利年费什么时候交 names another
    right, and is no other matter for that.
    """
    if Does.CORRECTS in case.turn.does:
        return False
    before = matter.before or matter.previous
    changed = {slot for slot in matter.facts if matter.facts[slot] != before.get(slot)}
    another_problem = bool(matter.previous) and in_progress(matter.facts)
    return not another_problem and changed <= (_OF_A_MATTER | {"goal"} if before else set())


def _asks_of_a_named_one(case: _Case) -> bool:
    """Whether it is asked how to go one of the ways that are open, by its name: 撤三怎么申请."""
    open_ones = {one.key for one in case.known.refer(case.state.facts).remedies}
    how = _HOW.search(case.turn.text)
    return bool(how and open_ones & set(case.turn.remedies))


def _names_an_excluded_one(case: _Case) -> bool:
    excluded = {one.key for one in case.known.refer(case.state.facts).ruled_out}
    return bool(excluded & set(case.turn.remedies))


def _told(case: _Case, matter: Matter, because: str = "") -> Decision:
    """Tell the way to go in a matter, keep it, and ask what is still open."""
    facts, known = matter.facts, case.known
    doubt = None if matter.others else case.doubt
    referral = known.refer(facts)
    if doubt:
        referral = _in_doubt(case, referral, doubt)
    has_shown = bool(matter.before.get("situation"))
    nothing_open = bool(referral.remedies) and not referral.asks
    calls_for_action = facts.get("situation") not in _NO_TICKET
    return Decision(
        step=Step.REFER,
        reason=_joined(because, _reason_of(matter)),
        facts=facts,
        matter=matter,
        doubt=doubt,
        referral=referral,
        previous_referral=known.refer(matter.before) if has_shown else None,
        other_referrals=tuple(known.refer(other) for other in matter.others),
        records=True,
        remembers=True,
        offers_ticket=nothing_open and calls_for_action and not case.state.offered,
        updates_ticket=bool(matter.before) and facts != matter.before,
    )


def _in_doubt(case: _Case, referral: Referral, doubt: Doubt) -> Referral:
    """The referral with the one question that counts; nobody is attacked while the side is open."""
    rules = case.known.base.doubt
    remedies = tuple(
        one for one in referral.remedies if not (doubt.side_open and one.key in rules.attacking)
    )
    return replace(referral, scope="clarify", remedies=remedies, asks=(rules.ask(doubt),))


def _reason_of(matter: Matter) -> str:
    if matter.others:
        return "一条消息讲了几件事，期限最近的先说"
    if matter.previous:
        return "另起了一件事，前面的先放着"
    if matter.exhausted:
        return "问过几次没答上，不再问"
    return (
        "情况有了变化，按规则再给办法" if matter.facts != matter.before else "没有新情况，办法不变"
    )


def _is_knowledge_between(case: _Case) -> bool:
    """A question of knowledge in the middle of a problem.

    It is answered, and the problem goes on.
    """
    return case.turn.likeliest.name in NO_PROBLEM and case.busy and case.sure


def _is_elsewhere(case: _Case, facts: Facts) -> bool:
    """Nothing ties the matter to Jiangxi.

    Both places lie elsewhere, or one does and the words say so.
    """
    known = [facts[slot] for slot in ("city", "own_city") if facts.get(slot) not in (None, UNKNOWN)]
    if any(case.known.is_ours(place) for place in known):
        return False
    return len(known) == 2 or case.turn.likeliest.name == "out_other_province"


def _asks_about_remedy(case: _Case, matter: Matter) -> bool:
    """Words that tell nothing but a wish ask what to bring or what it costs:
    那预审要准备什么材料.
    """
    if not case.busy or Does.ASKS_ABOUT_REMEDY not in case.turn.does:
        return False
    facts, before = matter.facts, matter.before
    told = {slot for slot in facts if facts[slot] not in (before.get(slot), UNKNOWN)}
    return told <= {"goal"} and bool(case.known.refer(facts).remedies)


def _return(case: _Case) -> Decision:
    """Take up a matter that was left before; the one spoken of waits in its place."""
    state = case.state
    if not state.parked_matters and case.facts != state.facts:
        # 刚才又看了一遍，不是律师函是传票 corrects, it does not return.
        return _refer(case, "没有别的事放着，话里却有新情况")
    number = wanted(state.parked_matters, case.turn.text, case.known.rules)
    if number is None:
        return _stays(case, Step.NO_OTHER_MATTER, "要回到前面的事，可是没有别的事放着")
    facts = dict(state.parked_matters[number])
    others = [one for one in state.parked_matters if one is not state.parked_matters[number]]
    matter = Matter(facts, parked=tuple(park(others, state.facts)))
    return replace(_told(case, matter), step=Step.RETURN, reason="要回到放着的一件事")


def _affirm(case: _Case) -> Decision:
    if case.state.offered == "ticket" and not case.reaches("story_length", len(case.turn.text)):
        return _stays(case, Step.TICKET_FORM, "问过要不要登记工单，说要")
    return _refer(case)


def _deny(case: _Case) -> Decision:
    if case.state.asked:
        return _refer(case)
    return _stays(case, Step.DECLINE, "没有问题等着回答，是不要登记工单")


# --- questions ------------------------------------------------------------------------------------


def _ask_remedy(case: _Case) -> Decision:
    referral = case.known.refer(case.state.facts) if case.busy else None
    if referral is None or not referral.remedies:
        return _refer(case, "还没有办法可讲")
    details = _stays(case, Step.REMEDY_DETAILS, "问已给的办法的细节")
    return replace(details, referral=referral)


def _ask_exclusion(case: _Case) -> Decision:
    if not case.busy:
        return _refer(case, "还没有谈到一件事")
    why_not = _stays(case, Step.EXCLUSIONS, "问一个办法为什么不行")
    return replace(why_not, referral=case.known.refer(case.state.facts))


def _ask_law(case: _Case) -> Decision:
    asks_for_basis = case.busy and Does.ABOUT_THE_ADVICE in case.turn.does
    settled = case.known.refer(case.state.facts) if asks_for_basis else None
    if case.turn.articles:
        answer = _stays(case, Step.ARTICLES, "点了法条的名")
    elif settled and settled.remedies:
        return replace(_stays(case, Step.BASIS, "问前面的办法依据什么"), referral=settled)
    else:
        answer = _stays(case, Step.SEARCH_LAW, "问法律，没有点法条的名")
    return answer if case.busy else _recorded(case, answer, "general_knowledge")


def _ask_figure(case: _Case) -> Decision:
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
        resume=None if ask else _open_question(case),
    )


def _figure_needs(step: Step, facts: Facts, referral: Referral) -> str | None:
    """The slot without which no figure can be told: the right, or the first day of a period."""
    if step is not Step.DEADLINE:
        return "right" if facts.get("right") in _NO_RIGHT else None
    deadlines = [one for remedy in referral.remedies for one in remedy.deadlines]
    dated = any(one.act_by or one.opens_on for one in deadlines)
    starts = (one.starts for one in deadlines if one.starts)
    return None if dated else next(starts, None)


def _ask_meaning(case: _Case) -> Decision:
    if case.known.base.terms.named(case.turn.text):
        return _stays(case, Step.MEANING, "问的词有解释")
    if case.busy and (case.turn.counted is not None or case.turn.intent == "ask_detail"):
        return _ask_remedy(case)  # 第二个是什么意思, 那个是什么意思: of the ways that were told
    return _ask_law(case)


def _ask_reason(case: _Case) -> Decision:
    """Why another way is closed, else what the advice stands on."""
    if not case.busy:
        return _refer(case, "还没有谈到一件事")
    referral = case.known.refer(case.state.facts)
    if any(one.key in case.turn.remedies for one in referral.ruled_out) or not referral.remedies:
        return _ask_exclusion(case)
    return replace(_stays(case, Step.REASON, "问凭什么"), referral=referral)


def _ask_whether(case: _Case) -> Decision:
    """No written answer fits: what the law has nearest, told as no more than that."""
    return _ask_law(case) if case.busy else _refer(case, "问行不行，没有现成的回答")


def _in_short(case: _Case) -> Decision:
    """Moods, and the wish for brevity: one sentence that says what to do first now."""
    if not case.busy and case.facts.get("situation"):
        return _refer(case, "话里有一件事")
    tells_news = case.busy and _tells_news(case)
    if tells_news or not case.sure:
        return _refer(case, "话里有新情况" if tells_news else "把握不大")
    short = _stays(case, Step.IN_SHORT, "不讲新的事，用一句话说现在先做什么")
    referral = case.known.refer(case.state.facts) if case.busy else None
    return replace(short, referral=referral)


def _tells_news(case: _Case) -> bool:
    """Whether the words themselves state something that was not known."""
    told = stated_alone(case.turn, case.state.asked)
    return any(case.state.facts.get(slot) != value for slot, value in told.items())


def _ask_draft(case: _Case) -> Decision:
    drafts = case.known.drafts_for(case.turn.text, case.facts)
    found = _closest(case)
    if not drafts and found and case.reaches("answer_asked", found.chance):
        told = _answered(case, found.name)
        return replace(told, preface=(Preface.NO_DRAFT,))
    if not drafts:
        told = _refer(case, "没有合适的草稿")
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


def _closest(case: _Case) -> Likely | None:
    """The written answer that the message comes closest to, with the matter spoken of in mind."""
    facts, base = case.state.facts if case.busy else case.facts, case.known.base
    words = in_context(case.turn, facts, case.known.rules) if case.busy else None
    if words is None or case.turn.pressed:
        return closest(case.turn.answers, facts, base.answers)
    found = [Likely(one.id, one.signs) for one in base.find_answers(words)]
    return closest(found, facts, base.answers)


def _answer_to(case: _Case) -> str | None:
    """The id of the answer that the message asks for; a message that asks nothing needs a closer
    one.
    """
    if case.turn.main in _NO_QUESTION:
        return None
    found = _closest(case)
    asks = asks_for_an_answer(case.turn)
    name = "answer_asked" if asks else "answer_unasked"
    return found.name if found and case.reaches(name, found.chance) else None


def _is_better_answered(case: _Case) -> bool:
    """Whether a written answer says more than what the message's intent alone would lead to."""
    turn = case.turn
    if turn.pressed or turn.articles or turn.intent in _REFUSED_AT_ONCE:
        return False
    if set(case.state.asked) & set(stated_alone(turn, case.state.asked)):
        return False  # it answers our question: 合同里没写仲裁
    if turn.main is Does.ASKS_MEANING and case.known.base.terms.named(turn.text):
        return False
    if turn.main is Does.OUT_OF_SCOPE and case.reaches("out_of_scope", turn.chance_outside):
        return False
    found = _closest(case)
    if found is None:
        return False
    if turn.main is Does.ASKS_DEADLINE and case.busy:
        referral = case.known.refer(case.facts)
        if any(one.act_by for remedy in referral.remedies for one in remedy.deadlines):
            return False  # the day itself can be told
    settled = case.busy or turn.main is Does.OUT_OF_SCOPE
    asked = turn.main in _QUESTIONS or not settled
    return case.reaches("answer_asked" if asked else "answer_unasked", found.chance)


def _answer(case: _Case) -> Decision:
    found = _closest(case)
    assert found is not None
    return _answered(case, found.name)


def _answered(case: _Case, answer: str) -> Decision:
    """Tell a written answer; a matter that is spoken of goes on."""
    told = replace(_stays(case, Step.ANSWER, "问的有现成的、核对过的回答"), answer=answer)
    return told if case.busy else _recorded(case, told, "general_knowledge")


def _suppose(case: _Case) -> Decision:
    """What would be so if it were as the visitor supposes; what is known stays as it is."""
    supposed = _supposed(case)
    told = _stays(case, Step.SUPPOSITION, "是假设，不改已知的情况")
    return replace(
        told, matter=Matter(supposed, case.state.facts), referral=case.known.refer(supposed)
    )


def _supposed(case: _Case) -> Facts:
    """The facts as they would be; what the sentence only sounds like is no part of them."""
    told = stated_alone(case.turn, case.state.asked)
    return combine(case.state.facts, {slot: told[slot] for slot in told if slot in _SUPPOSABLE})


# --- tickets and persons --------------------------------------------------------------------------


def _ticket_form(case: _Case) -> Decision:
    return _stays(case, Step.TICKET_FORM, f"{case.turn.main.value}，开始登记")


def _take_contact(case: _Case) -> Decision:
    """Contact details open a ticket; what only looks like them does not: 我愿意赔5000."""
    given = "contact" in case.facts and case.facts["contact"] != case.state.facts.get("contact")
    if given or {Does.MEANS_CONTACT, Does.REFUSES_CONTACT} & case.turn.does:
        return _ticket_form(case)
    return _refer(case, "没有联系方式")


def _ticket_matter(case: _Case) -> Decision:
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


def _ticket_answer(case: _Case) -> Decision:
    """Take what the visitor answers to the form, and name what the ticket still needs."""
    facts, wrong_contact = _form_facts(case)
    asked = case.state.form_slot
    following = next((slot for slot in _FORM_SLOTS if not _has(facts, slot)), None)
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


def _form_facts(case: _Case) -> tuple[Facts, bool]:
    """The facts after an answer to the form, and whether a contact given reaches nobody."""
    turn, asked, facts = case.turn, case.state.form_slot, dict(case.facts)
    asked_in_vain = case.state.asked == (asked,)
    if asked is None or _has(facts, asked):
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


def _has(facts: Facts, slot: str) -> bool:
    """Whether the form has this; the visitor's own city will do where the act's is not known."""
    return bool(facts.get(slot)) or (slot == "city" and bool(facts.get("own_city")))


def _open_ticket(case: _Case) -> Decision:
    return Decision(
        step=Step.OPEN_TICKET,
        reason="工单要登记的都有了",
        facts=case.facts,
        matter=Matter(case.facts, case.state.facts),
        referral=case.known.refer(case.facts),
    )


def _ask_ticket(case: _Case) -> Decision:
    told_number = case.state.ticket_number is not None
    if case.busy and not told_number and Does.ABOUT_A_TICKET not in case.turn.does:
        return _refer(case, "字面上没说到工单")  # 那我是不是死定了 asks after no ticket
    status = _stays(case, Step.TICKET_STATUS, "查工单")
    return status if case.busy else _recorded(case, status, "ticket_service")


def _ticket_word(case: _Case) -> Decision:
    if not case.sure and Does.ABOUT_A_TICKET not in case.turn.does:
        return _refer(case, "字面上没说到工单")
    return replace(_stays(case, Step.TICKET_WORD, case.turn.main.value), resume=None)


def _hand_off(case: _Case) -> Decision:
    tells_news = case.facts != case.state.facts
    if not case.sure and tells_news:  # 我想跟他和解 is news of the matter, no wish for a person
        return _refer(case, "转人工的把握不大，话里又有新情况")
    handed = _stays(case, Step.HAND_OFF, "要转人工")
    handed = replace(handed, facts=case.facts, remembers=True, resume=None)
    return handed if case.busy else _recorded(case, handed, "ticket_service")


# --- ends -----------------------------------------------------------------------------------------


def _start_afresh(case: _Case) -> Decision:
    """Everything told is forgotten, while a matter is spoken of only by words that ask for it."""
    if case.busy and not _AFRESH.search(case.turn.text) and not case.turn.pressed:
        return _in_short(case)
    return Decision(
        Step.START_AFRESH, "要重新开始", {}, Matter({}, case.state.facts), remembers=True
    )


def _cancel(case: _Case) -> Decision:
    if any(reading.slot == "goal" for reading in case.turn.readings):
        # 我改主意了，要他赔钱: another wish, not the end of it.
        return _refer(case, "话里有新的诉求，不是要放下")
    return replace(_stays(case, Step.CANCEL, "要先放下"), resume=None)


def _out_of_scope(case: _Case) -> Decision:
    if Does.WORDLESS in case.turn.does:
        return _refer(case, "没有文字，不能当作管不了的事")
    if _tells_a_problem(case):
        return _refer(case, "像是管不了的事，话里却有本线的事")
    outside = (one.name for one in case.turn.ranking if one.name.startswith(OUT))
    topic = next(outside, case.turn.intent or "").removeprefix(OUT)
    return _turned_away(case, topic, "本线管不了的事，指到别处")


def _is_outside(case: _Case) -> bool:
    """Whether the topics outside together are likelier than everything that is ours, though each of
    them alone is not.
    """
    return case.reaches("out_of_scope", case.turn.chance_outside)


def _tells_a_problem(case: _Case) -> bool:
    """Angry words around a real problem, or an answer to our question, turn nobody away.

    An angry message is nearly never only abuse; a wish to forge evidence is refused sooner.
    """
    turn, asked = case.turn, case.state.asked
    intent, chance = turn.intent or "", turn.likeliest.chance
    told = stated_alone(turn, asked)
    of_the_matter = bool(set(told) - _PLACES) and intent not in _REFUSED_AT_ONCE
    if of_the_matter and case.busy and not case.reaches("out_between", chance):
        return True
    if intent in THRESHOLDS:
        outside = case.reaches(intent, chance)
    else:
        outside = case.reaches("out_of_scope", chance if case.busy else turn.chance_outside)
    if outside:
        return False
    keeps_evidence = "wants_evidence" in told.get("circumstances", ())  # that is no forging
    clear = any(one.slot == "situation" and not one.weak for one in turn.readings)
    names_a_right = any(one.slot == "right" and not one.weak for one in turn.readings)
    return clear or names_a_right or keeps_evidence or any(slot in told for slot in asked)


def _small_talk(case: _Case) -> Decision:
    if case.busy and case.turn.intent == "greet":
        referral = case.known.refer(case.state.facts)
        return replace(_stays(case, Step.IN_SHORT, "谈着一件事时打招呼"), referral=referral)
    return replace(_stays(case, Step.SMALL_TALK, "寒暄，由固定的话回答"), resume=None)


# --- what several branches share ------------------------------------------------------------------


def _stays(case: _Case, step: Step, reason: str) -> Decision:
    """A step that changes nothing in the matter; the open question is put again after it."""
    facts = case.state.facts
    return Decision(step, reason, facts, Matter(facts, facts), resume=_open_question(case))


def _recorded(case: _Case, decision: Decision, situation: str) -> Decision:
    """The step with the referral of a question that belongs to no matter.

    Nothing is asked after it.
    """
    referral = case.known.refer({"situation": situation})
    return replace(decision, referral=referral, records=True, resume=None)


def _turned_away(case: _Case, topic: str, reason: str) -> Decision:
    away = replace(_stays(case, Step.OUT_OF_SCOPE, reason), topic=topic)
    return away if case.busy else _recorded(case, away, "out_of_scope")


def _open_question(case: _Case) -> AskRule | None:
    """The first of the open questions that the visitor was about to answer.

    Naming a remedy (为什么不能报警) states nothing new: while a problem is spoken of, the earlier
    facts count.
    """
    if not case.state.asked:
        return None
    settled = case.state.facts if case.busy else case.facts
    asks = case.known.refer(settled).asks
    return next((ask for ask in asks if ask.slot in case.state.asked), None)


def _joined(because: str, reason: str) -> str:
    return f"{because}：{reason}" if because else reason


_FIGURES = {
    Does.ASKS_DAMAGES: Step.DAMAGES,
    Does.ASKS_THRESHOLD: Step.THRESHOLD,
    Does.ASKS_DEADLINE: Step.DEADLINE,
}

_BY_DEED: Mapping[Does, Callable[[_Case], Decision]] = {
    Does.TELLS: _refer,
    Does.INFORMS: _refer,
    Does.DOES_NOT_KNOW: _refer,
    Does.NOT_UNDERSTOOD: _refer,
    Does.ELSEWHERE: _refer,
    Does.AFFIRMS: _affirm,
    Does.DENIES: _deny,
    Does.RETURNS: _return,
    Does.ASKS_REMEDY: _ask_remedy,
    Does.ASKS_EXCLUSION: _ask_exclusion,
    Does.ASKS_LAW: _ask_law,
    Does.ASKS_DAMAGES: _ask_figure,
    Does.ASKS_THRESHOLD: _ask_figure,
    Does.ASKS_DEADLINE: _ask_figure,
    Does.ASKS_DRAFT: _ask_draft,
    Does.ASKS_STEPS: _in_short,
    Does.ASKS_WHETHER: _ask_whether,
    Does.ASKS_REASON: _ask_reason,
    Does.ASKS_MEANING: _ask_meaning,
    Does.PASSED_ON: _in_short,
    Does.COMPLAINS: _in_short,
    Does.WORRIES: _in_short,
    Does.TOO_LONG: _in_short,
    Does.NOT_CLEAR: _in_short,
    Does.ACKNOWLEDGES: _in_short,
    Does.WITHDRAWS_TICKET: _ticket_word,
    Does.KEEPS_TICKET: _ticket_word,
    Does.URGES_TICKET: _ticket_word,
    Does.ADDS_TO_TICKET: _ticket_word,
    Does.WANTS_TICKET: _ticket_form,
    Does.GIVES_CONTACT: _take_contact,
    Does.ASKS_TICKET: _ask_ticket,
    Does.WANTS_PERSON: _hand_off,
    Does.STARTS_OVER: _start_afresh,
    Does.CANCELS: _cancel,
    Does.OUT_OF_SCOPE: _out_of_scope,
    Does.SMALL_TALK: _small_talk,
}
