from io import BytesIO
from pathlib import Path

import jieba
import pytest

from knowledge.chinese.dictionary import Cutter, Frequencies


def test_every_word_and_every_beginning_counts_what_it_counts_for_jieba(tmp_path: Path) -> None:
    theirs = jieba.Tokenizer()
    theirs.tmp_dir = str(tmp_path)
    ours = Cutter()
    for tokenizer in (theirs, ours):
        tokenizer.initialize()
        tokenizer.add_word("商标局驳回通知书")

    assert ours.total == theirs.total
    assert [word for word, count in theirs.FREQ.items() if ours.FREQ.get(word) != count] == []
    assert ours.lcut("收到商标局驳回通知书怎么办") == theirs.lcut("收到商标局驳回通知书怎么办")


def test_what_no_word_begins_with_is_not_there() -> None:
    words = Frequencies(BytesIO("商标法 3 n\n商标法 5 n\n".encode()))

    assert (words["商标法"], words["商标"], words.get("标法", 7)) == (5, 0, 7)
    assert "标法" not in words
    with pytest.raises(KeyError):
        words["标法"]
