"""Numbers that the helpline refuses to keep: identity cards and bank cards. Pure.

Only what its check digits prove is taken out: registration, case, order and telephone numbers stay.
"""

import re
from collections.abc import Iterator

from knowledge.chinese.numerals import DIGITS

IDENTITY_CARD = "〔证件号〕"
BANK_CARD = "〔银行卡号〕"
REFUSED = (IDENTITY_CARD, BANK_CARD)
LONGEST = 19  # digits of such a number, and so the most pieces that make one
LOOK_BACK = 20  # characters in which it is said what a number is

# One character for one, so that places in the text stay: full-width and Chinese digits, ×.
_PLAIN = str.maketrans(
    {
        **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
        **{han: str(digit) for han, digit in DIGITS.items() if len(han) == 1},
        **dict.fromkeys("xXｘＸ×", "X"),
        "幺": "1",
    }
)
_BETWEEN = r"[\s\u200b-\u200f\u2060\ufeff.·_/‐-―－-]{0,3}"
_RUN = re.compile(rf"(?<![\dA-Za-z])\d(?:{_BETWEEN}\d){{14,}}(?:{_BETWEEN}X)?(?![A-WYZa-z])")
_PIECE = re.compile(r"\d+X?|X")

# The first two digits: provinces and the like, of today's code of places.
_PROVINCE = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_BORN = re.compile(r"(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")

# How cards' numbers begin, and how long they then are: UnionPay, Visa, Mastercard, JCB, and old
# numbers of big banks of China.
_CARDS = re.compile(
    r"62\d{14,17}|4\d{15}|5[1-5]\d{14}|2[2-7]\d{14}|35\d{14}|9558\d{15}|95599\d{14}|3[47]\d{13}"
)
# Orders and parcels have numbers as long, and every tenth would pass a card's check.
_OTHER_NUMBER = re.compile(
    "(?:订单|运单|快递|物流|单号|案号|流水号|注册号|申请号|登记号)[^\\d，。；]{0,6}$"
)


def without_refused(text: str) -> str:
    """`text` with a word in the place of every identity card's and bank card's number."""
    plain = text.translate(_PLAIN)
    pieces: list[str] = []
    done = 0
    for start, end, word in _found(plain):
        pieces += [text[done:start], word]
        done = end
    return "".join([*pieces, text[done:]])


def refused_in(text: str) -> bool:
    """Whether such a number was taken out of a text."""
    return any(word in text for word in REFUSED)


def _found(plain: str) -> Iterator[tuple[int, int, str]]:
    """Where such numbers stand, and the word for each, in order."""
    for run in _RUN.finditer(plain):
        at = run.start()
        pieces = [(at + one.start(), at + one.end()) for one in _PIECE.finditer(run.group())]
        is_other = bool(_OTHER_NUMBER.search(plain[max(0, run.start() - LOOK_BACK) : run.start()]))
        yield from _in_run(plain, pieces, is_other)


def _in_run(
    plain: str, pieces: list[tuple[int, int]], is_other: bool
) -> Iterator[tuple[int, int, str]]:
    """The numbers among the pieces of a run: 6222 0212 3456 7890 123 is one number in pieces,
    and a telephone number may stand beside it.
    """
    first = 0
    while first < len(pieces):
        for last in range(min(len(pieces), first + LONGEST), first, -1):
            number = "".join(plain[start:end] for start, end in pieces[first:last])
            if word := _word_for(number, is_other):
                yield pieces[first][0], pieces[last - 1][1], word
                first = last - 1
                break
        first += 1


def _word_for(number: str, is_other: bool) -> str | None:
    if is_identity_card(number):
        return IDENTITY_CARD
    return BANK_CARD if not is_other and is_bank_card(number) else None


def is_identity_card(number: str) -> bool:
    """Whether 18 characters are a number of an identity card by place, day of birth and check
    digit (GB 11643: mod 11-2).
    """
    if not re.fullmatch(r"\d{17}[\dX]", number) or not _PROVINCE.match(number):
        return False
    weighed = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return bool(_BORN.fullmatch(number[6:14])) and _CHECKS[weighed % 11] == number[17]


def is_bank_card(number: str) -> bool:
    """Whether digits are a card's number by its beginning, its length and the check of Luhn."""
    if not _CARDS.fullmatch(number):
        return False
    backwards = [int(digit) for digit in reversed(number)]
    doubled = [digit * 2 - 9 if digit > 4 else digit * 2 for digit in backwards[1::2]]
    return (sum(backwards[::2]) + sum(doubled)) % 10 == 0
