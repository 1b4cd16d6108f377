"""The fake signs and seals as the platform's own published sample does, in all three modes."""

import xml.etree.ElementTree as ET

import pytest

from api.demo.wechat.accounts import Account
from api.demo.wechat.letters import Strange, letter, reply_in, written
from api.demo.wechat.sealing import NotSealedForUs, seal, signature, unseal

# From the sample code that the platform publishes for its message encryption.
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP_ID, TOKEN = "wx2c2769f8efd9abc2", "spamtest"
TIMESTAMP, NONCE = "1409735669", "1320562132"
SEALED = (
    "hyzAe4OzmOMbd6TvGdIOO6uBmdJoD0Fk53REIHvxYtJlE2B655HuD0m8KUePWB3+LrPXo87wzQ1QLvbeUgmBM4x6F8PG"
    "HQHFVAFmOD2LdJF9FrXpbUAh0B5GIItb52sn896wVsMSHGuPE328HnRGBcrS7C41IzDWyWNlZkyyXwon8T332jisa+h6"
    "tEDYsVticbSnyU8dKOIbgU6ux5VTjg3yt+WGzjlpKn6NPhRjpA912xMezR4kw6KWwMrCVKSVCZciVGCgavjIQ6X8tCOp"
    "3yZbGpy0VxpAe+77TszTfRd5RJSVO/HTnifJpXgCSUdUue1v6h0EIBYYI1BD1DlD+C0CR8e6OewpusjZ4uBl9FyJvnhv"
    "Ql+q5rv1ixrcpCumEPo5MJSgM9ehVsNPfUM669WuMyVWQLCzpu9GhglF2PE="
)
PROOF = "5d197aaffba7e9b25a30732f161a50dee96bd5fa"


def account(mode: str) -> Account:
    return Account(
        name="jx",
        title="江西维权",
        app_id=APP_ID,
        app_secret="s",
        token=TOKEN,
        aes_key=KEY,
        mode=mode,  # type: ignore[arg-type]
    )


def fields(body: bytes) -> dict[str, str]:
    return {one.tag: one.text or "" for one in ET.fromstring(body.decode())}


def test_the_published_sample_is_signed_and_opened_as_published() -> None:
    assert signature(TOKEN, TIMESTAMP, NONCE, SEALED) == PROOF
    opened = fields(unseal(SEALED, KEY, APP_ID))
    assert (opened["Content"], opened["MsgId"]) == ("abcdteT", "6054768590064713728")


@pytest.mark.parametrize("length", [0, 1, 11, 12, 31, 32, 33, 2048])
def test_what_is_sealed_opens_again_at_every_length(length: int) -> None:
    text = ("字" * length).encode()
    assert unseal(seal(text, KEY, APP_ID), KEY, APP_ID) == text


@pytest.mark.parametrize("broken", ["", "abc", "AAAA", SEALED[:-24], "é" * 44])
def test_what_is_broken_does_not_open(broken: str) -> None:
    with pytest.raises(NotSealedForUs):
        unseal(broken, KEY, APP_ID)


def test_what_is_sealed_for_another_account_does_not_open() -> None:
    with pytest.raises(NotSealedForUs):
        unseal(seal(b"text", KEY, "wx-another"), KEY, APP_ID)


def test_plain_mode_shows_the_message_and_seals_nothing() -> None:
    told = letter(account("plain"), "oUser", {"Content": "话"}, 1409735669)
    assert fields(told.body) == {"Content": "话"}
    assert set(told.query) == {"signature", "timestamp", "nonce", "openid"}


def test_compatible_mode_shows_the_message_and_its_sealed_copy() -> None:
    told = fields(letter(account("compatible"), "oUser", {"Content": "话"}, 1409735669).body)
    assert told["Content"] == "话"
    assert fields(unseal(told["Encrypt"], KEY, APP_ID)) == {"Content": "话"}


def test_safe_mode_shows_nothing_but_the_sealed_message_with_its_signature() -> None:
    one = letter(account("safe"), "oUser", {"Content": "话"}, 1409735669)
    told = fields(one.body)
    assert set(told) == {"ToUserName", "Encrypt"}
    signed = signature(TOKEN, one.query["timestamp"], one.query["nonce"], told["Encrypt"])
    assert one.query["msg_signature"] == signed
    assert one.query["encrypt_type"] == "aes"


def sealed_reply(token: str = TOKEN) -> bytes:
    """A reply as an account in safe mode writes it."""
    inner = written(
        {
            "ToUserName": "oUser",
            "FromUserName": account("safe").original_id,
            "CreateTime": 1409735669,
            "MsgType": "text",
            "Content": "收到",
        }
    )
    sealed = seal(inner, KEY, APP_ID)
    proof = signature(token, TIMESTAMP, NONCE, sealed)
    return written(
        {"Encrypt": sealed, "MsgSignature": proof, "TimeStamp": int(TIMESTAMP), "Nonce": NONCE}
    )


@pytest.mark.parametrize("mode", ["safe", "compatible"])
def test_a_sealed_reply_is_read(mode: str) -> None:
    assert reply_in(sealed_reply(), account(mode), "oUser") == "收到"


def test_a_sealed_reply_that_somebody_else_signed_is_refused() -> None:
    with pytest.raises(Strange):
        reply_in(sealed_reply("another token"), account("safe"), "oUser")


def test_a_plain_reply_is_refused_in_safe_mode() -> None:
    plain = written({"ToUserName": "oUser", "MsgType": "text", "Content": "收到"})
    with pytest.raises(Strange):
        reply_in(plain, account("safe"), "oUser")
