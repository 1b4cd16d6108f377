"""Approve before send: on chosen topics, and where it is not sure enough, what the bot would say
waits for an operator's nod.

Only while somebody is on duty; else everything is sent as ever. What nobody looks at in time is
answered with a plain word and the offer of a ticket: a visitor never waits in vain.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import Depends, Request
from pydantic import BaseModel, Field
from sqlalchemy import delete, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts import audit
from api.accounts.access import Staff
from api.clock import Clock
from api.conversations import pushing
from api.conversations import service as conversations
from api.conversations.models import Conversation, Message, Turn
from api.conversations.service import StoredMessage, TextEmpty, TextTooLong
from api.conversations.states import State
from api.database import Database, DatabaseUnavailable
from api.desk.schemas import Duty
from api.desk.sending import CitationWrong
from api.dialogue.replies import Reply
from api.errors import HelplineError
from api.events import service as events
from api.outgoing import guarded
from api.outgoing.wording import wording
from api.protection.numbers import without_refused
from api.referrals import service as referrals
from api.settings import Settings
from api.suggestions.models import HeldReply
from knowledge.law.citation_guard import CitationGuard

log = logging.getLogger(__name__)

WANTED, DONE = "approval.wanted", "approval.done"
LOOKS_EVERY_S = 15.0
AT_ONCE = 50  # replies that nobody looked at, in one look

OnDuty = Callable[[AsyncSession], Awaitable[Duty]]


class ApprovalUnknown(HelplineError):
    code = "approval_unknown"
    status = HTTPStatus.NOT_FOUND
    title = "没有等核对的答复"
    detail = "这条答复已经不在了，可能来访者删除了对话，请刷新后再看。"


class AlreadyDecided(HelplineError):
    code = "already_decided"
    status = HTTPStatus.CONFLICT
    title = "已经处理过"
    detail = "这条答复同事已经处理，或者等得太久已按超时答复，请刷新后再看。"


class Approved(BaseModel):
    decision: Literal["send", "edit", "reject"]
    text: str | None = Field(default=None, description="What is said instead, with `edit`.")


@dataclass(frozen=True)
class Policy:
    """`topics`: situations and rights; `below`: certainty, 0 holds nothing back for want of it."""

    topics: frozenset[str]
    below: float
    patience: timedelta

    @classmethod
    def of(cls, settings: Settings) -> "Policy":
        patience = timedelta(minutes=settings.approve_minutes)
        return cls(frozenset(settings.approve_topics), settings.approve_below, patience)

    def reason(
        self, facts: dict[str, Any], certainty: float, wanted: bool = False
    ) -> Literal["topic", "certainty"] | None:
        """Why a reply about these facts waits; None where it does not. `wanted`: a switch wants it
        for what it speaks of.
        """
        right = str(facts.get("right") or "")
        about = {str(facts.get("situation") or ""), right, right.split("_")[0]}
        if wanted or about & self.topics:
            return "topic"
        return "certainty" if certainty < self.below else None


@dataclass(frozen=True)
class Approvals:
    """Everything that it takes to hold replies back and to decide on them."""

    database: Database
    clock: Clock
    policy: Policy
    duty: OnDuty

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
        """Hold the replies of a turn back where the policy, or a switch, wants it and somebody is
        there; the Turn that the message is answered with meanwhile.

        Raises TurnOver.
        """
        turn = await conversations.open_turn(session, stored.turn_id, attempt)
        conversation = await session.get_one(Conversation, turn.conversation_id)
        certainty = float((turn.working or {}).get("certainty") or 0)
        reason = await self._reason(session, turn, conversation, wanted)
        if reason is None or not replies:
            return None
        referral = await referrals.take_back(session, turn.id)
        notice = wording("approval", "waits").text
        answer = await conversations.answer(
            session, turn.id, [], at=at, attempt=attempt, notice=notice
        )
        await conversations.add_message(
            session, conversation, turn.id, "bot", **_as_one(replies), at=at, held=True
        )
        conversation.approval_pending = True
        session.add(
            HeldReply(
                turn_id=turn.id,
                conversation_id=conversation.id,
                referral=referral,
                certainty=certainty,
                reason=reason,
                asked_at=at,
                due_at=self.clock.moment() + self.policy.patience,
            )
        )
        await session.flush()
        await self._publish(session, WANTED, turn, at=at)
        return answer

    async def _reason(
        self, session: AsyncSession, turn: Turn, conversation: Conversation, wanted: bool
    ) -> str | None:
        """Why the replies of a turn are held back; None where they go out at once."""
        found_out = turn.working or {}
        is_bots = conversation.state == State.BOT and not conversations.is_with_a_person(
            conversation, turn
        )
        # The code of a ticket is told at once or never; what gives no advice can do no harm.
        tells_code = (turn.ticket or {}).get("code") is not None
        if found_out.get("certainty") is None or tells_code or not is_bots:
            return None
        facts = found_out.get("facts", conversation.facts)
        reason = self.policy.reason(facts, found_out["certainty"], wanted)
        return reason if reason and (await self.duty(session)).open else None

    async def decide(
        self, turn_id: str, approved: Approved, guard: CitationGuard, staff: Staff
    ) -> None:
        """Send a held reply, send other words in its place, or do neither.

        Raises ApprovalUnknown, AlreadyDecided, TextEmpty, TextTooLong, CitationWrong.
        """
        is_edit = approved.decision == "edit"
        text = await self._checked(turn_id, approved, guard) if is_edit else None
        at = self.clock.now()
        async with self.database.session() as session:
            held, conversation = await self._waiting(session, turn_id)
            message = await _message_of(session, turn_id)
            if approved.decision == "reject":
                await _say_instead(session, conversation, message, "rejected", at)
            else:
                await _release(session, conversation, message, text, staff, at)
                await self._restore(session, held, at)
            await self._close(session, held, conversation, approved.decision, staff, at=at)
            await audit.record(
                session,
                staff,
                f"approval.{approved.decision}",
                "conversation",
                conversation.id,
                at=at,
                detail={"turn": turn_id},
            )

    async def walk(self) -> None:
        """Answer what nobody looked at in time, until cancelled."""
        while True:
            try:
                await self.once()
            except (DatabaseUnavailable, SQLAlchemyError):
                log.exception("held replies were not looked through, and are again")
            await asyncio.sleep(LOOKS_EVERY_S)

    async def once(self) -> None:
        """One look; each reply is looked at again under its conversation's lock."""
        at, now = self.clock.now(), self.clock.moment()
        late = select(HeldReply.turn_id).where(
            HeldReply.decision.is_(None), HeldReply.due_at <= now
        )
        async with self.database.reading() as session:
            due = (await session.scalars(late.order_by(HeldReply.due_at).limit(AT_ONCE))).all()
        for turn_id in due:
            async with self.database.session() as session:
                try:
                    held, conversation = await self._waiting(session, turn_id)
                except (ApprovalUnknown, AlreadyDecided, conversations.ConversationDeleted):
                    continue
                message = await _message_of(session, turn_id)
                await _say_instead(session, conversation, message, "expired", at)
                await self._close(session, held, conversation, "expired", None, at=at)

    async def _checked(self, turn_id: str, approved: Approved, guard: CitationGuard) -> str:
        """The words of an edit, held against the statutes as every word of an operator."""
        text = without_refused((approved.text or "").strip())
        if not text:
            raise TextEmpty
        if len(text) > conversations.LONGEST_MESSAGE:
            raise TextTooLong(len(text))
        async with self.database.reading() as session:
            held = await session.get(HeldReply, turn_id)
            if held is None:
                raise ApprovalUnknown
            facts = await conversations.facts_of(session, held.conversation_id)
        days = guarded.days_of(self.clock.today(), facts)
        passed = await asyncio.to_thread(guard.pass_together, [text], [], days)
        if passed.rejected:
            raise CitationWrong(passed.rejected)
        return text

    async def _waiting(self, session: AsyncSession, turn_id: str) -> tuple[HeldReply, Conversation]:
        """A reply that still waits, with its conversation, which is locked."""
        held = await session.get(HeldReply, turn_id)
        if held is None:
            raise ApprovalUnknown
        conversation = await conversations.going_on(session, held.conversation_id)
        await session.refresh(held)
        if held.decision is not None:
            raise AlreadyDecided
        return held, conversation

    async def _restore(self, session: AsyncSession, held: HeldReply, at: datetime) -> None:
        """Let the visitor see what the turn advised."""
        if held.referral is not None:
            body, conversation_id = held.referral, held.conversation_id
            await referrals.record(session, conversation_id, held.turn_id, body, at=at)

    async def _close(
        self,
        session: AsyncSession,
        held: HeldReply,
        conversation: Conversation,
        decision: str,
        staff: Staff | None,
        *,
        at: datetime,
    ) -> None:
        held.decision, held.decided_at = decision, at
        held.decided_by, held.referral = staff.id if staff else None, None
        await session.flush()
        others = select(func.count()).where(
            HeldReply.conversation_id == conversation.id, HeldReply.decision.is_(None)
        )
        conversation.approval_pending = bool(await session.scalar(others))
        await session.flush()
        turn = await session.get_one(Turn, held.turn_id)
        await self._publish(session, DONE, turn, at=at, staff_id=staff.id if staff else None)

    async def _publish(
        self,
        session: AsyncSession,
        kind: str,
        turn: Turn,
        *,
        at: datetime,
        staff_id: int | None = None,
    ) -> None:
        await events.publish(
            session,
            kind,
            at=at,
            conversation_id=turn.conversation_id,
            staff_id=staff_id,
            data={"turn_id": turn.id},
        )


async def _message_of(session: AsyncSession, turn_id: str) -> Message:
    found: Message = (
        await session.scalars(select(Message).where(Message.turn_id == turn_id, Message.held))
    ).one()
    return found


async def _release(
    session: AsyncSession,
    conversation: Conversation,
    message: Message,
    text: str | None,
    staff: Staff,
    at: datetime,
) -> None:
    """Say a held message now, behind what was said meanwhile; other words are the operator's."""
    conversation.last_position += 1
    conversation.last_at = message.said_at = at
    message.position, message.held = conversation.last_position, False
    if text is not None:
        message.role, message.text = "operator", text
        message.author, message.author_id = staff.display_name, staff.id
        message.citations = [one for one in message.citations if str(one["article"]) in text]
    await session.flush()
    await conversations.tell_message(session, conversation, message)
    await pushing.message(session, conversation, message.id, at=at)


async def _say_instead(
    session: AsyncSession, conversation: Conversation, message: Message, which: str, at: datetime
) -> None:
    """Drop a held message, and tell the visitor plainly how he gets on."""
    await session.execute(delete(Message).where(Message.id == message.id))
    said = wording("approval", which)
    told = await conversations.add_message(
        session, conversation, None, "system", said.text, at, buttons=said.buttons
    )
    await conversations.tell_message(session, conversation, told)
    await pushing.message(session, conversation, told.id, at=at)


def _as_one(replies: Sequence[Reply]) -> dict[str, Any]:
    """The replies as one message, with the buttons of the last one."""
    return {
        "text": "\n\n".join(reply.text for reply in replies),
        "buttons": replies[-1].buttons,
        "citations": [cited for reply in replies for cited in reply.citations],
        "drafts": [draft for reply in replies for draft in reply.drafts],
    }


async def _approvals_of(request: Request) -> Approvals:
    approvals: Approvals = request.app.state.approvals
    return approvals


AppApprovals = Annotated[Approvals, Depends(_approvals_of)]
