"""What WeChat posts to an account, and how it reads what the account answers."""

import re
import secrets
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.demo.wechat.accounts import Account
from api.demo.wechat.sealing import NotSealedForUs, seal, signature, unseal

LONGEST_TEXT = 2048  # bytes
NOTHING = (b"", b"success")  # answers after which WeChat shows nothing

Fields = Mapping[str, str | int | float]


class Strange(Exception):
    """An answer that WeChat does not understand: its user reads that the service has failed."""


@dataclass(frozen=True)
class Letter:
    """One request to an account: the query of its address, and its body."""

    query: Mapping[str, str]
    body: bytes


def letter(account: Account, openid: str, fields: Fields, at: float) -> Letter:
    """What is posted for one message or event, signed and sealed in the account's mode."""
    timestamp, nonce = str(int(at)), str(secrets.randbelow(10**10))
    query = {**signed(account, timestamp, nonce), "openid": openid}
    if account.mode == "plain" or account.aes_key is None:
        return Letter(query, written(fields))
    sealed = seal(written(fields), account.aes_key, account.app_id)
    query["encrypt_type"] = "aes"
    query["msg_signature"] = signature(account.token, timestamp, nonce, sealed)
    if account.mode == "safe":
        fields = {"ToUserName": account.original_id}
    return Letter(query, written({**fields, "Encrypt": sealed}))


def signed(account: Account, timestamp: str, nonce: str) -> dict[str, str]:
    """The part of the query that proves that WeChat calls."""
    proof = signature(account.token, timestamp, nonce)
    return {"signature": proof, "timestamp": timestamp, "nonce": nonce}


def written(fields: Fields) -> bytes:
    """Fields as WeChat writes them: words as CDATA, numbers bare."""
    inner = "".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields.items())
    return f"<xml>{inner}</xml>".encode()


def _value(value: str | float) -> str:
    if not isinstance(value, str):
        return str(value)
    whole = value.replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{whole}]]>"


def reply_in(answer: bytes, account: Account, openid: str) -> str | None:
    """The text that an answer shows to the user; None where it shows nothing. Raises Strange."""
    if answer in NOTHING:
        return None
    fields = _fields(answer)
    if account.mode == "safe" and "Encrypt" not in fields:
        raise Strange("a plain answer in safe mode")
    if "Encrypt" in fields:
        fields = _fields(_opened(fields, account))
    if (fields.get("ToUserName"), fields.get("FromUserName")) != (openid, account.original_id):
        raise Strange("another user, or another account")
    if fields.get("MsgType") != "text" or not re.fullmatch(r"\d+", fields.get("CreateTime", "")):
        raise Strange("no text, or no time")
    text = fields.get("Content", "")
    if not text or len(text.encode()) > LONGEST_TEXT:
        raise Strange("an empty text, or one that is too long")
    return text


def _opened(fields: Mapping[str, str], account: Account) -> bytes:
    """What an encrypted answer holds. Raises Strange."""
    sealed, key = fields["Encrypt"], account.aes_key
    proof = signature(account.token, fields.get("TimeStamp", ""), fields.get("Nonce", ""), sealed)
    if key is None or fields.get("MsgSignature") != proof:
        raise Strange("an encrypted answer that is not signed")
    try:
        return unseal(sealed, key, account.app_id)
    except NotSealedForUs as error:
        raise Strange(str(error)) from error


def _fields(body: bytes) -> dict[str, str]:
    """The fields of an answer. Raises Strange."""
    try:
        # The answer comes from the service that is tried out, and from nobody else.
        root: Any = ET.fromstring(body.decode())
    except (ET.ParseError, UnicodeDecodeError) as error:
        raise Strange(str(error)) from error
    if root.tag != "xml":
        raise Strange(f"the root is {root.tag}")
    return {one.tag: one.text or "" for one in root}
