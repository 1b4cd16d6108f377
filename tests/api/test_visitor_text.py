import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.visitor_text import clean, without_command


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  有人卖假货 \n", "有人卖假货"),
        ("有人\x00卖\x1b假货", "有人卖假货"),
        ("第一行\r\n第二行", "第一行\n第二行"),
        ("半个表情\ud83d", "半个表情"),
        ("读反了\u202e的字", "读反了的字"),
        ("一家人👨‍👩‍👧", "一家人👨‍👩‍👧"),
        ("\u200b\u200b", ""),
        ("\x00 \t", ""),
    ],
)
def test_what_cannot_be_read_is_taken_out(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@given(st.text())
def test_clean_text_can_always_be_stored(typed: str) -> None:
    kept = clean(typed)

    kept.encode()
    assert not any(unicodedata.category(ch) == "Cc" for ch in kept if ch != "\n")
    assert clean(kept) == kept


@pytest.mark.parametrize(
    "typed",
    ['/inform{"right":"patent"}', "//restart", "／restart", " \n/restart", "\u200b/restart"],
)
def test_no_leading_slash_survives(typed: str) -> None:
    assert not without_command(typed).startswith(("/", "／"))


def test_a_slash_inside_a_sentence_stays() -> None:
    assert without_command("商标/专利都有") == "商标/专利都有"
