"""The laws that are held, as an import sees them: which version comes before, what is missing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from api.content.laws import schemas
from knowledge.law.importing import comparing, guessing
from knowledge.law.statutes import Article, LawEntry, Statutes, VersionEntry

ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=4)
def statutes_of(content: Path, texts: Path) -> Statutes:
    """The laws of a folder of content, with those imported to `texts`; neither changes while a
    service runs.
    """
    return Statutes.load(content, texts)


@dataclass(frozen=True)
class Beside:
    """A version that a text is compared with, and its articles by number in their order.

    `same`: the text is of that very version.
    """

    law: LawEntry
    version: VersionEntry
    articles: Mapping[str, Article]
    same: bool

    @property
    def texts(self) -> dict[str, str]:
        numbers = comparing.in_order(list(self.articles))
        return {number: self.articles[number].text for number in numbers}

    @property
    def digest(self) -> bool:
        return any(one.kind == "digest" for one in self.articles.values())


def known_law(title: str, file_name: str, statutes: Statutes) -> str:
    """The short title of the law that a text is of, by its title, else its file's name; "" where
    none is known.
    """
    stem = guessing.DATE_IN_NAME.sub("", Path(file_name).stem)
    return guessing.known_as(title, statutes) or guessing.known_as(stem, statutes) or ""


def beside(details: schemas.LawDetails, statutes: Statutes) -> Beside | None:
    """What a text is compared with: the same version where it is held, else the one before."""
    law = statutes.laws.get(details.law)
    if law is None or details.version_date is None:
        return None
    same = [one for one in law.versions if one.version_date == details.version_date]
    begins = details.in_force_from or details.version_date
    before = [one for one in law.versions if one.in_force_from < begins]
    if not (same or before):
        return None
    version = (same or before)[-1]
    articles = statutes.of_version(law.short, version.version_date)
    return Beside(law, version, articles, bool(same))


def faults(
    details: schemas.LawDetails, reading: Mapping[str, Any], statutes: Statutes
) -> list[schemas.LawFault]:
    """What keeps an import from being handed in."""
    found = [
        schemas.LawFault(field="file", message=f"第 {one['line']} 行：{one['message']}")
        for one in reading["problems"]
    ]
    found += _of_name(details, reading["title"], statutes)
    found += _of_dates(details)
    if not details.address:
        said = "请填来源网址或出处：同事审核时要能找到这份原文"
        found.append(schemas.LawFault(field="address", message=said))
    if not details.publisher:
        found.append(schemas.LawFault(field="publisher", message="请填发布机关"))
    if law := statutes.laws.get(details.law):
        numbers = [one["number"] for one in reading["articles"]]
        found += _of_versions(details, law, numbers, statutes)
    return found


def _of_name(
    details: schemas.LawDetails, title: str, statutes: Statutes
) -> Iterator[schemas.LawFault]:
    if not details.law:
        yield schemas.LawFault(field="law", message="请选是哪部法律；没有收录的，请写一个简称")
        return
    law = statutes.laws.get(details.law)
    titled = guessing.known_as(title, statutes)
    if titled and titled != details.law:
        said = f"文中的标题是《{title}》，与所选的「{details.law}」不是同一部，请核对"
        yield schemas.LawFault(field="law", message=said)
    if law is None and not guessing.is_short_title(details.law):
        said = "简称请写 2 至 40 个字，不带书名号、括号和空格"
        yield schemas.LawFault(field="law", message=said)
    if law is None and guessing.known_as(details.law, statutes):
        said = f"「{details.law}」已收录为「{guessing.known_as(details.law, statutes)}」，请选它"
        yield schemas.LawFault(field="law", message=said)
    if law is not None and law.kind != details.kind:
        said = f"「{law.short}」已收录为{law.kind}，请改成一样"
        yield schemas.LawFault(field="kind", message=said)


def _of_dates(details: schemas.LawDetails) -> Iterator[schemas.LawFault]:
    made, begins, ends = details.version_date, details.in_force_from, details.in_force_to
    if made is None:
        said = "请填版本日期：通过、修订或公布这一版的日期"
        yield schemas.LawFault(field="version_date", message=said)
    if begins is None:
        yield schemas.LawFault(field="in_force_from", message="请填施行日期")
    if made and begins and begins < made:
        said = "施行日期早于版本日期，请核对"
        yield schemas.LawFault(field="in_force_from", message=said)
    if begins and ends and ends < begins:
        said = "停止施行的日期早于施行日期，请核对"
        yield schemas.LawFault(field="in_force_to", message=said)


def _of_versions(
    details: schemas.LawDetails, law: LawEntry, numbers: Sequence[str], statutes: Statutes
) -> Iterator[schemas.LawFault]:
    if details.version_date is None or details.in_force_from is None:
        return
    held = next((one for one in law.versions if one.version_date == details.version_date), None)
    if held is None:
        yield from _of_new_version(details.in_force_from, details.in_force_to, law)
        return
    if (held.in_force_from, held.in_force_to) != (details.in_force_from, details.in_force_to):
        until = held.in_force_to or "未定"
        said = f"这个版本已收录，施行期间是 {held.in_force_from} 至 {until}，请改成一样"
        yield schemas.LawFault(field="in_force_from", message=said)
    articles = statutes.of_version(law.short, held.version_date)
    missing = [number for number in articles if number not in numbers]
    if missing:
        listed = "、".join(missing[:8]) + (f"等 {len(missing)} 条" if len(missing) > 8 else "")
        said = f"已收录的{listed}在这个文件里没有，多半不是同一个版本，或不是全文"
        yield schemas.LawFault(field="file", message=said)


def _of_new_version(begins: date, ends: date | None, law: LawEntry) -> Iterator[schemas.LawFault]:
    """A version that is not held comes behind all that are, or before them."""
    before = [one for one in law.versions if one.in_force_from < begins]
    after = [one for one in law.versions if one.in_force_from >= begins]
    if before and after:
        said = "这一版夹在两个已收录的版本中间，对照表要重做，请让管理员在内容文件里改"
        yield schemas.LawFault(field="in_force_from", message=said)
    elif before and before[-1].in_force_to not in (None, begins - ONE_DAY):
        said = f"前一版收录到 {before[-1].in_force_to} 止，与这一版的施行日期不衔接，请核对"
        yield schemas.LawFault(field="in_force_from", message=said)
    elif after and ends not in (None, after[0].in_force_from - ONE_DAY):
        said = f"后一版从 {after[0].in_force_from} 起施行，这一版应到前一天为止"
        yield schemas.LawFault(field="in_force_to", message=said)
