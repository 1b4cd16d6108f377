"""What a conversation knows before a message, and what is decided about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from actions.deciding.merge import known_facts
from actions.deciding.turn import Likely
from knowledge.routing.doubt import Doubt
from knowledge.routing.referral import OpenRemedy, Referral
from knowledge.routing.rules import AskRule
from knowledge.slots import Facts


class Form(StrEnum):
    """Where the form of a ticket stands."""

    CLOSED = "没有在登记"
    ASKING = "正在登记工单"
    ASKS_MATTER = "正要问是什么事"
    FILLED = "工单要登记的都有了"


class Step(StrEnum):
    """What is done about a message; the value is what an operator reads in a trace."""

    REFER = "给出办法并追问"
    REMEDY_DETAILS = "讲一个办法的细节"
    EXCLUSIONS = "讲为什么不行"
    ARTICLES = "出示点名的法条"
    REASON = "讲为什么走这个办法"
    BASIS = "出示办法所依据的法条"
    SEARCH_LAW = "检索法条"
    ANSWER = "答一个具体的问题"
    SUPPOSITION = "假设的情况，不改已知的"
    NO_OTHER_SIDE = "说对方不理，可是这一步没有对方"
    SIDES_BY_CASE = "走哪条路还没定，按情况分别讲"
    ABOUT_US = "答热线自己做什么"
    ANSWER_BETWEEN = "答知识问题，接着问"
    DAMAGES = "讲赔偿数额"
    THRESHOLD = "讲入罪数额"
    DEADLINE = "讲期限"
    DRAFTS = "给文书草稿"
    TICKET_FORM = "开始登记工单"
    TICKET_ANSWER = "收下登记工单的回答"
    CONTACT_AGAIN = "请访客把联系方式再发一遍"
    TICKET_MATTER = "问工单是什么事"
    OPEN_TICKET = "登记工单"
    TICKET_STATUS = "查工单进度"
    TICKET_WORD = "撤、留、催、补充工单"
    IN_SHORT = "一句话讲清现在先做什么"
    MEANING = "讲一个词的意思"
    DECLINE = "不登记工单"
    HAND_OFF = "转人工"
    RETURN = "回到前面的事"
    NO_OTHER_MATTER = "没有别的事放着"
    ASK_DELETION = "问是不是真要删除信息"
    DELETE_DATA = "删除信息"
    KEEP_DATA = "不删除信息"
    START_AFRESH = "重新开始"
    CANCEL = "先放下"
    OUT_OF_SCOPE = "指到别处"
    SMALL_TALK = "寒暄"


DELETION = "deletion"  # what is `offered` while a wish to delete waits to be confirmed


class Preface(StrEnum):
    """What is said before a step."""

    NO_HARM = "劝住要动手的人"
    NO_DRAFT = "没有合适的草稿"
    LAW = "出示检索到的法条"


@dataclass(frozen=True)
class Threshold:
    """A line that a figure is held against.

    `measured` says where it was measured and by which command.
    """

    value: float
    meaning: str
    measured: str


@dataclass(frozen=True)
class Used:
    """A threshold that a decision looked at, and what was held against it."""

    name: str
    value: float
    figure: float

    @property
    def reached(self) -> bool:
        return self.figure >= self.value


@dataclass(frozen=True)
class State:
    """What the conversation knows before a message.

    `asked` are the slots of the questions just put.
    """

    facts: Facts = field(default_factory=dict)
    guessed_right: str | None = None  # the right, where no words and no button ever named it
    asked: tuple[str, ...] = ()
    asked_times: Mapping[str, int] = field(default_factory=dict)
    unclear: int = 0  # turns in a row that ended without knowing what the matter is
    doubted: tuple[str, ...] = ()  # the situations between which it was just asked, likeliest first
    opening: str = ""  # the words that told the matter spoken of, or their end
    parked_matters: tuple[Facts, ...] = ()  # the latest first
    # those that a question came closest to which waits until the matter is clear, with their signs
    open_answers: tuple[Likely, ...] = ()
    last_answer: str | None = None  # the id of the one told last
    offered: str | None = None  # `ticket` while one is offered, DELETION while it waits for a yes
    ticket_number: str | None = None  # told without its code, which is waited for
    form: Form = Form.CLOSED
    form_slot: str | None = None  # what the form asked for last

    @classmethod
    def of(cls, slots: Mapping[str, Any], form: Form = Form.CLOSED) -> "State":
        """The state that a tracker's slots hold."""
        return cls(
            facts=known_facts(slots),
            guessed_right=slots.get("guessed_right"),
            asked=tuple(slots.get("asked") or ()),
            asked_times=dict(slots.get("asked_times") or {}),
            unclear=int(slots.get("unclear") or 0),
            doubted=tuple(slots.get("doubted") or ()),
            opening=slots.get("opening") or "",
            parked_matters=tuple(slots.get("parked_matters") or ()),
            open_answers=tuple(Likely(*one) for one in slots.get("open_answers") or ()),
            last_answer=slots.get("last_answer"),
            offered=slots.get("offered"),
            ticket_number=slots.get("ticket_number"),
            form=form,
            form_slot=slots.get("requested_slot"),
        )


@dataclass(frozen=True)
class Matter:
    """What a message makes of the matter spoken of, and of the others."""

    facts: Facts
    before: Facts = field(default_factory=dict)  # of the same matter; empty when it is new
    previous: Facts = field(default_factory=dict)  # the matter that the message turned away from
    parked: tuple[Facts, ...] = ()  # those that wait, the latest first
    others: tuple[Facts, ...] = ()  # told in the same message
    exhausted: tuple[str, ...] = ()  # slots that were asked for often enough
    unsure: tuple[str, ...] = ()  # slots that the visitor cannot tell


@dataclass(frozen=True)
class Decision:
    """The one thing to do about a message.

    `facts` are those after it. `referral` is what the step speaks of and the turn keeps, where it
    keeps one; `resume` the open question that is put again after something in between.
    """

    step: Step
    reason: str
    facts: Facts
    matter: Matter
    preface: tuple[Preface, ...] = ()
    answer: str | None = None  # the id of the answer that is told, before a way where one is told
    perhaps: str | None = None  # the id of one that may be meant, told with the question it answers
    nearest: tuple[Likely, ...] = ()  # answers that may be meant, likeliest first
    tells_sides: bool = False  # what the words ask about the first way is told with it
    doubt: Doubt | None = None  # the situation is asked for before a way is told as settled
    referral: Referral | None = None
    # where it is open which way to go: what it would be, and the first way then
    cases: tuple[tuple[str, OpenRemedy], ...] = ()
    previous_referral: Referral | None = None  # what the visitor has in front of him
    other_referrals: tuple[Referral, ...] = ()
    records: bool = False  # whether the referral is kept with the turn
    remembers: bool = False  # whether the facts are kept with the conversation
    resume: AskRule | None = None
    offers_ticket: bool = False  # unless one is open
    updates_ticket: bool = False  # if one is open
    drafts: tuple[tuple[str, str], ...] = ()  # (key, title)
    topic: str | None = None  # outside this line
    ask: str | None = None  # the slot that the step asks for
    in_vain: bool = False  # the form's question was not answered
    wrong_contact: bool = False
    leaves_form: bool = False
    understood: Facts = field(default_factory=dict)  # all facts after the message, kept or not
    thresholds: tuple[Used, ...] = ()
