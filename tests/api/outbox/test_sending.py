"""What the worker does with what is due: in order, at least once, by one at a time."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

import pytest
from sqlalchemy import update

from api.contacts import service as contacts
from api.contacts.models import Contact
from api.outbox import service
from api.outbox.batches import MOST_TRIES, Batches
from api.outbox.courier import Dead, Held, Retry, Sent
from api.outbox.models import OutboxItem
from api.outbox.states import State
from tests.api.outbox.conftest import Desk
from tests.couriers import nothing

MORE = "（还有内容没有发完，回复任意一句，接着发给您。）"


@pytest.fixture
def one_bubble_each(desk: Desk) -> None:
    """A channel that puts nothing together."""
    desk.courier.fits = list


async def test_a_lane_is_sent_in_order_and_small_messages_become_one(
    desk: Desk, contact: Contact
) -> None:
    await desk.puts(contact, "一", "二", "三")
    await desk.worker().once()

    assert desk.courier.texts == ["一\n二\n三"]
    assert {(item.state, item.via) for item in await desk.items()} == {(State.SENT, "push")}


@pytest.mark.usefixtures("one_bubble_each")
async def test_two_processes_send_nothing_twice_and_nothing_out_of_order(
    desk: Desk, contact: Contact
) -> None:
    others = [await desk.contact(f"p{number}") for number in range(4)]
    for one in (contact, *others):
        await desk.puts(one, *"abc")
    workers = [desk.worker() for _ in range(3)]
    await asyncio.gather(*(worker.once() for worker in workers))

    sent_to = {
        peer: [t for p, t in desk.courier.sent if p == peer] for peer, _ in desk.courier.sent
    }
    assert sent_to == {peer: list("abc") for peer in ("o1", "p0", "p1", "p2", "p3")}


@pytest.mark.usefixtures("one_bubble_each")
async def test_what_comes_while_another_process_sends_waits_for_its_end(
    desk: Desk, contact: Contact
) -> None:
    await desk.puts(contact, "first")
    batches = Batches(desk.database, desk.clock)
    assert await batches.lease(service.lane_of(contact.id)) is not None
    await desk.puts(contact, "second")
    await desk.worker().once()

    assert desk.courier.texts == []


async def test_what_was_sent_before_its_process_died_is_sent_again_once_the_lease_is_over(
    desk: Desk, contact: Contact
) -> None:
    def dies() -> None:
        raise asyncio.CancelledError

    await desk.puts(contact, "answer")
    desk.courier.after = dies
    with pytest.raises(asyncio.CancelledError):
        await desk.worker().once()
    desk.courier.after = lambda: None
    await desk.worker().once()
    assert desk.courier.texts == ["answer"], "the lease is not over"

    desk.clock.goes(seconds=31)
    await desk.worker().once()
    await desk.worker().once()
    assert desk.courier.texts == ["answer", "answer"]
    assert await desk.states() == [State.SENT]


@pytest.mark.parametrize("dies", [True, False], ids=["died", "failed"])
async def test_what_may_have_been_sent_is_tried_again_as_it_was_under_the_same_key(
    dies: bool, desk: Desk, contact: Contact
) -> None:
    async def ends() -> None:
        raise asyncio.CancelledError if dies else TimeoutError

    await desk.puts(contact, "a", "b")
    desk.courier.before = ends
    with suppress(asyncio.CancelledError):
        await desk.worker().once()
    desk.courier.before = nothing
    await desk.puts(contact, "c")  # would share a message with them
    desk.renderer.words["a"] = ["a, with another link"]
    desk.clock.goes(seconds=31)
    await desk.worker().once()

    assert desk.courier.texts == ["a, with another link\nb", "c"]
    first, again, other = desk.courier.keys
    assert first == again != other and len(first) == 28


@pytest.mark.usefixtures("one_bubble_each")
async def test_every_message_has_a_key_of_its_own(desk: Desk, contact: Contact) -> None:
    desk.renderer.words["long"] = ["same", "same", "same"]
    await desk.puts(contact, "long", "other")
    await desk.worker().once()

    assert len(desk.courier.texts) == len(set(desk.courier.keys)) == 4


@pytest.mark.usefixtures("one_bubble_each")
async def test_a_process_that_dies_between_two_messages_repeats_none(
    desk: Desk, contact: Contact
) -> None:
    def dies() -> None:
        desk.courier.outcomes = [Retry("-1", 0)]

    await desk.puts(contact, "a", "b")
    desk.courier.after = dies
    await desk.worker().once()
    desk.courier.after = lambda: None
    desk.clock.goes(seconds=3)
    await desk.worker().once()

    assert desk.courier.texts == ["a", "b"]


async def test_a_channel_that_fails_is_tried_again_later_and_later_and_given_up(
    desk: Desk, contact: Contact
) -> None:
    await desk.puts(contact, "a")
    desk.courier.outcomes = [Retry("-1", 0)] * MOST_TRIES
    waits = []
    for _ in range(MOST_TRIES):
        await desk.worker().once()
        [item] = await desk.items()
        waits.append((item.due_at - desk.clock.at).total_seconds())
        desk.clock.at = max(item.due_at, desk.clock.at)

    expected = [2, 10, 30, 120, 600, 1800, 3600, 0]
    for wait, step in zip(waits, expected, strict=True):
        assert 0.8 * step <= wait <= 1.2 * step
    assert (item.state, item.problem, item.attempts) == (State.DEAD, "-1", MOST_TRIES)
    desk.clock.goes(days=30)
    await desk.worker().once()
    assert desk.courier.texts == []


async def test_a_channel_may_ask_for_more_patience_than_our_own(
    desk: Desk, contact: Contact
) -> None:
    await desk.puts(contact, "a")
    desk.courier.outcomes = [Retry("45011", 300)]
    await desk.worker().once()
    [item] = await desk.items()

    assert 240 <= (item.due_at - desk.clock.at).total_seconds() <= 360


@pytest.mark.usefixtures("one_bubble_each")
async def test_nothing_overtakes_what_is_tried_again(desk: Desk, contact: Contact) -> None:
    await desk.puts(contact, "a")
    desk.courier.outcomes = [Retry("-1", 0)]
    await desk.worker().once()
    await desk.puts(contact, "b")
    await desk.worker().once()
    assert desk.courier.texts == []

    desk.clock.goes(seconds=3)
    await desk.worker().once()
    assert desk.courier.texts == ["a", "b"]


@pytest.mark.usefixtures("one_bubble_each")
async def test_what_the_channel_never_takes_is_given_up_and_the_next_is_sent(
    desk: Desk, contact: Contact
) -> None:
    await desk.puts(contact, "a", "b")
    desk.courier.outcomes = [Dead("45002")]
    await desk.worker().once()

    assert desk.courier.texts == ["b"]
    assert [(item.state, item.problem) for item in await desk.items()] == [
        (State.DEAD, "45002"),
        (State.SENT, None),
    ]


async def test_staff_try_again_or_drop_what_was_given_up(desk: Desk, contact: Contact) -> None:
    desk.courier.outcomes = [Dead("48001"), Dead("48001")]
    await desk.puts(contact, "a")
    await desk.worker().once()
    await desk.puts(contact, "b", payload={"texts": ["b"]})
    await desk.worker().once()
    async with desk.database.session() as session:
        one, other = [await session.get_one(OutboxItem, i.id) for i in await desk.items()]
        await service.retry(session, one, at=desk.clock.now())
        await service.drop(session, other, at=desk.clock.now())
    await desk.worker().once()

    assert desk.courier.texts == ["a"]
    assert [(i.state, i.payload) for i in await desk.items()] == [
        (State.SENT, None),
        (State.DROPPED, None),
    ]


@pytest.mark.usefixtures("one_bubble_each")
async def test_what_the_quota_does_not_cover_waits_for_the_next_contact_and_says_so(
    desk: Desk, contact: Contact
) -> None:
    desk.courier.fits = merging_hints
    await desk.puts(contact, *"abcdefg")
    await desk.worker().once()
    assert desk.courier.texts == ["a", "b", "c", "d", f"e{MORE}"]
    assert await desk.states() == [State.SENT] * 5 + [State.HELD] * 2
    assert {item.problem for item in await desk.items() if item.state == State.HELD} == {
        "nothing_left"
    }

    await hears_of(desk, contact)
    await desk.worker().once()
    assert desk.courier.texts[5:] == ["f", "g"]


def merging_hints(texts: Sequence[str]) -> list[str]:
    return ["".join(texts)] if texts[-1] == MORE else list(texts)


async def hears_of(desk: Desk, contact: Contact) -> None:
    async with desk.database.session() as session:
        fresh = await contacts.locked(session, contact.id)
        desk.courier.on_inbound(fresh, "text", desk.clock.now())
        await service.wake(session, contact.id, at=desk.clock.now())


async def test_a_long_message_goes_on_at_the_next_contact_where_it_stopped(
    desk: Desk, contact: Contact
) -> None:
    desk.renderer.words = {"long": ["字" * 620]}
    await desk.puts(contact, "long")
    await desk.worker().once()
    await hears_of(desk, contact)
    await desk.worker().once()

    assert "".join(desk.courier.texts).replace("\n", "") == "字" * 620
    assert len(desk.courier.texts) == 7
    assert await desk.states() == [State.SENT]


async def test_once_the_window_is_closed_everything_waits_and_nothing_is_tried(
    desk: Desk, contact: Contact
) -> None:
    desk.clock.goes(hours=49)
    await desk.puts(contact, "a")
    desk.courier.outcomes = [Sent(1)]
    await desk.worker().once()

    assert desk.courier.outcomes == [Sent(1)]
    assert await desk.states() == [State.HELD]


async def test_what_the_channel_holds_is_due_where_the_contact_was_heard_of_meanwhile(
    desk: Desk, contact: Contact
) -> None:
    """The quota was used up on both sides of a message that came in while we sent."""
    await desk.puts(contact, "a")

    async def writes() -> None:
        if desk.courier.outcomes:
            desk.clock.goes(seconds=1)
            await hears_of(desk, contact)

    desk.courier.outcomes, desk.courier.before = [Held("45047")], writes
    await desk.worker().once()

    assert desk.courier.texts == ["a"]


async def test_who_no_longer_follows_is_sent_nothing_until_he_does(
    desk: Desk, contact: Contact
) -> None:
    async def follows(yes: bool) -> None:
        async with desk.database.session() as session:
            (await contacts.locked(session, contact.id)).subscribed = yes

    await follows(False)
    await desk.puts(contact, "a")
    await desk.worker().once()
    assert [(i.state, i.problem) for i in await desk.items()] == [(State.HELD, "unsubscribed")]

    await follows(True)
    await hears_of(desk, contact)
    await desk.worker().once()
    assert desk.courier.texts == ["a"]


async def test_a_message_that_came_in_while_we_sent_keeps_its_whole_grant_but_for_what_went_out(
    desk: Desk, contact: Contact
) -> None:
    async def writes() -> None:
        desk.clock.goes(seconds=1)
        await hears_of(desk, contact)

    await desk.puts(contact, "a")
    desk.courier.before = writes
    await desk.worker().once()
    async with desk.database.reading() as session:
        kept = await session.get_one(Contact, contact.id)

    assert desk.courier.allowance(kept, desk.clock.now()).left == 4


@pytest.mark.parametrize(
    "jump",
    [lambda clock: clock.goes(days=400), lambda clock: clock.goes(days=-400)],
    ids=["forward", "back"],
)
@pytest.mark.parametrize("how", ["waiting", "leased"])
async def test_a_clock_that_jumps_holds_nothing_back(
    desk: Desk, contact: Contact, jump: Callable[[object], None], how: str
) -> None:
    await desk.puts(contact, "a")
    if how == "leased":
        await Batches(desk.database, desk.clock).lease(service.lane_of(contact.id))
    jump(desk.clock)
    await hears_of(desk, contact)
    await desk.worker().once()

    assert desk.courier.texts == ["a"]


async def test_no_lane_waits_for_another_and_eight_are_served_at_once(desk: Desk) -> None:
    eight = asyncio.Event()

    async def all_have_come() -> None:
        if desk.courier.at_once == 8:
            eight.set()
        await eight.wait()

    desk.courier.before = all_have_come
    for number in range(20):
        await desk.puts(await desk.contact(f"p{number}"), "a")
    await desk.worker().once()

    assert len(desk.courier.sent) == 20
    assert desk.courier.most_at_once == 8


async def test_a_text_that_cannot_be_made_holds_up_only_what_stands_behind_it(
    desk: Desk, contact: Contact
) -> None:
    desk.renderer.failing = {"b"}
    await desk.puts(contact, "a", "b", "c")
    await desk.worker().once()
    assert desk.courier.texts == ["a"]
    assert [(i.state, i.problem) for i in await desk.items()][1:] == [
        (State.PENDING, "not_rendered")
    ] * 2

    desk.renderer.failing = set()
    desk.clock.goes(seconds=3)
    await desk.worker().once()
    assert desk.courier.texts == ["a", "b\nc"]


async def test_a_courier_that_breaks_is_a_channel_that_fails(desk: Desk, contact: Contact) -> None:
    def breaks() -> None:
        raise ValueError

    desk.courier.after = breaks
    await desk.puts(contact, "a")
    await desk.worker().once()

    assert [(i.state, i.problem, i.attempts) for i in await desk.items()] == [
        (State.PENDING, "courier_failed", 1)
    ]


async def test_what_says_nothing_is_dropped(desk: Desk, contact: Contact) -> None:
    desk.renderer.words = {"gone": []}
    await desk.puts(contact, "gone", "here")
    await desk.worker().once()

    assert desk.courier.texts == ["here"]
    assert await desk.states() == [State.DROPPED, State.SENT]


async def test_what_is_dropped_while_it_is_sent_stays_dropped(desk: Desk, contact: Contact) -> None:
    async def is_deleted() -> None:
        async with desk.database.session() as session:
            await session.execute(update(OutboxItem).values(state=State.DROPPED))

    await desk.puts(contact, "a")
    desk.courier.before = is_deleted
    await desk.worker().once()

    assert await desk.states() == [State.DROPPED]


async def test_news_are_told_once_and_sent_until_the_channel_took_them(
    desk: Desk, contact: Contact
) -> None:
    desk.news.untold = ["工单有新进展"]
    await desk.puts(contact, "1", "2", kind=service.NEWS)
    desk.courier.outcomes = [Retry("-1", 0)]
    await desk.worker().once()
    desk.clock.goes(seconds=3)
    await desk.worker().once()

    assert desk.courier.texts == ["工单有新进展"]
    assert await desk.states() == [State.SENT, State.DROPPED]


async def test_news_are_not_told_before_they_may_be_sent(desk: Desk, contact: Contact) -> None:
    desk.clock.goes(hours=49)
    desk.news.untold = ["工单有新进展"]
    await desk.puts(contact, "1", kind=service.NEWS, conversation_id="c1")
    await desk.worker().once()
    assert desk.news.untold == ["工单有新进展"]

    async with desk.database.session() as session:  # the next turn tells them
        await service.drop_news(session, "c1")
    await hears_of(desk, contact)
    await desk.worker().once()
    assert await desk.states() == [State.DROPPED]


async def test_what_no_courier_of_this_process_carries_waits(desk: Desk, contact: Contact) -> None:
    await desk.puts(contact, "a", channel="kf", lane="contact:99")
    await desk.worker().once()

    assert await desk.states() == [State.PENDING]
