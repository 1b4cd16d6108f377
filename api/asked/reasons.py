"""Which turns went badly, and why: read from what was noted of each, without opening its words."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from enum import IntFlag
from itertools import groupby
from operator import itemgetter

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import Conversation, Message, Turn
from api.conversations.states import State
from api.suggestions.models import HeldReply, StoredSet, StoredSuggestion
from api.tickets.models import Satisfaction, Ticket
from api.tickets.satisfaction import CONVERSATION

KEPT = timedelta(weeks=26)  # older turns are not looked at
AT_REST = timedelta(hours=1)  # without a word: the visitor left
ENDLESS = 3  # times in a row that nothing but a question came back
BAD_SCORE = 2  # and below
SAME = 0.6  # share of a suggestion's signs that an operator who only adds a greeting leaves


class Reason(IntFlag):
    """Why a turn counts as one that went badly; a turn may have several."""

    UNANSWERED = 1  # the bot did not understand it
    ASKED_BACK = 2  # it was only asked back, several times in a row
    REJECTED = 4  # an operator threw away what was suggested for it
    CORRECTED = 8  # an operator said something else in its place
    ABANDONED = 16  # its visitor left without a word after it
    BADLY_RATED = 32  # its visitor was not content


_TELLS = frozenset({"answered", "asked", "unclear"})
# Whoever leaves after an answer has it.
_LEAVES = {"asked": Reason.ABANDONED, "unclear": Reason.ABANDONED}


@dataclass(frozen=True)
class Heard:
    """One turn, as far as figures know it. Its `outcome` is None where people answered; `in_words`:
    its visitor said it himself and pressed no button.
    """

    id: str
    at: datetime
    outcome: str | None
    in_words: bool = True


@dataclass(frozen=True)
class Ending:
    """How a conversation ended, as far as it did."""

    left: bool = False  # at rest, in the bot's hands, and without a ticket
    badly_rated: bool = False


@dataclass(frozen=True)
class Found:
    """A turn that went badly."""

    turn_id: str
    conversation_id: str
    at: datetime
    reasons: Reason


def of_conversation(turns: Sequence[Heard], ending: Ending) -> Mapping[str, Reason]:
    """Turn → why it went badly, for the turns of one conversation in their order.

    Of several in a row that were only asked back the first counts: there the visitor said what he
    wants. A pressed button says nothing that could be learnt from.
    """
    found: dict[str, Reason] = defaultdict(lambda: Reason(0))
    for is_asked, some in groupby(turns, key=lambda turn: turn.outcome == "asked"):
        run = list(some)
        for turn in _first_in_words(run) if is_asked else run:
            if is_asked and len(run) >= ENDLESS:
                found[turn.id] |= Reason.ASKED_BACK
            if turn.outcome == "unclear":
                found[turn.id] |= Reason.UNANSWERED
            if ending.badly_rated and turn.outcome in _TELLS:
                found[turn.id] |= Reason.BADLY_RATED
            if ending.left and run[-1] is turns[-1] and (is_asked or turn is turns[-1]):
                found[turn.id] |= _LEAVES.get(str(turn.outcome), Reason(0))
    spoken = {turn.id for turn in turns if turn.in_words}
    return {turn_id: why for turn_id, why in found.items() if why and turn_id in spoken}


def _first_in_words(run: Sequence[Heard]) -> list[Heard]:
    return [turn for turn in run if turn.in_words][:1]


@dataclass(frozen=True)
class Material:
    """What the database knows of turns, read in one go and judged outside of it."""

    turns: Sequence[tuple[str, Heard]]  # with their conversations, in order
    endings: Mapping[str, Ending]
    decided: Sequence[tuple[str, Reason]]  # by operators, of turns
    edited: Sequence[tuple[str, str, str]]  # turn, what was suggested, what was sent


async def read(session: AsyncSession, edited_since: datetime, *, at: datetime) -> Material:
    """All turns of the last half year; what operators edited only since a moment, because both
    texts have to be opened for it.
    """
    rows = await session.execute(
        select(
            Turn.conversation_id, Turn.id, Turn.received_at, Turn.outcome, Message.payload.is_(None)
        )
        .join(Message, (Message.turn_id == Turn.id) & (Message.role == "visitor"))
        .where(Turn.received_at >= at - KEPT)
        .order_by(Turn.conversation_id, Turn.received_at, Turn.id)
    )
    return Material(
        [(row[0], Heard(row[1], row[2], row[3], row[4])) for row in rows],
        await _endings(session, at),
        [*await _rejected(session), *await _held(session)],
        await _edited(session, edited_since),
    )


def found(material: Material) -> list[Found]:
    """Every turn that went badly, the oldest first."""
    by_operators: dict[str, Reason] = defaultdict(lambda: Reason(0))
    for turn_id, reason in material.decided:
        by_operators[turn_id] |= reason
    for turn_id, suggested, sent in material.edited:
        if says_something_else(suggested, sent):
            by_operators[turn_id] |= Reason.CORRECTED
    made = []
    for conversation_id, some in groupby(material.turns, key=itemgetter(0)):
        turns = [turn for _, turn in some]
        by_itself = of_conversation(turns, material.endings.get(conversation_id, Ending()))
        for turn in turns:
            reasons = by_itself.get(turn.id, Reason(0)) | by_operators.get(turn.id, Reason(0))
            if reasons:
                made.append(Found(turn.id, conversation_id, turn.at, reasons))
    return sorted(made, key=lambda one: (one.at, one.turn_id))


def says_something_else(suggested: str, sent: str) -> bool:
    """Whether little of a suggestion is left in what was sent; a greeting before it is no
    correction.
    """
    matcher = SequenceMatcher(None, suggested, sent, autojunk=False)
    kept = sum(block.size for block in matcher.get_matching_blocks())
    return kept < SAME * len(suggested)


async def _endings(session: AsyncSession, at: datetime) -> Mapping[str, Ending]:
    has_ticket = exists().where(Ticket.conversation_id == Conversation.id)
    left = await session.scalars(
        select(Conversation.id).where(
            Conversation.state == State.BOT, Conversation.last_at < at - AT_REST, ~has_ticket
        )
    )
    bad = await session.scalars(
        select(Satisfaction.conversation_id).where(
            Satisfaction.about == CONVERSATION, Satisfaction.score <= BAD_SCORE
        )
    )
    gone, unhappy = set(left), set(bad)
    return {one: Ending(one in gone, one in unhappy) for one in gone | unhappy}


async def _rejected(session: AsyncSession) -> list[tuple[str, Reason]]:
    rejected = await session.scalars(
        select(StoredSuggestion.turn_id).where(StoredSuggestion.state == "rejected")
    )
    return [(turn_id, Reason.REJECTED) for turn_id in rejected]


_DECIDED: Mapping[str, Reason] = {"reject": Reason.REJECTED, "edit": Reason.CORRECTED}


async def _held(session: AsyncSession) -> list[tuple[str, Reason]]:
    rows = await session.execute(
        select(HeldReply.turn_id, HeldReply.decision).where(HeldReply.decision.in_(_DECIDED))
    )
    return [(turn_id, _DECIDED[str(decision)]) for turn_id, decision in rows]


async def _edited(session: AsyncSession, since: datetime) -> list[tuple[str, str, str]]:
    rows = await session.execute(
        select(StoredSuggestion.turn_id, StoredSuggestion.text, Message.text)
        .join(StoredSet, StoredSet.turn_id == StoredSuggestion.turn_id)
        .join(
            Message,
            (Message.conversation_id == StoredSet.conversation_id)
            & (Message.author_id == StoredSuggestion.decided_by)
            & (Message.said_at == StoredSuggestion.decided_at),
        )
        .where(StoredSuggestion.state == "edited", StoredSuggestion.decided_at >= since)
    )
    return [(turn_id, suggested, sent) for turn_id, suggested, sent in rows]
