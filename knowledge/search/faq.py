"""Questions as people ask them, with the articles that answer them.

Those of `content/questions/*.yml` teach the question side of the encoder; at run time they lead
from a question to the articles of one like it. The wordings of `content/answers/*.yml` lead to
their answer too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, RootModel

from knowledge.answers.answers import Answer
from knowledge.law.citations import Reference
from knowledge.law.statutes import Statutes, UnknownArticle, UnknownLaw
from knowledge.law.succession import Succession
from knowledge.reviewed import CONTENT, ContentError, Strict, line_of, load
from knowledge.search.guidance import newest
from knowledge.search.passages import article_id

QUESTIONS = CONTENT / "questions"


class _Entry(Strict):
    ask: str = Field(min_length=4, max_length=200)
    articles: tuple[str, ...] = Field(min_length=1)


class _Entries(RootModel[tuple[_Entry, ...]]):
    """One file of questions."""


@dataclass(frozen=True)
class Question:
    """A question and the ids of the passages that answer it; `answer` is the id of the answer that
    is written for it, empty where there is none.
    """

    text: str
    answers: tuple[str, ...]
    answer: str = ""

    def as_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {"text": self.text, "answers": list(self.answers), "answer": self.answer}


def load_questions(
    statutes: Statutes, succession: Succession, folder: Path = QUESTIONS
) -> list[Question]:
    """All questions, in the order of their files; raises ContentError for an unknown article or a
    repeated question.

    Where an article was or will be another one in another version, that one answers too.
    """
    questions: dict[str, Question] = {}
    for path in sorted(folder.glob("*.yml")):
        for place, entry in enumerate(load(path, _Entries).root):
            if entry.ask in questions:
                raise ContentError(
                    path, line_of(path, place), f"「{entry.ask}」已经有了，请删去一处"
                )
            questions[entry.ask] = Question(
                entry.ask, _answers(path, place, entry, statutes, succession)
            )
    return list(questions.values())


def wordings_of(answers: Iterable[Answer]) -> list[Question]:
    """The wordings of all answers as questions."""
    return [
        Question(wording, tuple(map(article_id, one.articles)), one.id)
        for one in answers
        for wording in one.asks
    ]


def _answers(
    path: Path, place: int, entry: _Entry, statutes: Statutes, succession: Succession
) -> tuple[str, ...]:
    try:
        named = [newest(Reference.parse(notation), statutes) for notation in entry.articles]
    except (ValueError, UnknownLaw, UnknownArticle) as error:
        notation = "、".join(entry.articles)
        raise ContentError(
            path, line_of(path, place, "articles"), f"{notation} 里有查不到的条文"
        ) from error
    others = [
        other
        for one in named
        for other in (*succession.successors(one), *succession.predecessors(one))
    ]
    return tuple(dict.fromkeys(map(article_id, (*named, *others))))
