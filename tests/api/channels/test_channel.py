"""What a visitor sends, by kind, and what the channel itself says to it."""

from io import BytesIO
from typing import Any

import pytest
from fastapi import FastAPI
from PIL import Image
from sqlalchemy import select

from api.channels.incoming import Kind
from api.conversations import schemas
from api.conversations import service as conversations
from api.conversations.models import Conversation, Message
from api.conversations.service import open_conversation
from api.evidence import service as evidence
from api.moving import service as moving
from api.tickets import service as tickets
from tests.api.channels.person import AWAITED, House, Person
from tests.conftest import ONE_DATABASE
from tests.fakes import FakeRasa

pytestmark = ONE_DATABASE

BUTTONS = [
    {"title": "已经注册", "payload": '/inform{"right_status": "registered"}'},
    {"title": "还在申请", "payload": '/inform{"right_status": "pending"}'},
]


def asks(rasa: FakeRasa, *buttons: dict[str, str], text: str = "注册了吗？") -> None:
    async def answer(message: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"text": text, "buttons": list(buttons)}]

    rasa.answer = answer


def echoes(rasa: FakeRasa) -> None:
    rasa.answer = rasa.echo


def a_picture(colour: str = "red") -> bytes:
    picture = BytesIO()
    Image.new("RGB", (40, 30), colour).save(picture, "JPEG")
    return picture.getvalue()


async def of_his(house: House, table: Any) -> Any:
    conversation_id = (await house.contact()).conversation_id
    async with house.database.reading() as session:
        return await session.get_one(table, conversation_id)


async def opens_a_ticket(house: House, person: Person, rasa: FakeRasa) -> tuple[str, str | None]:
    """Let the bot open one; its number, and the reply."""
    told: list[schemas.TicketNotice] = []

    async def opens(message: dict[str, Any]) -> list[dict[str, Any]]:
        at = house.clock.now()
        async with house.database.session() as session:
            turn = await conversations.open_turn(session, message["metadata"]["turn"])
            ticket = await tickets.open(
                session, turn.conversation_id, turn.id, {}, "normal", "", at=at
            )
            told.append(ticket)
        return [{"text": "工单已登记。"}]

    rasa.answer = opens
    reply = await person.sends("登记工单")
    echoes(rasa)
    return told[0].number, reply


async def test_who_subscribes_is_welcomed_with_the_notice(house: House, person: Person) -> None:
    reply = await person.sends(kind=Kind.SUBSCRIBE)

    assert reply is not None
    assert "江西知识产权维权援助热线" in reply
    assert "全文：https://ip.example.cn/#privacy" in reply
    assert reply.endswith("继续发送消息即表示同意。")
    contact = await house.contact()
    assert (contact.conversation_id, contact.consented_at) == (None, None)


async def test_the_first_message_after_the_notice_agrees_to_it(
    app: FastAPI, house: House, person: Person
) -> None:
    await person.sends(kind=Kind.SUBSCRIBE)
    reply = await person.sends("我的牌子被人用了")

    conversation = await of_his(house, Conversation)
    assert reply == "听到了：我的牌子被人用了"
    assert conversation.channel == "wechat"
    assert conversation.consent_version == app.state.notice.version
    assert conversation.consented_at == (await house.contact()).consented_at


async def test_who_was_never_told_is_told_with_the_first_answer_and_agrees_by_going_on(
    app: FastAPI, house: House, person: Person
) -> None:
    first = await person.sends("我的牌子被人用了")
    before = await of_his(house, Conversation)
    second = await person.sends("在赣州")
    after = await of_his(house, Conversation)

    assert first is not None
    assert first.index("隐私说明：") < first.index("听到了")
    assert (before.consented_at, before.consent_version) == (None, None)
    assert second == "听到了：在赣州"
    assert after.consent_version == app.state.notice.version
    assert after.consented_at is not None


async def test_another_notice_is_told_once_with_the_next_answer(
    house: House, person: Person
) -> None:
    await person.sends("在吗")
    async with house.database.session() as session:
        contact = await session.merge(await house.contact())
        contact.notice_version = "2020-01-01.older"

    replies = [await person.sends("还在吗"), await person.sends("好的")]

    assert ["隐私说明有更新" in (reply or "") for reply in replies] == [True, False]


async def test_a_number_says_what_its_option_says(
    house: House, person: Person, rasa: FakeRasa
) -> None:
    asks(rasa, *BUTTONS)
    reply = await person.sends("我的牌子被人用了")
    echoes(rasa)

    assert reply is not None
    assert reply.endswith("注册了吗？\n回复数字选一个，也可以直接说：\n1 已经注册\n2 还在申请")
    await person.sends("第二个")
    assert rasa.heard[-1]["message"].startswith('/inform{"right_status": "pending"}')
    async with house.database.reading() as session:
        said = await session.scalars(select(Message).where(Message.role == "visitor"))
        assert [message.text for message in said.all()][-1] == "还在申请"


async def test_a_number_that_is_not_shown_is_told_with_the_list(
    person: Person, rasa: FakeRasa
) -> None:
    asks(rasa, *BUTTONS)
    await person.sends("我的牌子被人用了")
    echoes(rasa)

    assert await person.sends("7") == (
        "没有这个选项，请回复 1 到 2 之间的数字，也可以直接说：\n1 已经注册\n2 还在申请"
    )
    assert len(rasa.heard) == 1
    await person.sends("1")
    assert rasa.heard[-1]["message"].startswith('/inform{"right_status": "registered"}')


async def test_a_number_chooses_nothing_once_something_else_was_shown(
    person: Person, rasa: FakeRasa
) -> None:
    asks(rasa, *BUTTONS)
    await person.sends("我的牌子被人用了")
    echoes(rasa)
    await person.sends("等一下")

    assert (await person.sends("1") or "").startswith("「1」我没看懂，现在没有要选的")
    assert rasa.heard[-1]["message"] == "等一下"
    assert await person.sends("5000元") == "听到了：5000元"


async def test_a_number_that_was_sent_before_a_list_was_shown_does_not_choose_in_it(
    house: House, person: Person, rasa: FakeRasa
) -> None:
    await person.sends("在吗")
    asks(rasa, *BUTTONS)
    first = await house.intake.accept(person.writes("我的牌子被人用了"), house.clock.now(), AWAITED)
    second = await house.intake.accept(person.writes("1"), house.clock.now(), AWAITED)
    await house.intake.idle()

    assert first.inbound_id < second.inbound_id
    assert rasa.heard[-1]["message"] == "我的牌子被人用了"


async def test_a_command_that_somebody_types_is_words(person: Person, rasa: FakeRasa) -> None:
    await person.sends("/open_ticket")

    assert rasa.heard[-1]["message"] == "open_ticket"


async def test_a_voice_is_its_words(person: Person, rasa: FakeRasa) -> None:
    await person.sends("我的牌子被人用了", Kind.VOICE)

    assert rasa.heard[-1]["message"] == "我的牌子被人用了"


async def test_who_follows_again_is_welcomed_without_the_notice_that_he_knows(
    person: Person,
) -> None:
    await person.sends(kind=Kind.SUBSCRIBE)
    await person.sends("在吗")
    await person.sends(kind=Kind.UNSUBSCRIBE)
    reply = await person.sends(kind=Kind.SUBSCRIBE)

    assert (reply or "").startswith("欢迎回来") and "隐私说明" not in (reply or "")


async def test_a_place_outside_the_province_is_asked_about_and_opens_no_way(
    person: Person, rasa: FakeRasa
) -> None:
    heard = len(rasa.heard)
    reply = await person.sends("北京市海淀区中关村", Kind.LOCATION)

    assert "在北京市" in (reply or "") and "江西哪个市县" in (reply or "")
    assert len(rasa.heard) == heard


async def test_a_place_is_told_to_the_bot(person: Person, rasa: FakeRasa) -> None:
    await person.sends("江西省赣州市章贡区长征大道1号", Kind.LOCATION)

    assert rasa.heard[-1]["message"] == "我在赣州市章贡区"


@pytest.mark.parametrize(
    ("kind", "more", "told"),
    [
        (Kind.UNSUPPORTED, {}, "请用文字说一说"),
        (Kind.VOICE, {}, "请打字再说一遍"),
        (Kind.IMAGE, {"media_id": "m1"}, "请用文字说说图里是什么事"),
        (Kind.LOCATION, {"text": "某路88号"}, "例如「在赣州市章贡区」"),
        (Kind.SCAN, {"text": "poster-7"}, "请用平常的话说"),
        (Kind.MENU, {"text": "ask"}, "请用平常的话说"),
        (Kind.MENU, {"text": "older-key"}, "请用平常的话说"),
        (Kind.MENU, {"text": "card"}, "还没有可以看的方案"),
        (Kind.MENU, {"text": "move"}, "还没有可以接着办的对话"),
        (Kind.TEXT, {"text": "长" * 2001}, "一次最多 2000 个字"),
        (Kind.TEXT, {"text": " \u200b"}, "这条消息是空的"),
    ],
)
async def test_what_the_bot_cannot_hear_is_answered_kindly(
    person: Person, rasa: FakeRasa, kind: Kind, more: dict[str, Any], told: str
) -> None:
    reply = await person.sends(kind=kind, **more)

    assert reply is not None
    assert told in reply
    assert rasa.heard == []


async def test_numbers_of_cards_are_not_kept(house: House, person: Person) -> None:
    await house.intake.accept(
        person.writes("我的身份证 11010519491231002X"), house.clock.now(), AWAITED
    )
    kept = [row.body for row in await house.inbound()]
    await house.intake.idle()

    assert "11010519491231002X" not in str(kept)


async def test_the_menu_speaks_for_the_visitor(person: Person, rasa: FakeRasa) -> None:
    await person.sends("human", Kind.MENU)

    assert rasa.heard[-1]["message"] == "转人工"


async def test_the_card_opens_by_a_link(person: Person) -> None:
    await person.sends("在吗")
    reply = await person.sends("card", Kind.MENU)

    assert reply is not None
    assert "https://ip.example.cn/#go=" in reply


async def test_a_code_takes_the_conversation_elsewhere(house: House, person: Person) -> None:
    await person.sends("在吗")
    reply = await person.sends("换到电脑上。")

    assert reply is not None
    code = moving.look(reply.split("\n")[0].removeprefix("接续码："))
    assert code is not None
    async with house.database.session() as session:
        moved = await moving.use(session, code, at=house.clock.now())
    assert moved == (await house.contact()).conversation_id
    await house.deliver()
    assert "在另一处接着办" in person.pushed[-1]


@pytest.mark.parametrize(
    ("kind", "shape"),
    [(Kind.TEXT, "接着办 {}"), (Kind.TEXT, "{}"), (Kind.SCAN, "{}"), (Kind.SUBSCRIBE, "{}")],
)
async def test_a_code_brings_a_conversation_here(
    app: FastAPI, house: House, person: Person, kind: Kind, shape: str
) -> None:
    version = app.state.notice.version
    async with house.database.session() as session:
        opened = await open_conversation(
            session, "web", True, at=house.clock.now(), consent_version=version
        )
        code = await moving.make(session, opened.id, "visitor", at=house.clock.now())

    reply = await person.sends(shape.format(code.text), kind)

    assert reply is not None
    assert "接上了" in reply
    assert "隐私说明" in reply
    assert (await house.contact()).conversation_id == opened.id
    assert (await of_his(house, Conversation)).consent_version == version


async def test_a_code_that_is_wrong_is_told_so(person: Person) -> None:
    reply = await person.sends("接着办 ABCD-2345")

    assert reply is not None
    assert "这个接续码用不了" in reply


async def test_a_picture_is_kept_only_after_a_yes(
    house: House, person: Person, rasa: FakeRasa
) -> None:
    number, _ = await opens_a_ticket(house, person, rasa)
    house.album.pictures["m1"] = a_picture()

    asked = await person.sends(kind=Kind.IMAGE, media_id="m1")
    fetched_before = list(house.album.fetched)
    told = await person.sends("1")

    assert asked is not None
    assert f"附到工单 {number} 吗？" in asked
    assert asked.endswith("1 附上\n2 不用")
    assert fetched_before == []
    assert told == f"已经附到工单 {number}。"
    contact = await house.contact()
    async with house.database.reading() as session:
        kept = await evidence.files_of(session, contact.conversation_id or "")
    assert [file.media_type for file in kept] == ["image/jpeg"]
    assert contact.pictures == []


async def test_a_picture_is_forgotten_after_a_no(
    house: House, person: Person, rasa: FakeRasa
) -> None:
    await opens_a_ticket(house, person, rasa)
    await person.sends(kind=Kind.IMAGE, media_id="m1")

    assert await person.sends("不用") == "好的，图片没有保存。"
    assert house.album.fetched == []
    assert (await house.contact()).pictures == []


async def test_several_pictures_are_kept_together(
    house: House, person: Person, rasa: FakeRasa
) -> None:
    number, _ = await opens_a_ticket(house, person, rasa)
    for name, colour in (("m1", "red"), ("m2", "blue")):
        house.album.pictures[name] = a_picture(colour)
        await person.sends(kind=Kind.IMAGE, media_id=name)

    assert await person.sends("附上") == f"2 张图片已经附到工单 {number}。"


async def test_pictures_that_waited_are_asked_about_when_a_ticket_is_opened(
    house: House, person: Person, rasa: FakeRasa
) -> None:
    await person.sends(kind=Kind.IMAGE, media_id="m1")
    number, reply = await opens_a_ticket(house, person, rasa)

    assert reply is not None
    assert f"工单号：{number}\n查询口令：" in reply
    assert reply.endswith(
        f"要把它作为证据附到工单 {number} 吗？\n回复数字选一个，也可以直接说：\n1 附上\n2 不用"
    )


async def test_a_picture_that_the_channel_kept_no_longer_is_told(
    house: House, person: Person, rasa: FakeRasa
) -> None:
    await opens_a_ticket(house, person, rasa)
    await person.sends(kind=Kind.IMAGE, media_id="gone")

    reply = await person.sends("1")

    assert reply is not None
    assert "过了微信保存的 3 天" in reply
    assert (await house.contact()).pictures == []


async def test_a_picture_that_cannot_be_fetched_now_waits(
    house: House, person: Person, rasa: FakeRasa
) -> None:
    number, _ = await opens_a_ticket(house, person, rasa)
    house.album.pictures["m1"] = a_picture()
    await person.sends(kind=Kind.IMAGE, media_id="m1")
    house.album.is_away = True

    away = await person.sends("1")
    house.album.is_away = False

    assert away is not None
    assert away.startswith("图片一时取不到")
    assert await person.sends("附上") == f"已经附到工单 {number}。"


async def test_what_is_no_picture_is_refused_kindly(
    house: House, person: Person, rasa: FakeRasa
) -> None:
    await opens_a_ticket(house, person, rasa)
    house.album.pictures["m1"] = b"%PDF-1.7"
    await person.sends(kind=Kind.IMAGE, media_id="m1")

    reply = await person.sends("1")

    assert reply is not None
    assert "只收 JPG、PNG、WebP" in reply


async def test_people_who_answer_see_that_a_picture_came(house: House, person: Person) -> None:
    await person.sends("在吗")
    contact = await house.contact()
    async with house.database.session() as session:
        await conversations.hand_off(
            session, contact.conversation_id or "", "想找人", at=house.clock.now()
        )

    await person.sends(kind=Kind.IMAGE, media_id="m1")

    async with house.database.reading() as session:
        said = await session.scalars(select(Message).order_by(Message.position))
        assert "〔发来一张图片，没有保存〕" in [message.text for message in said]


async def test_who_had_everything_deleted_is_told_the_notice_anew(
    house: House, person: Person, rasa: FakeRasa
) -> None:
    await person.sends("在吗")
    contact = await house.contact()
    former = contact.conversation_id

    async def deletes(message: dict[str, Any]) -> list[dict[str, Any]]:
        async with house.database.session() as session:
            conversation = await session.get_one(Conversation, former)
            conversation.state = conversations.DELETED
        return [{"text": "已经删除。"}]

    rasa.answer = deletes
    await person.sends("确认删除")
    echoes(rasa)
    reply = await person.sends("还有一件事")

    assert "已经删除。" in "\n".join(person.shown)
    assert reply is not None
    assert reply.startswith("隐私说明：")
    assert (await house.contact()).conversation_id not in (None, former)
