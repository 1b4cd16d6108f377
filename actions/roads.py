"""Which of the roads that were told a visitor speaks of."""

import re

from knowledge.routing import Referral, Road

_ORDER = re.compile("第([一二三四五1-5])(?:个|条|种)?")


def chosen(referral: Referral, text: str, called: list[str]) -> Road:
    """The road that a visitor means: the one he counts to, or names, else the first."""
    if order := _ORDER.search(text):
        number = "一二三四五".find(order[1]) if order[1] in "一二三四五" else int(order[1]) - 1
        return referral.remedies[min(number, len(referral.remedies) - 1)]
    named = [road for road in referral.remedies if road.key in called]
    return min(named, key=lambda road: called.index(road.key)) if named else referral.remedies[0]
