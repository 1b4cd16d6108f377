"""Whole numbers as Chinese texts write them: 57, ５７, 五十七, 二〇二六, 两百一十九."""

from typing import Final

DIGITS: Final = {
    **{char: value for value, char in enumerate("零一二三四五六七八九")},
    "〇": 0,
    "○": 0,
    "两": 2,
}
UNITS: Final = {"十": 10, "百": 100, "千": 1_000}
HAN = "".join((*DIGITS, *UNITS))  # for character classes of patterns


def whole_number(words: str) -> int | None:
    """'8', '８', '十二', '二百一十九', '二〇二六' → the number; None for what is none.

    A row of digits counts digit by digit: whoever reads speech takes 两三 for a guess first.
    """
    if words.isdigit():
        return int(words)
    if not words or not set(words) <= DIGITS.keys() | UNITS.keys():
        return None
    if set(words) & UNITS.keys():
        return _in_units(words)
    return int("".join(str(DIGITS[char]) for char in words))


def in_chinese(value: int) -> str:
    """57 → 五十七, 219 → 二百一十九; from 1 to 9999."""
    words, pending_zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            words += ("零" if pending_zero else "") + "零一二三四五六七八九"[digit] + name
            pending_zero = False
        else:
            pending_zero = bool(words) and value > 0
    return words[1:] if words.startswith("一十") else words


def _in_units(words: str) -> int:
    total = current = 0
    for char in words:
        if char in DIGITS:
            current = DIGITS[char]
        else:
            total += (current or 1) * UNITS[char]
            current = 0
    return total + current
