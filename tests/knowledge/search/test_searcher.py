"""What is found governs on the day, what is quoted comes first, nonsense finds nothing, and a shop
owner is understood.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from knowledge.search import guidance, index, passages
from knowledge.search.encoder import embedding
from knowledge.search.faq import Question
from knowledge.search.index import Index
from knowledge.search.passages import Passage
from knowledge.search.scoring import (
    Answers,
    Basis,
    Calibration,
    Evidence,
    Scores,
    Weights,
    added,
    best_guidance,
    best_known,
    evidence,
    shown,
    standing,
)
from knowledge.search.searcher import Hit, Searcher
from knowledge.search.vectors.cache import SHIPPED_PASSAGES, VectorStore
from tests.content import STATUTES
from tests.knowledge.search.fake_embedder import FakeEmbedder

TODAY = date(2026, 11, 22)
NEW_LAW = date(2027, 1, 1)


@pytest.fixture(scope="session")
def content() -> list[Passage]:
    return passages.all(STATUTES, guidance.load(STATUTES))


@pytest.fixture(scope="session")
def faked(content: list[Passage], tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """All content, searched with a fake encoder."""
    folder, embedder = tmp_path_factory.mktemp("faked"), FakeEmbedder()
    index.build(folder, content, embedder)
    return Searcher(index.open_current(folder, embedder), embedder, STATUTES)


@pytest.fixture(scope="session")
def current(content: list[Passage], tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The content whose vectors are shipped, so that nothing has to be encoded here."""
    folder, embedder = tmp_path_factory.mktemp("real"), embedding.load()
    unknown = set(shipped(embedder.name).missing(passage.embedded_text for passage in content))
    index.build(
        folder, [passage for passage in content if passage.embedded_text not in unknown], embedder
    )
    return index.open_current(folder, embedder)


@pytest.fixture(scope="session")
def searcher(current: Index) -> Searcher:
    return Searcher(current, embedding.load(), STATUTES)


def shipped(embedder_name: str) -> VectorStore:
    return VectorStore.of(embedder_name, SHIPPED_PASSAGES)


def ids(hits: list[Hit]) -> list[str]:
    return [hit.id for hit in hits]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("商标法57条讲什么", "商标法(2019)第五十七条"),
        ("《专利法》第六十五条", "专利法(2020)第六十五条"),
        ("反法第七条", "反不正当竞争法(2025)第七条"),
        ("商標法第５７條", "商标法(2019)第五十七条"),
    ],
)
def test_an_article_that_the_question_names_comes_first(
    query: str, first: str, faked: Searcher
) -> None:
    hits = faked.search(query, TODAY)
    assert hits[0].id == first
    assert hits[0].score == 1
    assert hits[0].why == ("条文号一致",)
    assert ids(hits).count(first) == 1


def test_a_hit_leaves_under_the_official_title_and_guidance_under_its_own(faked: Searcher) -> None:
    title = "最高人民法院关于审理侵犯专利权纠纷案件应用法律若干问题的解释"
    left = faked.search("专利侵权解释一第一条", TODAY)[0].as_dict()
    [advice] = faked.search("商标被人抢注", TODAY, limit=1, kinds=("guidance",))

    assert left["title"].startswith(f"{title}第一条")
    assert (left["citation"]["law"], left["citation"]["short"]) == (title, "专利侵权解释一")
    assert advice.as_dict()["title"] == advice.title
    assert advice.as_dict()["citation"]["law"] == advice.citation.short_title


def test_the_same_number_means_another_article_under_the_new_law(faked: Searcher) -> None:
    assert faked.search("商标法第三十三条", TODAY)[0].id == "商标法(2019)第三十三条"
    assert faked.search("商标法第三十三条", NEW_LAW)[0].id == "商标法(2026)第三十三条"


def test_a_version_named_by_its_year_is_shown_with_the_day_it_begins(faked: Searcher) -> None:
    hit = faked.search("商标法(2026)第三十六条", TODAY)[0]
    assert hit.id == "商标法(2026)第三十六条"
    assert hit.why == ("条文号一致", "2027-01-01 起施行")


def test_an_article_that_exists_in_no_version_is_not_invented(faked: Searcher) -> None:
    assert all(hit.score < 1 for hit in faked.search("商标法第五百条说了什么", TODAY))
    assert all(hit.score < 1 for hit in faked.search("商标保护特别法第三条", TODAY))


@pytest.mark.parametrize("day", [TODAY, NEW_LAW, date(2025, 10, 14)])
def test_everything_found_governs_on_the_day(day: date, faked: Searcher) -> None:
    hits = faked.search("对初步审定公告的商标提出异议的期限", day, limit=30)
    assert hits
    for hit in hits:
        assert hit.citation.in_force_from is None or hit.citation.in_force_from <= day
        assert hit.citation.in_force_to is None or day <= hit.citation.in_force_to


def test_no_article_and_no_guidance_is_found_twice(faked: Searcher) -> None:
    for query in ("商标法第五十七条 侵犯注册商标专用权", "牌子被抢注了，异议、无效还是撤三"):
        hits = faked.search(query, TODAY, limit=30)
        documents = [hit.id.split("#")[0] for hit in hits]
        assert len(documents) == len(set(documents))


def test_hits_come_in_order_of_their_score_and_never_more_than_asked(faked: Searcher) -> None:
    hits = faked.search("专利侵权的赔偿数额", TODAY, limit=4)
    assert len(hits) == 4
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_asking_for_more_hits_leaves_the_first_ones_as_they_are(faked: Searcher) -> None:
    query = "专利侵权的赔偿数额"
    assert ids(faked.search(query, TODAY, limit=300))[:10] == ids(
        faked.search(query, TODAY, limit=10)
    )


def test_only_the_kinds_asked_for_are_found(faked: Searcher) -> None:
    assert {hit.kind for hit in faked.search("合法来源怎么证明", TODAY, kinds=("guidance",))} == {
        "guidance"
    }
    assert {hit.kind for hit in faked.search("合法来源怎么证明", TODAY, kinds=("statute",))} == {
        "statute"
    }


def test_why_names_the_words_shared(faked: Searcher) -> None:
    hit = faked.search("专利权评价报告", TODAY, kinds=("statute",))[0]
    assert any(reason.startswith("字词：") and "评价" in reason for reason in hit.why)


def test_a_citation_of_guidance_carries_its_review_and_no_article_number(faked: Searcher) -> None:
    hit = faked.search("收到法院传票怎么回应", TODAY, kinds=("guidance",))[0]
    assert hit.citation.kind == "guidance"
    assert hit.citation.article in guidance.HEADINGS
    assert hit.citation.version_date == TODAY


@pytest.mark.parametrize("query", ["", "   ", "？？？", "\n"])
def test_a_question_without_words_finds_nothing(query: str, faked: Searcher) -> None:
    assert faked.search(query, TODAY) == []


def test_without_the_encoder_keywords_still_find_articles(
    content: list[Passage], tmp_path: Path
) -> None:
    index.build(tmp_path, content, FakeEmbedder())
    searcher = Searcher(index.open_current(tmp_path, FakeEmbedder()), None, STATUTES)
    hits = searcher.search("侵犯商标专用权的赔偿数额怎么算", TODAY, kinds=("statute",))
    assert "商标法(2019)第六十三条" in ids(hits)[:3]
    assert not any("语义" in reason for hit in hits for reason in hit.why)


SHOP_OWNERS = [
    ("有人卖我们商标的假货", "商标法(2019)第五十七条", "专利法"),
    ("隔壁厂仿造我的专利产品在卖", "专利法(2020)第六十五条", "商标法"),
    ("公众号文章被别的号整篇搬走了", "著作权法(2020)第五十二条", "专利法"),
    ("前员工把客户名单带到新公司去了", "反不正当竞争法(2025)第十条", "著作权法"),
    ("淘宝店被人投诉下架，我没有侵权", "电子商务法(2018)第四十三条", "专利法"),
]


@pytest.mark.parametrize(("query", "expected", "wrong_law"), SHOP_OWNERS)
def test_everyday_words_find_the_right_law_before_the_wrong_one(
    query: str, expected: str, wrong_law: str, searcher: Searcher
) -> None:
    hits = searcher.search(query, TODAY, limit=10, kinds=("statute",))
    assert expected in ids(hits)[:3]
    before = [hit.citation.short_title for hit in hits[: ids(hits).index(expected)]]
    assert wrong_law not in before


@pytest.mark.parametrize(
    "query", ["帮我讲个笑话吧", "红烧肉要炖多久", "阿斯顿发斯蒂芬", "猫咪绝育之后要注意什么"]
)
def test_nonsense_and_other_worlds_find_nothing(query: str, searcher: Searcher) -> None:
    assert searcher.search(query, TODAY) == []


def test_traditional_characters_find_the_same(searcher: Searcher) -> None:
    assert ids(searcher.search("有人賣我們商標的假貨", TODAY)) == ids(
        searcher.search("有人卖我们商标的假货", TODAY)
    )


def test_guidance_leads_to_the_articles_it_stands_on(current: Index) -> None:
    query, article = "卖的是正规进货的东西，不知道是冒牌的", "商标法(2019)第六十四条"
    places = []
    for weight in (0.0, Weights().guidance):
        hits = Searcher(
            current, embedding.load(), STATUTES, replace(Weights(), guidance=weight)
        ).search(query, TODAY, limit=50, kinds=("statute",))
        places.append(ids(hits).index(article))
    assert places[1] <= places[0]


def test_a_known_question_leads_to_its_answer(content: list[Passage], tmp_path: Path) -> None:
    question, answer = "老板跑路了加盟费还能要回来吗", "商业特许经营管理条例(2007)第十二条"
    embedder = FakeEmbedder()
    index.build(tmp_path, content, embedder, questions=[Question(question, (answer,))])
    searcher = Searcher(
        index.open_current(tmp_path, embedder), embedder, STATUTES, Weights(known=2.0)
    )
    [hit] = searcher.search(f"{question}呀", TODAY, 1, ("digest",))
    assert hit.id == answer
    assert "常有人这样问，答案在这一条" in hit.why


def test_the_nearest_known_question_counts_for_each_passage_it_answers() -> None:
    answers = Answers(question=np.array([0, 1, 1]), passage=np.array([2, 2, 0]))
    known = best_known(np.array([0.7, 0.4], np.float32), answers, 3)
    assert known.tolist() == pytest.approx([0.4, 0, 0.7])


def test_a_law_that_answers_more_questions_stands_higher() -> None:
    laws = np.array([0, 0, 1, 2])
    answers = Answers(question=np.array([0, 1, 2]), passage=np.array([0, 1, 2]))
    stands = standing(laws, answers)
    assert stands[0] == stands[1] == 1
    assert 0 == stands[3] < stands[2] < 1


def test_signs_are_added_and_passages_out_of_force_never_count() -> None:
    signs = Scores(
        dense=np.array([0.5, 0.9, 0.1], np.float32),
        keyword=np.array([4.0, 0.0, 0.0], np.float32),
        law=np.array([True, False, False]),
        known=np.array([0.0, 0.0, 0.5], np.float32),
        standing=np.array([1.0, 0.0, 0.0], np.float32),
        tokens=4,
    )
    weights = Weights(dense=1, keyword=0.1, law=0.1, known=0.2, standing=0.05)
    sums = added(signs, np.array([True, False, True]), weights)
    assert sums.tolist() == pytest.approx([0.85, -np.inf, 0.2])


def test_the_evidence_is_the_best_of_what_counts() -> None:
    sums, is_guidance = np.array([0.4, -np.inf, 0.2], np.float32), np.array([False, True, True])
    found = evidence(sums, is_guidance, np.array([0.0, 0.0, 0.9], np.float32))
    assert (found.law, found.guidance, found.known) == pytest.approx((0.4, 0.2, 0.9))


def test_more_evidence_never_makes_an_answer_less_likely() -> None:
    chance = Calibration().probability
    nothing = chance(Evidence(0, 0, 0))
    assert nothing < min(
        chance(Evidence(0.9, 0, 0)), chance(Evidence(0, 0.9, 0)), chance(Evidence(0, 0, 0.9))
    )
    assert chance(Evidence(0.9, 0.9, 0.9)) > Calibration().threshold > nothing


def test_an_article_gains_from_the_best_guidance_that_stands_on_it() -> None:
    sums = np.array([0.8, 0.3, -np.inf, 0.1], np.float32)
    basis = Basis(guidance=np.array([0, 1, 2]), article=np.array([3, 3, 3]))
    assert best_guidance(sums, basis).tolist() == pytest.approx([0, 0, 0, 0.8])


def test_a_shown_score_lies_between_zero_and_one_and_keeps_the_order() -> None:
    scores = [shown(sum_) for sum_ in (-1.0, 0.0, 0.4, 1.0, 3.0)]
    assert scores == sorted(scores)
    assert scores[0] == 0
    assert scores[-1] < 1
