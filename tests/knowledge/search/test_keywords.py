"""Words score documents as bm25s scores them, from files that processes share."""

from pathlib import Path

import bm25s
import pytest

from knowledge.search.keywords import Keywords

DOCUMENTS = [["商标", "续展"], ["商标", "商标", "异议"], ["专利", "年费"]]


@pytest.fixture
def keywords(tmp_path: Path) -> Keywords:
    Keywords.of(DOCUMENTS).write(tmp_path)
    return Keywords.open(tmp_path)


@pytest.mark.parametrize("words", [["商标"], ["商标", "异议", "异议"], ["年费", "快递"]])
def test_words_score_as_bm25s_scores_them(keywords: Keywords, words: list[str]) -> None:
    bare = bm25s.BM25()
    bare.index(DOCUMENTS, show_progress=False)

    assert keywords.scores(words).tolist() == pytest.approx(bare.get_scores(words).tolist())
    assert keywords.scores(words).argmax() in (1, 2)


@pytest.mark.parametrize("words", [[], ["快递"]])
def test_words_that_no_document_has_say_nothing(keywords: Keywords, words: list[str]) -> None:
    assert keywords.scores(words).tolist() == [0, 0, 0]
