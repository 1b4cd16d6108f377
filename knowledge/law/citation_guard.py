"""The citation guard: what is about to leave passes only with citations that exist and are in force
on the day that matters.

Everything that the helpline says, shows or exports goes through here: texts, and citations in the
form of the chat API. A citation is looked up afresh, article by article, in the statutes or the
guidance; what it says of itself (its dates, its kind, its words) is compared with what is found and
never trusted. What fails is left out and told as `Rejected`:

- a structured citation is left out alone, and with it the sentences that repeat its words or name
  its article;
- in a text the whole sentence goes that names the article. A sentence without its citation would be
  a claim without a ground, and words cut out of its middle could turn its meaning round. What
  stands before and after stays as it was;
- where an entry stands on one citation alone (a deadline, a hit of a search), the entry goes.

The day that matters is today, and for what is judged by the law of its time also the day of the act
(`Days`). A version that is in force on neither passes only where the visitor is told so in the same
sentence that names the article: by the day from which it governs, the day on which it ended, or
plain words (尚未施行, 已废止). One kind of sentence may name what does not exist: the one that says
so (`_DENIED`), because it gives back to visitors what they asked for.

A text that repeats a citation which has passed, wholly or from its beginning, is the law's own
words or the guidance's and is not read again. A number without any law named before it in the same
text names nothing.

All of this is plain computing on values: nothing is logged and no clock is read.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, Protocol

from knowledge.law.named_articles import (
    NamedArticle,
    NamedArticleReader,
    Span,
    folded_text,
    inside,
    sentences_of,
)
from knowledge.law.statutes import Article, LawEntry, Statutes, UnknownArticle, UnknownLaw

Reason = Literal[
    "unknown_law",
    "unknown_article",
    "unknown_guidance",
    "not_in_force",
    "wrong_dates",
    "wrong_kind",
    "wrong_words",
]
Cited = Mapping[str, Any]

_DAY = re.compile(r"(\d{4})[-年./](\d{1,2})[-月./](\d{1,2})")
_NOT_YET = re.compile("尚未施行|还没有?施行|未施行|尚未生效")
_NO_MORE = re.compile("已经?废止|已经?失效|不再施行|不再有效")

_LEAST_RUN = 12  # characters from its beginning by which a text is taken to repeat a citation
_LEFT_OUT = object()


@dataclass(frozen=True)
class Days:
    """The days on which an article may have to be in force: today, and the day of the act where it
    is known.
    """

    today: date
    acted_on: date | None = None

    def see(self, article: Article) -> bool:
        """Whether the article is in force on one of the days."""
        return article.governs(self.today) or (
            self.acted_on is not None and article.governs(self.acted_on)
        )


@dataclass(frozen=True)
class Rejected:
    """A citation that did not pass: the article as it was named, and why."""

    named: str
    reason: Reason


@dataclass(frozen=True)
class Passed:
    """What may leave of things shown together, in their order; a text that nothing is left of is
    empty.
    """

    texts: tuple[str, ...]
    citations: tuple[Cited, ...]
    rejected: tuple[Rejected, ...]


class GuidanceText(Protocol):
    """A guidance article, as far as citations are held against it."""

    @property
    def title(self) -> str: ...
    @property
    def sections(self) -> Mapping[str, str]: ...
    @property
    def reviewed_on(self) -> date: ...
    @property
    def starts(self) -> date | None: ...
    @property
    def expires(self) -> date | None: ...


@dataclass(frozen=True)
class _Section:
    """A section of a guidance article, as citations show it."""

    text: str
    reviewed_on: date
    starts: date | None
    expires: date | None


class CitationGuard:
    """What citations are held against: the statutes, and the guidance by title and section."""

    def __init__(self, statutes: Statutes, guidance: Iterable[GuidanceText]) -> None:
        self._statutes, self._reader = statutes, NamedArticleReader(statutes)
        self._sections = {
            (one.title, heading): _Section(text, one.reviewed_on, one.starts, one.expires)
            for one in guidance
            for heading, text in one.sections.items()
        }

    def pass_together(self, texts: Sequence[str], citations: Sequence[Cited], days: Days) -> Passed:
        """What may leave of texts and citations that are shown together, such as all replies of a
        turn.
        """
        named = [list(self._reader.read(text)) for text in texts]
        verdicts = [(cited, self._verdict(cited, named, days)) for cited in citations]
        passed = [cited for cited, reason in verdicts if reason is None]
        failed = [(cited, reason) for cited, reason in verdicts if reason is not None]
        shown = {self._article_of(cited) for cited in passed}
        refused = {
            self._article_of(cited): reason
            for cited, reason in failed
            if self._article_of(cited) not in shown
        }
        rejected = [
            Rejected(f"{cited.get('law')}{cited.get('article')}", reason)
            for cited, reason in failed
        ]
        left = []
        for text, found in zip(texts, named, strict=True):
            bad = [run for cited, _ in failed if (run := _run_of(cited, text))]
            own_words = [run for cited in passed if found and (run := _run_of(cited, text))]
            for one in found:
                reason = (
                    None
                    if inside(one.span, own_words)
                    else self._objection(one, shown, refused, days)
                )
                if reason:
                    bad.append(one.span)
                    rejected.append(Rejected(one.written, reason))
            left.append(_without(text, bad) if bad else text)
        if rejected:  # once more: what went may have told of a version that is not in force
            again = self.pass_together(left, passed, days)
            return Passed(
                again.texts, again.citations, tuple(dict.fromkeys((*rejected, *again.rejected)))
            )
        return Passed(tuple(left), tuple(passed), ())

    def named_in(self, text: str) -> frozenset[tuple[str | None, str]]:
        """(Law, number) of every article that a text names; None for a law that nobody knows."""
        return frozenset((one.law, one.number) for one in self._reader.read(text))

    def pass_tree(self, value: Any, days: Days, instead: str) -> tuple[Any, tuple[Rejected, ...]]:
        """What may leave of a value made of JSON's kinds, such as a referral or an export; None
        when nothing may.

        The texts and citations of one object are shown together. `instead` stands for a text that
        nothing is left of.
        """
        rejected: list[Rejected] = []
        left = self._object({"": [value]}, days, instead, rejected)[""]
        return left[0] if left else None, tuple(dict.fromkeys(rejected))

    def _object(
        self, value: Mapping[str, Any], days: Days, instead: str, rejected: list[Rejected]
    ) -> Any:
        parts = list(_flat(list(value.values())))
        texts = [part for part in parts if isinstance(part, str)]
        cited = [part for part in parts if _is_citation(part)]
        passed = self.pass_together(texts, cited, days)
        rejected += passed.rejected
        fate: dict[int, Any] = {id(one): _LEFT_OUT for one in cited} | {
            id(one): one for one in passed.citations
        }
        fate |= {
            id(text): left or (text and instead)
            for text, left in zip(texts, passed.texts, strict=True)
        }

        def left_of(part: Any) -> Any:
            if isinstance(part, list):
                return [left for one in part if (left := left_of(one)) is not _LEFT_OUT]
            if id(part) in fate:
                return fate[id(part)]
            return (
                self._object(part, days, instead, rejected) if isinstance(part, Mapping) else part
            )

        left = {key: left_of(part) for key, part in value.items()}
        if any(part is _LEFT_OUT and _is_citation(value[key]) for key, part in left.items()):
            return _LEFT_OUT
        return {key: None if part is _LEFT_OUT else part for key, part in left.items()}

    # --- citations in the form of the chat API ----------------------------------------------------

    def _verdict(
        self, cited: Cited, named: Iterable[Iterable[NamedArticle]], days: Days
    ) -> Reason | None:
        """Why a citation must not be shown; None when it may."""
        if cited.get("kind") == "guidance":
            return self._verdict_on_guidance(cited, days)
        law = self._law(cited)
        if (
            law is None
            or cited.get("law") not in (law.title, law.short)
            or cited.get("short") not in (None, law.short)
        ):
            return "unknown_law"
        written = _date(cited.get("version_date"))
        version = next((one for one in law.versions if one.version_date == written), None)
        if version is None:
            return "wrong_dates"
        try:
            article = self._statutes.article(
                law.short, str(cited.get("article")), version.in_force_from
            )
        except UnknownArticle:
            return "unknown_article"
        if _lifetime(cited) != (article.in_force_from, article.in_force_to):
            return "wrong_dates"
        if cited.get("kind") != article.kind:
            return "wrong_kind"
        if cited.get("text") != article.text:
            return "wrong_words"
        told = days.see(article) or any(
            _tells(one, article, days) for found in named for one in found
        )
        return None if told else "not_in_force"

    def _law(self, cited: Cited) -> LawEntry | None:
        """The law that a citation means, however it names it."""
        try:
            return self._statutes.laws[self._statutes.short_title(str(cited.get("law")))]
        except UnknownLaw:
            return None

    def _article_of(self, cited: Cited) -> tuple[str, str]:
        """Law and article of a citation in the names that texts are compared by."""
        law = self._law(cited)
        return law.short if law else str(cited.get("law")), str(cited.get("article"))

    def _verdict_on_guidance(self, cited: Cited, days: Days) -> Reason | None:
        section = self._sections.get((str(cited.get("law")), str(cited.get("article"))))
        if section is None or cited.get("short") not in (None, cited.get("law")):
            return "unknown_guidance"
        if cited.get("text") != section.text:
            return "wrong_words"
        written = (_date(cited.get("version_date")), *_lifetime(cited))
        if written != (section.reviewed_on, section.starts, section.expires):
            return "wrong_dates"
        begun = section.starts is None or section.starts <= days.today
        return (
            None
            if begun and (section.expires is None or days.today <= section.expires)
            else "not_in_force"
        )

    # --- articles named in a text -----------------------------------------------------------------

    def _objection(
        self,
        one: NamedArticle,
        shown: set[tuple[str, str]],
        refused: Mapping[tuple[str, str], Reason],
        days: Days,
    ) -> Reason | None:
        """Why a sentence must not name this article; None when it may."""
        if one.law is None:
            return "unknown_law"
        if reason := refused.get((one.law, one.number)):
            return reason
        if one.year is None and (one.law, one.number) in shown:
            return None
        meant = list(self._meant(one.law, one.number, one.year))
        if any(days.see(article) or _tells(one, article, days) for article in meant):
            return None
        in_force = any(
            version.governs(days.today) for version in self._statutes.laws[one.law].versions
        )
        return "not_in_force" if meant or not in_force else "unknown_article"

    def _meant(self, law: str, number: str, year: int | None) -> Iterator[Article]:
        """The articles that a number may mean: of the year that is written, else of every
        version.
        """
        for version in self._statutes.laws[law].versions:
            if year in (None, version.version_date.year):
                try:
                    yield self._statutes.article(law, number, version.in_force_from)
                except UnknownArticle:
                    continue


def _tells(one: NamedArticle, article: Article, days: Days) -> bool:
    """Whether the sentence that names an article which is not in force tells when or that it is
    not.
    """
    if (one.law, one.number) != (article.short_title, article.article) or one.year not in (
        None,
        article.version_date.year,
    ):
        return False
    told = {
        _date(f"{year}-{month:0>2}-{day:0>2}") for year, month, day in _DAY.findall(one.sentence)
    }
    if days.today < article.in_force_from:
        return article.in_force_from in told or bool(_NOT_YET.search(one.sentence))
    last = article.in_force_to or date.max
    return bool(
        last < days.today
        and ({last, last + timedelta(days=1)} & told or _NO_MORE.search(one.sentence))
    )


def _without(text: str, bad: Iterable[Span]) -> str:
    """The text without every sentence that one of the spans touches; empty when no word is left."""
    bad = list(bad)
    folded, places = folded_text(text)
    kept, start = [], 0
    for _, stop in sentences_of(folded):
        end = places[stop] if stop < len(folded) else len(text)
        if not any(begin < end and start < till for begin, till in bad):
            kept.append(text[start:end])
        start = end
    left = "".join(kept).strip()
    return left if re.search(r"[^\W\d_]", left) else ""


def _run_of(cited: Cited, text: str) -> Span | None:
    """Where a text repeats a citation's own words: the whole of it, or from their beginning as far
    as it goes.
    """
    words, said = str(cited.get("text") or "").strip(), text.strip()
    if said and (said == words or (len(said) >= _LEAST_RUN and said in words)):
        return 0, len(text)
    start = text.find(words[:_LEAST_RUN]) if len(words) >= _LEAST_RUN else -1
    if start < 0:
        return None
    length = next(
        (
            i
            for i, (one, other) in enumerate(zip(words, text[start:], strict=False))
            if one != other
        ),
        None,
    )
    return start, start + (min(len(words), len(text) - start) if length is None else length)


def _flat(value: list[Any]) -> Iterator[Any]:
    for one in value:
        yield from _flat(one) if isinstance(one, list) else (one,)


def _is_citation(value: Any) -> bool:
    return isinstance(value, Mapping) and "law" in value and "article" in value


def _lifetime(cited: Cited) -> tuple[date | None, date | None]:
    return _date(cited.get("in_force_from")), _date(cited.get("in_force_to"))


def _date(value: Any) -> date | None:
    """A date as it is or in ISO form, None for None; what is no date is the first of all days, on
    which nothing was.
    """
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return date.min
