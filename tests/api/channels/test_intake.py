"""What comes in over a channel: stored once, answered once, whatever is repeated or dies."""

from typing import Any

import pytest

from api.channels.incoming import Kind
from tests.api.channels.person import House, Person
from tests.fakes import FakeRasa


async def test_a_message_is_answered_with_its_own_request(person: Person) -> None:
    reply = await person.sends("我的牌子被人用了")

    assert reply is not None
    assert reply.endswith("听到了：我的牌子被人用了")
    assert person.pushed == []
