"""What phones, haste and habit do to a message.

Each kind of noise leaves the meaning, and the same seed gives the same text.
"""

import random
import re
from collections.abc import Callable
from functools import cache

import opencc

ONE_IN = 12  # characters of which one is dropped

# What an input method offers first for the same sounds.
HOMOPHONES = {
    "商标": "上标",
    "专利": "砖利",
    "侵权": "亲权",
    "版权": "板权",
    "著作权": "著做权",
    "投诉": "头诉",
    "起诉": "启诉",
    "注册": "住册",
    "律师": "率师",
    "证据": "正据",
    "授权": "受权",
    "抄袭": "超袭",
    "仿冒": "防冒",
    "假货": "假或",
    "怎么办": "怎么班",
    "法院": "法愿",
    "平台": "凭台",
    "赔偿": "陪偿",
    "合同": "和同",
    "链接": "连接",
    "下架": "下价",
    "盗用": "到用",
    "抢注": "抢住",
    "包装": "包庄",
    "公证": "公正",
    "海关": "海官",
    "老板": "老版",
    "收到": "收道",
    "说我": "说窝",
    "在卖": "再卖",
    "的店": "的点",
    "厂家": "厂加",
    "申请": "申情",
    "员工": "员公",
}
OPENINGS = ("那个，", "哎呀，", "就是说，", "嗯，那个，", "喂，")
WITHIN = ("那个", "就是说", "哎呀", "怎么讲呢", "对吧")


def noisy(text: str, kind: str, seed: int = 1) -> str:
    """The text with one kind of noise of KINDS in it; raises KeyError for another kind."""
    return KINDS[kind](text, random.Random(f"{seed} {kind} {text}"))


def _homophones(text: str, chance: random.Random) -> str:
    """Two in three of the words of the table, and at least one where there is any."""
    found = [word for word in HOMOPHONES if word in text]
    wrong = [word for word in found if chance.random() < 2 / 3] or found[:1]
    for word in wrong:
        text = text.replace(word, HOMOPHONES[word])
    return text


def _dropped(text: str, chance: random.Random) -> str:
    """One character in ONE_IN is missing; what is no longer than that and numbers keep all."""
    letters = [at for at, character in enumerate(text) if "一" <= character <= "鿿"]
    missing = set(chance.sample(letters, len(letters) // ONE_IN))
    return "".join(character for at, character in enumerate(text) if at not in missing)


def _traditional(text: str, chance: random.Random) -> str:
    return _converter().convert(text)


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


def _fillers(text: str, chance: random.Random) -> str:
    """One before the text and one behind every second comma."""
    parts = re.split(r"(?<=[，,。！？；])", text)
    parts[1:] = [
        chance.choice(WITHIN) + part if part and chance.random() < 0.5 else part
        for part in parts[1:]
    ]
    return chance.choice(OPENINGS) + "".join(parts)


def _twice(text: str, chance: random.Random) -> str:
    return text + text


def _unpunctuated(text: str, chance: random.Random) -> str:
    return re.sub(r"[，。！？；：、,!?;:“”‘’\"'（）()《》…~～—\s]", "", text) or text


def _all(text: str, chance: random.Random) -> str:
    for put_in in (_fillers, _homophones, _dropped, _unpunctuated, _traditional, _twice):
        text = put_in(text, chance)
    return text


KINDS: dict[str, Callable[[str, random.Random], str]] = {
    "homophones": _homophones,
    "dropped": _dropped,
    "traditional": _traditional,
    "fillers": _fillers,
    "twice": _twice,
    "unpunctuated": _unpunctuated,
    "all": _all,
}
