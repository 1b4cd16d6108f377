"""Pushing to people who wrote to a customer-service account: as many messages as are granted.

Source: developer.work.weixin.qq.com, 微信客服 发送消息 and 发送欢迎语等事件响应消息.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar

from api.channels.incoming import Kind
from api.channels.tencent.pushing import BY_MESSAGE, MESSAGES, Grant, PushingCourier
from api.channels.wecom.accounts import CHANNEL
from api.channels.wecom.client import WecomClient
from api.contacts import grants
from api.contacts.models import Contact
from api.contacts.service import peer_of

WELCOME = Grant("welcome", 1, timedelta(seconds=20))


class WecomCourier(PushingCourier[WecomClient]):
    """Sends texts; whoever has just come in is welcomed with the code of his coming."""

    channel = CHANNEL
    granted: ClassVar[Mapping[Kind, Grant]] = {
        **dict.fromkeys(MESSAGES, BY_MESSAGE),
        Kind.SUBSCRIBE: WELCOME,
    }

    async def _push(
        self, client: WecomClient, contact: Contact, text: str, key: str, at: datetime
    ) -> None:
        code = grants.code_of_next(contact, at)
        if code:
            await client.send_on_event(code, text, key)
        else:
            await client.send_text(peer_of(contact), text, key)
