"""An inflated index answers as one that was built of as many passages."""

import bm25s
import pytest

from evaluation.retrieval.load import _repeated
from knowledge.chinese import normalise

TEXTS = ["销售侵犯注册商标专用权的商品", "未经专利权人许可实施其专利", "披露商业秘密"]


@pytest.mark.parametrize("size", [6, 8])
def test_repeated_keywords_score_like_those_of_the_documents_repeated(size: int) -> None:
    tokens = [normalise.bigrams(text) for text in TEXTS]
    once, whole = bm25s.BM25(), bm25s.BM25()
    once.index(tokens, show_progress=False)
    whole.index((tokens * 3)[:size], show_progress=False)
    question = normalise.bigrams("商标专利")
    repeated, expected = _repeated(once, 3, size).get_scores(question), whole.get_scores(question)
    assert len(repeated) == size
    # Rarity is reckoned of the documents once, so the scores differ a little; who has a word and
    # who has not does not.
    assert ((repeated > 0) == (expected > 0)).all()
    assert (
        repeated[:3].tolist()
        == repeated[3:6].tolist()
        == pytest.approx(once.get_scores(question).tolist())
    )
