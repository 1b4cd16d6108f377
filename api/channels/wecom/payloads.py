"""What kf/sync_msg gives, from its JSON to what every channel has.

Source: developer.work.weixin.qq.com, 微信客服 接收消息和事件.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from api.channels.incoming import Incoming, Kind
from api.channels.wecom.accounts import CHANNEL
from api.channels.wecom.client import Message
from api.clock import SHANGHAI

BY_CUSTOMER = 3  # `origin`; 4 is the system, 5 somebody of the staff in 企业微信 itself
NOT_DELIVERED = "msg_send_fail"

_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_LATEST = 253402300799  # seconds since 1970 of the last moment that a date can name


def received(message: Message, account: str) -> Incoming | None:
    """What a message says; None where nobody expects an answer to it."""
    event = _part(message, "event") if message.get("msgtype") == "event" else None
    peer = (message if event is None else event).get("external_userid")
    key, sent = message.get("msgid"), message.get("send_time")
    is_whole = _is_id(peer) and _is_id(key) and isinstance(sent, int) and 0 < sent <= _LATEST
    if not is_whole:
        return None
    common = (CHANNEL, account, str(peer), str(key))
    sent_at = datetime.fromtimestamp(int(sent or 0), SHANGHAI)
    if event is not None:
        return _came_in(common, event, sent_at)
    return _said(common, message, sent_at) if message.get("origin") == BY_CUSTOMER else None


def not_delivered(message: Message) -> str | None:
    """Why something that was taken did not reach the visitor, as 企业微信 numbers it; None for
    everything else.
    """
    event = _part(message, "event")
    is_that = event.get("event_type") == NOT_DELIVERED
    return str(event.get("fail_type")) if is_that else None


Common = tuple[str, str, str, str]


def _came_in(common: Common, event: Mapping[str, Any], sent_at: datetime) -> Incoming | None:
    """Somebody opened the chat. There is a code only for those who are to be welcomed."""
    code = _text(event, "welcome_code")
    if event.get("event_type") != "enter_session" or not code:
        return None
    scene = _text(event, "scene_param")
    return Incoming(*common, Kind.SUBSCRIBE, sent_at, scene or None, answer_code=code)


def _said(common: Common, message: Message, sent_at: datetime) -> Incoming:
    kind = message.get("msgtype")
    if kind == "text" and (text := _text(_part(message, "text"), "content")):
        return Incoming(*common, Kind.TEXT, sent_at, text)
    if kind == "image" and (media_id := _text(_part(message, "image"), "media_id")):
        return Incoming(*common, Kind.IMAGE, sent_at, media_id=media_id)
    if kind == "voice":  # its words are not recognised
        return Incoming(*common, Kind.VOICE, sent_at)
    if kind == "location":
        place = _part(message, "location")
        text = _text(place, "address") or _text(place, "name")
        latitude, longitude = _degrees(place, "latitude"), _degrees(place, "longitude")
        return Incoming(*common, Kind.LOCATION, sent_at, text, None, latitude, longitude)
    return Incoming(*common, Kind.UNSUPPORTED, sent_at)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _part(message: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = message.get(name)
    return part if isinstance(part, dict) else {}


def _text(part: Mapping[str, Any], name: str) -> str:
    value = part.get(name)
    return value if isinstance(value, str) else ""


def _degrees(part: Mapping[str, Any], name: str) -> float | None:
    value = part.get(name)
    return float(value) if isinstance(value, int | float) else None
