"""What WeChat sends, from its XML to what every channel has.

Source: developers.weixin.qq.com, 接收普通消息 and 接收事件推送.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from api.channels.incoming import Incoming, Kind
from api.channels.tencent.xml import Fields, Unreadable
from api.channels.wechat.accounts import CHANNEL
from api.clock import SHANGHAI

_PEER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SECONDS = re.compile(r"[0-9]{1,10}")
_SCENE = "qrscene_"  # before the code of a QR code that led somebody to subscribe
# What stands in a text message instead of a sticker and the like. As seen by others; the published
# pages do not name it.
_NOT_SHOWN = "收到不支持的消息类型"


@dataclass(frozen=True)
class Received:
    """One call. `peer` is the openid of who wrote, `ours` the account's own id, which an answer
    names as its sender. `incoming` is None for what nobody expects an answer to.
    """

    peer: str
    ours: str
    incoming: Incoming | None


def received(fields: Fields, account: str) -> Received:
    """What a message of an account says. Raises Unreadable."""
    peer, ours = fields.get("FromUserName", ""), fields.get("ToUserName", "")
    if not _PEER.fullmatch(peer) or not _PEER.fullmatch(ours):
        raise Unreadable("no sender or no receiver")
    made = fields.get("CreateTime", "").strip()
    if not _SECONDS.fullmatch(made):
        raise Unreadable("no time")
    said = _event(fields) if fields.get("MsgType") == "event" else _message(fields)
    if said is None:
        return Received(peer, ours, None)
    sent_at = datetime.fromtimestamp(int(made), SHANGHAI)
    key = _key(fields, peer, made)
    incoming = Incoming(
        CHANNEL,
        account,
        peer,
        key,
        said.kind,
        sent_at,
        said.text,
        said.media_id,
        said.latitude,
        said.longitude,
    )
    return Received(peer, ours, incoming)


def _key(fields: Fields, peer: str, made: str) -> str:
    """What all repeats of a call have in common, and nothing else has."""
    if number := fields.get("MsgId", "").strip():
        return number
    # Events have no number. What happened belongs to it: two things can happen in one second.
    event, of_event = fields.get("Event", ""), fields.get("EventKey", "")
    return f"{peer}:{made}:{event.lower()}:{of_event}"


@dataclass(frozen=True)
class _Said:
    kind: Kind
    text: str | None = None
    media_id: str | None = None
    latitude: float | None = None
    longitude: float | None = None


def _message(fields: Fields) -> _Said:
    read = _MESSAGES.get(fields.get("MsgType", "").lower())
    return read(fields) if read else _Said(Kind.UNSUPPORTED)


def _text(fields: Fields) -> _Said:
    text = fields.get("Content", "")
    if not text.strip() or text.strip("【[ ").startswith(_NOT_SHOWN):
        return _Said(Kind.UNSUPPORTED)
    return _Said(Kind.TEXT, text)


def _voice(fields: Fields) -> _Said:
    # Present only where the account has speech recognition (接收语音识别结果) switched on.
    recognised = fields.get("Recognition", "").strip()
    return _Said(Kind.VOICE, recognised or None, fields.get("MediaId") or None)


def _image(fields: Fields) -> _Said:
    media_id = fields.get("MediaId", "").strip()
    return _Said(Kind.IMAGE, media_id=media_id) if media_id else _Said(Kind.UNSUPPORTED)


def _location(fields: Fields) -> _Said:
    latitude, longitude = _degrees(fields, "Location_X", 90), _degrees(fields, "Location_Y", 180)
    label = fields.get("Label", "").strip()
    if not label and None in (latitude, longitude):
        return _Said(Kind.UNSUPPORTED)
    return _Said(Kind.LOCATION, label or None, None, latitude, longitude)


def _degrees(fields: Fields, name: str, most: int) -> float | None:
    try:
        degrees = float(fields.get(name, ""))
    except ValueError:
        return None
    return degrees if -most <= degrees <= most else None


_MESSAGES: Mapping[str, Callable[[Fields], _Said]] = {
    "text": _text,
    "voice": _voice,
    "image": _image,
    "location": _location,
}

# Other events (a page of the menu was opened, a place is reported all the time, a template message
# arrived) are no words of anybody: nothing is said to them.
_EVENTS = {
    "subscribe": Kind.SUBSCRIBE,
    "unsubscribe": Kind.UNSUBSCRIBE,
    "scan": Kind.SCAN,
    "click": Kind.MENU,
}


def _event(fields: Fields) -> _Said | None:
    kind = _EVENTS.get(fields.get("Event", "").lower())
    if kind is None:
        return None
    return _Said(kind, fields.get("EventKey", "").strip().removeprefix(_SCENE) or None)
