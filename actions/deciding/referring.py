"""Telling the way to go: which matter is spoken of, and what is told of its remedies. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from actions.deciding.answering import (
    PROMISES_ONLY,
    answer_to,
    answered,
    is_sure,
    takes_up_a_question,
)
from actions.deciding.case import Case, joined, stays, tells_news, turned_away
from actions.deciding.decision import Decision, Matter, Preface, Step
from actions.deciding.matters import are_several, park, wanted
from actions.deciding.merge import NO_PROBLEM, combine, in_progress
from actions.deciding.turn import Does
from actions.deciding.understanding import stated
from knowledge.routing.doubt import Doubt
from knowledge.routing.referral import OpenRemedy, Referral
from knowledge.routing.rules import AskRule
from knowledge.slots import EVERY_MATTER, UNKNOWN, Facts, as_listed

HOW = re.compile("怎么(?:申请|弄|办|提|走|搞)|咋(?:申请|弄|办|提|走|搞)|如何(?:申请|办理|提出)")

_FEWEST_CASES, _MOST_CASES, _MOST_TITLES = 2, 4, 3  # told side by side, and their names

_IN_THE_SAME_BREATH = 30  # characters; what is asked at the end of a story is about the story
# Situations in which nobody has to act, so that a ticket is not offered.
_NO_TICKET = frozenset({"general_knowledge", "clearance"})

# What makes a matter the one that it is; a supposition changes neither.
_OF_A_MATTER = frozenset({"situation", "right"})


def _matter(case: Case) -> Matter:
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


def _exhausted(case: Case) -> list[str]:
    """The questions just put that were put often enough and are not answered."""
    times = case.state.asked_times
    open_ones = [slot for slot in case.state.asked if slot not in case.facts]
    return [slot for slot in open_ones if case.reaches("times_asked", times.get(slot, 0))]


def _several(case: Case) -> list[Facts]:
    """The matters that the parts of one message tell; one or none where they tell the same."""
    shared = {slot: case.facts[slot] for slot in EVERY_MATTER if slot in case.facts}
    matters: list[Facts] = []
    for part in case.turn.parts:
        facts = shared | combine({}, stated(case, part, {}, ()))
        sure = case.reaches("intent_sure", part.likeliest.chance)
        another = all(are_several([one, facts]) for one in matters)
        if sure and another and in_progress(facts):
            matters.append(facts)
    return matters


def _nearest(referral: Referral) -> date:
    days = (one.act_by for remedy in referral.remedies for one in remedy.deadlines if one.act_by)
    return min(days, default=date.max)


def refer(case: Case, because: str = "") -> Decision:
    """Tell the way to go, unless the matter lies elsewhere or only a question comes in between.

    `because`: why a message that seemed to do something else is taken as part of the matter.
    """
    matter = _matter(case)
    if _is_elsewhere(case, matter.facts):
        # Kept all the same: the next word may be that one end of it lies in Jiangxi.
        away = turned_away(case, "other_province", "这件事和江西没有联系，指到当地")
        return replace(away, facts=matter.facts, matter=matter, remembers=True)
    if case.busy and matter.facts == matter.before and _asks_of_a_named_one(case):
        return ask_remedy(case)
    answer = answer_to(case)
    asks = not takes_up_a_question(case)
    if answer and asks and case.busy and _only_asks(case, matter):
        return answered(case, answer)
    if case.busy and matter.facts == matter.before and _names_an_excluded_one(case):
        return ask_exclusion(case)
    between = not answer and _is_knowledge_between(case)
    if between and matter.facts == matter.before:
        return stays(
            case,
            Step.ANSWER_BETWEEN,
            joined(because, "谈着一件事时问了知识，答完接着问"),
        )
    preface = (Preface.LAW,) if between else ()
    if _asks_about_remedy(case, matter):
        if by_case := sides_by_case(case, case.known.refer(case.state.facts)):
            return by_case
        details = stays(case, Step.REMEDY_DETAILS, joined(because, "没说新情况，问的是办法的细节"))
        return replace(
            details,
            facts=matter.facts,
            matter=matter,
            referral=case.known.refer(matter.facts),
            remembers=True,
            preface=preface,
        )
    sure = answer if answer and is_sure(case) else None
    return replace(_told(case, matter, because), preface=preface, answer=sure)


def _only_asks(case: Case, matter: Matter) -> bool:
    """Whether a question changes nothing of the matter: 顺便问下专利年费什么时候交 names another
    right, and is no other matter for that.
    """
    if Does.CORRECTS in case.turn.does:
        return False
    before = matter.before or matter.previous
    changed = {slot for slot in matter.facts if matter.facts[slot] != before.get(slot)}
    another_problem = bool(matter.previous) and in_progress(matter.facts)
    return not another_problem and changed <= (_OF_A_MATTER | {"goal"} if before else set())


def _asks_of_a_named_one(case: Case) -> bool:
    """Whether it is asked how to go one of the ways that are open, by its name: 撤三怎么申请."""
    open_ones = {one.key for one in case.known.refer(case.state.facts).remedies}
    how = HOW.search(case.turn.text)
    return bool(how and open_ones & set(case.turn.remedies))


def _names_an_excluded_one(case: Case) -> bool:
    excluded = {one.key for one in case.known.refer(case.state.facts).ruled_out}
    return bool(excluded & set(case.turn.remedies))


def _told(case: Case, matter: Matter, because: str = "") -> Decision:
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
        reason=joined(because, _reason_of(matter)),
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


def _in_doubt(case: Case, referral: Referral, doubt: Doubt) -> Referral:
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


def _is_knowledge_between(case: Case) -> bool:
    """A question of knowledge in the middle of a problem.

    It is answered, and the problem goes on.
    """
    return case.turn.likeliest.name in NO_PROBLEM and case.busy and case.sure


def _is_elsewhere(case: Case, facts: Facts) -> bool:
    """Nothing ties the matter to Jiangxi.

    Both places lie elsewhere, or one does and the words say so. Whose brother was arrested is told
    what to do first, wherever it was.
    """
    if facts.get("situation") == "accused_criminal":
        return False
    known = [facts[slot] for slot in ("city", "own_city") if facts.get(slot) not in (None, UNKNOWN)]
    if any(case.known.is_ours(place) for place in known):
        return False
    return len(known) == 2 or case.turn.likeliest.name == "out_other_province"


def _asks_about_remedy(case: Case, matter: Matter) -> bool:
    """Words that tell nothing but a wish ask what to bring or what it costs:
    那预审要准备什么材料.
    """
    if not case.busy or Does.ASKS_ABOUT_REMEDY not in case.turn.does:
        return False
    facts, before = matter.facts, matter.before
    told = {slot for slot in facts if facts[slot] not in (before.get(slot), UNKNOWN)}
    return told <= {"goal"} and bool(case.known.refer(facts).remedies)


def asks_about_the_way(case: Case, decision: Decision) -> bool:
    """Whether the words that begin a matter ask in the same breath what its way costs, takes or
    needs: 给画登记版权要多少钱.
    """
    if case.busy or decision.step is not Step.REFER or Does.ASKS_ABOUT_REMEDY not in case.turn.does:
        return False
    told = decision.answer or decision.perhaps or decision.doubt
    if told or len(case.turn.text) > _IN_THE_SAME_BREATH or not in_progress(decision.facts):
        return False
    ways = decision.referral.remedies if decision.referral else ()
    return bool(ways) and ways[0].rule != PROMISES_ONLY


def take_up(case: Case) -> Decision:
    """Take up a matter that was left before; the one spoken of waits in its place."""
    state = case.state
    if not state.parked_matters and case.facts != state.facts:
        # 刚才又看了一遍，不是律师函是传票 corrects, it does not return.
        return refer(case, "没有别的事放着，话里却有新情况")
    number = wanted(state.parked_matters, case.turn.text, case.known.rules)
    if number is None:
        return stays(case, Step.NO_OTHER_MATTER, "要回到前面的事，可是没有别的事放着")
    facts = dict(state.parked_matters[number])
    others = [one for one in state.parked_matters if one is not state.parked_matters[number]]
    matter = Matter(facts, parked=tuple(park(others, state.facts)))
    return replace(_told(case, matter), step=Step.RETURN, reason="要回到放着的一件事")


def affirm(case: Case) -> Decision:
    if case.state.offered == "ticket" and not case.reaches("story_length", len(case.turn.text)):
        return stays(case, Step.TICKET_FORM, "问过要不要登记工单，说要")
    return refer(case)


def deny(case: Case) -> Decision:
    if case.state.asked:
        return refer(case)
    return stays(case, Step.DECLINE, "没有问题等着回答，是不要登记工单")


def ask_remedy(case: Case) -> Decision:
    referral = case.known.refer(case.state.facts) if case.busy else None
    if referral is not None and (by_case := sides_by_case(case, referral)):
        return by_case
    if referral is None and case.turn.sides and (general := in_general(case)):
        return general
    if referral is None or not referral.remedies:
        return refer(case, "还没有办法可讲")
    details = stays(case, Step.REMEDY_DETAILS, "问已给的办法的细节")
    return replace(details, referral=referral)


def sides_by_case(case: Case, referral: Referral) -> Decision | None:
    """What was asked of the way, for each possibility, and the question that decides between them,
    while it is open which way it is and none is named; None where all of them lead the same way.

    A figure told for a way in doubt would be taken for the figure.
    """
    turn, ask = case.turn, open_on_the_way(case, referral)
    named = {one.key for one in referral.remedies} & set(turn.remedies)
    if ask is None or not turn.sides or named or turn.counted is not None:
        return None
    cases = _cases(case, ask)
    if len(cases) < _FEWEST_CASES or Does.COMPARES in turn.does:
        return None
    told = stays(case, Step.SIDES_BY_CASE, "走哪条路还没定，问的是费用、时间、材料")
    # What stands first while a right is open is to be done in every case; a guess is not.
    attacking = case.known.base.doubt.attacking
    if ask.slot == "situation" and any(way.key in attacking for _, way in cases):
        cases = ()  # while it is open who attacks whom, the question alone is put
    in_every_case = referral if ask.slot != "situation" and referral.remedies else None
    return replace(told, cases=cases, resume=ask, referral=in_every_case)


def in_general(case: Case) -> Decision | None:
    """What holds whichever way it is, and what the matter is asked once more, unless it was asked
    in vain; None where that was not just asked, or the message tells something of it.
    """
    given_up = case.state.facts.get("situation") == UNKNOWN
    asked = (given_up or "situation" in case.state.asked) and not case.busy
    if not asked or tells_news(case) or len(case.turn.text) > _IN_THE_SAME_BREATH:
        return None
    asks = case.known.refer(case.state.facts).asks
    ask = next((one for one in asks if one.slot == "situation"), None)
    told = stays(case, Step.SIDES_BY_CASE, "还不知道是什么事，先讲哪条路都用得上的")
    return replace(told, resume=ask) if ask or given_up else None


def _cases(case: Case, ask: AskRule) -> tuple[tuple[str, OpenRemedy], ...]:
    """The answers to a question, as its buttons say them, by the first way that they lead to."""
    ways: dict[str, tuple[list[str], OpenRemedy]] = {}
    for option in ask.options:
        if option.value == UNKNOWN:
            continue
        answer = {ask.slot: as_listed(ask.slot, option.value)}
        if remedies := case.known.refer(case.state.facts | answer).remedies:
            ways.setdefault(remedies[0].key, ([], remedies[0]))[0].append(option.title)
    return tuple((_named_in_short(titles), way) for titles, way in ways.values())[:_MOST_CASES]


def _named_in_short(titles: Sequence[str]) -> str:
    return "、".join(titles[:_MOST_TITLES]) + ("等" if len(titles) > _MOST_TITLES else "")


def open_on_the_way(case: Case, referral: Referral) -> AskRule | None:
    """The question without which the way is open, as it was just put; None where it is settled."""
    asked, doubt = case.state.asked, case.known.base.doubt
    if "situation" in asked and case.state.doubted:
        return doubt.ask(Doubt(case.state.doubted, side_open=False))
    open_ones = (one for one in referral.asks if one.required_for_routing and one.slot in asked)
    return next(open_ones, None) if referral.scope == "clarify" else None


def ask_exclusion(case: Case) -> Decision:
    if not case.busy:
        return refer(case, "还没有谈到一件事")
    why_not = stays(case, Step.EXCLUSIONS, "问一个办法为什么不行")
    return replace(why_not, referral=case.known.refer(case.state.facts))
