"""What is taught is learnt, the same way every time; a corpus that cannot be read is told so."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluation.retrieval.corpora import CorpusError, read_documents, read_questions
from evaluation.retrieval.tune import BARE, COSINE, KEYWORD, Field, kept_apart, recall, recalls
from knowledge.search.encoder import e5, embedding
from knowledge.search.encoder.tuning import Course, Lesson, Recipe, save, tune
from knowledge.search.faq import Question
from knowledge.search.scoring import Weights

ARTICLES = {
    "第一条": "出租人应当按照约定将租赁物交付承租人，并在租赁期限内保持租赁物符合约定的用途。",
    "第二条": "养犬人应当为犬只佩戴束犬链，并及时清除犬只在公共场所排泄的粪便。",
    "第三条": "集市摊位按先后次序安排，收市后由摊主清扫。",
    "第四条": "借阅图书逾期未还的，按日收取滞还费，最高不超过图书价格。",
    "第五条": "泳池每日换水，水质检测结果在入口处公布。",
}
ASKED = {
    "房东收了钱不给钥匙": "第一条",
    "楼上屋子漏得没法住": "第一条",
    "遛狗不牵绳谁管": "第二条",
    "小区里到处是狗屎": "第二条",
    "来晚了还有位子卖菜不": "第三条",
    "书超期了罚多少": "第四条",
    "游泳馆水脏": "第五条",
}


def lines(path: Path, *rows: object) -> Path:
    path.write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
    )
    return path


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Field:
    folder = tmp_path_factory.mktemp("field")
    rows = [
        {"id": number, "law": "样法", "article": article, "heads": [], "text": text}
        for number, (article, text) in enumerate(ARTICLES.items())
    ]
    rows += [
        {
            "id": 100 + number,
            "law": "样法",
            "article": "附件",
            "heads": [],
            "text": f"有的人问这一条怎么办，答第{number}号。",
        }
        for number in range(30)
    ]
    corpus = lines(folder / "corpus.jsonl", *rows)
    numbers = {article: number for number, article in enumerate(ARTICLES)}
    queries = lines(
        folder / "queries.jsonl", *({"text": t, "gold": [numbers[a]]} for t, a in ASKED.items())
    )
    documents = read_documents(corpus)
    questions = [one.as_question() for one in read_questions(queries, set(numbers.values()))]
    return Field.of([document.as_passage() for document in documents], questions, folder / "work")


def encoder_that_learnt(field: Field, folder: Path) -> embedding.SentenceEmbedder:
    """An encoder whose question side learnt these questions, as a helpline would load it."""
    from knowledge.search.encoder.export import export  # brings torch along, which loads for long

    adapter = tune(
        e5.folder(embedding.models_folder()),
        [field.course(field.questions)],
        Recipe(rank=4, rate=4e-3, epochs=3, batch=4),
    )
    save(adapter, folder / "adapter.npz")
    export(
        folder / "encoder",
        adapter=folder / "adapter.npz",
        before=embedding.models_folder() / "encoder",
    )
    return embedding.load(models=folder)


def test_what_is_taught_is_learnt_and_passages_stay_where_they_were(
    field: Field, tmp_path: Path
) -> None:
    taught, plain = encoder_that_learnt(field, tmp_path), embedding.load().untuned()

    def closeness(embedder: embedding.SentenceEmbedder) -> float:
        searcher = field.searcher(embedder, (), COSINE)
        answers = [int(question.answers[0]) for question in field.questions]
        return float(
            np.mean(
                [
                    searcher.signs(q.text).dense[a]
                    for q, a in zip(field.questions, answers, strict=True)
                ]
            )
        )

    assert closeness(taught) > closeness(plain) + 0.05
    texts = list(ARTICLES.values())
    assert np.allclose(plain.encode_passages(texts), taught.encode_passages(texts), atol=1e-5)
    assert not np.allclose(plain.encode_queries(texts), taught.encode_queries(texts), atol=1e-3)
    assert plain.name == taught.name
    assert plain.question_name != taught.question_name


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small encoder: how it is tuned does not depend on its size."""
    from sentence_transformers import SentenceTransformer

    from tests.knowledge.search.encoder.test_embedding import small_model

    whole = SentenceTransformer(str(e5.folder(embedding.models_folder())), device="cpu")
    return small_model(tmp_path_factory.mktemp("small"), whole, seed=1)


@pytest.fixture(scope="module")
def courses() -> list[Course]:
    """Each question is answered by a passage of its own, which lies anywhere."""
    vectors = np.random.default_rng(0).normal(size=(len(ASKED), 64)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    lessons = [Lesson(text, (row,)) for row, text in enumerate(ASKED)]
    return [Course(vectors, vectors.mean(axis=0), lessons)]


def test_the_same_recipe_gives_the_same_adapter(small: Path, courses: list[Course]) -> None:
    recipe = Recipe(rank=1, epochs=2, batch=4)
    first, second = (tune(small, courses, recipe) for _ in range(2))
    assert any(weights.any() for name, weights in first.items() if name.endswith(".up"))
    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_tuning_goes_on_from_an_adapter_that_is_there(small: Path, courses: list[Course]) -> None:
    still = Recipe(rank=1, rate=0, epochs=1, batch=8)
    fresh = tune(small, courses, still)
    start = {name: np.full_like(weights, 0.25) for name, weights in fresh.items()}

    went_on = tune(small, courses, still, start=start)

    assert any(not np.array_equal(fresh[name], start[name]) for name in start)
    assert all(np.array_equal(went_on[name], start[name]) for name in start)


def test_questions_kept_aside_are_never_learnt_from() -> None:
    questions = [Question(f"第{number}问", ("1",)) for number in range(30)]
    learn, aside = kept_apart(questions)
    assert sorted((*learn, *aside), key=questions.index) == questions
    assert (learn, aside) == kept_apart(questions)
    assert aside and not set(learn) & set(aside)


def test_no_weights_that_are_tried_find_more_than_the_ones_chosen(field: Field) -> None:
    untuned = embedding.load().untuned()

    def found(weights: Weights) -> float:
        return sum(field.recalls(field.searcher(untuned, (), weights), field.questions))

    chosen = field.fit(field.searcher(untuned, (), BARE), field.questions)
    assert found(chosen) >= max(found(replace(BARE, keyword=keyword)) for keyword in KEYWORD)


def test_recall_is_the_share_of_the_answers_among_the_first() -> None:
    found = [str(number) for number in range(50)]
    assert recall({"3", "20", "99"}, found, 10) == pytest.approx(1 / 3)
    assert recalls([({"3", "20"}, found), ({"5"}, found)]) == pytest.approx((0.75, 1))


@pytest.mark.parametrize(
    ("write", "told"),
    [
        (lambda path: path.write_text("这不是 JSON\n", encoding="utf-8"), "每行一条 JSON"),
        (lambda path: path.write_bytes(b"\xff\xfe\x00\x01"), "每行一条 JSON"),
        (lambda path: lines(path, {"id": 1, "law": "样法"}), "第 1 行：要有 id、law"),
        (lambda path: None, "没有文件"),
    ],
)
def test_a_corpus_that_cannot_be_read_is_told(
    tmp_path: Path, write: Callable[[Path], object], told: str
) -> None:
    write(tmp_path / "corpus.jsonl")
    with pytest.raises(CorpusError, match=told):
        read_documents(tmp_path / "corpus.jsonl")


def test_a_question_answered_by_no_document_is_told_with_its_line(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "queries.jsonl", {"text": "甲", "gold": [1]}, {"text": "乙", "gold": [7]}
    )
    with pytest.raises(CorpusError, match="第 2 行"):
        read_questions(path, {1, 2})
