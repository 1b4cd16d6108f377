"""Plays the cues: every step goes through the services that a real visitor and a real operator use,
at the moment of the cue.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.access import Staff
from api.accounts.models import User
from api.conversations import handoffs
from api.conversations import service as conversations
from api.conversations.schemas import NewMessage
from api.conversations.states import State
from api.demo.plan import Cue, Scene
from api.demo.script import ByHand, Does, Move, Rating
from api.demo.stage import Stage
from api.desk import duty
from api.desk import service as desk
from api.desk.schemas import NewOperatorMessage
from api.errors import HelplineError
from api.tickets import satisfaction
from api.tickets.models import Ticket
from api.tickets.satisfaction import Judgement
from api.tickets.service import TicketNotFound
from api.tickets.staff import changing, opening
from api.tickets.staff.schemas import NewNote, OpenByHand, Patch
from api.tickets.status import ENDED, Status

OPERATORS = ("甲", "乙")
ASK_WHO_IS_THERE = frozenset({Does.SAYS, Does.PRESSES, Does.TRANSFERS})


@dataclass
class Going:
    """A scene that has begun: its conversation, who has it, and what the bot offered last."""

    scene: Scene
    id: str
    token: str
    by: Staff
    buttons: Sequence[Mapping[str, str]] = ()


@dataclass
class Play:
    """Plays cues in their order. `failed` counts the steps that the services refused: what the bot
    says may change, and a script then takes another course.
    """

    stage: Stage
    staff: Mapping[str, Staff]
    failed: list[str] = field(default_factory=list)
    _going: dict[int, Going] = field(default_factory=dict)

    async def perform(
        self, cues: Sequence[Cue], told: Callable[[int], None] = lambda _: None
    ) -> None:
        """Play the cues; `told` hears after each how many were played."""
        for number, cue in enumerate(cues, 1):
            self.stage.clock.at = cue.at
            try:
                await self._play(cue)
            except HelplineError as refused:
                self.failed.append(f"{cue.scene.script.name}：{cue.step.does} {refused.code}")
            told(number)

    async def _play(self, cue: Cue) -> None:
        if cue.scene.script.at == "day" and cue.step.does in ASK_WHO_IS_THERE:
            await self._be_there()
        going = self._going.get(cue.scene.number) or await self._open(cue)
        await _STEPS[cue.step.does](self, going, cue.step.what, cue.at)

    async def _be_there(self) -> None:
        """The operators are at the desk in the daytime."""
        at = self.stage.clock.at
        async with self.stage.database.session() as session:
            for key in OPERATORS:
                await duty.choose(session, self.staff[key], "online", self.stage.clock)
                (await session.get_one(User, self.staff[key].id)).seen_at = at

    async def _open(self, cue: Cue) -> Going:
        scene = cue.scene
        async with self.stage.database.session() as session:
            opened = await conversations.open_conversation(
                session,
                scene.script.channel,
                True,
                at=cue.at,
                consent_version=self.stage.consent_version,
            )
            going = Going(scene, opened.id, opened.token, self.staff[scene.by])
            if scene.script.channel == "phone":  # whoever picks up has it
                await desk.claim(session, going.id, going.by, at=cue.at)
        self._going[scene.number] = going
        return going

    # --- the visitor ------------------------------------------------------------------------------

    async def _say(self, going: Going, text: str, at: datetime) -> None:
        await self._send(going, going.scene.text(text))

    async def _press(self, going: Going, title: str, at: datetime) -> None:
        """A button of the last answer, by its title; without one, the words themselves."""
        payload = next((one["payload"] for one in going.buttons if one["title"] == title), title)
        await self._send(going, payload)

    async def _send(self, going: Going, text: str) -> None:
        new = NewMessage(text=text, client_message_id=uuid4())
        turn = await self.stage.receiver.receive(going.id, going.token, new)
        going.buttons = [button for one in turn["messages"] for button in one["buttons"]]

    async def _leave(self, going: Going, _: Any, at: datetime) -> None:
        async with self.stage.database.session() as session:
            conversation = await conversations.going_on(session, going.id)
            if conversation.state == State.WAITING:
                await handoffs.abandon(session, conversation, at=at)

    async def _rate(self, going: Going, rating: Rating, at: datetime) -> None:
        """Judge the ticket where it has ended, else the conversation."""
        judgement = Judgement(score=rating.score, words=rating.words)
        async with self.stage.database.session() as session:
            ticket = await _newest_ticket(session, going.id)
            if ticket is not None and ticket.status in ENDED:
                await satisfaction.judge_ticket(session, ticket, judgement, at=at)
            else:
                await satisfaction.judge_conversation(session, going.id, judgement, at=at)

    # --- the operator -----------------------------------------------------------------------------

    async def _claim(self, going: Going, _: Any, at: datetime) -> None:
        async with self.stage.database.session() as session:
            await desk.claim(session, going.id, going.by, at=at)

    async def _reply(self, going: Going, text: str, at: datetime) -> None:
        said = going.scene.text(text).replace("{me}", going.by.display_name)
        new = NewOperatorMessage(text=said, client_message_id=uuid4())
        await self.stage.sender.send(going.id, new, going.by)

    async def _note(self, going: Going, text: str, at: datetime) -> None:
        async with self.stage.database.session() as session:
            await desk.note(session, going.id, text, going.by, at=at)

    async def _tag(self, going: Going, tags: Sequence[str], at: datetime) -> None:
        async with self.stage.database.session() as session:
            await desk.set_tags(session, going.id, tags, going.by, at=at)

    async def _transfer(self, going: Going, reason: str, at: datetime) -> None:
        (other,) = [self.staff[key] for key in OPERATORS if self.staff[key] != going.by]
        async with self.stage.database.session() as session:
            await desk.transfer(session, going.id, other.id, reason, going.by, self.stage.clock)
        going.by = other

    async def _hand_back(self, going: Going, words: str, at: datetime) -> None:
        async with self.stage.database.session() as session:
            await desk.hand_back(session, going.id, words, going.by, at=at)

    async def _close(self, going: Going, words: str, at: datetime) -> None:
        async with self.stage.database.session() as session:
            await desk.close(session, going.id, words, going.by, at=at)

    async def _open_ticket(self, going: Going, told: ByHand, at: datetime) -> None:
        database, office = self.stage.database, self.stage.office
        async with database.reading() as session:
            facts = await conversations.facts_of(session, going.id)
        assessed = await asyncio.to_thread(opening.assess, facts, self.stage.knowledge, at)
        new = OpenByHand(
            summary=going.scene.text(told.summary),
            contact=going.scene.text(told.contact) if told.contact else None,
            priority=told.priority,
        )
        async with database.session() as session:
            await opening.open_by_hand(session, going.id, new, assessed, going.by, office, at=at)

    async def _move(self, going: Going, move: Move, at: datetime) -> None:
        """Move the ticket and tell its visitor; one that has ended is opened again."""
        office = self.stage.office
        async with self.stage.database.session() as session:
            ticket = await _newest_ticket(session, going.id)
            if ticket is None:
                raise TicketNotFound
            if ticket.status in ENDED and move.to == Status.IN_PROGRESS:
                await changing.reopen(
                    session, ticket, move.note or "来访者还有事要办", going.by, office, at=at
                )
            else:
                wanted = Patch.model_validate(_changes(ticket, move, at))
                await changing.patch(session, ticket, wanted, going.by, office, at=at)
            if move.note is not None:
                note = NewNote(text=going.scene.text(move.note), public=True)
                await changing.add_note(session, ticket, note, going.by, office, at=at)


_STEPS: Mapping[Does, Callable[[Play, Going, Any, datetime], Awaitable[None]]] = {
    Does.SAYS: Play._say,
    Does.PRESSES: Play._press,
    Does.LEAVES: Play._leave,
    Does.RATES: Play._rate,
    Does.CLAIMS: Play._claim,
    Does.REPLIES: Play._reply,
    Does.NOTES: Play._note,
    Does.TAGS: Play._tag,
    Does.TICKET: Play._open_ticket,
    Does.TRANSFERS: Play._transfer,
    Does.HANDS_BACK: Play._hand_back,
    Does.CLOSES: Play._close,
    Does.MOVES: Play._move,
}


def _changes(ticket: Ticket, move: Move, at: datetime) -> dict[str, Any]:
    """Whoever moves a ticket that nobody has takes it; that alone assigns it. What was to be done
    is done.
    """
    taken = {"assignee": "me"} if ticket.assignee_id is None else {}
    moved = {"status": move.to} if move.to != Status.ASSIGNED else {}
    due = (at + move.within).date() if move.next else None
    step = {} if move.to == Status.ASSIGNED else {"next_step": move.next, "next_due": due}
    return {"version": ticket.version, **taken, **moved, **step}


async def _newest_ticket(session: AsyncSession, conversation_id: str) -> Ticket | None:
    """The newest ticket of a conversation, locked."""
    newest = (
        select(Ticket)
        .where(Ticket.conversation_id == conversation_id)
        .order_by(Ticket.id.desc())
        .limit(1)
        .with_for_update()
    )
    found: Ticket | None = await session.scalar(newest)
    return found
