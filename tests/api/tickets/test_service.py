import asyncio
import re
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.clock import Clock
from api.conversations import service as conversations
from api.conversations.schemas import TicketNotice
from api.database import Database
from api.tickets import service as tickets
from api.tickets.models import Ticket
from api.tickets.schemas import Progress
from api.tickets.service import CODE_ALPHABET, Word


async def look_up(session: AsyncSession, number: str, code: str) -> Progress:
    """One visitor's look-up, who has not tried before."""
    return await tickets.LookUps().progress(session, number, code, "192.0.2.7")


class Desk:
    """A conversation at whose turns tickets are opened."""

    def __init__(self, database: Database, clock: Clock, id: str, token: str) -> None:
        self.database, self.clock, self.id, self.token = database, clock, id, token

    @classmethod
    async def opens(cls, database: Database, clock: Clock) -> "Desk":
        async with database.session() as session:
            opened = await conversations.open_conversation(session, "web", True, at=clock.now())
        return cls(database, clock, opened.id, opened.token)

    async def hears(self, text: str = "请登记") -> str:
        """The id of the turn that follows."""
        async with self.database.session() as session:
            conversation = await conversations.authenticate(session, self.id, self.token)
            heard = await conversations.store_message(
                session, conversation, text, None, at=self.clock.now()
            )
        return heard.turn_id

    async def tickets(
        self, turn_id: str, priority: tickets.Priority = "normal", **more: Any
    ) -> TicketNotice:
        async with self.database.session() as session:
            return await tickets.open(
                session,
                self.id,
                turn_id,
                {"city": "赣州市"},
                priority,
                "有人卖假货",
                at=self.clock.now(),
                **more,
            )

    async def takes(
        self, word: Word, said: str = "撤单", turn_id: str | None = None
    ) -> Progress | None:
        """What becomes of the ticket when the visitor says this word of it."""
        turn_id = turn_id or await self.hears(said)
        async with self.database.session() as session:
            return await tickets.take_word(
                session, self.id, turn_id, word, said, at=self.clock.now()
            )

    async def sets(self, status: str) -> None:
        """A person gives the ticket this status."""
        async with self.database.session() as session:
            await session.execute(
                update(Ticket).where(Ticket.conversation_id == self.id).values(status=status)
            )

    async def stored(self) -> Ticket:
        async with self.database.session() as session:
            return (
                await session.execute(select(Ticket).where(Ticket.conversation_id == self.id))
            ).scalar_one()


@pytest.fixture
async def desk(database: Database, clock: Clock) -> AsyncIterator[Desk]:
    yield await Desk.opens(database, clock)


async def test_a_ticket_has_a_readable_number_and_a_code_that_is_not_stored(desk: Desk) -> None:
    opened = await desk.tickets(
        await desk.hears(), "urgent", contact="13800001111", dispatch_to="章贡区市场监督管理局"
    )

    assert opened.number == "JX20261122-0001"
    assert opened.code and re.fullmatch(f"[{CODE_ALPHABET}]{{6}}", opened.code)
    assert (opened.priority, opened.created) == ("urgent", True)
    stored = await desk.stored()
    assert opened.code not in str(vars(stored))
    assert (stored.status, stored.opened_on, stored.summary) == (
        "new",
        date(2026, 11, 22),
        "有人卖假货",
    )
    assert "13800001111" not in repr(stored)


def test_the_code_alphabet_has_no_look_alikes() -> None:
    assert not set(CODE_ALPHABET) & set("0O1IL2Z5S8BUV")


async def test_its_visitor_can_look_it_up(desk: Desk) -> None:
    opened = await desk.tickets(
        await desk.hears(), next_step="提出异议", next_due=date(2026, 12, 1)
    )
    assert opened.code

    async with desk.database.session() as session:
        progress = await look_up(session, f" {opened.number.lower()} ", f" {opened.code.lower()} ")
        assert await tickets.of_conversation(session, desk.id) == progress

    assert progress.model_dump(mode="json", exclude={"notes", "checklist"}) == {
        "number": "JX20261122-0001",
        "status": "new",
        "status_text": "已登记，等待分派",
        "priority": "normal",
        "opened_on": "2026-11-22",
        "next_deadline": {"what": "提出异议", "due": "2026-12-01"},
    }
    assert [note.text for note in progress.notes] == ["工单已登记，等待分派。"]


@pytest.mark.parametrize("number", ["JX20261122-0001", "JX20261122-0002", "\x00", ""])
async def test_a_wrong_code_and_an_unknown_number_are_answered_alike(
    desk: Desk, number: str
) -> None:
    await desk.tickets(await desk.hears())

    with pytest.raises(tickets.TicketNotFound):
        async with desk.database.session() as session:
            await look_up(session, number, "AAAAAA")


async def test_a_conversation_without_a_ticket_has_none_to_show(desk: Desk) -> None:
    with pytest.raises(tickets.TicketNotFound):
        async with desk.database.session() as session:
            await tickets.of_conversation(session, desk.id)


async def test_opening_again_adds_to_the_ticket_that_is_open(desk: Desk) -> None:
    first = await desk.tickets(
        await desk.hears(), "urgent", contact="13800001111", next_step="提出异议"
    )
    again = await desk.tickets(
        await desk.hears("还有一件"),
        "normal",
        contact="refused",
        dispatch_to="赣州市市场监督管理局",
    )

    assert again == TicketNotice(number=first.number, code=None, priority="urgent", created=False)
    stored = await desk.stored()
    assert (stored.contact, stored.next_step, stored.dispatch_to) == (
        "13800001111",
        "提出异议",
        "赣州市市场监督管理局",
    )
    async with desk.database.session() as session:
        progress = await look_up(session, first.number, first.code or "")
    assert [note.text for note in progress.notes] == [
        "工单已登记，等待分派。",
        "已收到补充的情况。",
    ]


LIST = [{"what": "对方卖了货", "how": "买一件留小票"}, {"what": "商标归您", "how": "注册证"}]


async def checklist(desk: Desk) -> list[tuple[str, bool]]:
    async with desk.database.session() as session:
        progress = await tickets.of_conversation(session, desk.id)
    return [(item.what, item.done) for item in progress.checklist]


async def tick(desk: Desk, what: str) -> None:
    """A person notes that a piece of evidence is there."""
    listed = (await desk.stored()).checklist or []
    ticked = [{**item, "done": item["done"] or item["what"] == what} for item in listed]
    async with desk.database.session() as session:
        await session.execute(update(Ticket).values(checklist=ticked))


async def test_a_ticket_shows_which_evidence_is_still_to_be_brought_together(desk: Desk) -> None:
    await desk.tickets(await desk.hears(), checklist=LIST)

    assert await checklist(desk) == [("对方卖了货", False), ("商标归您", False)]


async def test_evidence_that_is_there_stays_there_when_the_ticket_is_brought_up_to_date(
    desk: Desk,
) -> None:
    await desk.tickets(await desk.hears(), checklist=LIST)
    await tick(desk, "商标归您")

    await desk.tickets(
        await desk.hears("还有"), checklist=[LIST[1], {"what": "对方是谁", "how": "公示信息"}]
    )
    assert await checklist(desk) == [("商标归您", True), ("对方是谁", False)]

    await desk.tickets(await desk.hears("再补充"), checklist=LIST[:1])
    assert await checklist(desk) == [("对方卖了货", False), ("商标归您", True)]


async def test_without_a_new_checklist_the_earlier_one_stays(desk: Desk) -> None:
    await desk.tickets(await desk.hears(), checklist=LIST)
    await desk.tickets(await desk.hears("还有"))

    assert await checklist(desk) == [("对方卖了货", False), ("商标归您", False)]


async def test_a_turn_that_is_processed_again_opens_no_second_ticket_and_gives_a_code_that_works(
    desk: Desk,
) -> None:
    turn_id = await desk.hears()
    await desk.tickets(turn_id)

    again = await desk.tickets(turn_id)

    assert (again.number, again.created) == ("JX20261122-0001", True)
    async with desk.database.session() as session:
        progress = await look_up(session, again.number, again.code or "")
    assert [note.text for note in progress.notes] == ["工单已登记，等待分派。"]


async def test_two_that_open_at_once_in_one_turn_open_one_ticket(desk: Desk) -> None:
    turn_id = await desk.hears()

    opened = await asyncio.gather(
        desk.tickets(turn_id), desk.tickets(turn_id), desk.tickets(turn_id)
    )

    assert {ticket.number for ticket in opened} == {"JX20261122-0001"}


async def test_after_a_ticket_is_done_the_next_one_is_new(desk: Desk) -> None:
    await desk.tickets(await desk.hears())
    async with desk.database.session() as session:
        await session.execute(update(Ticket).values(status="done"))

    assert (await desk.tickets(await desk.hears())).number == "JX20261122-0002"


async def test_a_ticket_that_comes_after_the_answer_is_not_opened(desk: Desk) -> None:
    turn_id = await desk.hears()
    async with desk.database.session() as session:
        await conversations.answer(session, turn_id, [], at=desk.clock.now())

    with pytest.raises(conversations.TurnOver):
        await desk.tickets(turn_id)
    async with desk.database.session() as session:
        assert (await session.scalars(select(Ticket))).all() == []


async def test_numbers_are_unique_when_many_tickets_are_opened_at_once(
    database: Database, clock: Clock
) -> None:
    desks = [await Desk.opens(database, clock) for _ in range(15)]
    turns = [await desk.hears() for desk in desks]

    opened = await asyncio.gather(
        *(desk.tickets(turn) for desk, turn in zip(desks, turns, strict=True))
    )

    assert sorted(ticket.number for ticket in opened) == [
        f"JX20261122-{n:04}" for n in range(1, 16)
    ]


async def test_every_day_counts_from_one(database: Database) -> None:
    numbers = []
    for day in (date(2026, 11, 22), date(2026, 11, 23)):
        desk = await Desk.opens(database, Clock(day))
        numbers.append((await desk.tickets(await desk.hears())).number)

    assert numbers == ["JX20261122-0001", "JX20261123-0001"]


# --- words of a ticket ----------------------------------------------------------------------------


def last_note(progress: Progress | None) -> str:
    assert progress is not None
    return progress.notes[-1].text


async def test_a_ticket_that_its_visitor_withdraws_is_closed_and_says_who_did_it(
    desk: Desk,
) -> None:
    opened = await desk.tickets(await desk.hears())
    withdrawn = await desk.takes("withdraw")

    assert withdrawn and (withdrawn.number, withdrawn.status) == (opened.number, "closed")
    assert last_note(withdrawn) == "来访者撤回了工单。"
    async with desk.database.session() as session:
        assert not await tickets.has_open(session, desk.id)
        assert await look_up(session, opened.number, opened.code or "") == withdrawn


async def test_a_withdrawn_ticket_that_is_kept_after_all_waits_again_under_its_number_and_code(
    desk: Desk,
) -> None:
    opened = await desk.tickets(await desk.hears())
    await desk.takes("withdraw")
    kept = await desk.takes("keep", "还是继续办吧")

    assert kept and (kept.number, kept.status) == (opened.number, "new")
    assert last_note(kept) == "来访者要继续办，工单恢复。"
    async with desk.database.session() as session:
        assert await tickets.has_open(session, desk.id)
        assert await look_up(session, opened.number, opened.code or "") == kept


async def test_a_ticket_that_is_worked_on_keeps_its_status_whatever_is_said_but_to_withdraw_it(
    desk: Desk,
) -> None:
    await desk.tickets(await desk.hears())
    await desk.sets("assigned")
    words: tuple[Word, ...] = ("urge", "add", "keep")

    assert [taken.status for word in words if (taken := await desk.takes(word))] == ["assigned"] * 3


async def test_that_a_ticket_is_urged_stands_on_it(desk: Desk) -> None:
    await desk.tickets(await desk.hears())

    assert last_note(await desk.takes("urge", "催一下")) == "来访者催办。"


async def test_what_is_added_stands_on_the_ticket_without_personal_data(desk: Desk) -> None:
    await desk.tickets(await desk.hears())
    note = last_note(await desk.takes("add", "对方又开了一家店，有事打13812345678"))

    assert note.startswith("来访者补充：对方又开了一家店") and "13812345678" not in note


async def test_of_a_word_the_answer_shows_the_ticket_without_its_code(desk: Desk) -> None:
    opened = await desk.tickets(await desk.hears(), "urgent")
    turn_id = await desk.hears("催一下")
    await desk.takes("urge", turn_id=turn_id)
    async with desk.database.session() as session:
        answer = await conversations.answer(session, turn_id, [], at=desk.clock.now())

    assert TicketNotice.model_validate(answer["ticket"]) == TicketNotice(
        number=opened.number, code=None, priority="urgent", created=False
    )


@pytest.mark.parametrize("word", ["withdraw", "keep", "urge", "add"])
async def test_nobody_can_say_a_word_of_the_ticket_of_another_conversation(
    desk: Desk, database: Database, clock: Clock, word: Word
) -> None:
    await desk.tickets(await desk.hears())
    if word == "keep":
        await desk.takes("withdraw")
    async with database.session() as session:
        before = await tickets.of_conversation(session, desk.id)
    stranger = await Desk.opens(database, clock)

    assert await stranger.takes(word) is None
    async with database.session() as session:
        assert await tickets.of_conversation(session, desk.id) == before


@pytest.mark.parametrize("word", ["withdraw", "keep", "urge", "add"])
async def test_where_no_ticket_was_opened_there_is_none_to_say_a_word_of(
    desk: Desk, word: Word
) -> None:
    assert await desk.takes(word) is None


@pytest.mark.parametrize("word", ["withdraw", "urge", "add"])
async def test_a_withdrawn_ticket_can_only_be_kept(desk: Desk, word: Word) -> None:
    await desk.tickets(await desk.hears())
    withdrawn = await desk.takes("withdraw")

    assert await desk.takes(word) is None
    async with desk.database.session() as session:
        assert await tickets.of_conversation(session, desk.id) == withdrawn


@pytest.mark.parametrize("status", ["done", "closed"])
async def test_a_ticket_that_a_person_has_closed_does_not_come_back(
    desk: Desk, status: str
) -> None:
    await desk.tickets(await desk.hears())
    await desk.sets(status)

    assert await desk.takes("keep") is None
    assert (await desk.stored()).status == status


async def test_after_a_withdrawal_the_next_ticket_is_new_and_the_only_one_that_words_reach(
    desk: Desk,
) -> None:
    first = await desk.tickets(await desk.hears())
    await desk.takes("withdraw")
    second = await desk.tickets(await desk.hears("再登记一张"))

    assert (second.number, second.created) == ("JX20261122-0002", True)
    words: tuple[Word, ...] = ("urge", "keep", "withdraw")
    taken = [await desk.takes(word) for word in words]
    assert [progress and progress.number for progress in taken] == [second.number] * 3
    async with desk.database.session() as session:
        old = await look_up(session, first.number, first.code or "")
    assert (old.status, last_note(old)) == ("closed", "来访者撤回了工单。")


async def test_a_word_that_comes_after_the_answer_changes_nothing(desk: Desk) -> None:
    await desk.tickets(await desk.hears())
    turn_id = await desk.hears("撤单")
    async with desk.database.session() as session:
        await conversations.answer(session, turn_id, [], at=desk.clock.now())

    with pytest.raises(conversations.TurnOver):
        await desk.takes("withdraw", turn_id=turn_id)
    async with desk.database.session() as session:
        progress = await tickets.of_conversation(session, desk.id)
    assert (progress.status, last_note(progress)) == ("new", "工单已登记，等待分派。")
