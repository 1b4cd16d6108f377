"""Numbers of identity and bank cards are taken out by their check digits; all others stay."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.protection.numbers import (
    BANK_CARD,
    IDENTITY_CARD,
    is_bank_card,
    is_identity_card,
    refused_in,
    without_refused,
)

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity_card(seed: int) -> str:
    """A number that no one need have: a place, a day, a running number and the right digit."""
    rng = random.Random(seed)
    day = f"{rng.randint(1940, 2015)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    body = f"36{rng.randint(100, 9999):04}{day}{rng.randint(0, 999):03}"
    return body + "10X98765432"[sum(w * int(d) for w, d in zip(WEIGHTS, body, strict=True)) % 11]


def bank_card(seed: int, length: int = 19) -> str:
    rng = random.Random(seed)
    body = "62" + "".join(str(rng.randint(0, 9)) for _ in range(length - 3))
    doubled = [
        (int(d) * 2 - 9 if int(d) > 4 else int(d) * 2) if i % 2 == 0 else int(d)
        for i, d in enumerate(reversed(body))
    ]
    return body + str(-sum(doubled) % 10)


ID, CARD = identity_card(1), bank_card(2)
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
SPOKEN = str.maketrans("0123456789", "零一二三四五六七八九")


def test_the_numbers_of_these_tests_are_of_their_kind() -> None:
    assert is_identity_card(ID) and is_bank_card(CARD)
    assert is_identity_card("11010519491231002X")  # the example of GB 11643


@pytest.mark.parametrize(
    "spelt",
    [
        ID,
        ID.lower(),
        f"{ID[:6]} {ID[6:14]} {ID[14:]}",
        f"{ID[:6]}-{ID[6:14]}-{ID[14:]}",
        f"{ID[:3]} {ID[3:6]} {ID[6:10]} {ID[10:14]} {ID[14:]}",
        " ".join(ID),
        ID.translate(WIDE),
        ID[:17].translate(SPOKEN) + ID[17],
        f"{ID[:9]}\u200b{ID[9:]}",
    ],
)
def test_an_identity_card_is_taken_out_however_it_is_typed(spelt: str) -> None:
    assert without_refused(f"身份证{spelt}，在赣州") == f"身份证{IDENTITY_CARD}，在赣州"


@pytest.mark.parametrize(
    "spelt",
    [
        CARD,
        " ".join(CARD[i : i + 4] for i in range(0, 19, 4)),
        "-".join(CARD[i : i + 4] for i in range(0, 19, 4)),
        CARD.translate(WIDE),
        bank_card(5, 16),
        "4111111111111111",
        "5500 0000 0000 0004",
    ],
)
def test_a_bank_card_is_taken_out_however_it_is_typed(spelt: str) -> None:
    assert without_refused(f"打到卡 {spelt} 上") == f"打到卡 {BANK_CARD} 上"


def test_a_telephone_number_beside_a_card_stays() -> None:
    spaced = " ".join(CARD[i : i + 4] for i in range(0, 19, 4))

    assert without_refused(f"{spaced} 13812345678") == f"{BANK_CARD} 13812345678"
    assert without_refused(f"13812345678 {ID}") == f"13812345678 {IDENTITY_CARD}"


@pytest.mark.parametrize(
    "said",
    [
        "商标注册号 12345678",
        "专利号 ZL202110123456.7",
        "申请号202110123456.7，公告号CN112345678B",
        "电话 138 1234 5678，0791-88886666",
        "（2026）赣01民初1234号",
        f"订单号 {CARD}",
        f"快递单号：{bank_card(8, 16)}",
        "统一社会信用代码 91360100MA35XYZ12K",
        "工单 JX20261122-0001",
        "2026-11-22 09:30:00 123456789",
        "赔 50000 元，货值 1234567890123456 分",
        ID[:17] + ("0" if ID[17] != "0" else "1"),
        CARD[:18] + str((int(CARD[18]) + 1) % 10),
        f"a{ID}",
    ],
)
def test_any_other_number_stays(said: str) -> None:
    assert without_refused(said) == said
    assert not refused_in(said)


@given(st.text(alphabet="我的商标在赣州，0123456789 -.XxＸ０１", max_size=200))
def test_what_is_no_number_of_a_card_comes_back_as_it_was(text: str) -> None:
    cut = without_refused(text)

    assert cut == text or refused_in(cut)


@given(st.integers(0, 10_000))
def test_every_card_of_either_kind_is_found(seed: int) -> None:
    said = f"证{identity_card(seed)}卡{bank_card(seed)}"

    assert without_refused(said) == f"证{IDENTITY_CARD}卡{BANK_CARD}"


def test_nearly_no_other_number_of_eighteen_or_nineteen_digits_is_taken_for_one() -> None:
    rng = random.Random(7)
    taken = [
        number
        for length in (18, 19)
        for number in ("".join(rng.choices("0123456789", k=length)) for _ in range(10_000))
        if without_refused(number) != number
    ]
    assert len(taken) < 40


@pytest.mark.parametrize("sign", ["1-", "1 ", "一-", "４ "])
def test_a_long_run_of_single_digits_is_looked_through_number_by_number(sign: str) -> None:
    looked_at = 0

    def counted(number: str) -> bool:
        nonlocal looked_at
        looked_at += 1
        return is_identity_card(number)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("api.protection.numbers.is_identity_card", counted)
        without_refused(sign * 1000)

    assert looked_at <= 20 * 1000
