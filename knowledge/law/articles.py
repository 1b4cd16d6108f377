"""The one grammar of article numbers: how texts write them, how we write them, how they sort."""

import re

from knowledge.chinese.numerals import HAN, in_chinese, whole_number

NUMERAL = rf"(?:[0-9０-９]+|[{HAN}]+)"
INSERTED = r"之(?:[一二三四五六七八九十]+|[0-9]+)"  # 第二百一十九条之一
ARTICLE = rf"第?\s*{NUMERAL}\s*[条條](?:{INSERTED})?"  # in a text, as loosely as people write it
CANONICAL = r"第[零一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?"  # as we write it

_ARTICLE = re.compile(
    rf"第?(?P<number>{NUMERAL})[条條](?:之(?P<han>[一二三四五六七八九十]+)|[-－之](?P<digits>[0-9]+))?"
)


def article_number(text: str) -> str | None:
    """'57条', '第５７条', '二百一十九条之一' → '第五十七条' …; None when it is no article
    number.
    """
    found = _ARTICLE.fullmatch(text.strip())
    value = _value(found["number"]) if found else 0
    if not found or not 0 < value < 10_000:
        return None
    inserted = in_chinese(int(found["digits"])) if found["digits"] else found["han"]
    return f"第{in_chinese(value)}条" + (f"之{inserted}" if inserted else "")


def article_order(number: str) -> tuple[int, int]:
    """What sorts article numbers: '第二百一十九条之一' → (219, 1), '第三条' → (3, 0).

    Raises ValueError for what is no article number.
    """
    found = _ARTICLE.fullmatch(number)
    if not found:
        raise ValueError(f"「{number}」不是条号")
    inserted = found["han"] or found["digits"]
    return _value(found["number"]), _value(inserted) if inserted else 0


def _value(words: str) -> int:
    """The number; 0 for a row of digits that is none."""
    return whole_number(words) or 0
