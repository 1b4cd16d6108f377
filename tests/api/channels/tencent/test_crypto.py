"""What is sealed for us is opened, and nothing else is."""

import base64
import os

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import given
from hypothesis import strategies as st

from api.channels.tencent.crypto import MessageCipher, NotOurs
from tests.api.channels.wechat import AES_KEY, APP_ID, CALLED, CIPHER

SEALED = CALLED["sealed"]
KEY = base64.b64decode(AES_KEY + "=")


def sealed_by_hand(plain: bytes) -> str:
    """What the account's key makes of any bytes, padded or not."""
    encryptor = Cipher(AES256(KEY), CBC(KEY[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def whole(message: bytes, app_id: str = APP_ID, length: int | None = None) -> bytes:
    """What is sealed, before its padding."""
    told = len(message) if length is None else length
    return b"r" * 16 + told.to_bytes(4) + message + app_id.encode()


@pytest.mark.parametrize("one", SEALED, ids=lambda one: f"{len(one['message'])} characters")
def test_another_implementation_seals_and_opens_the_same(one: dict[str, str]) -> None:
    assert CIPHER.sealed(one["message"].encode(), one["random"].encode()) == one["sealed"]
    assert CIPHER.opened(one["sealed"]).decode() == one["message"]


@given(st.binary(max_size=300))
def test_what_was_sealed_is_opened_as_it_was(message: bytes) -> None:
    sealed = CIPHER.sealed(message)

    assert CIPHER.opened(sealed) == message
    assert len(base64.b64decode(sealed)) % 32 == 0


def test_the_same_message_never_looks_the_same() -> None:
    assert CIPHER.sealed(b"x") != CIPHER.sealed(b"x")


@given(st.data())
def test_a_bit_that_flips_is_noticed_or_changes_only_words(data: st.DataObject) -> None:
    message = "<xml>有人卖假货</xml>".encode()
    secret = bytearray(base64.b64decode(CIPHER.sealed(message)))
    place = data.draw(st.integers(0, len(secret) * 8 - 1))
    secret[place // 8] ^= 1 << place % 8

    try:
        opened = CIPHER.opened(base64.b64encode(bytes(secret)).decode())
    except NotOurs:
        return
    # Sealing alone does not sign: that is what msg_signature is for, which covers every bit.
    assert len(opened) == len(message)


@given(st.data())
def test_what_was_cut_off_is_refused(data: st.DataObject) -> None:
    sealed = CIPHER.sealed("有人卖假货".encode() * 9)
    kept = data.draw(st.integers(0, len(sealed) - 1))

    with pytest.raises(NotOurs):
        CIPHER.opened(sealed[:kept])


@pytest.mark.parametrize(
    "padding",
    [b"\x00", b"\x21" * 33, b"\x01\x02", b"\x20" * 31 + b"\x1f", b"\x05" * 4 + b"\x06", b"\xff"],
)
def test_wrong_padding_is_refused(padding: bytes) -> None:
    plain = whole(b"x" * 70)
    room = -(len(plain) + len(padding)) % 16
    with pytest.raises(NotOurs):
        CIPHER.opened(sealed_by_hand(whole(b"x" * (70 + room)) + padding))


@pytest.mark.parametrize("app_id", ["wx0000000000000000", "", APP_ID[:-1], APP_ID + "0", "好"])
def test_what_was_sealed_for_another_account_is_refused(app_id: str) -> None:
    with pytest.raises(NotOurs):
        MessageCipher(AES_KEY, APP_ID).opened(MessageCipher(AES_KEY, app_id).sealed(b"<xml/>"))


def test_what_was_sealed_with_another_key_is_refused() -> None:
    with pytest.raises(NotOurs):
        CIPHER.opened(MessageCipher("A" * 43, APP_ID).sealed(b"<xml/>", b"0123456789abcdef"))


@pytest.mark.parametrize("length", [0, 4, 6, 1000, 2**32 - 1])
def test_a_length_that_is_not_the_message_s_is_refused(length: int) -> None:
    plain = whole(b"12345", length=length)
    missing = 32 - len(plain) % 32
    with pytest.raises(NotOurs):
        CIPHER.opened(sealed_by_hand(plain + bytes([missing]) * missing))


@pytest.mark.parametrize("size", [16, 32])
def test_what_is_too_short_for_a_head_is_refused(size: int) -> None:
    for padding in (1, size - 1, size):
        with pytest.raises(NotOurs):
            CIPHER.opened(sealed_by_hand(b"r" * (size - padding) + bytes([padding]) * padding))


@given(st.text(max_size=80))
def test_what_is_no_base64_is_refused(text: str) -> None:
    with pytest.raises(NotOurs):
        CIPHER.opened(text)


@given(st.binary(min_size=1, max_size=128))
def test_any_bytes_are_refused(secret: bytes) -> None:
    with pytest.raises(NotOurs):
        CIPHER.opened(base64.b64encode(secret).decode())


def test_blanks_around_it_do_no_harm() -> None:
    assert CIPHER.opened(f"\n {CIPHER.sealed(b'x', os.urandom(16))}\n") == b"x"
