"""The figures of a year for everybody: a table as CSV and what it says, in one ZIP.

Nothing personal stands in it and no figure under five. Tables count the same conversations, so that
each gives the total of the others away: small cells are therefore never withheld alone, and no
table crosses two kinds.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy.ext.asyncio import AsyncSession

from api.figures import details as detailed
from api.figures import schemas, service
from api.figures.about import About, abouts
from api.figures.details import NOT_SAID, Labels
from api.figures.monthly import Sums
from api.figures.service import NOT_KNOWN, OTHER, Period
from api.figures.small_cells import K, is_told, merged, withheld
from api.figures.tables import Row, csv_text
from api.figures.words import channel

MONTHS = range(1, 13)
HEADINGS = ("年份", "表", "项", "数量", "说明")
WITHHELD = f"少于{K}，或与少于{K}的一起不公布"
TOGETHER = f"少于{K}的各项与最小的几项合在一起"
Cell = tuple[str, float | None, str]  # its name, how many, what is to be said of it
Table = tuple[str, list[Cell]]


@dataclass(frozen=True)
class Year:
    """What is counted of a year."""

    year: int
    days: Sequence[schemas.Day]
    found: Mapping[About, int]
    hours: Sequence[schemas.Hour]
    kept: Sequence[schemas.Kept]
    outcomes: Sequence[schemas.Cell]
    scores: Mapping[int, int]


async def year(session: AsyncSession, period: Period, *, at: datetime) -> Year:
    """Count a year."""
    outcomes = await detailed.outcomes(session, period)
    return Year(
        year=period.first.year,
        days=await service.days(session, period, at=at),
        found=await abouts(session, service.facts_within(period)),
        hours=await detailed.hours(session, period),
        kept=await detailed.kept(session, period, at=at),
        outcomes=outcomes.told,
        scores=(await service.satisfaction(session, period, 1)).by_score,
    )


def archive(counted: Year, labels: Labels, kept_days: int, today: date) -> bytes:
    """The ZIP; `kept_days` a conversation without a ticket is kept."""
    rows: list[Row] = [HEADINGS]
    for name, cells in _tables(counted, labels):
        rows += [(counted.year, name, *cell) for cell in cells]
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as zipped:
        zipped.writestr(f"受理情况-{counted.year}.csv", csv_text(rows))
        zipped.writestr("说明.txt", _read_me(counted.year, kept_days, today))
    return packed.getvalue()


def _tables(counted: Year, labels: Labels) -> Iterable[Table]:
    sums, days = Sums.of(counted.days), counted.days
    yield "各月受理咨询", _in_places(_months(days, "conversations"))
    yield "各月转人工", _in_places(_months(days, "handoffs"))
    yield "各月登记工单", _in_places(_months(days, "tickets"))
    yield "各时段受理咨询", _in_places({f"{one.hour:02}时": one.count for one in counted.hours})
    yield "各渠道受理咨询", _as_one(_channels(days))
    yield "各地市受理咨询", _as_one(_by(counted.found, lambda one: one.city, NOT_SAID))
    yield (
        "各主题受理咨询",
        _as_one(_by(counted.found, lambda one: labels.situations.get(one.situation or ""))),
    )
    yield (
        "各类权利受理咨询",
        _as_one(_by(counted.found, lambda one: labels.rights.get(one.right or ""))),
    )
    rest = sums.conversations - sums.deflected
    yield "受理咨询的办结", _in_places({"自动应答办完": sums.deflected, "其余": rest})
    other = sums.handoffs - sums.claimed - sums.abandoned
    yield (
        "转人工的结果",
        _in_places({"接起": sums.claimed, "没等到": sums.abandoned, "其他": other}),
    )
    yield "自动应答的处理结果", _in_places({one.label: one.count for one in counted.outcomes})
    for one in counted.kept:
        over = {"按期": one.in_time, "超期": one.late + one.overdue}
        rest = one.running + one.stopped
        yield f"工单时限（{one.label}）", _in_places({**over, "还在办或中止": rest})
    yield from _scores(counted.scores)


def _scores(scores: Mapping[int, int]) -> Iterable[Table]:
    """How often each score was given. The mean would give back what is withheld."""
    cells = {f"{score}分": count for score, count in sorted(scores.items(), reverse=True)}
    yield "满意度评分", _in_places(cells)
    count = sum(scores.values())
    if count and is_told(withheld(list(cells.values()), K)):
        total = sum(score * times for score, times in scores.items())
        yield "满意度平均分", [("平均分", round(total / count, 2), "满分5分")]


def _months(days: Iterable[schemas.Day], name: str) -> dict[str, int]:
    counts: Counter[int] = Counter()
    for day in days:
        counts[day.day.month] += getattr(day, name)
    return {f"{month}月": counts[month] for month in MONTHS}


def _channels(days: Iterable[schemas.Day]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for day in days:
        counts[channel(day.channel)] += day.conversations
    return counts


def _by(
    found: Mapping[About, int], name: Callable[[About], str | None], otherwise: str = NOT_KNOWN
) -> Counter[str]:
    counts: Counter[str] = Counter()
    for about, count in found.items():
        counts[name(about) or otherwise] += count
    return counts


def _in_places(cells: Mapping[str, int]) -> list[Cell]:
    told = withheld(list(cells.values()), K)
    return [
        (name, count, "" if count is not None else WITHHELD)
        for name, count in zip(cells, told, strict=True)
    ]


def _as_one(cells: Mapping[str, int]) -> list[Cell]:
    told, rest = merged(cells, K)
    ordered = sorted(told.items(), key=lambda one: (-one[1], one[0]))
    rows: list[Cell] = [(name, count, "") for name, count in ordered]
    if rest:
        rows.append((OTHER, rest if rest >= K else None, TOGETHER if rest >= K else WITHHELD))
    return rows


def _read_me(year: int, kept_days: int, today: date) -> str:
    lines = [
        f"知识产权维权援助热线 {year} 年受理情况",
        "",
        f"这份数据由热线的记录数出，{today.year}年{today.month}月{today.day}日制作。"
        "只有合计，没有个人信息，没有任何人说过的话。",
        f"小于 {K} 的数不公布；为了不让人用减法算出来，最小的几项也一起不公布，"
        "或合并为「其他」。0 照实写。",
        "数量空着的，是不公布，不是没有。各表数的对象不同，不要相加。",
        "地市是来访者说的所在地，没有说的按事情发生地。",
        "「自动应答办完」指一小时没有再说话、没有要人工、没有登记工单的对话，不等于事情已经解决。",
        "「自动应答的处理结果」只数记下了结果的话；开始记录以前的、由人工接待的不在内。",
    ]
    if (today - date(year, 1, 1)).days >= kept_days:
        lines.append(
            f"没有工单的对话保存 {kept_days} 天后删除，来访者要求删除的随时删除。"
            "制作时已经删除的对话不在内，所以全年的数字偏少，各月之间不能直接比较。"
        )
    return "\r\n".join([*lines, ""])
