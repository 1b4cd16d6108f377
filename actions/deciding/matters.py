"""Several matters in one conversation: told in one message, or one after the other. Pure.

A matter is the facts about one problem. The one spoken of stands in the tracker's slots; others
wait in the slot `parked_matters`, the latest first.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from knowledge.routing.rulebook import Rulebook
from knowledge.slots import UNKNOWN, Facts

MOST_PARKED = 3
SHORTEST = 6  # characters of a part that can tell a problem by itself

# Words that begin another matter, within a message and at the head of one.
_ANOTHER = (
    r"另外(?!一[家个方])|还有(?:另外)?(?:一?(?:件|个|桩)|别的)?(?:事情?|问题|麻烦)|还有就是"
    r"|(?:再|还想|顺便)(?:问|咨询|请教|说)"
    r"(?:您|你|一?下|一?[个件])*|顺便(?=[，,])|第[二三四](?:件|个)?(?:事情?|问题|是|[，,、：:])"
    r"|二是|二来|其次|换(?:一?个)(?:事|话题|问题)"
    r"|(?:另|别的|其他)(?:一?[件个])(?:事|问题)|对了[，,]?"
)
_SPLIT = re.compile(rf"(?:^|[，,。；;！!？?\s]|而且)(?:{_ANOTHER}|[2２二][、.．）)])")
_BEGINS = re.compile(rf"^[\s，,嗯哦啊那]*(?:{_ANOTHER})")
CORRECTS = re.compile(
    "不对|说错|搞错|弄错|看错|写错|打错|记错|搞反|口误|更正|纠正|其实|准确(?:地)?说|不是"
    ".{1,12}(?:是|，|,)|应该是|改(?:一下|成|为)"
)


def parts_of(text: str) -> list[str]:
    """The message cut before the words that begin another matter; one part where nothing does."""
    cuts = [0, *(match.start() for match in _SPLIT.finditer(text) if match.start()), len(text)]
    parts = [text[start:end].strip("，,。；; \n") for start, end in pairwise(cuts)]
    whole = [part for part in parts if len(part) >= SHORTEST]
    return whole if len(whole) == len(parts) else [text]


def opens_another(text: str) -> bool:
    """Whether a message opens with words that begin another matter.

    What is known of the first colours nothing in it.
    """
    return bool(_BEGINS.search(text))


def begins_another(before: Mapping[str, Any], after: Mapping[str, Any], text: str) -> bool:
    """Whether a message leaves the matter spoken of.

    Words say so, or it is another problem with another kind of right.
    """
    if CORRECTS.search(text) or not (before.get("situation") and after.get("situation")):
        return False
    kinds = [_kind(before.get("right")), _kind(after.get("right"))]
    another_right = all(kinds) and kinds[0] != kinds[1]
    another_situation = before["situation"] != after["situation"]
    return (
        (another_right or another_situation)
        if opens_another(text)
        else (another_right and another_situation)
    )


def are_several(matters: Sequence[Mapping[str, Any]]) -> bool:
    """Whether parts of one message tell different problems."""
    return len({(matter.get("situation"), _kind(matter.get("right"))) for matter in matters}) > 1


def park(parked: Sequence[Facts], matter: Mapping[str, Any]) -> list[Facts]:
    """The waiting matters with one more, the latest first.

    One about the same thing takes the older one's place.
    """
    if not matter.get("situation"):
        return list(parked)
    return [dict(matter), *(one for one in parked if are_several([one, matter]))][:MOST_PARKED]


def wanted(parked: Sequence[Facts], text: str, rules: Rulebook) -> int | None:
    """Which waiting matter a visitor returns to.

    The one named by its words, the oldest for 第一, else the latest.
    """
    if not parked:
        return None
    named = [
        number
        for number, matter in enumerate(parked)
        if any(word in text for word in _words(matter, rules))
    ]
    if named:
        return named[0]
    return len(parked) - 1 if re.search("第一|最(?:开始|早|先|前)|一开始", text) else 0


def title(matter: Mapping[str, Any], rules: Rulebook) -> str:
    """A matter in a few words: 商标 · 被抢注."""
    known = [(slot, matter.get(slot)) for slot in ("right", "situation")]
    return " · ".join(
        rules.label(slot, value) for slot, value in known if value not in (None, UNKNOWN)
    )


def _words(matter: Mapping[str, Any], rules: Rulebook) -> list[str]:
    """What a visitor may call a matter by."""
    labels = [
        rules.label(slot, matter[slot]) for slot in ("right", "situation") if matter.get(slot)
    ]
    words = [word for label in labels for word in re.findall(r"\w{2,}", label)]
    return [
        *words,
        *(word[:2] for word in words),
        *(part for word in words for part in ("传票", "律师函") if part in word),
    ]


def _kind(right: Any) -> str:
    return "" if right in (None, UNKNOWN) else str(right).split("_")[0]
