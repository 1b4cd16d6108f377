"""Brings in a person."""

import asyncio

from rasa_sdk.events import EventType, SlotSet
from sqlalchemy.ext.asyncio import AsyncSession

from actions.base import Visit
from api.conversations import service as conversations
from api.conversations.schemas import Handoff
from api.desk.schemas import Duty
from knowledge.routing.triage import triage

URGENT = "urgent"


async def hand_off(visit: Visit) -> list[EventType]:
    """Put the conversation in the queue for a person and say how many wait before it; where nobody
    is on duty, say so and offer a ticket.
    """
    body = await asyncio.to_thread(visit.checked)
    urgent = await asyncio.to_thread(_is_urgent, visit)
    async with visit.unit() as session:
        duty = await visit.services.duty(session)
        handoff = await _queued(session, visit, urgent) if duty.open else None
        if handoff is None:
            await conversations.nobody_on_duty(session, visit.turn_id, duty.hours)
        await visit.record(session, body)
        events = await visit.remember(session)
    if handoff is None:
        _say_offline(visit, duty)
    else:
        _say_queued(visit, handoff)
    return [*events, SlotSet("offered", "ticket" if handoff is None else None)]


async def _queued(session: AsyncSession, visit: Visit, urgent: bool) -> Handoff:
    now = visit.services.clock.now()
    return await conversations.hand_off(
        session, visit.conversation_id, visit.turn.text, at=now, urgent=urgent
    )


def _is_urgent(visit: Visit) -> bool:
    """Whether a ticket about the matter would be urgent."""
    facts = visit.decision.facts
    rules = visit.services.knowledge.triage_rules
    return triage(facts, visit.known.refer(facts), rules).priority == URGENT


def _say_queued(visit: Visit, handoff: Handoff) -> None:
    if handoff.position is None:  # somebody took over meanwhile, and the bot says nothing more
        return
    ahead = handoff.position - 1
    place = f"前面还有 {ahead} 位" if ahead else "您是下一位"
    if handoff.wait_minutes is not None:
        place += f"，最近一般等 {handoff.wait_minutes} 分钟左右"
    visit.dispatcher.utter_message(response="utter_handed_off", place=place)


def _say_offline(visit: Visit, duty: Duty) -> None:
    told = f"（{duty.hours}）" if duty.hours else ""
    if duty.next is not None:
        day, minute = duty.next, f"{duty.next.minute:02}"
        told += f"，下一次上班是{day.month}月{day.day}日{day.hour}:{minute}"
    visit.dispatcher.utter_message(response="utter_nobody_on_duty", hours=told)
