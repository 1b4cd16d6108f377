"""Pushing to people in WeChat: customer-service messages (客服消息), as many as are granted.

Source: developers.weixin.qq.com, 发送客服消息 (the table of actions, messages and times).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar

from api.channels.incoming import Kind
from api.channels.tencent.pushing import BY_MESSAGE, MESSAGES, Grant, PushingCourier
from api.channels.wechat.accounts import CHANNEL
from api.channels.wechat.client import WeChatClient
from api.contacts.models import Contact
from api.contacts.service import peer_of

BY_EVENT = Grant("event", 3, timedelta(minutes=1))


class WeChatCourier(PushingCourier[WeChatClient]):
    """Sends texts to people in WeChat."""

    channel = CHANNEL
    granted: ClassVar[Mapping[Kind, Grant]] = {
        **dict.fromkeys(MESSAGES, BY_MESSAGE),
        **dict.fromkeys((Kind.SUBSCRIBE, Kind.SCAN, Kind.MENU), BY_EVENT),
    }

    async def _push(
        self, client: WeChatClient, contact: Contact, text: str, key: str, at: datetime
    ) -> None:
        await client.send_text(peer_of(contact), text)
