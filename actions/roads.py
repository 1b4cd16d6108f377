"""Which of the roads that were told a visitor speaks of."""

import re

from knowledge.routing import Referral, Road

MATERIALS = re.compile("材料|准备|带(?:什么|啥|哪些)|要(?:什么|啥|哪些)(?:东西|手续|证件)|手续")
FEES = re.compile("多少钱|费用|收费|要钱|花钱|花多少|免费|贵")
_ASKS = re.compile("什么|啥|哪些|多少|怎么|吗|呢")
_ORDER = re.compile("第([一二三四五1-5])(?:个|条|种)?")


def chosen(referral: Referral, text: str, called: list[str]) -> Road:
    """The road that a visitor means: the one he counts to, or names, else the first."""
    if order := _ORDER.search(text):
        number = "一二三四五".find(order[1]) if order[1] in "一二三四五" else int(order[1]) - 1
        return referral.remedies[min(number, len(referral.remedies) - 1)]
    named = [road for road in referral.remedies if road.key in called]
    return min(named, key=lambda road: called.index(road.key)) if named else referral.remedies[0]


def asks_about_a_road(text: str) -> bool:
    """Whether words that tell nothing new ask what to bring or what it costs (那预审要准备什么材料)."""
    return bool((MATERIALS.search(text) or "证据" in text or FEES.search(text)) and _ASKS.search(text))
