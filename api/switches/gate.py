"""Where a turn is decided: what the bot would say goes out, waits for a nod, or is not said.

The gate stands in the unit of work that stores an answer. So it holds whoever thought about the
turn, the dialogue engine or the fallback, and also where a switch was turned meanwhile.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations import service as conversations
from api.conversations.models import Conversation, Turn
from api.conversations.remembered import TOLD
from api.conversations.service import StoredMessage
from api.conversations.states import State
from api.desk.schemas import Duty
from api.dialogue.replies import Reply
from api.outgoing.wording import wording
from api.referrals import service as referrals
from api.switches import service
from api.switches.service import Switched

BANNER_TOLD = "banner_told"  # in the memory: the id of the banner that was told last

OnDuty = Callable[[AsyncSession], Awaitable[Duty]]
Holds = Literal["bot_off", "off", "operators", "approve"]


class Nods(Protocol):
    """Keeps replies back until a person has looked at them."""

    async def hold(
        self,
        session: AsyncSession,
        stored: StoredMessage,
        replies: Sequence[Reply],
        *,
        attempt: int,
        at: datetime,
        wanted: bool = False,
    ) -> dict[str, Any] | None:
        """The Turn that the message is answered with meanwhile; None where they go out at once.

        `wanted`: a switch wants it, whatever the settings say.
        """


@dataclass(frozen=True)
class Gate:
    """Everything that it takes to decide what becomes of a turn's replies."""

    duty: OnDuty
    nods: Nods

    async def hold(
        self,
        session: AsyncSession,
        stored: StoredMessage,
        replies: Sequence[Reply],
        *,
        attempt: int,
        at: datetime,
    ) -> dict[str, Any] | None:
        """The Turn that the message is answered with: by the replies, or by what is said in their
        place. It is stored here.

        Raises TurnOver.
        """
        turn = await conversations.open_turn(session, stored.turn_id, attempt)
        conversation = await session.get_one(Conversation, turn.conversation_id)
        switched = await service.current(session, at=at)
        holds = await self._holds(session, switched, turn, conversation)
        if holds in (None, "approve") and (
            held := await self.nods.hold(
                session, stored, replies, attempt=attempt, at=at, wanted=holds == "approve"
            )
        ):
            return held
        if holds not in (None, "approve"):
            replies = await self._instead(session, stored, turn, conversation, replies, holds, at)
        elif _topic_is_switched(switched, turn, conversation):
            await referrals.take_back(session, turn.id)  # an errand brings no advice along
        line = await _banner_for(session, turn, conversation, at)
        return await conversations.answer(
            session, turn.id, [*line, *replies], at=at, attempt=attempt
        )

    async def _holds(
        self, session: AsyncSession, switched: Switched, turn: Turn, conversation: Conversation
    ) -> Holds | None:
        """What keeps the replies of a turn from going out; None where nothing does."""
        found_out = turn.working or {}
        if found_out.get("errand") or not _is_bots(conversation, turn):
            return None
        if switched.bot_off:
            return "bot_off"
        if found_out.get("certainty") is None:  # nothing is said about anybody's matter
            return None
        mode = switched.mode_of(_topics(turn, conversation))
        # Nobody is there to nod: then it is not said either.
        if mode == "approve" and not (await self.duty(session)).open:
            return "operators"
        return mode

    async def _instead(
        self,
        session: AsyncSession,
        stored: StoredMessage,
        turn: Turn,
        conversation: Conversation,
        replies: Sequence[Reply],
        holds: Holds,
        at: datetime,
    ) -> list[Reply]:
        """What is said in the place of the replies. What the visitor told stays known, and nothing
        counts as said that he does not hear.
        """
        await referrals.take_back(session, turn.id)
        form_asks = (turn.working or {}).get("memory", {}).get("requested_slot") is not None
        _forget_what_is_not_said(turn, conversation, offers=not form_asks)
        if form_asks:  # its question comes last, and the ticket goes on
            return [_reply("updating_in_form"), replies[-1]]
        if holds == "off":
            return [_reply("updating")]
        return [await self._to_people(session, stored, turn, holds, at)]

    async def _to_people(
        self, session: AsyncSession, stored: StoredMessage, turn: Turn, holds: Holds, at: datetime
    ) -> Reply:
        """Put the conversation in the queue for a person; where nobody is there, offer a ticket."""
        duty = await self.duty(session)
        if not duty.open:
            await conversations.nobody_on_duty(session, turn.id, duty.hours)
            hours = f"（{duty.hours}）" if duty.hours else ""
            return _reply(f"{holds}_offline", hours=hours)
        handoff = await conversations.hand_off(session, turn.conversation_id, stored.shown, at=at)
        ahead = (handoff.position or 1) - 1
        place = f"前面还有 {ahead} 位" if ahead else "您是下一位"
        return _reply(f"{holds}_waits", place=place)


def _reply(which: str, /, **told: str) -> Reply:
    said = wording("switched", which, **told)
    return Reply(said.text, said.buttons)


def _is_bots(conversation: Conversation, turn: Turn) -> bool:
    with_person = conversations.is_with_a_person(conversation, turn)
    return conversation.state == State.BOT and not with_person


def _topics(turn: Turn, conversation: Conversation) -> set[str]:
    """What a turn speaks of: the matter as it stands then, and what was asked beside it."""
    found_out = turn.working or {}
    facts = found_out.get("facts", conversation.facts)
    return {*found_out.get("topics", ()), *service.of_facts(facts)}


def _topic_is_switched(switched: Switched, turn: Turn, conversation: Conversation) -> bool:
    return switched.bot_off or switched.mode_of(_topics(turn, conversation)) is not None


def _forget_what_is_not_said(turn: Turn, conversation: Conversation, *, offers: bool) -> None:
    found_out = turn.working or {}
    before, after = conversations.memory_of(conversation), found_out.get("memory")
    if after is None:
        return
    kept = before | {slot: after.get(slot) for slot in (*TOLD, "requested_slot")}
    if offers:
        kept["offered"] = "ticket"
    memory = {slot: value for slot, value in kept.items() if value is not None}
    turn.working = {**found_out, "memory": memory}


async def _banner_for(
    session: AsyncSession, turn: Turn, conversation: Conversation, at: datetime
) -> list[Reply]:
    """The banner, once in a conversation where there is no page that shows it."""
    if not conversation.speaks_by_contact or not _is_bots(conversation, turn):
        return []
    found = await service.banner(session, on=at.date())
    found_out = turn.working or {}
    memory = found_out.get("memory") or conversations.memory_of(conversation)
    if found is None or memory.get(BANNER_TOLD) == found.id:
        return []
    turn.working = {**found_out, "memory": memory | {BANNER_TOLD: found.id}}
    return [_reply("banner", text=found.text)]
