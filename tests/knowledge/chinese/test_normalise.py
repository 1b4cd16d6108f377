"""Text is made comparable without being changed in meaning."""

import re
from pathlib import Path

import pytest

from knowledge.chinese import normalise
from knowledge.law.statutes import Statutes
from knowledge.reviewed import ContentError


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
    assert normalise.normalise(written) == meant


def test_normalising_changes_no_word_of_any_law(statutes: Statutes) -> None:
    changed = [article for article in statutes.articles() if normalise.bigrams(article.text) == []]
    assert changed == []
    for article in statutes.articles():
        assert normalise.normalise(article.text) == article.text, (
            f"{article.short_title}{article.article}"
        )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("我的上標被盜用", "我的商标被盗用"),
        ("伤标注测下来了", "商标注册下来了"),
        ("转利被侵全", "专利被侵权"),
        ("板权登记找谁", "版权登记找谁"),
        ("牌子被人抢住了", "牌子被人抢注了"),
        ("昨天来了律师涵", "昨天来了律师函"),
        ("PDD上有人卖", "拼多多上有人卖"),
        ("BANQUAN被侵", "版权被侵"),
        ("lv shi han 收到了", "律师函 收到了"),
        ("ZSCQ局", "知识产权局"),
        ("營業秘密", "商业秘密"),
        ("赔伍仟元", "赔五千元"),
        ("要价贰拾叁万", "要价二十三万"),
        ("第⑨类和第Ⅲ类", "第9类和第3类"),
        ("⑪月③号", "11月3号"),
        ("①商标被抢注②想起诉", "①商标被抢注②想起诉"),
        ("急！！！怎么办？？？", "急！怎么办？"),
        ("商标被人抢注了怎么办。商标被人抢注了怎么办", "商标被人抢注了怎么办"),
        ("对方卖假货，我要告他 对方卖假货，我要告他", "对方卖假货，我要告他"),
        ("我的商标是我的商标", "我的商标是我的商标"),
    ],
)
def test_slips_pinyin_and_other_numerals_are_read_as_they_were_meant(
    typed: str, meant: str
) -> None:
    assert normalise.corrected(typed) == meant


def test_correcting_changes_no_word_of_any_law(statutes: Statutes) -> None:
    for article in statutes.articles():
        assert normalise.corrected(article.text) == article.text, (
            f"{article.short_title}{article.article}"
        )


@pytest.mark.parametrize(("slip", "meant"), normalise.typos())
def test_what_was_meant_is_no_slip(slip: re.Pattern[str], meant: str) -> None:
    assert normalise.corrected(meant) == meant or not meant.strip("，")


@pytest.mark.parametrize(("row", "line"), [("(上标\t商标", 3), ("上标", 3)])
def test_a_bad_slip_is_blamed_on_its_line(tmp_path: Path, row: str, line: int) -> None:
    path = tmp_path / "typos.tsv"
    path.write_text(f"# 说明\n转利\t专利\n{row}\n", encoding="utf-8")

    with pytest.raises(ContentError, match=r"typos\.tsv") as error:
        normalise.typos(path)
    assert error.value.line == line


def test_keywords_are_pairs_of_characters_and_whole_latin_words() -> None:
    assert normalise.bigrams("商标R标，Nike鞋") == ["商标", "r", "标", "nike", "鞋"]


def test_words_without_meaning_of_their_own_are_left_out() -> None:
    words = normalise.words("请问我们的商标被侵权怎么办")
    assert "商标" in words
    assert not {"请问", "我们", "怎么办", "的"} & set(words)


def test_everyday_words_point_to_laws_and_to_what_the_law_calls_them() -> None:
    assert "商标法" in normalise.implied_laws("隔壁在卖假货")
    assert "专利法" not in normalise.implied_laws("隔壁在卖假货")
    assert "侵犯注册商标专用权" in normalise.in_words_of_the_law("隔壁在卖假货")
    assert normalise.implied_laws("今天天气真好") == frozenset()
    assert normalise.in_words_of_the_law("今天天气真好") == ""


def test_every_law_that_words_point_to_is_known(statutes: Statutes) -> None:
    named = {law for subject in normalise.subjects().subjects for law in subject.laws}
    assert named <= set(statutes.laws)
