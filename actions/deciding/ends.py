"""Messages that end a matter or lie outside the helpline. Pure."""

import re
from dataclasses import replace

from actions.deciding.answering import answer_to, answered, asks_for_an_answer
from actions.deciding.case import (
    REFUSED_AT_ONCE,
    Case,
    recorded,
    stays,
    tells_news,
    turned_away,
)
from actions.deciding.decision import DELETION, Decision, Form, Matter, Step
from actions.deciding.merge import combine, stated_alone
from actions.deciding.questions import ask_whether, in_short, leads_away
from actions.deciding.referring import refer
from actions.deciding.thresholds import THRESHOLDS
from actions.deciding.turn import OUT, Does
from knowledge.slots import Facts

_AFRESH = re.compile("重新|从头|重来|清空|清掉|忘掉|忘了吧|换一?个(?:话题|问题|事)|不说这个|推倒")

# Who asks what the helpline itself is and does: 你们能帮我打官司吗. What is asked → the id of the
# answer that says so.
_US = "(?:你们?|您们?|这(?:里|边|儿)|贵(?:中心|单位)|热线)"
_CAN = "(?:能|可以|会|是不是|可不可以|能不能|能否|可否|管不管|负责)"
_FOR_ME = "(?:帮|替|给|代|陪)(?:我们?|俺|咱们?)?(?:去|来)?"
_ABOUT_US = {
    "gen-hot-represent": re.compile(
        f"{_US}[^，。！？]{{0,4}}?{_CAN}?[^，。！？]{{0,4}}?{_FOR_ME}"
        "(?:打(?:这个|个)?官司|出庭|出面|上法庭|去?法院|起诉|应诉|谈(?!谈)|谈判|讨|要钱|取证|抓|查封|去现场)"
        f"|{_US}[^，。！？]{{0,8}}(?:代理(?!机构|公司|人)|出庭|出面|上门|派[^，。！？]{{0,3}}(?:人|律师|专家)|过来一趟|到现场)"
        "|(?:能不能|可不可以|可以|能|会不会|会)(?:派|来|叫|安排)[个几位一]{0,2}(?:人|律师|师傅|同志|专家|工作人员)"
        "[^，。！？]{0,3}(?:来(?!跟|和|接|回)|过来|去|上门|到店|到我)"
    ),
    "gen-hot-fee": re.compile(
        f"{_US}[^，。！？]{{0,6}}(?:收费|收钱|要钱|要不要钱|收不收|免费|交钱|多少钱|花钱)"
        "|(?:咨询|问你们|打热线)[^，。！？]{0,6}(?:收费|收钱|要钱|要不要钱|收不收|免费)"
    ),
    "gen-hot-guarantee": re.compile(f"{_US}[^，。！？]{{0,8}}(?:保证|包赢|打包票|保赢|包过|包成)"),
    "gen-hot-who": re.compile(
        f"{_US}[^，。！？]{{0,4}}(?:是|算|属于|归)[^，。！？]{{0,4}}(?:政府|官方|国家|公家|机关|公安|法院|律所|律师|中介|代理|"
        "(?:什么|哪个|哪里的?|哪家)(?:单位|部门|机构|公司|局))"
    ),
    "gen-hot-what": re.compile(
        f"{_US}[^，。！？]{{0,4}}(?:{_CAN}|是)(?:帮我)?(?:干|做|办|管|解决)(?:什么|啥|哪些|些什么)"
        f"|{_US}[^，。！？]{{0,3}}(?:管什么|管啥|管哪些)"
    ),
}
_LONGEST_ABOUT_US = 30  # characters; a longer message tells a matter of its own
_OPENS_FORM = frozenset({Does.WANTS_TICKET, Does.GIVES_CONTACT})

# What of an employment is a matter for the labour authorities alone, whatever else is spoken of.
_LABOUR_ALONE = re.compile(
    "工资|薪|社保|公积金|加班|辞退|开除|裁员|欠我?钱|工伤|劳动(?:仲裁|监察|局)|补偿金|赔偿金|年假|离职证明"
)

_BUYS = re.compile("买|退|坑|骗|下单|收到货")  # whoever tells of what he bought himself

# A place is no fact of the matter: 南昌明天冷不冷.
_PLACES = frozenset({"city", "county", "own_city", "their_city"})


def start_afresh(case: Case) -> Decision:
    """Everything told is forgotten, while a matter is spoken of only by words that ask for it."""
    if case.busy and not _AFRESH.search(case.turn.text) and not case.turn.pressed:
        return in_short(case)
    return Decision(
        Step.START_AFRESH, "要重新开始", {}, Matter({}, case.state.facts), remembers=True
    )


_ANSWERS_DELETION = frozenset(
    {
        Does.CONFIRMS_DELETION,
        Does.REFUSES_DELETION,
        Does.AFFIRMS,
        Does.DENIES,
        Does.ACKNOWLEDGES,
    }
)


def is_about_own_data(case: Case) -> bool:
    """Whether the visitor wants what is stored of him deleted, or answers whether he does."""
    answers = _ANSWERS_DELETION & case.turn.does
    return case.turn.main is Does.DELETES_DATA or (case.state.offered == DELETION and bool(answers))


def own_data(case: Case) -> Decision:
    """Nothing is deleted before he has said so twice, in words as plain as these."""
    asked = case.state.offered == DELETION
    if asked and {Does.CONFIRMS_DELETION, Does.AFFIRMS} & case.turn.does:
        gone: Facts = {}
        return Decision(Step.DELETE_DATA, "确认要删除", gone, Matter(gone, case.state.facts))
    if case.turn.main in (Does.DELETES_DATA, Does.ACKNOWLEDGES):
        return replace(stays(case, Step.ASK_DELETION, "要删除自己的信息，先问一遍"), resume=None)
    return stays(case, Step.KEEP_DATA, "问过要不要删除，说不删")


def is_about_us(case: Case) -> bool:
    """Whether it is asked what the helpline itself is and does, and nothing of a matter is told.

    What the dialogue engine takes for a wish for a ticket cannot be answered beside its open form.
    """
    turn, form = case.turn, case.state.form
    if turn.pressed or len(turn.text) > _LONGEST_ABOUT_US or _asked_of_us(case) is None:
        return False
    if form is Form.ASKING and case.state.form_slot and turn.main in _OPENS_FORM:
        return False
    return not any(one.slot in ("situation", "right") and not one.weak for one in turn.readings)


def about_us(case: Case) -> Decision:
    """The written answer about the helpline itself; a matter that is spoken of goes on."""
    told = replace(stays(case, Step.ABOUT_US, "问热线自己做什么"), answer=_asked_of_us(case))
    return told if case.busy else recorded(case, told, "ticket_service")


def _asked_of_us(case: Case) -> str | None:
    ids = case.known.base.answers.by_id  # content may have lost one meanwhile
    asked = (id_ for id_, words in _ABOUT_US.items() if words.search(case.turn.text))
    return next((id_ for id_ in asked if id_ in ids), None)


def cancel(case: Case) -> Decision:
    if any(reading.slot == "goal" for reading in case.turn.readings):
        # 我改主意了，要他赔钱: another wish, not the end of it.
        return refer(case, "话里有新的诉求，不是要放下")
    if case.busy and asks_for_an_answer(case.turn):
        return ask_whether(case)  # 先拖着不交行不行 asks, it ends nothing
    return replace(stays(case, Step.CANCEL, "要先放下"), resume=None)


def out_of_scope(case: Case) -> Decision:
    if Does.WORDLESS in case.turn.does:
        return refer(case, "没有文字，不能当作管不了的事")
    if _is_of_the_employment(case):
        return answered(case, found) if (found := answer_to(case)) else ask_whether(case)
    if _tells_a_problem(case):
        return refer(case, "像是管不了的事，话里却有本线的事")
    if _is_of_the_matter(case):
        return ask_whether(case)
    outside = (one.name for one in case.turn.ranking if one.name.startswith(OUT))
    topic = next(outside, case.turn.intent or "").removeprefix(OUT)
    away = turned_away(case, topic, "本线管不了的事，指到别处")
    if case.busy:
        return away
    # Kept all the same: the next word may be that it is his own brand which is faked.
    told = stated_alone(case.turn, case.state.asked)
    told.pop("situation", None)
    facts = combine(case.state.facts, told)
    return replace(away, facts=facts, matter=Matter(facts, case.state.facts), remembers=True)


def _is_of_the_matter(case: Case) -> bool:
    """Whether a question in the middle of a matter is more likely one about it than one that leads
    away: 还要不要交押金, 老板个人有房.
    """
    intent = case.turn.intent or ""
    in_matter = case.busy and bool(case.state.opening)
    if not in_matter or intent in THRESHOLDS or intent in REFUSED_AT_ONCE:
        return False
    return not leads_away(case)


def _is_of_the_employment(case: Case) -> bool:
    """Whether an employment is spoken of on which the matter turns, that of an employee's invention
    or of a trade secret: 还没离职要紧吗.
    """
    facts = case.state.facts
    turns_on_it = facts.get("situation") == "ownership" or facts.get("right") == "trade_secret"
    labour = case.turn.intent == "out_labour" and Does.ASKS_IN_WORDS in case.turn.does
    return case.busy and turns_on_it and labour and not _LABOUR_ALONE.search(case.turn.text)


def is_outside(case: Case) -> bool:
    """Whether the topics outside together are likelier than everything that is ours, though each of
    them alone is not.
    """
    return case.reaches("out_of_scope", case.turn.chance_outside)


def _tells_a_problem(case: Case) -> bool:
    """Angry words around a real problem, or an answer to our question, turn nobody away.

    An angry message is nearly never only abuse; a wish to forge evidence is refused sooner. But
    whoever tells what an opponent might do is not to be taken for one who wants to do it.
    """
    turn, asked = case.turn, case.state.asked
    intent, chance = turn.intent or "", turn.likeliest.chance
    told = stated_alone(turn, asked)
    if intent == "out_consumer" and _owns_what_is_faked(case):
        return True
    of_the_matter = bool(set(told) - _PLACES) and intent not in REFUSED_AT_ONCE
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
    ours = clear or names_a_right or keeps_evidence or any(slot in told for slot in asked)
    return ours or (intent in REFUSED_AT_ONCE and not case.reaches("out_of_scope", chance))


def _owns_what_is_faked(case: Case) -> bool:
    """假的我家茶油: plain words for whose brand it is part the owner from the buyer."""
    plain = [one.value for one in case.turn.readings if one.slot == "situation" and not one.weak]
    return "infringed" in plain and not _BUYS.search(case.turn.text)


def small_talk(case: Case) -> Decision:
    if case.busy and case.turn.intent == "greet":
        referral = case.known.refer(case.state.facts)
        return replace(stays(case, Step.IN_SHORT, "谈着一件事时打招呼"), referral=referral)
    if case.busy and not case.sure and tells_news(case):
        return refer(case, "像是寒暄，话里却有新情况")
    return replace(stays(case, Step.SMALL_TALK, "寒暄，由固定的话回答"), resume=None)
