"""The gate: what is about to leave passes only with citations that exist and are in force on the
day that matters.

Everything that the helpline says, shows or exports goes through here: texts, and citations in the
form of the chat API. A citation is looked up afresh, article by article, in the statutes or the
guidance; what it says of itself (its dates, its kind, its words) is compared with what is found and
never trusted. What fails is left out and told as `Stopped`:

- a structured citation is left out alone, and with it the sentences that repeat its words or name its article;
- in a text the whole sentence goes that names the article. A sentence without its citation would be a claim without a
  ground, and words cut out of its middle could turn its meaning round. What stands before and after stays as it was;
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
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any, Literal, Protocol

from knowledge.law.citations import Mention, mentions, year_of_age
from knowledge.law.statutes import (
    Article,
    LawEntry,
    Statutes,
    UnknownArticle,
    UnknownLaw,
    article_number,
)

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
Span = tuple[int, int]

# Texts are read folded (`_folded`), so that no pattern has to know how a text is spaced or which
# width its signs have.
_NAMES_AN_ARTICLE = re.compile("[条條]")
_SENTENCE = re.compile(r"[^。！？\n]+[。！？\n」』”）]*|[。！？\n」』”）]+")
_DAY = re.compile(r"(\d{4})[-年./](\d{1,2})[-月./](\d{1,2})")
_NOT_YET = re.compile("尚未施行|还没有?施行|未施行|尚未生效")
_NO_MORE = re.compile("已经?废止|已经?失效|不再施行|不再有效")
_DENIED = re.compile(
    r"没有查到「[^「」\n]{2,60}」|「[^「」\n]{2,60}」在\d{4}-\d\d-\d\d没有施行中的版本"
)

# Numbers that stand apart from a law's name: 第五十七条、第六十条, （新第三十六条）,
# 商标法2026年修订本第57至60条.
_NUMBER = r"[0-9零〇○一二两三四五六七八九十百千万廿卅壹贰叁肆伍陆柒捌玖拾佰仟]+"
_APART = re.compile(
    rf"(?P<ordinal>第)?(?P<numbers>{_NUMBER}(?:[、，和及与或至到～~—–-]第?{_NUMBER})*)[条條]"
    r"(?P<inserted>之[一二三四五六七八九十0-9]+)?"
    r"(?!(?<=第[一二三四五六七八九十1-9]条)(?:路|途径|办法|建议|意见|理由|渠道|消息|线索))"
)
_BETWEEN = re.compile(r"(?:[》」]|（\d{4}[^）]{0,6}）|\d{4}年?(?:版|修[正订]本?)|的|中|里){1,4}$")
_YEAR_BEFORE_NUMBER = re.compile(r"(\d{4})年?(?:版|修[正订]本?)?）?[》」]?的?$")
_YEAR_BEFORE_NAME = re.compile(r"(\d{4})年?(?:版|修[正订])?的?《?$")
_YEAR_AFTER = re.compile(r"（(\d{4})(?:）|年?(?:版|修[正订]))")
_THIS_LAW = re.compile(
    r"(?:[本该此新旧老]|现行|上述|这部)(?:法律?|条例|规定|解释|办法|细则|司法解释)$"
)
_AGE = re.compile(r"([新旧老])(?:修[正订])?的?(?:《?|法律?|条例|规定|解释|办法|细则|司法解释)$")
_KINDS = ("法", "法典", "条例", "规定", "解释", "办法", "细则", "批复")
_LONGEST_GUESS = 12  # characters of a name that nobody knows
_LIKE_A_LAW = re.compile(rf"[一-鿿]{{0,{_LONGEST_GUESS}}}(?:{'|'.join(_KINDS)})$")
_NAME_BEGINS = re.compile(
    r"(?:^|专利法?|[^一-鿿]|[看按照据依和及与或跟同在见到从的其了])(?:实施)?$"
)
_FOREIGN = re.compile(r"(?:(?<![我中全本])国|日本|欧盟|欧洲|新加坡|香港|澳门|台湾|台湾地区)的?《?$")
_TITLE = re.compile(r"《([^《》\n]{2,60})》")
# 商标看第六十三条: the right for the law about it.
_FIELDS = {"商标": "商标法", "专利": "专利法", "著作权": "著作权法", "版权": "著作权法"}
_FIELD = re.compile(rf"(?:{'|'.join(_FIELDS)})(?=[看按：]第)")
_FULL_WIDTH = str.maketrans("(),:;!?", "（），：；！？")  # signs, as the names of laws are written
_NEAR = 80  # characters before a number in which its law may stand right before it

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
class Stopped:
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
    stopped: tuple[Stopped, ...]


@dataclass(frozen=True)
class _Named:
    """An article named in a text, with the sentence that names it. `law` is None for one that
    nobody knows.
    """

    span: Span
    written: str
    law: str | None
    number: str
    year: int | None
    sentence: str


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
        self._statutes = statutes
        self._sections = {
            (one.title, heading): _Section(text, one.reviewed_on, one.starts, one.expires)
            for one in guidance
            for heading, text in one.sections.items()
        }

    def pass_together(self, texts: Sequence[str], citations: Sequence[Cited], days: Days) -> Passed:
        """What may leave of texts and citations that are shown together, such as all replies of a
        turn.
        """
        named = [list(self._named(text)) for text in texts]
        verdicts = [(cited, self._verdict(cited, named, days)) for cited in citations]
        passed = [cited for cited, reason in verdicts if reason is None]
        failed = [(cited, reason) for cited, reason in verdicts if reason is not None]
        shown = {self._article_of(cited) for cited in passed}
        refused = {
            self._article_of(cited): reason
            for cited, reason in failed
            if self._article_of(cited) not in shown
        }
        stopped = [
            Stopped(f"{cited.get('law')}{cited.get('article')}", reason) for cited, reason in failed
        ]
        left = []
        for text, found in zip(texts, named, strict=True):
            bad = [run for cited, _ in failed if (run := _run_of(cited, text))]
            own_words = [run for cited in passed if found and (run := _run_of(cited, text))]
            for one in found:
                reason = (
                    None
                    if _inside(one.span, own_words)
                    else self._objection(one, shown, refused, days)
                )
                if reason:
                    bad.append(one.span)
                    stopped.append(Stopped(one.written, reason))
            left.append(_without(text, bad) if bad else text)
        if stopped:  # once more: what went may have told of a version that is not in force
            again = self.pass_together(left, passed, days)
            return Passed(
                again.texts, again.citations, tuple(dict.fromkeys((*stopped, *again.stopped)))
            )
        return Passed(tuple(left), tuple(passed), ())

    def pass_tree(self, value: Any, days: Days, instead: str) -> tuple[Any, tuple[Stopped, ...]]:
        """What may leave of a value made of JSON's kinds, such as a referral or an export; None
        when nothing may.

        The texts and citations of one object are shown together. `instead` stands for a text that
        nothing is left of.
        """
        stopped: list[Stopped] = []
        left = self._object({"": [value]}, days, instead, stopped)[""]
        return left[0] if left else None, tuple(dict.fromkeys(stopped))

    def _object(
        self, value: Mapping[str, Any], days: Days, instead: str, stopped: list[Stopped]
    ) -> Any:
        parts = list(_flat(list(value.values())))
        texts = [part for part in parts if isinstance(part, str)]
        cited = [part for part in parts if _is_citation(part)]
        passed = self.pass_together(texts, cited, days)
        stopped += passed.stopped
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
            return self._object(part, days, instead, stopped) if isinstance(part, Mapping) else part

        left = {key: left_of(part) for key, part in value.items()}
        if any(part is _LEFT_OUT and _is_citation(value[key]) for key, part in left.items()):
            return _LEFT_OUT
        return {key: None if part is _LEFT_OUT else part for key, part in left.items()}

    # --- citations in the form of the chat API ----------------------------------------------------

    def _verdict(
        self, cited: Cited, named: Iterable[Iterable[_Named]], days: Days
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
        one: _Named,
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
        """The articles that a number may mean: of the year that is written, else of every version."""
        for version in self._statutes.laws[law].versions:
            if year in (None, version.version_date.year):
                try:
                    yield self._statutes.article(law, number, version.in_force_from)
                except UnknownArticle:
                    continue

    def _named(self, text: str) -> Iterator[_Named]:
        """Every article that a text names; spans are those of the text as it was written."""
        if not _NAMES_AN_ARTICLE.search(text):
            return
        folded, places = _folded(text)
        denied = [match.span() for match in _DENIED.finditer(folded)]
        sentences = [match.span() for match in _SENTENCE.finditer(folded)]
        for one in self._mentions(folded):
            if _inside((one.start, one.end), denied):
                continue
            try:
                law = self._statutes.short_title(one.law)
            except UnknownLaw:
                law = None
            yield _Named(
                span=(places[one.start], places[one.end - 1] + 1),
                written=f"{one.law}{one.number}",
                law=law,
                number=one.number,
                year=one.year,
                sentence="".join(
                    folded[start:end]
                    for start, end in sentences
                    if start < one.end and one.start < end
                ),
            )

    def _mentions(self, folded: str) -> Iterator[Mention]:
        """The articles named together with their law, and those named apart from it."""
        together = []
        for one in mentions(folded, self._statutes):
            if _THIS_LAW.search(one.law):
                continue  # 依照本法第五条: the law was named before
            together.append((one.start, one.end))
            before = folded[: one.start]
            year = one.year or self._year(_YEAR_BEFORE_NAME, before, one.end, folded, one.law)
            yield Mention(
                one.start, one.end, f"{_not_ours(before, one.law)}{one.law}", one.number, year
            )
        laws = self._laws_in(folded)
        for match in _APART.finditer(folded):
            if _inside(match.span(), together):
                continue
            before = folded[: match.start()]
            law, beside = _law_of_number(before, laws)
            if law is None or not (beside or match["ordinal"]):
                continue
            year = self._year(_YEAR_BEFORE_NUMBER, before, match.end(), folded, law)
            numbers = [f"{number}条" for number in re.findall(_NUMBER, match["numbers"])]
            numbers[-1] += match["inserted"] or ""
            for number in numbers:
                yield Mention(
                    match.start(), match.end(), law, article_number(number) or f"第{number}", year
                )

    def _laws_in(self, folded: str) -> list[tuple[int, str]]:
        """(where, name) of the laws that a text names; a title in 《》 counts as a whole, whether
        known or not.

        Not one that is part of a known law's title: 关于适用《中华人民共和国民事诉讼法》的解释.
        """
        found = list(_known_names(self._statutes.names).finditer(folded))
        known_spans = [match.span() for match in found]
        titles = [
            match.span(1)
            for match in _TITLE.finditer(folded)
            if not _inside(match.span(), known_spans)
        ]
        known = [(match.start(), match.group()) for match in found]
        laws = [
            (place, name)
            for place, name in known
            if not any(start < place < end for start, end in titles)
        ]
        places = {place for place, _ in laws}
        laws += [(start, folded[start:end]) for start, end in titles if start not in places]
        return sorted(
            laws + [(match.start(), _FIELDS[match.group()]) for match in _FIELD.finditer(folded)]
        )

    def _year(
        self, written: re.Pattern[str], before: str, end: int, folded: str, law: str
    ) -> int | None:
        """The year of the version that is meant, from what stands before and after."""
        if found := written.search(before[-_NEAR:]) or _YEAR_AFTER.match(folded, end):
            return int(found[1])
        age = _AGE.search(before[-_NEAR:])
        try:
            return year_of_age(age[1] if age else None, law, self._statutes)
        except UnknownLaw:
            return None


def _tells(one: _Named, article: Article, days: Days) -> bool:
    """Whether the sentence that names an article which is not in force tells when or that it is
    not.
    """
    if (one.law, one.number) != (article.law, article.article) or one.year not in (
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


def _law_of_number(before: str, laws: list[tuple[int, str]]) -> tuple[str | None, bool]:
    """The law that a number standing apart belongs to, and whether it stands right beside the
    number.

    Beside it: a law named there, 本法 and the like for the one named last, or what only looks like
    a law.
    """
    close = _BETWEEN.sub("", before[-_NEAR:])
    last = next((name for place, name in reversed(laws) if place < len(before)), None)
    if last and close.endswith(last):
        return last, True
    if this := _THIS_LAW.search(close):
        return last or this.group(), True
    if like := _LIKE_A_LAW.search(close):
        return like.group(), True
    return last, False


def _not_ours(before: str, law: str) -> str:
    """What makes the name of a law that of another one: 美国…, 《火星…, 植物新品种保护条例实施细则;
    empty where nothing does.
    """
    if foreign := _FOREIGN.search(before[-_NEAR:]):
        return foreign.group().rstrip("《")
    if law in _KINDS and not _NAME_BEGINS.search(before[-_NEAR:]):
        return re.findall(rf"[一-鿿]{{0,{_LONGEST_GUESS}}}$", before)[0]
    title = before.rpartition("《")[2] if "《" in before else ""
    return "" if "》" in title else title


@lru_cache(maxsize=8)
def _known_names(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, names)))


def _without(text: str, bad: Iterable[Span]) -> str:
    """The text without every sentence that one of the spans touches; empty when no word is left."""
    bad = list(bad)
    folded, places = _folded(text)
    kept, start = [], 0
    for match in _SENTENCE.finditer(folded):
        end = places[match.end()] if match.end() < len(folded) else len(text)
        if not any(begin < end and start < stop for begin, stop in bad):
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


def _inside(span: Span, spans: Iterable[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in spans)


def _flat(value: list[Any]) -> Iterator[Any]:
    for one in value:
        yield from _flat(one) if isinstance(one, list) else (one,)


@cache
def _fold(character: str) -> str:
    """Digits and letters half-width, signs full-width, nothing for what cannot be seen; line breaks
    stay.
    """
    if character != "\n" and (
        character.isspace() or unicodedata.category(character) in ("Cf", "Cc", "Mn")
    ):
        return ""
    folded = unicodedata.normalize("NFKC", character)
    return folded.translate(_FULL_WIDTH) if len(folded) == 1 else character


def _folded(text: str) -> tuple[str, list[int]]:
    """The text as it is read, and for each of its characters the place in the text as it was
    written.
    """
    pairs = [
        (folded, place) for place, character in enumerate(text) if (folded := _fold(character))
    ]
    return "".join(folded for folded, _ in pairs), [place for _, place in pairs]


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
