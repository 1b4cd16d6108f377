"""Text is made comparable without being changed in meaning."""

import pytest

from knowledge import lexicon
from knowledge.statutes import Statutes


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("有人賣我們商標的假貨", "有人卖我们商标的假货"),
        ("著作權登記證書", "著作权登记证书"),
        ("商标法第５７条", "商标法第57条"),
        ("ＮＩＫＥ", "NIKE"),
        ("⽤了我的商标", "用了我的商标"),
        ("多少钱？（大概）", "多少钱？（大概）"),
    ],
)
def test_traditional_characters_and_full_width_letters_are_folded_and_punctuation_stays(
    written: str, meant: str
) -> None:
    assert lexicon.normalise(written) == meant


def test_normalising_changes_no_word_of_any_law(statutes: Statutes) -> None:
    changed = [article for article in statutes.articles() if lexicon.bigrams(article.text) == []]
    assert changed == []
    for article in statutes.articles():
        assert lexicon.normalise(article.text) == article.text, f"{article.law}{article.article}"


def test_keywords_are_pairs_of_characters_and_whole_latin_words() -> None:
    assert lexicon.bigrams("商标R标，Nike鞋") == ["商标", "r", "标", "nike", "鞋"]


def test_words_without_meaning_of_their_own_are_left_out() -> None:
    words = lexicon.words("请问我们的商标被侵权怎么办")
    assert "商标" in words
    assert not {"请问", "我们", "怎么办", "的"} & set(words)


def test_everyday_words_point_to_laws_and_to_what_the_law_calls_them() -> None:
    assert "商标法" in lexicon.implied_laws("隔壁在卖假货")
    assert "专利法" not in lexicon.implied_laws("隔壁在卖假货")
    assert "侵犯注册商标专用权" in lexicon.in_words_of_the_law("隔壁在卖假货")
    assert lexicon.implied_laws("今天天气真好") == frozenset()
    assert lexicon.in_words_of_the_law("今天天气真好") == ""


def test_every_law_that_words_point_to_is_known(statutes: Statutes) -> None:
    named = {law for subject in lexicon.subjects().subjects for law in subject.laws}
    assert named <= set(statutes.laws)
