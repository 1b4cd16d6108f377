"""Words for visitors in the place of editors' marks and machines' dates.

待核 marks in the content what nobody has confirmed, 待问 what is still to be asked. A visitor is
told to ring up first, or nothing.
"""

import re
from typing import Any

_TO_BE_ASKED = re.compile("（(?:城市|区县|口岸)待问）")
_UNCONFIRMED = re.compile("待核(?![准查实对定销])")
_ISO_DAY = re.compile(r"(?<![\d-])(20\d\d)-(\d\d)-(\d\d)(?![\d-])")
# Names of slots that only operators read.
_OUR_WORDS = {"处境：": "您的情况：", "发生场合：": "发生在哪：", "侵权地：": "事情发生在："}
_RING_UP = "请先打电话确认"
# 名称待核 and 全称待核 say no more than that the name is not certain.
_NAMES = re.compile(f"(?:名称|全称|通识，){_RING_UP}")


def plain(text: str) -> str:
    """The text without editors' marks."""
    said = _UNCONFIRMED.sub(_RING_UP, _TO_BE_ASKED.sub("", text))
    return _NAMES.sub(_RING_UP, said)


def spoken(text: str) -> str:
    """What is said to a visitor: no editors' marks, and days as people write them."""
    for ours, theirs in _OUR_WORDS.items():
        text = text.replace(ours, theirs)
    return _ISO_DAY.sub(lambda day: f"{day[1]}年{int(day[2])}月{int(day[3])}日", plain(text))


def plain_tree(value: Any) -> Any:
    """A value made of JSON's kinds, every text in it without editors' marks."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {key: plain_tree(one) for key, one in value.items()}
    return [plain_tree(one) for one in value] if isinstance(value, list) else value
