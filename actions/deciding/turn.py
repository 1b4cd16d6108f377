"""Reads a message once: what it does, what it says, and how sure the dialogue engine is of it.

`read` is pure. Only the parts of a message that tells several matters have to be understood once
more; `read_whole` awaits those before. Neither knows Rasa's own types: a parse is the JSON that
Rasa answers with.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from actions.deciding.matters import CORRECTS, opens_another, parts_of
from knowledge.base import KnowledgeBase
from knowledge.chinese.identifiers import contact_meant, ticket_number
from knowledge.facts.reader import Reading, contact_refused
from knowledge.law.applicable import OldNumber, named
from knowledge.law.citations import Quoted
from knowledge.slots import Facts

# what the dialogue engine understands of a text: intent, ranking, entities
Parse = Mapping[str, Any]

FALLBACK = "nlu_fallback"
PLACES = ("city", "own_city")


class Does(StrEnum):
    """What a message does; the value is what an operator reads in a trace."""

    # by its intent, one for each message
    TELLS = "讲一件事"
    INFORMS = "补充情况"
    AFFIRMS = "说是"
    DENIES = "说不"
    DOES_NOT_KNOW = "说不清楚"
    ASKS_LAW = "问法条"
    ASKS_DAMAGES = "问赔偿数额"
    ASKS_THRESHOLD = "问入罪数额"
    ASKS_DEADLINE = "问期限"
    ASKS_REMEDY = "问办法的细节"
    ASKS_EXCLUSION = "问为什么不行"
    ASKS_STEPS = "问先做什么、怎么做"
    ASKS_WHETHER = "问行不行、会怎样"
    ASKS_REASON = "问凭什么"
    ASKS_MEANING = "问一个词的意思"
    PASSED_ON = "别处推过来的"
    COMPLAINS = "嫌我们不好"
    WORRIES = "着急、害怕、想放弃"
    TOO_LONG = "嫌太长"
    NOT_CLEAR = "没听懂我们的话"
    ACKNOWLEDGES = "应一声"
    WITHDRAWS_TICKET = "要撤工单"
    KEEPS_TICKET = "撤了的工单还要办"
    URGES_TICKET = "催工单"
    ADDS_TO_TICKET = "往工单里补充"
    DELETES_DATA = "要删除自己的信息"
    ASKS_DRAFT = "要文书草稿"
    ASKS_TICKET = "查工单"
    WANTS_TICKET = "要登记工单"
    GIVES_CONTACT = "留联系方式"
    WANTS_PERSON = "要转人工"
    STARTS_OVER = "要重新开始"
    CANCELS = "要先放下"
    RETURNS = "要回到前面的事"
    ELSEWHERE = "说在外省"
    OUT_OF_SCOPE = "说本线管不了的事"
    SMALL_TALK = "寒暄"
    NOT_UNDERSTOOD = "没听懂"
    # by its words, any number of them
    CORRECTS = "更正前面的话"
    OPENS_ANOTHER = "另起一件事"
    SUPPOSES = "假设"
    COMES_TO_NOTHING = "字面上说办法没有用"
    ASKS_ABOUT_REMEDY = "字面上问材料、费用、时间"
    COMPARES = "字面上比较几个办法"
    ASKS_IN_WORDS = "字面上在问"
    ABOUT_A_TICKET = "字面上说到工单"
    ABOUT_THE_ADVICE = "字面上问依据"
    OWN_MATTER = "说到自己"
    MEANS_CONTACT = "像是联系方式"
    REFUSES_CONTACT = "不愿留联系方式"
    DENIES_IN_WORDS = "带有否定"
    MEANS_HARM = "想动手或吓人"
    HAS_NO_EVIDENCE = "字面上说没有证据"
    WANTS_ANOTHER_WAY = "字面上要换一个办法"
    SAYS_DECLINED = "字面上说机关不收、说不归它管"
    WOULD_NOT_ADMIT = "字面上问能不能不认"
    WOULD_LEAVE_OUT = "字面上问不做行不行"
    WOULD_STAY_AWAY = "字面上问不去行不行"
    CONTACT_IS_WRONG = "字面上说联系方式记错了"
    WORDLESS = "没有文字"
    CONFIRMS_DELETION = "字面上确认删除"
    REFUSES_DELETION = "字面上说不删"


class Side(StrEnum):
    """A side of a remedy that visitors ask about."""

    MATERIALS = "材料"
    EVIDENCE = "证据"
    TIME = "时间"
    FEES = "费用"
    WHERE = "去哪里"


_BY_INTENT = {
    "inform": Does.INFORMS,
    "affirm": Does.AFFIRMS,
    "deny": Does.DENIES,
    "dont_know": Does.DOES_NOT_KNOW,
    "ask_law": Does.ASKS_LAW,
    "ask_damages": Does.ASKS_DAMAGES,
    "ask_threshold": Does.ASKS_THRESHOLD,
    "ask_deadline": Does.ASKS_DEADLINE,
    "ask_detail": Does.ASKS_REMEDY,
    "ask_why_not": Does.ASKS_EXCLUSION,
    "ask_place": Does.ASKS_REMEDY,
    "ask_papers": Does.ASKS_REMEDY,
    "ask_cost": Does.ASKS_REMEDY,
    "ask_time": Does.ASKS_REMEDY,
    "ask_steps": Does.ASKS_STEPS,
    "ask_whether": Does.ASKS_WHETHER,
    "ask_reason": Does.ASKS_REASON,
    "ask_meaning": Does.ASKS_MEANING,
    "suppose": Does.INFORMS,
    "passed_on": Does.PASSED_ON,
    "complain": Does.COMPLAINS,
    "worried": Does.WORRIES,
    "too_long": Does.TOO_LONG,
    "not_clear": Does.NOT_CLEAR,
    "acknowledge": Does.ACKNOWLEDGES,
    "ticket_withdraw": Does.WITHDRAWS_TICKET,
    "ticket_keep": Does.KEEPS_TICKET,
    "ticket_urge": Does.URGES_TICKET,
    "ticket_add": Does.ADDS_TO_TICKET,
    "ask_draft": Does.ASKS_DRAFT,
    "ask_ticket_status": Does.ASKS_TICKET,
    "open_ticket": Does.WANTS_TICKET,
    "provide_contact": Does.GIVES_CONTACT,
    "human_handoff": Does.WANTS_PERSON,
    "start_over": Does.STARTS_OVER,
    "cancel": Does.CANCELS,
    "return_topic": Does.RETURNS,
    "out_other_province": Does.ELSEWHERE,
    "greet": Does.SMALL_TALK,
    "goodbye": Does.SMALL_TALK,
    "thanks": Does.SMALL_TALK,
    "bot_challenge": Does.SMALL_TALK,
    FALLBACK: Does.NOT_UNDERSTOOD,
}
# The side of a remedy that an intent asks about, beside what the words say.
_SIDE_OF = {
    "ask_place": Side.WHERE,
    "ask_papers": Side.MATERIALS,
    "ask_cost": Side.FEES,
    "ask_time": Side.TIME,
}
OUT = "out_"  # what intents outside this line begin with

_SIDES = {
    Side.MATERIALS: re.compile("材料|准备|带(?:什么|啥|哪些)|要(?:什么|啥|哪些)(?:东西|手续|证件"
        ")|手续"),
    Side.EVIDENCE: re.compile("证据|取证|证明"),
    Side.TIME: re.compile("多久|多长|几天|几个?月|什么时候|时间|期限|来得及"),
    Side.FEES: re.compile("多少钱|费用|收费|收不收|要不要钱|[要交收花]钱|交费|花费|花多少|免费|贵"),
    Side.WHERE: re.compile(
        "去哪|在哪|找谁|哪里|哪个(?:部门|单位|局|窗口)|地址|电话|怎么联系"
    ),
}  # fmt: skip
# 哪个快, 哪条路便宜, 走法院快还是走裁决快: which of several ways, and by what they are compared.
_WHICH = (
    "哪一?[个条种样边头](?:路子?|办法|方式|途径|渠道)?(?:会|能|要|来得|相对|比较|稍微|更|最|还)*"
)
_QUICK, _CHEAP = "(?:快|慢|省时间)", "(?:便宜|贵|省钱|划算|花钱少)"
_GOOD = "(?:好|合适|靠谱|稳|管用|有用|有效|省事|容易|方便)"
_IS_WHICH = "的?(?:路子?|办法|方式|途径)?是(?:哪|什么|啥)"  # 最快的是哪个
_COMPARED_BY = {
    Side.TIME: re.compile(
        f"{_WHICH}{_QUICK}|最{_QUICK}{_IS_WHICH}|快一?些?点?[，, ]?还是[^，。！？]{{1,16}}快"
    ),
    Side.FEES: re.compile(
        f"{_WHICH}{_CHEAP}|最{_CHEAP}{_IS_WHICH}|便宜[，, ]?还是[^，。！？]{{1,16}}便宜"
    ),
}
_COMPARES = re.compile(f"{_WHICH}{_GOOD}|最{_GOOD}{_IS_WHICH}")
_ASKS = re.compile("什么|啥|哪些|多少|多久|多长|几天|怎么|吗|呢")
_ASKS_ANYTHING = re.compile(
    f"{_ASKS.pattern}|[?？]|哪|几|咋|嘛|如何|谁|多大|[能可会行要该]不[能可会行要该]|是不是|有没有|还是"
)
_COUNTS = re.compile("第([一二三四五1-5])(?:个|条|种)?")
_WORD = re.compile(r"\w")
_DENIAL = re.compile("没|不是|无|未")
_ABOUT_A_TICKET = re.compile(
    "单|进度|登记|查|口令|jx|办得|处理|到哪|结果|受理|分派|联系我", re.IGNORECASE
)
_ABOUT_THE_ADVICE = re.compile("原文|条文|法条|依据|根据|哪.?条|什么法")
_FAILS = (
    "(?:不|没|拒绝?)[^，。！？]{0,4}?"
    "(?:理|改|管|认|停|赔|删|撤|下架|处理|受理|立案|收(?=[呢咋怎]|材料|我的)|回(?=[呢我咋怎话复信音])|动静|反应|用|答应|同意|配合)"
)
_COMES_TO_NOTHING = re.compile(_FAILS)
SUPPOSES = re.compile("如果|要是|假如|假设|万一|倘若|若是|的话(?:呢|会|怎么|咋)")
_SUPPOSES_THAT_IT_FAILS = re.compile(f"{_FAILS}[^，。！？有]{{0,4}}呢[?？]*$")  # 平台不理我呢
# An office takes no complaint: 要是不受理呢, 他们不给立案咋办, 局里说不归他们管. Whoever means a
# ticket of ours says so.
_OFFICE = (
    "(?:[他她它]们?|人家|那边|上面|窗口|局|所|队|院|庭|会|部门|单位|机关|平台|海关|公安|市监|工商|中心"
    "|12315|12345)"
)
_SAYS_DECLINED = re.compile(
    "不(?:予|给|肯|让|能)?(?:受理|立案|收件|接件|收(?:我|我们)?的?(?:材料|投诉|案子?))[^，。！？；]{0,3}"
    "(?:呢|咋|怎么|如何|该)"
    f"|{_OFFICE}[^，。！？；]{{0,6}}不(?:收|接)[^，。！？；费钱]{{0,3}}(?:呢|咋|怎么办)"
    f"|{_OFFICE}[^，。！？；]{{0,5}}(?:说|讲|答复|回复|回话)[^，。！？；]{{0,6}}"
    "(?:不(?:归|属于)[^，。！？；]{0,5}管|管不(?:了|着)|不(?:予)?受理|不(?:予|给)?立案)"
)
_OF_OURS = re.compile("登记|工单|单子|那单|我的单|进度|人工|你们")
_COSTS = re.compile("律师|公证|代理|鉴定|手续|登记|申请|立案|补贴|补助|资助|奖励|[交花付缴]多少")
_OWN_MATTER = re.compile("[我俺咱]")
# What the visitor would do himself; what is done to him, or threatened, is his matter.
_HAS_NO_EVIDENCE = re.compile(
    "^(?:但是?|可是?|那)?[我俺咱]?们?(?:现在|手上|手里|这边|又|也|都|根本|啥|什么){0,3}(?:没有?|拿不出)"
    "(?:什么|任何|啥|一点)?(?:证据|凭据)(?:了|啊|呀|的|呢|怎么办|咋办|怎么弄|咋弄|咋整){0,2}[。！？!?]*$"
)
_WANTS_ANOTHER_WAY = re.compile(
    "(?:不行|不想|行不通|走不通|不管用|没用)[^，。]{0,3}[，, ]?"
    "(?:换一?[个条]|还有(?:没有)?(?:别的|其他|另外))"
    "|换一?[个条](?:办法|法子|路子?|方式|途径)|还有(?:没有)?(?:别的|其他|另外的?)(?:办法|法子|路子?|方式|途径)"
)
# 不去行不行 asks, it says no to nothing.
_ASKS_TO_LEAVE_OUT = re.compile(
    "(?:不|没)[^，。！？]{0,6}(?:行不行|行吗|可以吗|可不可以|行不|要紧吗|要紧不|会怎样|会怎么样|会咋样|有事吗|没事吧"
    "|有(?:啥|什么)后果)[?？]*$"
    "|(?:可不可以|能不能)不[^，。！？]{1,6}[?？]*$|(?:可以|能)不[^，。！？]{1,6}[?？吗么嘛]$"
)
_STAYS_AWAY = re.compile("不(?:去|到场|参加|露面|出面)")
_WOULD_NOT_ADMIT = re.compile(
    "(?:可不可以|可以|能不能|能|可否)(?:就|先|都|硬|死)?不(?:承认|认账|认(?!识|为|真|罪|定|证|缴))[^，。！？]{0,5}[?？吗么嘛呢]*$"
    "|不(?:承认|认账?)(?:行不行|行吗|可以吗|可不可以|行不|会怎样|会怎么样|会咋样|有事吗)[?？]*$"
)
# 能要回多少, 赔得到多少: what the other side would pay; 要多少钱 alone is what the way costs.
_CLAIMS = re.compile(
    "(?<![可功])(?:能|可以)(?![^，。！？]{0,3}(?:告诉|说|问|讲))[^，。！？]{0,4}?"
    "(?:要|讨|拿|追|退|赔|主张)[^，。！？交花付缴]{0,4}?多少(?!年|天|次|家|个|人)"
    "|(?:要|讨|拿|追|退|赔)(?:得)?(?:回来?|到手?)[^，。！？]{0,3}多少|赔(?:我们?|咱们?|俺)?(?:得)?多少"
)
# The visitor's own number, told before: 刚才的电话写错了, 手机号打错一位.
_CONTACT_IS_WRONG = re.compile(
    "(?:电话|手机|号码|手机号|微信号?|联系方式)[^，。！？]{0,6}(?:写错|打错|输错|报错|留错|记错|说错|错了|不对|换了)"
    "|(?:写错|打错|输错|报错|留错|记错|说错)了?[^，。！？]{0,4}(?:电话|手机|号码)"
)
_THEIRS = "(?:[他她它]们?|人家|[对那这](?:方|面|个?(?:人|老板|家|店|厂)))"
_HARM = re.compile(
    "(?:去|就|要|想|敢|先|直接|一起|弟|人|[我俺咱]们?)[^，。！？；]{0,6}?把?"
    f"{_THEIRS}[^，。！？；]{{0,8}}?(?:砸|泼|烧了|弄死|揍|打一顿|打断|打残|收拾一顿|堵门)"
    f"|堵{_THEIRS}[^，。！？；]{{0,3}}(?:门|路|车)|找人(?:去)?(?:堵|收拾|教训|打|弄){_THEIRS}"
    f"|(?:弄死|揍|打死|打断|收拾|教训|砸了?|人肉){_THEIRS}"
    f"|把{_THEIRS}[^，。！？；我]{{0,4}}(?:电话|住址|地址|身份证|照片|家人)[^，。！？；]{{0,6}}"
    "(?:挂|曝光|发到|贴)"
)
_TO_US = re.compile(
    "被[^，。]{0,6}(?:砸|打|揍|泼)|威胁|扬言|放话|恐吓|怕"
    "|他们?(?:说|要|来|带|喊)[^，。]{0,8}(?:砸|打|弄死)我?"
)
# 删除我的信息, 把我的资料删掉, 我的电话能删吗, 撤回同意, 不同意你们保存我的信息. What somebody else
# deleted is a matter: 他把我的资料删掉了.
_BREAK = "，。,；;！!？?\\s"
_END = f"(?=[{_BREAK}]|$)"
_PLEASE = (
    f"(?:^|[{_BREAK}])(?:请|麻烦|帮我|给我|替我|你们?|您|能不能|能否|可以|可不可以|我?要求|我?想"
    "|我?要|我?希望|现在|马上|那){0,5}"
)
_OWN_DATA = (
    f"(?:(?:我|本人|咱)[^{_BREAK}]{{0,10}}?(?:信息|资料|数据|记录|对话|电话|手机号|联系方式|内容|话)"
    "|我们?(?:之前|前面|刚才)?(?:说|写|发)(?:过|了)?的(?:所有|全部|一切|这些)?(?:东西|图片))"
)
_DELETE = "(?:删除|删掉|清除|清空|清掉|抹掉|抹去|销毁|删)"
_DELETES_DATA = re.compile(
    f"{_PLEASE}{_DELETE}(?:一下|了)?{_OWN_DATA}"
    f"|{_PLEASE}把{_OWN_DATA}[^{_BREAK}]{{0,4}}?(?:{_DELETE}|删了)"
    f"(?:吧|了吧|掉吧|好吗|行吗|可以吗|吗)?{_END}"
    f"|{_PLEASE}{_OWN_DATA}[^{_BREAK}]{{0,5}}?(?:{_DELETE}|删了)"
    f"(?:吧|吗|掉吗|行吗|可以吗|一下){_END}"
    f"|{_PLEASE}(?:撤回|收回)(?:我?的?|之前的|隐私|个人信息){{0,2}}同意(?!书)"
    "|(?:不想|不要|别|不同意|不许|不准)(?:让)?(?:你们?)?(?:再|继续)?(?:保存|保留|存|留)着?"
    f"{_OWN_DATA}|^确认删除$"
)
_CONFIRMS_DELETION = re.compile(
    "^(?:是的?|对|好的?|嗯)?[，, ]?我?(?:确认|确定|同意)?要?(?:都|全部?)?"
    "(?:删除|删掉|删了|删)(?:吧|了吧)?(?:[，, ]?谢谢[您你]?)?[。！!]*$|^我?(?:确认|确定)[。！!]*$"
)
_REFUSES_DELETION = re.compile(
    "(?:不|别|先不|不用|不要|算了)[^，。]{0,2}删|^(?:算了|不用了?|不了|不要)[。！!]*$"
)
# Words as plain as these count more than two intents that stand level.
_PLAIN = {
    Does.DELETES_DATA: _DELETES_DATA,
    Does.ASKS_EXCLUSION: re.compile(
        "^(?:那|请问)?(?:为什么|为啥|凭什么)(?:就|又|还)?(?:不能|不可以|不行|不让|走不了)"
    ),
    Does.WANTS_TICKET: re.compile(
        "(?<!不)(?:帮|给|替)(?:我|忙)?(?:登记|开)(?:个|张|一个|一张|一下)?(?:工单|单子|单(?!独|位)|一下|$)"
        "|(?<!不)(?:帮|给|替)我登个?记"
        "|^登记(?:个|张|一下)?工单|开(?:个|张|一张)工单"
    ),
    Does.KEEPS_TICKET: re.compile(
        "(?:别|不|先别)撤(?:了|单|工单|销)|撤了?的?单?子?.{0,4}恢复"
        "|(?:工单|单子|那单).{0,6}(?:捞回|恢复|找回|还要|还办)|(?:后悔|反悔).{0,8}(?:捞|恢复)"
    ),
    Does.WITHDRAWS_TICKET: re.compile(
        "(?:撤|取消|作废|注销)[^，。]{0,4}(?:工单|单子|我的单|登记的单)|(?:工单|单子)[^，。]{0,6}(?:撤|取消|作废)"
        "|^撤单|(?:(?:那|这|刚才?)[个条张]?的?(?:登记|单)|报的单)[^，。]{0,6}(?:撤了|撤掉|取消|不要了|作废)"
    ),
    Does.URGES_TICKET: re.compile("催(?:一下|一催|下|单|办)|加急办"),
    Does.ADDS_TO_TICKET: re.compile("^(?:再|帮我|麻烦)?补充(?:一句|一下|一条|一点|到)"),
    Does.ASKS_MEANING: re.compile(
        "^[^，。？]{0,14}(?:是啥(?!样|时)|啥叫|什么叫|叫什么意思|啥意思|什么意思|是什么东西)|^(?:啥叫|什么叫|什么是)"
    ),
}


@dataclass(frozen=True)
class Likely:
    """A guess with its chance, 0 to 1."""

    name: str
    chance: float


@dataclass(frozen=True)
class Turn:
    """A message, read. Nothing in it depends on what was said before.

    `intent` is what the dialogue engine settled on, `ranking` what it took into account, the
    likeliest first; behind a fallback the likeliest is still there. `carried` are the (slot, value)
    pairs of a button.
    """

    text: str
    intent: str | None
    ranking: tuple[Likely, ...]
    main: Does
    does: frozenset[Does]
    readings: tuple[Reading, ...] = ()
    carried: tuple[tuple[str, Any], ...] = ()
    likely_right: Likely | None = None  # what the sentence as a whole suggests
    likely_ask: Likely | None = None  # whether it asks for an `answer`, a `road`, or neither: `no`
    answers: tuple[Likely, ...] = ()  # ids of the closest answers with their signs, best first
    # the same, looked for with the words that told the matter
    of_matter: tuple[Likely, ...] = ()
    # slot asked for → what a bare name means
    places: Mapping[str, Facts] = field(default_factory=dict)
    remedies: tuple[str, ...] = ()  # named by the visitor, in the order of the words
    counted: int | None = None  # 第二个: which of the remedies that were told, from 0
    sides: frozenset[Side] = frozenset()
    articles: tuple[tuple[Quoted, OldNumber | None], ...] = ()
    parts: tuple["Turn", ...] = ()

    @property
    def likeliest(self) -> Likely:
        """The likeliest intent with its chance; behind a fallback the one it hides."""
        return self.ranking[0] if self.ranking else Likely("", 0.0)

    @property
    def chance_outside(self) -> float:
        """The chance that it is nothing for this line, over all topics outside."""
        return sum(one.chance for one in self.ranking if one.name.startswith(OUT))

    @property
    def names_a_side(self) -> bool:
        """Whether the words, and not the intent alone, ask about a side of a remedy."""
        return bool(_sides_named(self.text))

    @property
    def in_matter(self) -> bool:
        """Whether answers were looked for with the words of a matter."""
        return bool(self.of_matter)

    @property
    def pressed(self) -> bool:
        """Whether a button was pressed rather than something written."""
        return self.text.startswith("/")


def read(parse: Parse, knowledge: KnowledgeBase, today: date, parts: Sequence[Turn] = ()) -> Turn:
    """The turn of a message.

    Relative days count from `today`; `parts` are those of `read_whole`.
    """
    text = str(parse.get("text") or "")
    intent = (parse.get("intent") or {}).get("name")
    entities = [(one["entity"], one) for one in parse.get("entities") or []]
    main = _main(text, intent)
    sides = _sides(text, intent)
    return Turn(
        text=text,
        intent=intent,
        ranking=ranked(parse),
        main=main,
        does=frozenset({main, *_by_words(text, sides)}),
        readings=() if text.startswith("/") else tuple(knowledge.reader.read(text, today)),
        carried=tuple((slot, one["value"]) for slot, one in entities),
        likely_right=_guessed("likely_right", dict(reversed(entities))),
        likely_ask=_guessed("likely_ask", dict(reversed(entities))),
        answers=() if text.startswith("/") else _answers(text, knowledge),
        places={slot: knowledge.reader.place_answered(text, slot) for slot in PLACES},
        remedies=tuple(knowledge.remedy_names.named(text)),
        counted=_counted(text),
        sides=sides,
        articles=_articles(text, main, knowledge, today),
        parts=tuple(parts),
    )


async def read_whole(
    parse: Parse,
    knowledge: KnowledgeBase,
    today: date,
    understand: Callable[[str], Awaitable[Parse]],
) -> Turn:
    """The turn of a message and of its parts, where its words begin another matter.

    `understand` tells what a text means, as the dialogue engine does.
    """
    texts = _texts_of_parts(str(parse.get("text") or ""))
    parses = [{**await understand(text), "text": text} for text in texts]

    def think() -> Turn:
        return read(parse, knowledge, today, [read(one, knowledge, today) for one in parses])

    return await asyncio.to_thread(think)


def _texts_of_parts(text: str) -> list[str]:
    parts = [] if text.startswith("/") else parts_of(text)
    return parts if len(parts) > 1 else []


def _main(text: str, intent: str | None) -> Does:
    """What a message does by words that are too plain to be mistaken, else by its intent."""
    if ticket_number(text):
        return Does.ASKS_TICKET
    deed = _of_its_words(text, deed_of(intent))
    return next((does for does, words in _PLAIN.items() if words.search(text)), deed)


def _of_its_words(text: str, deed: Does) -> Does:
    """What a message does where its words tell more of it than its intent."""
    if deed is Does.DENIES and _ASKS_TO_LEAVE_OUT.search(text):
        return Does.ASKS_WHETHER
    if deed in (Does.WANTS_TICKET, Does.ASKS_TICKET) and _fails_elsewhere(text):
        return Does.INFORMS
    if deed is Does.ASKS_REMEDY and _claims(text):
        return Does.ASKS_DAMAGES
    return deed


def _claims(text: str) -> bool:
    """Whether it is asked what the other side would have to pay."""
    return bool(_CLAIMS.search(text)) and not _COSTS.search(text)


def _fails_elsewhere(text: str) -> bool:
    """Whether a way is said to come to nothing, and no ticket of ours is spoken of."""
    supposed = SUPPOSES.search(text) and _COMES_TO_NOTHING.search(text)
    fails = supposed or _SUPPOSES_THAT_IT_FAILS.search(text) or _SAYS_DECLINED.search(text)
    return bool(fails) and not _OF_OURS.search(text)


def deed_of(intent: str | None) -> Does:
    """What a message does by its intent; an intent of no other kind tells what happened."""
    if intent in _BY_INTENT:
        return _BY_INTENT[intent]
    return Does.OUT_OF_SCOPE if str(intent).startswith(OUT) else Does.TELLS


def _sides(text: str, intent: str | None) -> frozenset[Side]:
    """The sides of a remedy that the words ask about, else the one that the intent does."""
    sides = _sides_named(text) or ({_SIDE_OF[intent]} if intent in _SIDE_OF else set())
    return frozenset(sides - {Side.FEES} if _claims(text) else sides)


def _sides_named(text: str) -> set[Side]:
    named = (*_SIDES.items(), *_COMPARED_BY.items())
    return {side for side, words in named if words.search(text)}


def _compares(text: str) -> bool:
    return any(words.search(text) for words in (_COMPARES, *_COMPARED_BY.values()))


def _by_words(text: str, sides: frozenset[Side]) -> list[Does]:
    would_leave_out = _ASKS_TO_LEAVE_OUT.search(text)
    told = {
        Does.COMPARES: _compares(text),
        Does.ASKS_IN_WORDS: _ASKS_ANYTHING.search(text),
        Does.CORRECTS: CORRECTS.search(text),
        Does.OPENS_ANOTHER: opens_another(text),
        Does.SUPPOSES: SUPPOSES.search(text) or _SUPPOSES_THAT_IT_FAILS.search(text),
        Does.COMES_TO_NOTHING: _COMES_TO_NOTHING.search(text),
        Does.ASKS_ABOUT_REMEDY: sides - {Side.WHERE} and _ASKS.search(text),
        Does.ABOUT_A_TICKET: _ABOUT_A_TICKET.search(text),
        Does.ABOUT_THE_ADVICE: _ABOUT_THE_ADVICE.search(text),
        Does.OWN_MATTER: _OWN_MATTER.search(text),
        Does.MEANS_CONTACT: contact_meant(text),
        Does.REFUSES_CONTACT: contact_refused(text),
        Does.DENIES_IN_WORDS: _DENIAL.search(text),
        Does.HAS_NO_EVIDENCE: _HAS_NO_EVIDENCE.search(text),
        Does.WANTS_ANOTHER_WAY: _WANTS_ANOTHER_WAY.search(text),
        Does.SAYS_DECLINED: _SAYS_DECLINED.search(text) and not _OF_OURS.search(text),
        Does.WOULD_LEAVE_OUT: would_leave_out,
        Does.WOULD_STAY_AWAY: would_leave_out and _STAYS_AWAY.search(text),
        Does.WOULD_NOT_ADMIT: _WOULD_NOT_ADMIT.search(text),
        Does.MEANS_HARM: _HARM.search(text) and not _TO_US.search(text),
        Does.CONTACT_IS_WRONG: _CONTACT_IS_WRONG.search(text),
        Does.WORDLESS: not _WORD.search(text),
        Does.CONFIRMS_DELETION: _CONFIRMS_DELETION.search(text),
        Does.REFUSES_DELETION: _REFUSES_DELETION.search(text),
    }
    return [does for does, found in told.items() if found]


def ranked(parse: Parse) -> tuple[Likely, ...]:
    """The intents that were taken into account, the likeliest first, without the fallback."""
    ranking = parse.get("intent_ranking") or [parse.get("intent") or {}]
    return tuple(
        Likely(str(one["name"]), float(one.get("confidence") or 0.0))
        for one in ranking
        if one.get("name") not in (None, FALLBACK)
    )


def _answers(text: str, knowledge: KnowledgeBase) -> tuple[Likely, ...]:
    return tuple(Likely(one.id, one.signs) for one in knowledge.find_answers(text))


def _guessed(what: str, entities: Mapping[str, Mapping[str, Any]]) -> Likely | None:
    found = entities.get(what)
    return Likely(found["value"], float(found.get("confidence_entity") or 0.0)) if found else None


def _counted(text: str) -> int | None:
    if not (order := _COUNTS.search(text)):
        return None
    return "一二三四五".find(order[1]) if order[1] in "一二三四五" else int(order[1]) - 1


def _articles(
    text: str, main: Does, knowledge: KnowledgeBase, today: date
) -> tuple[tuple[Quoted, OldNumber | None], ...]:
    """The articles that a question of law names; others are not looked up."""
    return tuple(named(text, knowledge.statutes, today)) if main is Does.ASKS_LAW else ()
