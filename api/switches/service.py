"""What is switched and told, one unit of work at a time; the caller commits.

Every turn reads the rows in the unit of work that stores its answer, so that a switch holds in
every process from its commit on, also for a turn that was under way.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts import audit
from api.accounts.access import Staff
from api.errors import HelplineError
from api.events import service as events
from api.outgoing.wording import vocabulary
from api.switches import schemas
from api.switches.models import Banner, Switch
from api.switches.schemas import Mode

CHANGED = "switches.changed"
EVERYTHING = "*"
STRICTEST_FIRST: Sequence[Mode] = ("off", "operators", "approve")
# Values of the vocabulary that say that something is not known.
NO_TOPIC = frozenset({"unknown", "none"})
OF_A_FAMILY = "（类型未明）"  # as a topic such a right stands for all its kinds
EARLIER = 50  # rows of what was, on the page

# Made once: every turn asks what holds.
_HOLD = select(Switch).where(
    Switch.lifted_at.is_(None),
    Switch.starts_at <= bindparam("at"),
    or_(Switch.ends_at.is_(None), Switch.ends_at > bindparam("at")),
)


class TopicUnknown(HelplineError):
    code = "topic_unknown"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "没有这个主题"
    detail = "没有找到这个主题，请从权利或处境的列表里选一个。"


class ModeNotForAll(HelplineError):
    code = "mode_not_for_all"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "全部只能停"
    detail = "对全部内容只能停用自动应答；先核对再发、只由人工答，请按主题来设。"


class EndsBeforeItBegins(HelplineError):
    code = "ends_before_it_begins"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "结束时间不对"
    detail = "结束时间要在开始之后，也要在现在之后，请改一下再保存。"


class BannerEmpty(HelplineError):
    code = "banner_empty"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "公告没有内容"
    detail = f"公告是空的，请写一句话，最多 {schemas.LONGEST_BANNER} 个字。"


class SwitchUnknown(HelplineError):
    code = "switch_unknown"
    status = HTTPStatus.NOT_FOUND
    title = "没有这个开关"
    detail = "这个开关已经不在了，可能同事刚刚恢复，请刷新后再看。"


class SwitchedMeanwhile(HelplineError):
    code = "switched_meanwhile"
    status = HTTPStatus.CONFLICT
    title = "同事刚刚改过"
    detail = "同事在同一时间改了这个主题的开关，您的没有保存。请刷新看过再决定。"


@dataclass(frozen=True)
class Switched:
    """What holds at a moment: whether the bot is off, and how each switched topic stands."""

    bot_off: bool
    modes: Mapping[str, Mode]

    def mode_of(self, topics: Collection[str]) -> Mode | None:
        """The strictest mode of these topics; None where none of them is switched."""
        modes = {self.modes[topic] for topic in topics if topic in self.modes}
        return next((mode for mode in STRICTEST_FIRST if mode in modes), None)


async def current(session: AsyncSession, *, at: datetime) -> Switched:
    """What holds at a moment."""
    rows = (await session.scalars(_HOLD, {"at": at})).all()
    modes = {row.topic: _mode(row) for row in rows}
    return Switched(EVERYTHING in modes, modes)


async def banner(session: AsyncSession, *, on: date) -> Banner | None:
    """The line that visitors read on a day; of several the one that was set last."""
    valid = select(Banner).where(
        Banner.lifted_at.is_(None), Banner.first_day <= on, Banner.last_day >= on
    )
    found: Banner | None = await session.scalar(valid.order_by(Banner.id.desc()).limit(1))
    return found


async def set_switch(
    session: AsyncSession, new: schemas.NewSwitch, staff: Staff, *, at: datetime
) -> schemas.Switch:
    """Let a topic stand so; what was set for it before is lifted.

    Raises TopicUnknown, ModeNotForAll, EndsBeforeItBegins, SwitchedMeanwhile.
    """
    if new.topic != EVERYTHING and new.topic not in labels():
        raise TopicUnknown
    if new.topic == EVERYTHING and new.mode != "off":
        raise ModeNotForAll
    starts_at = max(new.starts_at or at, at)
    if new.ends_at is not None and new.ends_at <= starts_at:
        raise EndsBeforeItBegins
    before = select(Switch).where(Switch.topic == new.topic, Switch.lifted_at.is_(None))
    for row in await session.scalars(before.with_for_update()):
        _lift(row, staff, at)
    await session.flush()
    row = Switch(
        topic=new.topic,
        mode=new.mode,
        note=new.note,
        starts_at=starts_at,
        ends_at=new.ends_at,
        set_by_id=staff.id,
        set_by=staff.display_name,
        set_at=at,
    )
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as race:
        raise SwitchedMeanwhile from race
    detail = {"mode": new.mode, "from": _told(starts_at), "until": _told(new.ends_at)}
    await _note(session, staff, "switch.set", new.topic, at=at, detail=detail)
    return _switch(row, at)


async def lift_switch(session: AsyncSession, switch_id: int, staff: Staff, *, at: datetime) -> None:
    """Let a topic be answered as ever again; raises SwitchUnknown."""
    row = await session.get(Switch, switch_id, with_for_update=True)
    if row is None or row.lifted_at is not None:
        raise SwitchUnknown
    _lift(row, staff, at)
    await session.flush()
    await _note(session, staff, "switch.lift", row.topic, at=at, detail={"mode": row.mode})


async def set_banner(
    session: AsyncSession, new: schemas.NewBanner, staff: Staff, *, at: datetime
) -> schemas.Banner:
    """Show visitors a line on these days; raises BannerEmpty, EndsBeforeItBegins."""
    if not new.text:
        raise BannerEmpty
    if new.last_day < max(new.first_day, at.date()):
        raise EndsBeforeItBegins
    row = Banner(
        text=new.text,
        first_day=new.first_day,
        last_day=new.last_day,
        set_by_id=staff.id,
        set_by=staff.display_name,
        set_at=at,
    )
    session.add(row)
    await session.flush()
    detail = {"from": new.first_day.isoformat(), "until": new.last_day.isoformat()}
    await _note(session, staff, "banner.set", str(row.id), at=at, detail=detail)
    return _banner(row, at)


async def lift_banner(session: AsyncSession, banner_id: int, staff: Staff, *, at: datetime) -> None:
    """Take a line down; raises SwitchUnknown."""
    row = await session.get(Banner, banner_id, with_for_update=True)
    if row is None or row.lifted_at is not None:
        raise SwitchUnknown
    _lift(row, staff, at)
    await session.flush()
    await _note(session, staff, "banner.lift", str(row.id), at=at, detail={})


async def overview(session: AsyncSession, *, at: datetime) -> schemas.Switches:
    """All that holds or will, and the latest of what did."""
    ahead, past = _ahead(at), _past(at)
    newest = Switch.id.desc()
    rows = await session.scalars(select(Switch).where(ahead).order_by(newest))
    earlier = await session.scalars(select(Switch).where(past).order_by(newest).limit(EARLIER))
    lines = select(Banner).order_by(Banner.id.desc())
    shown = and_(Banner.lifted_at.is_(None), Banner.last_day >= at.date())
    gone = or_(Banner.lifted_at.is_not(None), Banner.last_day < at.date())
    return schemas.Switches(
        bot_off=(await current(session, at=at)).bot_off,
        switches=[_switch(row, at) for row in rows],
        banners=[_banner(row, at) for row in await session.scalars(lines.where(shown))],
        earlier_switches=[_switch(row, at) for row in earlier],
        earlier_banners=[
            _banner(row, at) for row in await session.scalars(lines.where(gone).limit(EARLIER))
        ],
        topics=topics(),
    )


async def switched_off(session: AsyncSession, *, at: datetime) -> schemas.SwitchedOff:
    """What is not as ever at this moment."""
    now = await current(session, at=at)
    names = [labels()[topic] for topic in now.modes if topic in labels()]
    return schemas.SwitchedOff(bot_off=now.bot_off, topics=names)


async def public_state(session: AsyncSession, *, at: datetime) -> schemas.PublicState:
    """What a visitor's page shows."""
    line, now = await banner(session, on=at.date()), await current(session, at=at)
    return schemas.PublicState(
        banner=line.text if line else None,
        until=line.last_day if line else None,
        bot_off=now.bot_off,
    )


def topics() -> list[schemas.SwitchTopic]:
    """Every topic that can be switched, rights first."""
    words = vocabulary()
    kinds: tuple[Literal["right", "situation"], ...] = ("right", "situation")
    return [
        schemas.SwitchTopic(
            topic=topic, label=label.replace(OF_A_FAMILY, "（所有类型）"), kind=kind
        )
        for kind in kinds
        for topic, label in words[kind].items()
        if topic not in NO_TOPIC
    ]


def labels() -> Mapping[str, str]:
    """Topic → what people call it."""
    return {one.topic: one.label for one in topics()} | {EVERYTHING: "全部自动应答"}


def of_facts(facts: Mapping[str, object]) -> Iterable[str]:
    """The topics that facts are about; a kind of patent is about patents as well."""
    right = str(facts.get("right") or "")
    return {str(facts.get("situation") or ""), right, right.split("_")[0]} - {""}


def _ahead(at: datetime) -> ColumnElement[bool]:
    return and_(Switch.lifted_at.is_(None), or_(Switch.ends_at.is_(None), Switch.ends_at > at))


def _past(at: datetime) -> ColumnElement[bool]:
    return or_(Switch.lifted_at.is_not(None), Switch.ends_at <= at)


def _lift(row: Switch | Banner, staff: Staff, at: datetime) -> None:
    row.lifted_by_id, row.lifted_by, row.lifted_at = staff.id, staff.display_name, at


async def _note(
    session: AsyncSession,
    staff: Staff,
    what: str,
    object_id: str,
    *,
    at: datetime,
    detail: Mapping[str, object],
) -> None:
    """Write it into the audit log and tell every console."""
    noun = what.split(".", maxsplit=1)[0]
    await audit.record(session, staff, what, noun, object_id, at=at, detail=detail)
    await events.publish(session, CHANGED, at=at, staff_id=staff.id)


def _told(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="minutes") if moment else None


def _mode(row: Switch) -> Mode:
    return next(mode for mode in STRICTEST_FIRST if mode == row.mode)


def _switch(row: Switch, at: datetime) -> schemas.Switch:
    over = row.ends_at is not None and row.ends_at <= at
    return schemas.Switch(
        id=row.id,
        topic=row.topic,
        label=labels().get(row.topic, row.topic),
        mode=_mode(row),
        note=row.note,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        stands=_stands(row, over=over, later=row.starts_at > at),
        **_by_whom(row),
    )


def _banner(row: Banner, at: datetime) -> schemas.Banner:
    today = at.date()
    return schemas.Banner(
        id=row.id,
        text=row.text,
        first_day=row.first_day,
        last_day=row.last_day,
        stands=_stands(row, over=row.last_day < today, later=row.first_day > today),
        **_by_whom(row),
    )


def _stands(
    row: Switch | Banner, *, over: bool, later: bool
) -> Literal["on", "later", "over", "lifted"]:
    if row.lifted_at is not None:
        return "lifted"
    if over:
        return "over"
    return "later" if later else "on"


def _by_whom(row: Switch | Banner) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("set_by", "set_at", "lifted_by", "lifted_at")}
