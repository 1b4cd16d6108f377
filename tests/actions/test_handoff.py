"""Who wants a person is put in the queue, told the place in it, and loses nothing that was said."""

from tests.actions.chat import Chat


async def test_the_first_has_nobody_ahead_the_second_one(chat: Chat) -> None:
    second = await Chat.opens(chat.services)

    said = [await one.hears("转人工", "human_handoff") for one in (chat, second)]

    assert [one.with_response("utter_handed_off")["place"] for one in said] == [
        "您是下一位",
        "前面还有 1 位",
    ]


async def test_asking_again_keeps_the_place(chat: Chat) -> None:
    second = await Chat.opens(chat.services)
    await chat.hears("转人工", "human_handoff")
    await second.hears("转人工", "human_handoff")

    said = await chat.hears("人呢", "human_handoff")

    assert said.with_response("utter_handed_off")["place"] == "您是下一位"


async def test_the_conversation_waits_and_shows_its_place(chat: Chat) -> None:
    await chat.hears("转人工", "human_handoff")
    shown = await chat.shows()

    assert shown.status == "waiting"
    assert shown.handoff and (shown.handoff.state, shown.handoff.position) == ("waiting", 1)


async def test_facts_in_the_same_message_and_before_reach_the_person(chat: Chat) -> None:
    chat.slots |= {"situation": "infringed", "right": "trademark"}
    await chat.hears("对方在赣州，我电话13812345678，快转人工", "human_handoff")

    facts = (await chat.shows()).facts
    assert (facts["right"], facts["city"], facts["contact"]) == (
        "trademark",
        "赣州市",
        "13812345678",
    )


async def test_an_offer_that_stood_open_is_closed(chat: Chat) -> None:
    chat.slots["offered"] = "ticket"
    said = await chat.hears("转人工", "human_handoff")
    referral = await chat.referral_of(said)

    assert chat.slots["offered"] is None
    assert referral and [one["key"] for one in referral["remedies"]] == ["human_handoff"]
