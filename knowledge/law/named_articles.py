"""Articles that a running text names, in whatever way it names them.

Together with their law (商标法第五十七条), apart from it (第五十七条、第六十条), by 本法, 新法 or a
field of law. A name that nobody knows is read too: whoever holds texts against the statutes must
see it. A number without any law named before it in the same text names nothing.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from knowledge.law.articles import article_number
from knowledge.law.citations import Mention, mentions, year_of_age
from knowledge.law.statutes import Statutes, UnknownLaw

Span = tuple[int, int]

# Texts are read folded (`folded_text`), so that no pattern has to know how a text is spaced or
# which width its signs have.
_NAMES_AN_ARTICLE = re.compile("[条條]")
_SENTENCE = re.compile(r"[^。！？\n]+[。！？\n」』”）]*|[。！？\n」』”）]+")
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


@dataclass(frozen=True)
class NamedArticle:
    """An article named in a text, with the sentence that names it. `law` is None for one that
    nobody knows.
    """

    span: Span
    written: str
    law: str | None
    number: str
    year: int | None
    sentence: str


class NamedArticleReader:
    """Reads texts for the articles that they name; build it once, it is immutable."""

    def __init__(self, statutes: Statutes) -> None:
        self._statutes = statutes

    def read(self, text: str) -> Iterator[NamedArticle]:
        """Every article that a text names; spans are those of the text as it was written."""
        if not _NAMES_AN_ARTICLE.search(text):
            return
        folded, places = folded_text(text)
        denied = [match.span() for match in _DENIED.finditer(folded)]
        sentences = [match.span() for match in _SENTENCE.finditer(folded)]
        for one in self._mentions(folded):
            if inside((one.start, one.end), denied):
                continue
            try:
                law = self._statutes.short_title(one.law)
            except UnknownLaw:
                law = None
            yield NamedArticle(
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
            if inside(match.span(), together):
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
            if not inside(match.span(), known_spans)
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


def sentences_of(folded: str) -> Iterator[Span]:
    """Where the sentences of a folded text stand, with their closing marks."""
    return (match.span() for match in _SENTENCE.finditer(folded))


def inside(span: Span, spans: Iterable[Span]) -> bool:
    """Whether a span lies within one of the others."""
    return any(start <= span[0] and span[1] <= end for start, end in spans)


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


def folded_text(text: str) -> tuple[str, list[int]]:
    """The text as it is read, and for each of its characters the place in the text as it was
    written.
    """
    pairs = [
        (folded, place) for place, character in enumerate(text) if (folded := _fold(character))
    ]
    return "".join(folded for folded, _ in pairs), [place for _, place in pairs]
