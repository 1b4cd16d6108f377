"""The menu under the chat (自定义菜单), as menu.yml has it.

Source: developers.weixin.qq.com, 创建自定义菜单 (the limits).
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("menu.yml")
MOST, MOST_BELOW = 3, 5
NAME_BYTES, NAME_BYTES_BELOW, KEY_BYTES = 16, 60, 128

Button = Mapping[str, Any]


def menu() -> Mapping[str, Sequence[Button]]:
    """The menu in the form in which WeChat takes it. Raises ValueError where it would not."""
    entries = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    if not 1 <= len(entries) <= MOST:
        raise ValueError(f"{FILE.name}: 1 to {MOST} entries")
    return {"button": [_top(entry) for entry in entries]}


def keys(buttons: Sequence[Button]) -> Iterator[str]:
    """The keys of buttons and of those below them."""
    for button in buttons:
        if "key" in button:
            yield button["key"]
        yield from keys(_below(button))


def _below(button: Button) -> Sequence[Button]:
    """The buttons below one; WeChat gives them back in a list, older accounts in an object."""
    below = button.get("sub_button") or []
    found: Sequence[Button] = below.get("list", []) if isinstance(below, dict) else below
    return found


def _top(entry: Button) -> Button:
    below = entry.get("below")
    if below is None:
        return _click(entry, NAME_BYTES)
    if not 1 <= len(below) <= MOST_BELOW:
        raise ValueError(f"{FILE.name}: 1 to {MOST_BELOW} entries below {entry['name']}")
    name = _bounded(entry["name"], NAME_BYTES)
    return {"name": name, "sub_button": [_click(one, NAME_BYTES_BELOW) for one in below]}


def _click(entry: Button, name_bytes: int) -> Button:
    name, key = _bounded(entry["name"], name_bytes), _bounded(entry["key"], KEY_BYTES)
    return {"type": "click", "name": name, "key": key}


def _bounded(text: str, most: int) -> str:
    if not 0 < len(text.encode()) <= most:
        raise ValueError(f"{FILE.name}: {text} is longer than {most} bytes")
    return text
