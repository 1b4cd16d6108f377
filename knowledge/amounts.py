"""Amounts of money as people say them: 3万元, 八千块, 2.5w."""

import re

from knowledge.dates import number

_UNITS = {"": 1, "百": 100, "千": 1_000, "万": 10_000, "百万": 1_000_000, "千万": 10_000_000, "亿": 100_000_000}
_AMOUNT = re.compile(r"(?P<count>\d+(?:\.\d+)?|[一二两三四五六七八九十]+)(?P<unit>[百千]?万|[百千亿]?)(?:元|块钱?)?")


def yuan(words: str) -> float | None:
    """'3万元' → 30000; None for what is no single amount: 几十万, 两三千, 十来万.

    A bare number counts as yuan.
    """
    found = _AMOUNT.fullmatch(words.strip())
    if not found:
        return None
    count = float(found["count"]) if found["count"][0].isdigit() else number(found["count"])
    return None if count is None else count * _UNITS[found["unit"]]
