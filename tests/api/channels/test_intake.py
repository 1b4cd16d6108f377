"""What comes in over a channel: stored once, answered once, whatever is repeated or dies."""

import asyncio
from collections.abc import Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI

from api.channels.incoming import Kind
from api.channels.intake import Accepted, Intake
from api.channels.pace import AT_ONCE
from api.channels.working import Hearer
from api.contacts import inbound
from api.database import DatabaseUnavailable
from api.outbox import service as outbox
from tests.api.channels.person import AWAITED, FULL, PAST, House, Person, fitted
from tests.conftest import ONE_DATABASE
from tests.fakes import FakeRasa

NOTICE = "隐私说明"
# What two databases may do in different ways is tried on both.


class Gate:
    """Rasa answers once it is open."""

    def __init__(self, rasa: FakeRasa) -> None:
        self.opened = asyncio.Event()
        self._echo = rasa.echo
        rasa.answer = self.answer

    async def answer(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        await self.opened.wait()
        return await self._echo(message)


class Slow:
    """Hands on what it hears once it is open."""

    def __init__(self, hearer: Hearer) -> None:
        self._hearer = hearer
        self.reached, self.opened = asyncio.Event(), asyncio.Event()

    async def receive_from(self, *heard: Any) -> dict[str, Any]:
        self.reached.set()
        await self.opened.wait()
        return await self._hearer.receive_from(*heard)


class Passing:
    """Time that passes from now on; Rasa answers after so many seconds."""

    def __init__(self, house: House, gate: Gate, ready_after: float) -> None:
        self._house, self._gate, self._ready_after = house, gate, ready_after
        self._seconds = 0.0

    async def to(self, seconds: float) -> None:
        if seconds >= self._ready_after and not self._gate.opened.is_set():
            self._gate.opened.set()
            await self._house.intake.idle()
        self._house.clock.move(seconds - self._seconds)
        self._seconds = seconds


@ONE_DATABASE
async def test_a_message_is_answered_with_its_own_request(person: Person) -> None:
    reply = await person.sends("我的牌子被人用了")

    assert reply is not None
    assert reply.endswith("听到了：我的牌子被人用了")
    assert person.pushed == []


@ONE_DATABASE
async def test_an_answer_that_takes_longer_is_pushed_once(
    house: House, person: Person, rasa: FakeRasa
) -> None:
    gate = Gate(rasa)
    incoming = person.writes("我的牌子被人用了")
    accepted = await house.intake.accept(incoming, house.clock.now(), AWAITED)

    assert await house.intake.passive(accepted.inbound_id, PAST, fitted) is None
    gate.opened.set()
    await house.intake.idle()
    again = await house.intake.accept(incoming, house.clock.now(), AWAITED)
    house.clock.move(5)
    await house.deliver()

    assert (again.state, again.reply) == ("acknowledged", None)
    assert "\n".join(person.pushed).count("听到了：我的牌子被人用了") == 1


@ONE_DATABASE
async def test_where_the_helpline_is_too_busy_to_answer_in_time_nobody_waits_for_it(
    house: House, person: Person, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(rasa)
    busy = replace(house.intake._doors, seconds_to_answer=lambda: 30.0)
    monkeypatch.setattr(house.intake, "_doors", busy)
    until = asyncio.get_running_loop().time() + 29
    accepted = await house.intake.accept(
        person.writes("我的牌子被人用了"), house.clock.now(), until
    )

    assert accepted.state == inbound.State.ACKNOWLEDGED
    gate.opened.set()
    await house.intake.idle()
    house.clock.move(5)
    await house.deliver()

    assert "\n".join(person.pushed).count("听到了：我的牌子被人用了") == 1


async def all_at_once(house: House, number: int, until: float) -> list[Accepted]:
    """So many people write something."""
    people = [Person(house, f"openid-{one}") for one in range(number)]
    said = [person.writes("我的牌子被人用了") for person in people]
    return [await house.intake.accept(one, house.clock.now(), until) for one in said]


@ONE_DATABASE
async def test_who_stands_behind_many_is_acknowledged_with_what_he_sent(
    house: House, rasa: FakeRasa
) -> None:
    gate = Gate(rasa)
    soon = asyncio.get_running_loop().time() + 60
    accepted = await all_at_once(house, AT_ONCE + 1, soon)
    late = await house.intake.accept(
        Person(house, "late").writes("在吗"), house.clock.now(), asyncio.get_running_loop().time()
    )

    assert {one.state for one in accepted} == {inbound.State.ACCEPTED}
    assert late.state == inbound.State.ACKNOWLEDGED
    gate.opened.set()
    await house.intake.idle()
    await house.deliver()
    assert "听到了：在吗" in [text for peer, text in house.courier.sent if peer == "late"][-1]


async def test_what_waits_for_its_turn_is_taken_up_by_nobody_else(
    house: House, rasa: FakeRasa
) -> None:
    gate = Gate(rasa)
    await all_at_once(house, AT_ONCE + 2, AWAITED)
    other = house.another()
    for _ in range(8):
        house.clock.move(15)
        await house.intake.sweep()
        await other.sweep()

    assert {row.attempts for row in await house.inbound()} == {1}
    gate.opened.set()
    await house.intake.idle()


@ONE_DATABASE
@pytest.mark.parametrize("lost", [(), (0,), (0, 1), (0, 1, 2)])
async def test_one_answer_is_seen_at_every_delay_of_repeats(
    house: House, rasa: FakeRasa, lost: Collection[int]
) -> None:
    """A channel asks at 0, 5, 10 and 15 s as long as no response reaches it. `lost`: those that
    are written and do not.
    """
    for ready_after in (0, 1, 3.9, 4.1, 6, 9.5, 12, 14, 16, 19, 20):
        gate = Gate(rasa)
        person = Person(house, f"openid-{ready_after}")
        incoming = person.writes("在吗")
        passed = Passing(house, gate, ready_after)

        for attempt in range(4):
            await passed.to(5 * attempt)
            accepted = await house.intake.accept(incoming, house.clock.now(), AWAITED)
            reply = accepted.reply
            if accepted.state == inbound.State.ACCEPTED:
                await passed.to(5 * attempt + 4)
                reply = await house.intake.passive(accepted.inbound_id, PAST, fitted)
            await passed.to(5 * attempt + 4.2)
            await house.intake.confirm(accepted.inbound_id)
            await house.deliver()
            if attempt not in lost:
                person.replies += [reply] if reply else []
                break
        for seconds in (21, 30, 60):
            await passed.to(seconds)
            await house.intake.sweep()
            await house.intake.idle()
            await house.deliver()

        seen = "\n".join(person.shown)
        assert (seen.count("听到了：在吗"), seen.count(NOTICE)) == (1, 1), ready_after


async def test_two_processes_with_the_same_message_give_the_same_answer(
    house: House, person: Person, rasa: FakeRasa
) -> None:
    other, incoming = house.another(), person.writes("我的牌子被人用了")

    async def walk(intake: Intake) -> str | None:
        accepted = await intake.accept(incoming, house.clock.now(), AWAITED)
        until = asyncio.get_running_loop().time() + 4
        return await intake.passive(accepted.inbound_id, until, fitted)

    replies = await asyncio.gather(walk(house.intake), walk(other))
    house.clock.move(60)
    await house.deliver()

    assert replies[0] == replies[1]
    assert replies[0] is not None
    assert len(rasa.heard) == 1
    assert person.pushed == []


@ONE_DATABASE
async def test_the_repeat_after_a_reply_gets_the_same_reply(house: House, person: Person) -> None:
    incoming = person.writes("我的牌子被人用了")
    first = await house.intake.accept(incoming, house.clock.now(), AWAITED)
    await house.intake.idle()
    reply = await house.intake.passive(first.inbound_id, PAST, fitted)
    await house.intake.confirm(first.inbound_id)

    again = await house.another().accept(incoming, house.clock.now(), AWAITED)

    assert (again.inbound_id, again.reply) == (first.inbound_id, reply)


async def test_what_a_process_left_undone_is_done_by_another_and_pushed(
    house: House, person: Person, rasa: FakeRasa
) -> None:
    gate = Gate(rasa)
    await house.intake.accept(person.writes("我的牌子被人用了"), house.clock.now(), AWAITED)
    await house.intake.close()
    gate.opened.set()

    for _ in range(2):
        house.clock.move(25)
        survivor = house.another()
        await survivor.sweep()
        await survivor.idle()
        await house.deliver()

    assert "\n".join(person.pushed).count("听到了：我的牌子被人用了") == 1


async def test_what_was_acknowledged_and_left_undone_is_not_lost(
    house: House, person: Person, rasa: FakeRasa
) -> None:
    gate = Gate(rasa)
    accepted = await house.intake.accept(
        person.writes("我的牌子被人用了"), house.clock.now(), AWAITED
    )
    assert await house.intake.passive(accepted.inbound_id, PAST, fitted) is None
    await house.intake.close()
    gate.opened.set()

    house.clock.move(25)
    survivor = house.another()
    await survivor.sweep()
    await survivor.idle()
    await house.deliver()

    assert "\n".join(person.pushed).count("听到了：我的牌子被人用了") == 1


async def test_a_reply_that_never_left_is_pushed_once(house: House, person: Person) -> None:
    accepted = await house.intake.accept(
        person.writes("我的牌子被人用了"), house.clock.now(), AWAITED
    )
    await house.intake.idle()
    reply = await house.intake.passive(accepted.inbound_id, PAST, fitted)

    for _ in range(3):
        house.clock.move(26)
        await house.another().sweep()
        await house.deliver()

    assert person.pushed == [reply]


@ONE_DATABASE
async def test_a_reply_that_left_is_not_pushed(house: House, person: Person) -> None:
    await person.sends("我的牌子被人用了")

    house.clock.move(60)
    await house.intake.sweep()
    await house.deliver()

    assert person.pushed == []


async def test_what_waited_for_the_person_goes_first_with_the_reply(
    house: House, person: Person
) -> None:
    await person.sends("在吗")
    contact = await house.contact()
    async with house.database.session() as session:
        held = await outbox.put(
            session,
            lane=outbox.lane_of(contact.id),
            channel="wechat",
            contact_id=contact.id,
            conversation_id=contact.conversation_id,
            kind=outbox.OWN,
            ref="kept",
            at=house.clock.now(),
            payload={"texts": ["早先的一句"]},
        )
        held.state = "held"

    assert await person.sends("还在吗") == "早先的一句\n\n听到了：还在吗"


@ONE_DATABASE
async def test_what_has_no_room_in_the_reply_follows_it(
    house: House, person: Person, rasa: FakeRasa
) -> None:
    await person.sends("在吗")

    async def at_length(message: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"text": "一" * 600}, {"text": "二" * 600}]

    rasa.answer = at_length
    incoming = person.writes("说长一点")
    accepted = await house.intake.accept(incoming, house.clock.now(), AWAITED)
    await house.intake.idle()
    reply = await house.intake.passive(accepted.inbound_id, PAST, fitted)
    await house.deliver()
    too_early = list(person.pushed)
    house.clock.move(2)
    await house.deliver()

    assert reply == "一" * 600
    assert (too_early, person.pushed) == ([], ["二" * 600])
    assert len(reply.encode()) <= FULL


@ONE_DATABASE
async def test_what_a_person_sends_is_answered_in_his_order(
    house: House, person: Person, rasa: FakeRasa
) -> None:
    said = [f"第{number}句话" for number in range(1, 6)]
    for text in said:
        await house.intake.accept(person.writes(text), house.clock.now(), AWAITED)
    await house.intake.idle()

    assert [message["message"] for message in rasa.heard] == said


@ONE_DATABASE
async def test_what_a_person_sends_to_several_processes_is_answered_in_his_order(
    house: House, person: Person, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_to_wait, waits = inbound.has_to_wait, asyncio.Event()

    async def noted(*asked: Any, **at: Any) -> bool:
        if has := await has_to_wait(*asked, **at):
            waits.set()
        return has

    monkeypatch.setattr(inbound, "has_to_wait", noted)
    doors = house.intake._doors
    slow, quick = Slow(doors.hearer), house.another(several=True)
    other = house.another(several=True, doors=replace(doors, hearer=slow))
    await other.accept(person.writes("第1句话"), house.clock.now(), AWAITED)
    await quick.accept(person.writes("第2句话"), house.clock.now(), AWAITED)
    async with asyncio.timeout(60):
        await slow.reached.wait()
        await waits.wait()
    slow.opened.set()
    for intake in (other, quick):
        await intake.idle()

    assert [message["message"] for message in rasa.heard] == ["第1句话", "第2句话"]


@ONE_DATABASE
async def test_words_are_kept_nowhere_but_in_the_conversation(house: House, person: Person) -> None:
    await person.sends("我的牌子被人用了")

    assert [row.body for row in await house.inbound()] == [{}]


@ONE_DATABASE
async def test_a_database_that_does_not_answer_acknowledges_nothing(
    app: FastAPI, house: House, person: Person
) -> None:
    class Away:
        @asynccontextmanager
        async def session(self) -> Any:
            raise DatabaseUnavailable
            yield

    doors = replace(house.intake._doors, database=Away())  # type: ignore[arg-type]
    intake = house.another(doors=doors, patience_s=0.01)

    with pytest.raises(DatabaseUnavailable):
        await intake.accept(person.writes("在吗"), house.clock.now(), AWAITED)
    assert await house.inbound() == []


@ONE_DATABASE
async def test_a_helpline_that_is_full_for_a_moment_still_answers(
    app: FastAPI, house: House, person: Person
) -> None:
    class FullAtFirst:
        times = 0

        async def receive_from(self, *asked: Any) -> dict[str, Any]:
            self.times += 1
            if self.times == 1:
                raise DatabaseUnavailable
            heard: dict[str, Any] = await house.intake._doors.hearer.receive_from(*asked)
            return heard

    doors = replace(house.intake._doors, hearer=FullAtFirst())
    full = house.another(doors=doors)
    accepted = await full.accept(person.writes("在吗"), house.clock.now(), AWAITED)
    await full.idle()

    reply = await full.passive(accepted.inbound_id, PAST, fitted)
    assert reply is not None
    assert reply.endswith("听到了：在吗")


@ONE_DATABASE
async def test_who_cannot_be_answered_is_told_so_in_the_end(house: House, person: Person) -> None:
    class Broken:
        async def receive_from(self, *asked: Any) -> dict[str, Any]:
            raise RuntimeError("broken")

    doors = replace(house.intake._doors, hearer=Broken())
    broken = house.another(doors=doors)
    await broken.accept(person.writes("在吗"), house.clock.now(), AWAITED)
    await broken.idle()
    for _ in range(8):
        house.clock.move(25)
        await broken.sweep()
        await broken.idle()
        await house.deliver()

    told = [text for text in person.pushed if "没能处理好" in text]
    assert len(told) == 1
    assert [row.state for row in await house.inbound()] == ["failed"]


@ONE_DATABASE
async def test_who_left_is_sent_nothing(house: House, person: Person, rasa: FakeRasa) -> None:
    await person.sends("在吗")
    await person.sends(kind=Kind.UNSUBSCRIBE)

    assert not (await house.contact()).subscribed
    assert len(person.shown) == 1


@ONE_DATABASE
async def test_who_comes_back_is_written_to_again(house: House, person: Person) -> None:
    await person.sends(kind=Kind.UNSUBSCRIBE)
    await person.sends(kind=Kind.SUBSCRIBE)

    assert (await house.contact()).subscribed
    assert house.courier.heard == [Kind.SUBSCRIBE]


@ONE_DATABASE
async def test_who_comes_back_is_not_told_of_another_notice(house: House, person: Person) -> None:
    await person.sends(kind=Kind.SUBSCRIBE)
    reply = await person.sends(kind=Kind.SUBSCRIBE)

    assert reply is not None
    assert "有更新" not in reply


@ONE_DATABASE
async def test_a_decision_that_comes_too_late_leaves_the_answer_to_the_outbox(
    house: House, person: Person
) -> None:
    """As where the database is locked for so long that the channel has hung up."""
    late = house.another(deciding_s=0)
    accepted = await late.accept(person.writes("在吗"), house.clock.now(), AWAITED)
    await late.idle()

    assert await late.passive(accepted.inbound_id, PAST, fitted) is None
    await house.deliver()
    assert "\n".join(person.pushed).count("听到了：在吗") == 1
