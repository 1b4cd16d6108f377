"""What WeChat sends is read as what it is, and nothing in it reaches beyond it."""

import dataclasses
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.channels.incoming import Incoming, Kind
from api.channels.tencent.xml import Unreadable, fields_of
from api.channels.wechat.accounts import Mode
from api.channels.wechat.payloads import received
from api.channels.wechat.rendering import text_reply
from api.clock import SHANGHAI
from tests.api.channels.wechat import (
    CIPHER,
    HOSTILE,
    INCLUDE,
    KINDS,
    OURS,
    PEER,
    TO_NOBODY,
    payload,
)

SENT_AT = datetime(2026, 11, 22, 10, 0, tzinfo=SHANGHAI)
PLACE = {"latitude": 25.856128, "longitude": 114.933494}

# What each file is; None where nobody expects an answer.
MEANT: dict[str, dict[str, Any] | None] = {
    "text": {"kind": Kind.TEXT, "text": "有人卖假货，用的是我们的商标 😡"},
    "text_from_an_article": {"kind": Kind.TEXT, "text": "看了文章来问问"},
    "text_by_a_menu_in_a_message": {"kind": Kind.TEXT, "text": "商标"},
    "text_of_a_sticker": {"kind": Kind.UNSUPPORTED},
    "text_with_markup": {"kind": Kind.TEXT, "text": "<!DOCTYPE html> a < b && c > d ]]> &lt;"},
    "voice_recognised": {
        "kind": Kind.VOICE,
        "text": "隔壁店用我们的牌子。",
        "media_id": "invented-voice-1",
    },
    "voice": {"kind": Kind.VOICE, "media_id": "invented-voice-2"},
    "image": {"kind": Kind.IMAGE, "media_id": "invented-picture-1"},
    "location": {"kind": Kind.LOCATION, "text": "江西省赣州市章贡区文清路", **PLACE},
    "video": {"kind": Kind.UNSUPPORTED},
    "shortvideo": {"kind": Kind.UNSUPPORTED},
    "link": {"kind": Kind.UNSUPPORTED},
    "subscribe": {"kind": Kind.SUBSCRIBE},
    "subscribe_by_a_code": {"kind": Kind.SUBSCRIBE, "text": "hall-7"},
    "unsubscribe": {"kind": Kind.UNSUBSCRIBE},
    "scan": {"kind": Kind.SCAN, "text": "hall-7"},
    "menu_click": {"kind": Kind.MENU, "text": "human"},
    "menu_page_opened": None,
    "menu_place_chosen": None,
    "place_reported": None,
    "template_message_arrived": None,
}


def test_every_file_has_a_meaning() -> None:
    assert set(KINDS) == set(MEANT)
    assert {kind for kind, meant in MEANT.items() if meant is None} == TO_NOBODY


def read(mode: Mode, kind: str) -> bytes:
    """The message as it is under its seal, where it has one."""
    body = payload(mode, kind)
    return body if mode is Mode.PLAIN else CIPHER.opened(fields_of(body)["Encrypt"])


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_in_every_mode(kind: str, mode: Mode) -> None:
    got = received(fields_of(read(mode, kind)), "jiangxi")

    assert (got.peer, got.ours) == (PEER, OURS)
    meant = MEANT[kind]
    if meant is None:
        assert got.incoming is None
        return
    assert got.incoming is not None
    assert got.incoming == Incoming(
        "wechat", "jiangxi", PEER, got.incoming.key, sent_at=SENT_AT, **meant
    )


def test_everything_that_happens_has_a_key_of_its_own() -> None:
    keys = [
        got.incoming.key
        for kind in KINDS
        if (got := received(fields_of(payload("plain", kind)), "jiangxi")).incoming
    ]

    assert len(keys) == len(set(keys)) > 15


@pytest.mark.parametrize("kind", ["text", "subscribe", "menu_click"])
def test_a_repeat_has_the_same_key_and_the_next_has_another(kind: str) -> None:
    def key(body: bytes) -> str:
        incoming = received(fields_of(body), "jiangxi").incoming
        assert incoming is not None
        return incoming.key

    first = payload("plain", kind)
    later = first.replace(b"1795312800", b"1795312801").replace(b"24900000000000001", b"2490")

    assert key(first) == key(payload("plain", kind)) != key(later)


# --- what is not WeChat's -------------------------------------------------------------------------


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_not_wechat_s_is_refused(what: str) -> None:
    with pytest.raises(Unreadable):
        fields_of(HOSTILE[what].encode())


def test_an_included_file_inside_is_not_included() -> None:
    assert fields_of(f"<xml><a>{INCLUDE}</a></xml>".encode()) == {"a": ""}


@pytest.mark.parametrize(
    "body",
    [
        "<xml><Content>商标</Content></xml>".encode("gbk"),
        '<?xml version="1.0" encoding="gbk"?><xml><a>商标</a></xml>'.encode("gbk"),
        "<xml><Content>商标</Content></xml>".encode("utf-16"),
        "<xml><a>商标</a></xml>".encode()[:-12],
        b"<xml><a>\xff\xfe</a></xml>",
        b"<xml><a>\xed\xa0\x80</a></xml>",  # half of a pair of surrogates
    ],
)
def test_another_encoding_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        fields_of(body)


def test_a_wrong_declaration_changes_nothing() -> None:
    body = '\ufeff<?xml version="1.0" encoding="gb2312"?><xml><a>商标</a></xml>'
    assert fields_of(body.encode()) == {"a": "商标"}


def test_what_is_huge_or_deep_is_read_or_refused() -> None:
    long = "字" * 20_000
    assert fields_of(f"<xml><a>{long}</a></xml>".encode()) == {"a": long}
    with pytest.raises(Unreadable):
        fields_of(f"<xml>{'<a>' * 9_000}{'</a>' * 9_000}</xml>".encode())


def test_what_no_xml_may_hold_is_left_out_of_what_people_paste() -> None:
    assert fields_of(b"<xml><a><![CDATA[a\x00b\x0bc]]></a></xml>") == {"a": "abc"}


def test_of_two_fields_of_one_name_the_first_counts() -> None:
    assert fields_of(b"<xml><a>1</a><a>2</a></xml>") == {"a": "1"}


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for whole in (body, b"<xml>" + body + b"</xml>"):
        try:
            fields_of(whole)
        except Unreadable:
            continue


WRONG = {
    "FromUserName": ["", "a:b", "o" * 65, "../x", "好", "a b"],
    "ToUserName": ["", "<gh>"],
    "CreateTime": ["", "-1", "1e5", "x", "9" * 30, "１２３"],
}


@pytest.mark.parametrize(("field", "value"), [(f, v) for f, vs in WRONG.items() for v in vs])
def test_a_message_without_its_people_or_time_is_refused(field: str, value: str) -> None:
    fields = {**fields_of(payload("plain", "text")), field: value}
    with pytest.raises(Unreadable):
        received(fields, "jiangxi")


@pytest.mark.parametrize(
    ("kind", "field", "value", "meant"),
    [
        ("text", "Content", " \n", Kind.UNSUPPORTED),
        ("text", "MsgType", "hologram", Kind.UNSUPPORTED),
        ("text", "MsgType", "TEXT", Kind.TEXT),
        ("image", "MediaId", "", Kind.UNSUPPORTED),
        ("location", "Label", "", Kind.LOCATION),
        ("menu_click", "Event", "click", Kind.MENU),
    ],
)
def test_what_lacks_something_is_taken_for_what_it_still_is(
    kind: str, field: str, value: str, meant: Kind
) -> None:
    got = received({**fields_of(payload("plain", kind)), field: value}, "jiangxi").incoming
    assert got is not None and got.kind is meant


@pytest.mark.parametrize("degrees", ["", "x", "nan", "inf", "91", "-1e9"])
def test_a_place_that_is_nowhere_has_its_label_alone(degrees: str) -> None:
    fields = {**fields_of(payload("plain", "location")), "Location_X": degrees}
    got = received(fields, "jiangxi").incoming
    assert got is not None and (got.kind, got.latitude) == (Kind.LOCATION, None)
    assert got.text == "江西省赣州市章贡区文清路"

    nowhere = received({**fields, "Label": " "}, "jiangxi").incoming
    assert nowhere is not None and nowhere.kind is Kind.UNSUPPORTED


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff\r"))


@given(words)
def test_whatever_is_rendered_is_read_as_it_was(text: str) -> None:
    kept = "".join(c for c in text if c >= " " or c in "\n\t")
    rendered = text_reply(PEER, OURS, text, 1795312800)

    assert fields_of(rendered.encode()) == {
        "ToUserName": PEER,
        "FromUserName": OURS,
        "CreateTime": "1795312800",
        "MsgType": "text",
        "Content": kept,
    }


@given(st.lists(st.sampled_from(["]", "]]", "]]>", ">", "<![CDATA[", "&lt;", "</Content>", "x"])))
def test_no_text_ends_its_place(parts: list[str]) -> None:
    text = "".join(parts)
    assert fields_of(text_reply(PEER, OURS, text, 1).encode())["Content"] == text


def test_incoming_holds_what_every_channel_has_and_no_more() -> None:
    got = received(fields_of(payload("plain", "image")), "jiangxi").incoming
    assert got is not None
    assert "mmbiz" not in str(dataclasses.asdict(got))
