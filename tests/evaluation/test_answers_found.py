"""A wording that is taken away leads to its answer no longer by itself."""

from dataclasses import replace

from evaluation.answers_found import MOST, found
from tests.content import ANSWERS
from tests.knowledge.search.fake_embedder import FakeEmbedder

SOME = tuple(ANSWERS)[::100]
TAKEN = "大雾天摆渡的船开不开"
OTHERS = ("集市几点收摊", "泳池多久换水", "图书逾期罚多少")


def first(asks: tuple[str, ...], says: str = "") -> str:
    """What the first of these wordings finds, when they are those of an answer of its own."""
    own = replace(SOME[0], id="own", asks=asks)
    told = replace(SOME[1], id="told", says=says or SOME[1].says)
    return found([own, told, *SOME[2:]], FakeEmbedder())[0][0].id


def test_the_wording_that_is_asked_is_taken_away() -> None:
    assert first((TAKEN, *OTHERS), says=f"{TAKEN}，看船工。") == "told"


def test_the_wordings_that_are_left_lead_to_their_answer() -> None:
    assert first((TAKEN, f"{TAKEN}呢", *OTHERS), says="看船工。") == "own"


def test_of_every_answer_one_wording_is_asked_and_the_closest_come_back() -> None:
    hits = found(list(SOME), FakeEmbedder())

    assert [len(one) for one in hits] == [MOST] * len(SOME)
    assert all(one[0].signs >= one[-1].signs for one in hits)
