"""Whatever is sent, everything that reads it comes back, with a result of bounded size."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from actions.deciding import turn
from api.logs import mask
from api.visitor_text import clean, without_command
from bot.reading.bounds import LONGEST, bounded
from knowledge.chinese import amounts, dates, identifiers, normalise
from knowledge.facts.reader import contact_refused
from knowledge.law.applicable import named
from knowledge.law.citation_guard import Days
from knowledge.law.citations import mentions, quoted
from knowledge.search import guidance, index, passages
from knowledge.search.encoder import embedding
from knowledge.search.searcher import Searcher
from tests.content import READER, STATUTES, knowledge_base
from tests.knowledge.search.fake_embedder import FakeEmbedder
from tests.nasty import NASTY

TODAY = date(2026, 11, 22)
KNOWLEDGE = knowledge_base()
LONGEST_RESULT = 100 * LONGEST  # characters of all that is told of a text

# The doors: they take whatever comes.
FOR_ANY_TEXT: dict[str, Callable[[str], object]] = {
    "clean": clean,
    "without_command": without_command,
    "bounded": bounded,
    "corrected": normalise.corrected,
    "read": lambda text: READER.read(text, TODAY),
    "worded": READER.worded,
    "place_answered": lambda text: READER.place_answered(text, "city"),
}
# What reads a message behind them.
FOR_A_MESSAGE: dict[str, Callable[[str], object]] = {
    "normalise": normalise.normalise,
    "bigrams": normalise.bigrams,
    "words": normalise.words,
    "implied_laws": normalise.implied_laws,
    "in_words_of_the_law": normalise.in_words_of_the_law,
    "contact": identifiers.contact,
    "contact_details": identifiers.contact_details,
    "contact_meant": identifiers.contact_meant,
    "ticket_number": identifiers.ticket_number,
    "registration_numbers": identifiers.registration_numbers,
    "classes": identifiers.classes,
    "amount": amounts.find,
    "amount_range": amounts.amount_range,
    "resolve": lambda text: dates.resolve(text, TODAY),
    "days_in": lambda text: list(dates.days_in(text, TODAY)),
    "latest": lambda text: dates.latest(text, TODAY),
    "contact_refused": contact_refused,
    "named": lambda text: list(named(text, STATUTES, TODAY)),
    "quoted": lambda text: quoted(text, STATUTES, TODAY),
    "mentions": lambda text: mentions(text, STATUTES),
    "terms": KNOWLEDGE.terms.named,
    "remedy_names": KNOWLEDGE.remedy_names.named,
    "guard": lambda text: KNOWLEDGE.guard.pass_tree({"text": text}, Days(TODAY), "……"),
    "mask": mask,
    "turn": lambda text: turn.read({"text": text, "intent": {"name": "ask_law"}}, KNOWLEDGE, TODAY),
}


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """All content, behind the bm25 index and FAISS, with a fake encoder."""
    folder, embedder = tmp_path_factory.mktemp("nasty"), FakeEmbedder()
    index.build(folder, passages.all(STATUTES, guidance.load(STATUTES)), embedder)
    return Searcher(index.open_current(folder, embedder), embedder, STATUTES)


@pytest.mark.parametrize("door", FOR_ANY_TEXT)
def test_a_door_takes_whatever_comes(door: str) -> None:
    for name, text in NASTY.items():
        assert len(repr(FOR_ANY_TEXT[door](text))) <= max(LONGEST_RESULT, 10 * len(text)), name


@pytest.mark.parametrize("reader", FOR_A_MESSAGE)
def test_a_reader_takes_whatever_passes_the_door(reader: str) -> None:
    for name, text in NASTY.items():
        assert len(repr(FOR_A_MESSAGE[reader](bounded(text)))) <= LONGEST_RESULT, name


def test_the_search_takes_whatever_comes(searcher: Searcher) -> None:
    for name, text in NASTY.items():
        assert len(searcher.search(text, TODAY, 5)) <= 5, name
        assert len(searcher.answers(text)) <= 8, name


def test_the_encoder_takes_whatever_comes() -> None:
    encoder = embedding.load()
    for name, text in NASTY.items():
        [vector] = encoder.encode_queries([text])
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-4), name


@pytest.mark.parametrize("name", NASTY)
def test_what_is_read_folds_to_a_bounded_number_of_code_points(name: str) -> None:
    kept = bounded(NASTY[name])

    assert len(normalise.corrected(kept)) <= 2 * LONGEST
    assert len(kept.encode()) <= 4 * LONGEST  # no lone surrogate: it is UTF-8
    assert "\x00" not in kept


def test_an_ordinary_message_is_read_to_its_end() -> None:
    message = "我在赣州开店，商標被人冒用了（Ａ市）。\n" * 90

    assert bounded(message) == message
