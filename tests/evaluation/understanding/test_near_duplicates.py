"""What says nearly the same stands in one group, which training and testing never share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedGroupKFold

from evaluation.understanding.near_duplicates import alike_pairs, groups, jaccard, trigrams

TWINS = [
    "有人在拼多多卖我们牌子的花炮，根本不是我们厂出的",
    "有人在拼多多卖我们牌子的花炮根本不是我们厂里出的",
    "有人在拼多多上卖我们牌子的花炮，根本不是我们厂里出的！",
]
OTHERS = ["收到法院传票怎么办", "我想申请一个商标", "老板欠我三个月工资不给", "在赣州", "你好"]


def test_sentences_of_the_same_words_stand_in_one_group_and_others_do_not() -> None:
    found = groups([*OTHERS, *TWINS])

    assert len(set(found[len(OTHERS) :])) == 1
    assert len(set(found)) == len(OTHERS) + 1


def test_a_chain_of_like_sentences_is_one_group() -> None:
    chain = ["一二三四五六七八", "三四五六七八九十", "五六七八九十甲乙"]
    assert jaccard(trigrams(chain[0]), trigrams(chain[2])) < 0.3

    assert len(set(groups(chain, alike=0.3))) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("你好。", "你好！！"), ("ＡＢＣ商标", "ＡＢＣ商标 "), ("。。。", "？？")]
)
def test_punctuation_makes_no_difference(one: str, other: str) -> None:
    first, second = groups([one, other])
    assert first == second


@given(
    st.lists(st.text("甲乙丙丁", min_size=1, max_size=9), max_size=12),
    st.sampled_from([0.3, 0.5, 0.7]),
)
def test_no_pair_is_missed_that_comparing_all_with_all_finds(
    texts: list[str], alike: float
) -> None:
    grams = [trigrams(text) for text in texts]
    by_hand = {
        (i, j) for i in range(len(texts)) for j in range(i) if jaccard(grams[i], grams[j]) > alike
    }

    assert set(alike_pairs(texts, alike)) == by_hand


def test_near_duplicates_never_straddle_the_folds() -> None:
    texts = [
        f"{text}{ending}"
        for text in (*TWINS, *OTHERS * 3, "我们厂做花炮的商标被人仿了")
        for ending in ("", "啊")
    ]
    labels = ["a", "b"] * (len(texts) // 2)
    found = groups(texts)
    folds = StratifiedGroupKFold(3, shuffle=True, random_state=1).split(texts, labels, found)

    for learn, ask in folds:
        near = alike_pairs([*(texts[at] for at in learn), *(texts[at] for at in ask)])
        assert [pair for pair in near if (pair[0] < len(learn)) != (pair[1] < len(learn))] == []
