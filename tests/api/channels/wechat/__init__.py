"""The protocol of WeChat Official Accounts."""

import json
from pathlib import Path
from typing import Any

from api.channels.tencent.crypto import MessageCipher
from api.channels.wechat.accounts import Account, Mode

PAYLOADS = Path(__file__).parents[3] / "payloads"
KINDS = sorted(file.stem for file in (PAYLOADS / "plain").glob("*.xml"))
CALLED: dict[str, Any] = json.loads((PAYLOADS / "requests.json").read_text(encoding="utf-8"))
TOKEN, AES_KEY, APP_ID = (CALLED["account"][name] for name in ("token", "aes_key", "app_id"))
CIPHER = MessageCipher(AES_KEY, APP_ID)
PEER, OURS = "oInvented-Visitor_000000001x", "gh_5f0c3b9a7e21"

# Kinds to which nothing is said.
TO_NOBODY = {
    "menu_page_opened",
    "menu_place_chosen",
    "place_reported",
    "template_message_arrived",
}

# What is none of WeChat's messages, and would do harm in a reader that follows it.
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
BOMB = f"<!DOCTYPE xml [{LAUGHS}]><xml><a>&l9;</a></xml>"
FILE = '<!ENTITY x SYSTEM "file:///etc/passwd">'
PARAMETER = '<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;'
INCLUDE = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'
HOSTILE = {
    "a file of this machine": f"<!DOCTYPE xml [{FILE}]><xml><a>&x;</a></xml>",
    "an address inside": '<!DOCTYPE xml SYSTEM "http://127.0.0.1:1/x.dtd"><xml><a>1</a></xml>',
    "a parameter entity": f"<!DOCTYPE xml [{PARAMETER}]><xml/>",
    "billion laughs": BOMB,
    "the same after a declaration": f'<?xml version="1.0"?>\n{BOMB}',
    "the same after a comment": f"<!-- -->{BOMB}",
    "the same in the middle": f"<xml>{BOMB}</xml>",
    "a style sheet": '<?xml-stylesheet href="http://127.0.0.1:1/"?><xml/>',
    "an entity of nobody's": "<xml><Content>&x;</Content></xml>",
    "another root": "<html><a>1</a></html>",
    "a root that only begins so": "<xmlx><a>1</a></xmlx>",
    "an included file": INCLUDE,
    "no end": "<xml><Content><![CDATA[x]]></Content>",
    "two roots": "<xml/><xml/>",
    "words after the end": "<xml/>x",
    "JSON": '{"ToUserName": "gh_1"}',
    "nothing": "",
    "blanks": " \n",
}


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
