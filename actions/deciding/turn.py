"""Reads a message once: what it does, what it says, and how sure the dialogue engine is of it.

`read` is pure. Only the parts of a message that tells several matters need the dialogue engine once
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
from knowledge.chinese.identifiers import contact_meant
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
    ASKS_ABOUT_REMEDY = "字面上问材料、费用、时间"
    ABOUT_A_TICKET = "字面上说到工单"
    ABOUT_THE_ADVICE = "字面上问依据"
    OWN_MATTER = "说到自己"
    MEANS_CONTACT = "像是联系方式"
    REFUSES_CONTACT = "不愿留联系方式"
    DENIES_IN_WORDS = "带有否定"
    WORDLESS = "没有文字"


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
OUT = "out_"  # what intents outside this line begin with

_SIDES = {
    Side.MATERIALS: re.compile("材料|准备|带(?:什么|啥|哪些)|要(?:什么|啥|哪些)(?:东西|手续|证件"
        ")|手续"),
    Side.EVIDENCE: re.compile("证据|取证|证明"),
    Side.TIME: re.compile("多久|多长|几天|几个?月|什么时候|时间|期限|来得及"),
    Side.FEES: re.compile("多少钱|费用|收费|要钱|花钱|花多少|免费|贵"),
    Side.WHERE: re.compile(
        "去哪|在哪|找谁|哪里|哪个(?:部门|单位|局|窗口)|地址|电话|怎么联系"
    ),
}  # fmt: skip
_ASKS = re.compile("什么|啥|哪些|多少|多久|多长|几天|怎么|吗|呢")
_COUNTS = re.compile("第([一二三四五1-5])(?:个|条|种)?")
_WORD = re.compile(r"\w")
_DENIAL = re.compile("没|不是|无|未")
_ABOUT_A_TICKET = re.compile(
    "单|进度|登记|查|口令|jx|办得|处理|到哪|结果|受理|分派|联系我", re.IGNORECASE
)
_ABOUT_THE_ADVICE = re.compile("原文|条文|法条|依据|根据|哪.?条|什么法")
_OWN_MATTER = re.compile("[我俺咱]")
# Words as plain as these count more than two intents that stand level.
_WHY_NOT = re.compile(
    "^(?:那|请问)?(?:为什么|为啥|凭什么)(?:就|又|还)?(?:不能|不可以|不行|不让|走不了)"
)


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
    main = Does.ASKS_EXCLUSION if _WHY_NOT.match(text) else deed_of(intent)
    sides = frozenset(side for side, words in _SIDES.items() if words.search(text))
    return Turn(
        text=text,
        intent=intent,
        ranking=ranked(parse),
        main=main,
        does=frozenset({main, *_by_words(text, sides)}),
        readings=() if text.startswith("/") else tuple(knowledge.reader.read(text, today)),
        carried=tuple((slot, one["value"]) for slot, one in entities),
        likely_right=_likely_right(dict(reversed(entities))),
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
    understand: Callable[[str], Awaitable[Parse | None]],
) -> Turn:
    """The turn of a message and of its parts, where its words begin another matter.

    `understand` asks the dialogue engine about a text, None while it is away: then the message has
    no parts.
    """
    texts = _texts_of_parts(str(parse.get("text") or ""))
    parses = [await understand(text) for text in texts]
    understood = [
        {**one, "text": text} for one, text in zip(parses, texts, strict=True) if one is not None
    ]
    if len(understood) < len(texts):
        understood = []

    def think() -> Turn:
        return read(parse, knowledge, today, [read(one, knowledge, today) for one in understood])

    return await asyncio.to_thread(think)


def _texts_of_parts(text: str) -> list[str]:
    parts = [] if text.startswith("/") else parts_of(text)
    return parts if len(parts) > 1 else []


def deed_of(intent: str | None) -> Does:
    """What a message does by its intent; an intent of no other kind tells what happened."""
    if intent in _BY_INTENT:
        return _BY_INTENT[intent]
    return Does.OUT_OF_SCOPE if str(intent).startswith(OUT) else Does.TELLS


def _by_words(text: str, sides: frozenset[Side]) -> list[Does]:
    told = {
        Does.CORRECTS: CORRECTS.search(text),
        Does.OPENS_ANOTHER: opens_another(text),
        Does.ASKS_ABOUT_REMEDY: sides - {Side.WHERE} and _ASKS.search(text),
        Does.ABOUT_A_TICKET: _ABOUT_A_TICKET.search(text),
        Does.ABOUT_THE_ADVICE: _ABOUT_THE_ADVICE.search(text),
        Does.OWN_MATTER: _OWN_MATTER.search(text),
        Does.MEANS_CONTACT: contact_meant(text),
        Does.REFUSES_CONTACT: contact_refused(text),
        Does.DENIES_IN_WORDS: _DENIAL.search(text),
        Does.WORDLESS: not _WORD.search(text),
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


def _likely_right(entities: Mapping[str, Mapping[str, Any]]) -> Likely | None:
    found = entities.get("likely_right")
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
