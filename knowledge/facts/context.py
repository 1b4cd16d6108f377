"""What the words around a match take back: denied, supposed, another's, or a mere claim."""

import re

from knowledge.facts.wordings import Pattern

CLAUSE = "，。；？！,;?!\n"
SENTENCE = "。；？！;?!\n"

_NEGATED = re.compile(r"(不是|并非|没有|没|未|无|不)(收到|接到|拿到|见到|见过)?\s*$")
# What is not at issue: 不涉及商标, 跟商标没关系, 商标没问题.
_NOT_ABOUT = re.compile(
    "(?:不是|并非|不涉及|不关|不算|不是说|不是指|不是侵犯?)(?:我们?的?|什么|侵犯?|他们?的?|那个|说|指)?$"
)
_CLEARED = re.compile(
    "[^，。；？！,;?!]{0,4}?(?:(?<!有)没(?:有)?(?:问题|事|关系|毛病)|无关|不相干|都不是|不是问题)"
)
# What may happen or happens to others has not reached the visitor.
_IF = re.compile("如果|假如|要是|万一|假设|倘若|若是")
_MAYBE = re.compile("会不会|以免|避免|防止|担心|害怕|(?<!可)怕|是否会|可能|将来|以后会|什么时候会")
_IF_SO = re.compile("[^，。；？！,;?!]{0,8}的话")
_HAPPENED = re.compile(r"已经|昨天|前天|今天|刚|天前|\d[日号]")
_ANOTHERS = re.compile(
    "(?:朋友|哥们|闺蜜|亲戚|亲家|同学|同事|老乡|邻居|[表堂][哥弟姐妹]|客户|同行|隔壁|别人|人家|别家)"
    "(?:家|们|公司|厂|店|那边|他们?|她|也|都|前?几天|两天|昨天|前天|最近|刚刚?|上个?月|去年|的|里){0,4}"
    "(?:收到|接到|拿到|签收|被|让人|吃了)"
)
_HAPPENS_TO_ONE = frozenset({"doc_received", "proceeding", "被采取强制措施"})  # slots and values
# What the other side says about itself or the visitor is its claim.
_THEY_SAY = re.compile(
    "(?:他|她|对方|人家|平台|律师|原告|对家|那边|那人|卖家|老板)们?[^，。；？！,;?!我]{0,6}(?:说(?!明|法|服)|声称|号称|讲|咬定|辩称|解释|坚称)"
)
_CLAIMED = frozenset({"right_status", "evidence"})
_CLAIMED_PART = frozenset({"seller", "maker", "has_source", "individual"})

_REACH = 60  # characters that this may be
LOOK_BACK = 24  # characters before a word that can say whose it is
NEAR = 40  # characters to either side in which a day's meaning is looked for


def stands(pattern: Pattern, match: re.Match[str], text: str) -> bool:
    """Whether a match states the fact: it is not denied, not supposed, nobody else's and nobody's
    mere claim.
    """
    start, end = match.span()
    before = before_of(text, start)
    if _NEGATED.search(before) or (
        pattern.lead and not pattern.lead.search(text, max(0, start - _REACH), start)
    ):
        return False
    if pattern.unless_before and pattern.unless_before.search(before):
        return False
    if pattern.slot == "right" and (_NOT_ABOUT.search(before) or _CLEARED.match(text, end)):
        return False
    clause = text[start_of(CLAUSE, text, max(start, end - 1)) : end]
    if {pattern.slot, pattern.value} & _HAPPENS_TO_ONE or pattern.value.startswith("accused"):
        sentence = text[start_of(SENTENCE, text, max(start, end - 1)) : end]
        supposed = _IF.search(sentence) or _MAYBE.search(clause) or _IF_SO.match(text, end)
        if (supposed and not _HAPPENED.search(clause)) or _ANOTHERS.search(clause):
            return False
    claimed = pattern.slot in _CLAIMED or pattern.value in _CLAIMED_PART
    return not (claimed and _THEY_SAY.search(clause))


def start_of(marks: str, text: str, position: int) -> int:
    """Where the clause or sentence around a position begins, as far as it matters."""
    nearest = max(0, position - 2 * NEAR)
    return max(nearest, *(text.rfind(mark, nearest, position) + 1 for mark in marks))


def end_of_clause(text: str, start: int) -> int:
    furthest = min(len(text), start + NEAR)
    return min(
        (i for mark in CLAUSE if (i := text.find(mark, start, furthest)) >= 0), default=furthest
    )


def before_of(text: str, start: int) -> str:
    return text[max(0, start - LOOK_BACK) : start]
