"""An answer in the call is sealed and signed as the call was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.channels.tencent.crypto import NotOurs
from api.channels.tencent.signing import is_signed
from api.channels.tencent.xml import fields_of
from api.channels.wechat.rendering import sealed_reply, text_reply
from tests.api.channels.wechat import CIPHER, OURS, PEER, TOKEN

anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@given(anything)
def test_a_sealed_answer_is_signed_and_opens_to_what_it_was(text: str) -> None:
    reply = text_reply(PEER, OURS, text, 1795312800)
    fields = fields_of(sealed_reply(CIPHER, TOKEN, reply, "1795312801", "n0nce").encode())

    assert fields["TimeStamp"] == "1795312801" and fields["Nonce"] == "n0nce"
    signed = (TOKEN, "1795312801", "n0nce", fields["Encrypt"])
    assert is_signed(fields["MsgSignature"], *signed)
    assert CIPHER.opened(fields["Encrypt"]).decode() == reply
    with pytest.raises(NotOurs):
        CIPHER.opened(fields["Encrypt"][4:])
