"""The protocol of WeChat Official Accounts."""

import json
from pathlib import Path
from typing import Any

from api.channels.wechat.accounts import Account, Mode
from api.channels.wechat.crypto import MessageCipher

PAYLOADS = Path(__file__).parents[3] / "payloads"
KINDS = sorted(file.stem for file in (PAYLOADS / "plain").glob("*.xml"))
CALLED: dict[str, Any] = json.loads((PAYLOADS / "requests.json").read_text(encoding="utf-8"))
TOKEN, AES_KEY, APP_ID = (CALLED["account"][name] for name in ("token", "aes_key", "app_id"))
CIPHER = MessageCipher(AES_KEY, APP_ID)
PEER, OURS = "oInvented-Visitor_000000001x", "gh_5f0c3b9a7e21"


def payload(mode: Mode | str, kind: str) -> bytes:
    """What WeChat sends, as it stands in its file."""
    return (PAYLOADS / mode / f"{kind}.xml").read_bytes()


def account(mode: Mode = Mode.SAFE, **more: Any) -> Account:
    """The account of the payloads."""
    values = {
        "name": "jiangxi",
        "title": "江西知识产权",
        "app_id": APP_ID,
        "app_secret": "invented0secret",
        "token": TOKEN,
        "aes_key": AES_KEY,
        **more,
    }
    return Account(mode=mode, **values)
