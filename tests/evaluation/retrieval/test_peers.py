"""Other searches are asked as their own users ask them, over any articles."""

import pytest

from evaluation.retrieval.corpora import Document
from evaluation.retrieval.peers import PEERS, peer

DOCUMENTS = [
    Document(
        7, "样品法", "第一条", ("第一章 总则",), "销售侵犯注册商标专用权的商品的，应当停止销售。"
    ),
    Document(3, "样品法", "第二条", ("第一章 总则",), "未经许可传播他人作品的，应当承担民事责任。"),
    Document(5, "例子法", "第一条", (), "饲养的动物造成他人损害的，饲养人应当承担责任。"),
    Document(9, "例子法", "第二条", (), "承租人应当按照约定支付租金。"),
]


@pytest.mark.parametrize("name", PEERS)
@pytest.mark.parametrize(
    ("question", "best"), [("饲养的动物咬伤别人，谁承担责任？", 5), ("租金应当怎么支付", 9)]
)
def test_a_peer_finds_the_article_that_says_it(name: str, question: str, best: int) -> None:
    found = peer(name, DOCUMENTS)(question, 3)
    assert found[0] == best
    assert len(found) == len(set(found)) <= 3
    assert set(found) <= {document.id for document in DOCUMENTS}


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_finds_nothing_for_words_that_no_article_has(name: str) -> None:
    assert peer(name, DOCUMENTS)("hello", 3) == []


def test_there_is_no_peer_of_another_name() -> None:
    with pytest.raises(KeyError, match="google"):
        peer("google", DOCUMENTS)
