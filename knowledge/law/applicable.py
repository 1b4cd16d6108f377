"""Which version and which article govern an act of a day, and what is said when that is not
today's.

The day of the act decides what is infringement, who is excused, damages and penalties; today
decides how to proceed: periods, forms, which body. Which article is which stands in
`content/succession.yml`, where a lawyer reads it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.chinese import normalise
from knowledge.law.citations import Citation, Quoted, Reference, citation, mentions, quoted
from knowledge.law.statutes import (
    Article,
    NotInForce,
    Statutes,
    UnknownArticle,
    UnknownLaw,
    VersionEntry,
)
from knowledge.law.succession import Named, Succession

NOTICE_DAYS = 60  # from so many days before a law changes, affected answers say so
MOST_CHANGES = 3  # told of one law at once
ONE_DAY = timedelta(days=1)
FRESH = timedelta(days=730)  # for so long after a change, letters still quote the old numbers


@dataclass(frozen=True)
class Act:
    """The act that a visitor speaks of: the latest day on which it can have begun, and whether it
    still goes on.
    """

    on: date
    goes_on: bool = False
    right: str | None = None


@dataclass(frozen=True)
class Governing:
    """What governs an act: `substance` judges it, `procedure` says how to proceed today.

    Either may be empty: what an article says may not have existed yet, and older versions may not
    be held.
    """

    substance: tuple[Article, ...]
    procedure: tuple[Article, ...]

    @property
    def differs(self) -> bool:
        """Whether the act is judged by other articles than today's."""
        return self.substance != self.procedure


def governing_articles(
    succession: Succession, article: Article, act: Act | None, today: date
) -> Governing:
    """Which articles hold, for an act, what `article` (of whichever version) holds.

    An act that goes on past a change is judged by the newer version where a rule says so, else by
    both.
    """
    procedure = as_of(succession, article, today)
    if act is None or not succession.by_act(article):
        return Governing(procedure, procedure)
    then = tuple(one for one in as_of(succession, article, act.on) if succession.by_act(one))
    if act.goes_on:
        settled = succession.continuing(article.short_title, act.right)
        then = procedure if settled else tuple(dict.fromkeys((*then, *procedure)))
    return Governing(then, procedure)


def as_of(succession: Succession, article: Article, day: date) -> tuple[Article, ...]:
    """What `article` (of whichever version) is in the version that governs on a day; empty when it
    is nothing there.
    """
    step = succession.predecessors if day < article.in_force_from else succession.successors
    found = [article]
    while found and not any(one.governs(day) for one in found):
        found = [following for one in found for following in step(one)]
    return tuple(dict.fromkeys(one for one in found if one.governs(day)))


@dataclass(frozen=True)
class ApplicableLaw:
    """The law as it bears on one matter, told on one day."""

    statutes: Statutes
    succession: Succession
    on: date
    act: Act | None = None

    def article(self, notation: str) -> Article | None:
        """The article that a content file names, when its version governs today; of several that
        took its place the first.
        """
        return next(iter(self.articles(notation)), None)

    def articles(self, notation: str) -> tuple[Article, ...]:
        """The same, and all that took its place. Only what is named without a year moves on with
        the versions of its law; who writes a year means that version.
        """
        reference = Reference.parse(notation)
        if named := reference.article_of(self.statutes, self.on):
            return (named,)
        meant = reference.meant(self.statutes)
        return as_of(self.succession, meant, self.on) if meant else ()

    def of_its_year(self, notation: str) -> Article | None:
        """The article that a content file names with its year, whether or not that version
        governs.
        """
        reference = Reference.parse(notation)
        if reference.year is None:
            return None
        return self.statutes.of_year(reference.law, reference.year, reference.article)

    def cite(self, basis: Iterable[str]) -> tuple[Citation, ...]:
        """Citations for what a content file names: today's articles, or the ones that judge the
        act.
        """
        today = (article for notation in basis for article in self.articles(notation))
        return tuple(
            dict.fromkeys(citation(one) for article in today for one in self._that_judge(article))
        )

    def about_the_act(self, cited: Iterable[Citation]) -> list[str]:
        """One sentence for each law of these citations whose version of the act's day is not
        today's.
        """
        if self.act is None:
            return []
        by_act = (
            one.short_title
            for one in cited
            if self.succession.by_act(one) or one.short_title in self.succession.earlier
        )
        return [
            sentence for law in dict.fromkeys(by_act) if (sentence := self._about(law, self.act))
        ]

    def coming_changes(self, cited: Iterable[Citation]) -> dict[tuple[date, str], list[str]]:
        """(Day, title of the law) → what changes soon of these citations; what judges an act that
        is over stays as it is for it.
        """
        over = self.act is not None and not self.act.goes_on
        open_ = (one for one in cited if not (over and self.succession.by_act(one)))
        return coming_changes(self.succession, open_, self.on)

    def _that_judge(self, article: Article) -> tuple[Article, ...]:
        if self.act and self._version(article.short_title, self.act.on) is None:
            # The version of that day is not held: today's is shown, and `about_the_act` says so.
            return (article,)
        return governing_articles(self.succession, article, self.act, self.on).substance

    def _version(self, law: str, day: date) -> VersionEntry | None:
        try:
            return self.statutes.version(law, day)
        except NotInForce:
            return None

    def _about(self, law: str, act: Act) -> str | None:
        then, now, title = (
            self._version(law, act.on),
            self._version(law, self.on),
            self.statutes.laws[law].title,
        )
        earlier, day = self.succession.earlier.get(law), f"{act.on.year}年{act.on.month}月"
        told = f"您说的事从{day}持续到现在" if act.goes_on else f"您说的事最晚发生在{day}"
        if earlier and act.on < earlier.until:
            return (
                f"{told}，{earlier.until}以前的部分要按当时的规定判断"
                f"（{earlier.basis.short_title}{earlier.basis.article}）。"
                f"当时的《{title}》这里没有收录，列出的是现行条文，只供对照。"
            )
        if now is None or then == now:
            return None
        if then is None:
            return (
                f"{told}，当时的《{title}》这里没有收录，列出的是现行条文，只供对照，"
                "以当时的规定为准。"
            )
        if not act.goes_on:
            return (
                f"{told}，当时施行的是{then.version_date.year}年的《{title}》，"
                f"现行版{now.in_force_from}才施行："
                "算不算违法、怎么赔、怎么罚看当时的条文，找谁办、期限和手续按今天的法。"
            )
        begins = f"{told}，中间《{title}》在{now.in_force_from}换了新版："
        if settled := self.succession.continuing(law, act.right):
            return f"{begins}持续到修法以后的用现行法（{settled.short_title}{settled.article}）。"
        return (
            f"{begins}用哪一版没有查到明确规定，当时的和现行的条文都列在这里，"
            "请把起止时间写清楚，由受理机关认定。"
        )


def coming_changes(
    succession: Succession, cited: Iterable[Named], on: date
) -> dict[tuple[date, str], list[str]]:
    """(Day, title of the law) → what changes of the cited articles within the next NOTICE_DAYS:
    what is notable, else the numbers.
    """
    notable: dict[tuple[date, str], list[str]] = {}
    moved: dict[tuple[date, str], list[str]] = {}
    for article in cited:
        turns, new_number = (
            changes_soon(article, on),
            successor_phrase(succession, article, "改为", with_note=False),
        )
        if turns is None or not new_number:
            continue
        moved.setdefault((turns, article.title), []).append(f"{article.article}{new_number}")
        if note := succession.change_of(article):
            notable.setdefault((turns, article.title), []).append(note)
    return {
        key: list(dict.fromkeys(notable.get(key) or moved[key]))[:MOST_CHANGES] for key in moved
    }


def what_comes(turns: date, title: str, what: Iterable[str]) -> str:
    """The sentence that tells what changes in a law from a day."""
    return f"{turns}起《{title}》换新版，条号会变：{'；'.join(dict.fromkeys(what))}。"


def changes_soon(article: Named, on: date) -> date | None:
    """The day from which another version governs, when that is at most NOTICE_DAYS ahead."""
    last = article.in_force_to
    soon = last is not None and on <= last and (last + ONE_DAY - on).days <= NOTICE_DAYS
    return last + ONE_DAY if last and soon else None


def successor_phrase(
    succession: Succession, article: Named, verb: str = "是", with_note: bool = True
) -> str:
    """What an article is in the next version, as the end of a sentence: '是第七条（变化：……）';
    empty when not known.
    """
    note = succession.change_of(article) if with_note else ""
    if succession.is_gone(article):
        return f"不再保留（{note}）" if note else "不再保留"
    numbers = "、".join(one.article for one in succession.successors(article))
    if not numbers:
        return ""
    return f"{verb}{numbers}（变化：{note}）" if note else f"{verb}{numbers}"


def comes_later(article: Article) -> str:
    """What is said of a number that only a version not yet in force has: from when, of which
    law.
    """
    return f"{article.in_force_from} 起施行的新版《{article.title}》才有这一条"


@dataclass(frozen=True)
class OldNumber:
    """An article of the version before, of the same number as one that is quoted; `certain` when it
    is the one meant.
    """

    article: Article
    certain: bool


def named(text: str, statutes: Statutes, on: date) -> Iterator[tuple[Quoted, OldNumber | None]]:
    """Every article that `text` names, in order, each with the one that its number had in the
    version before.
    """
    found = mentions(text, statutes)
    for index, (mention, one) in enumerate(zip(found, quoted(text, statutes, on), strict=True)):
        end = found[index + 1].start if index + 1 < len(found) else len(text)
        words = (
            text[mention.end : end]
            if index
            else f"{text[: mention.start]} {text[mention.end : end]}"
        )
        yield (
            one,
            None if mention.year else old_number(statutes, mention.law, mention.number, words, on),
        )


def old_number(statutes: Statutes, law: str, number: str, words: str, on: date) -> OldNumber | None:
    """The article of the version before that a number without a year may mean.

    Certain where today's version has no such number, or the `words` around it are the older
    article's and not today's; else only worth telling while the change is fresh.
    """
    try:
        versions = statutes.laws[statutes.short_title(law)].versions
        now = statutes.version(law, on)
        before = versions[versions.index(now) - 1]
        older = statutes.of_year(law, before.version_date.year, number)
    except (UnknownLaw, NotInForce, UnknownArticle):
        return None
    if older.version_date >= now.version_date:
        return None
    try:
        today = statutes.article(law, number, on)
    except UnknownArticle:
        return OldNumber(older, certain=True)
    told = normalise.words(words)
    of_older, of_today = (
        {word for word in told if word in one.heading + one.text} for one in (older, today)
    )
    if of_older - of_today and not of_today - of_older:
        return OldNumber(older, certain=True)
    fresh = on < now.in_force_from + FRESH and not of_today - of_older
    return OldNumber(older, certain=False) if fresh else None
