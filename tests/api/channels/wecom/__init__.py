"""The protocol of 微信客服."""

import json
from pathlib import Path
from typing import Any

from api.channels.tencent.crypto import MessageCipher
from api.channels.wecom.accounts import Account

PAYLOADS = Path(__file__).parents[3] / "payloads" / "wecom"
KINDS = sorted(file.stem for file in PAYLOADS.glob("*.json"))
CORP_ID, TOKEN = "wwinvented0000001", "inventedToken7"
AES_KEY = "kN2x8QpLw5VzR1tYb7HcJ4mGf9SdA6eUoK3iTqXyZW0"
CIPHER = MessageCipher(AES_KEY, CORP_ID)
PEER, KFID = "wmInvented-Visitor_1", "wkInvented0001"


def payload(kind: str) -> dict[str, Any]:
    """A message of kf/sync_msg, as it stands in its file."""
    found: dict[str, Any] = json.loads((PAYLOADS / f"{kind}.json").read_text(encoding="utf-8"))
    return found


def account(**more: Any) -> Account:
    """The account of the payloads."""
    values = {
        "name": "jiangxi",
        "title": "江西知识产权",
        "corp_id": CORP_ID,
        "secret": "invented-secret",
        "token": TOKEN,
        "aes_key": AES_KEY,
        "open_kfid": KFID,
        **more,
    }
    return Account(**values)
