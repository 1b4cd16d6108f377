"""A message with all that is weighed, and what several kinds of decision share. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from actions.deciding.decision import Decision, Matter, State, Step, Used
from actions.deciding.known import Known
from actions.deciding.merge import (
    in_progress,
    stated_alone,
)
from actions.deciding.thresholds import THRESHOLDS
from actions.deciding.turn import Does, Turn
from knowledge.routing.doubt import Doubt
from knowledge.routing.rules import AskRule
from knowledge.slots import Facts

# What a question names as well as a statement: 商标续展.
_TOPICS = frozenset({"right", "situation", "goal"})
# What a visitor has or is, which tells nothing of what happened.
_OF_HIMSELF = frozenset({"right_status", "evidence", "circumstances", "city", "county", "own_city"})
REFUSED_AT_ONCE = frozenset({"out_wrongdoing", "out_prompt_attack"})


@dataclass
class Case:
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

    def answers_by(self, name: str, chance: float) -> bool:
        """Whether an answer's chance reaches a threshold; in a matter whose words are known it is
        reckoned otherwise, and has thresholds of its own.
        """
        return self.reaches(f"{name}_in_matter" if self.turn.in_matter else name, chance)

    @property
    def sure(self) -> bool:
        return self.reaches("intent_sure", self.turn.likeliest.chance)

    @property
    def busy(self) -> bool:
        """Whether a problem was being spoken of before this message."""
        return in_progress(self.state.facts)


def tells_news(case: Case, *, but: Collection[str] = ()) -> bool:
    """Whether the words themselves state something that was not known, `but` for these slots."""
    told = stated_alone(case.turn, case.state.asked)
    known = case.state.facts
    return any(known.get(slot) != value for slot, value in told.items() if slot not in but)


def only_tells(case: Case) -> bool:
    """Whether a few words name a place, or begin with a fact, and ask nothing: 景德镇; 有商标证."""
    turn = case.turn
    if Does.ASKS_IN_WORDS in turn.does or case.reaches("story_length", len(turn.text)):
        return False
    told = set(stated_alone(turn, case.state.asked)) - _TOPICS
    begins = not case.busy and bool(told) and told <= _OF_HIMSELF
    return begins or any(turn.places.values())


def stays(case: Case, step: Step, reason: str) -> Decision:
    """A step that changes nothing in the matter; the open question is put again after it."""
    facts = case.state.facts
    return Decision(step, reason, facts, Matter(facts, facts), resume=open_question(case))


def recorded(case: Case, decision: Decision, situation: str) -> Decision:
    """The step with the referral of a question that belongs to no matter.

    Nothing is asked after it.
    """
    referral = case.known.refer({"situation": situation})
    return replace(decision, referral=referral, records=True, resume=None)


def turned_away(case: Case, topic: str, reason: str) -> Decision:
    away = replace(stays(case, Step.OUT_OF_SCOPE, reason), topic=topic)
    return away if case.busy else recorded(case, away, "out_of_scope")


def open_question(case: Case, told: Facts | None = None) -> AskRule | None:
    """The first of the open questions that the visitor was about to answer.

    Naming a remedy (为什么不能报警) states nothing new: while a problem is spoken of, the earlier
    facts count, but where the step keeps what the message `told`.
    """
    if not case.state.asked:
        return None
    settled = told or (case.state.facts if case.busy else case.facts)
    asks = case.known.refer(settled).asks
    return next((ask for ask in asks if ask.slot in case.state.asked), None)


def joined(because: str, reason: str) -> str:
    return f"{because}：{reason}" if because else reason
