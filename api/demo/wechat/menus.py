"""The limits of an account's menu.

Source: https://developers.weixin.qq.com/doc/subscription/api/custommenu/api_createcustommenu.html
"""

from collections.abc import Iterable, Mapping
from typing import Any

from api.demo.wechat.codes import Refused

MOST_BUTTONS, MOST_BELOW = 3, 5
NAME_BYTES, NAME_BELOW_BYTES, KEY_BYTES, URL_BYTES = 16, 60, 128, 1024
CLICKS = ("click", "scancode_push", "scancode_waitmsg")


def checked(menu: Mapping[str, Any]) -> dict[str, Any]:
    """A menu as it is kept. Raises Refused with what is wrong with it."""
    buttons = menu.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= MOST_BUTTONS:
        raise Refused(40016)
    for button in buttons:
        _must_fit(button.get("name"), NAME_BYTES, 40018)
        below = button.get("sub_button") or []
        if len(below) > MOST_BELOW:
            raise Refused(40023)
        if not below:
            _must_do_something(button, kind=40017, key=40019, url=40020)
        for entry in below:
            _must_fit(entry.get("name"), NAME_BELOW_BYTES, 40025)
            _must_do_something(entry, kind=40024, key=40026, url=40027)
    return {"button": buttons}


def _must_do_something(entry: Mapping[str, Any], *, kind: int, key: int, url: int) -> None:
    if entry.get("type") == "view":
        return _must_fit(entry.get("url"), URL_BYTES, url)
    if entry.get("type") not in CLICKS:
        raise Refused(kind)
    return _must_fit(entry.get("key"), KEY_BYTES, key)


def _must_fit(text: object, most: int, code: int) -> None:
    if not isinstance(text, str) or not 1 <= len(text.encode()) <= most:
        raise Refused(code)


def entry_at(menu: Mapping[str, Any], path: Iterable[int]) -> Mapping[str, Any]:
    """The entry at a path such as (0, 2). Raises LookupError."""
    entry: Mapping[str, Any] = {"sub_button": menu["button"]}
    for number in path:
        entry = entry["sub_button"][number]
    return entry
