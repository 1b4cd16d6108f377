"""Noise is the same every time and leaves what a message means."""

import pytest

from evaluation.understanding.noise import HOMOPHONES, KINDS, ONE_IN, noisy

TEXT = "你好，我们公司2021年注册了商标，最近发现义乌有商家在卖假货，被平台下架了三次，怎么办？"


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_noise(kind: str) -> None:
    assert noisy(TEXT, kind, seed=7) == noisy(TEXT, kind, seed=7) != TEXT


@pytest.mark.parametrize("kind", ["homophones", "dropped", "fillers", "all"])
def test_other_seeds_give_other_noise(kind: str) -> None:
    assert len({noisy(TEXT, kind, seed) for seed in range(20)}) > 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", [TEXT, "商标被抢注", "在赣州", "？", ""])
def test_what_carries_the_meaning_keeps_its_length(kind: str, text: str) -> None:
    length = len(noisy(text, kind))
    lost = len(text) // ONE_IN + sum(not character.isalnum() for character in text)

    assert length >= len(text) - lost and bool(length) >= bool(text)


def test_numbers_are_never_dropped() -> None:
    assert all("2021" in noisy(TEXT, "dropped", seed) for seed in range(50))


def test_a_typo_is_as_long_as_the_word_and_another_word() -> None:
    assert all(len(word) == len(typo) and word != typo for word, typo in HOMOPHONES.items())


def test_traditional_characters_and_a_second_paste() -> None:
    assert noisy("商标侵权", "traditional") == "商標侵權"
    assert noisy("商标侵权", "twice") == "商标侵权商标侵权"
    assert noisy("你好，请问：商标", "unpunctuated") == "你好请问商标"


def test_there_is_no_noise_of_another_name() -> None:
    with pytest.raises(KeyError, match="static"):
        noisy(TEXT, "static")
