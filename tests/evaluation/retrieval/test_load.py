"""An inflated index answers as one that was built of as many passages."""

import pytest

from evaluation.retrieval.load import _repeated
from knowledge.chinese import normalise
from knowledge.search.keywords import Keywords

TEXTS = ["销售侵犯注册商标专用权的商品", "未经专利权人许可实施其专利", "披露商业秘密"]


@pytest.mark.parametrize("size", [6, 8])
def test_repeated_keywords_score_like_those_of_the_documents_repeated(size: int) -> None:
    tokens = [normalise.bigrams(text) for text in TEXTS]
    once, whole = Keywords.of(tokens), Keywords.of((tokens * 3)[:size])
    question = normalise.bigrams("商标专利")
    repeated, expected = _repeated(once, 3, size).scores(question), whole.scores(question)
    assert len(repeated) == size
    # Rarity is reckoned of the documents once, so the scores differ a little; who has a word and
    # who has not does not.
    assert ((repeated > 0) == (expected > 0)).all()
    assert (
        repeated[:3].tolist()
        == repeated[3:6].tolist()
        == pytest.approx(once.scores(question).tolist())
    )
