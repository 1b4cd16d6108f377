"""What kf/sync_msg gives is read as what it is, and whatever else it gives does no harm."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.channels.incoming import Incoming, Kind
from api.channels.wecom.payloads import not_delivered, received
from api.clock import SHANGHAI
from tests.api.channels.wecom import KINDS, PEER, payload

SENT_AT = datetime(2026, 11, 22, 10, 0, tzinfo=SHANGHAI)

# What each file is; None where nobody expects an answer.
MEANT: dict[str, dict[str, Any] | None] = {
    "text": {"kind": Kind.TEXT, "text": "有人卖假货，用的是我们的商标 😡"},
    "text_by_a_menu": {"kind": Kind.TEXT, "text": "商标"},
    "image": {"kind": Kind.IMAGE, "media_id": "invented-image-1"},
    "voice": {"kind": Kind.VOICE},
    "video": {"kind": Kind.UNSUPPORTED},
    "file": {"kind": Kind.UNSUPPORTED},
    "link": {"kind": Kind.UNSUPPORTED},
    "business_card": {"kind": Kind.UNSUPPORTED},
    "miniprogram": {"kind": Kind.UNSUPPORTED},
    "location": {
        "kind": Kind.LOCATION,
        "text": "江西省赣州市章贡区",
        "latitude": 25.856128,
        "longitude": 114.933494,
    },
    "enter_session": {"kind": Kind.SUBSCRIBE, "answer_code": "inventedWelcome1"},
    "enter_session_by_a_code": {
        "kind": Kind.SUBSCRIBE,
        "text": "ABCD-2345",
        "answer_code": "inventedWelcome1",
    },
    "enter_session_again": None,
    "by_staff": None,
    "msg_send_fail": None,
    "user_recall_msg": None,
    "session_status_change": None,
}


def test_every_kind_that_there_is_a_file_of_is_known() -> None:
    assert sorted(MEANT) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_is_read_as_what_it_is(kind: str) -> None:
    meant = MEANT[kind]
    found = received(payload(kind), "jiangxi")
    if meant is None:
        assert found is None
    else:
        common = ("wecom", "jiangxi", PEER, "inventedMsg_1")
        assert found == Incoming(*common, sent_at=SENT_AT, **meant)


def test_what_did_not_arrive_is_told_with_its_number() -> None:
    assert not_delivered(payload("msg_send_fail")) == "10"
    assert [kind for kind in KINDS if not_delivered(payload(kind))] == ["msg_send_fail"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.dictionaries(st.sampled_from(["content", "media_id"]), inner),
    max_leaves=4,
)


@given(st.sampled_from(KINDS), st.data())
def test_whatever_stands_in_a_place_does_no_harm(kind: str, data: st.DataObject) -> None:
    message = payload(kind)
    place = data.draw(st.sampled_from(sorted(message)))
    message[place] = data.draw(json_values)

    found = received(message, "jiangxi")
    not_delivered(message)
    assert found is None or found.account == "jiangxi"
