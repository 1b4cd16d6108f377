"""Groups as the desk sees them, and what it does with them; the caller commits."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts import audit
from api.accounts.access import Staff
from api.asked import schemas
from api.asked.models import AskedTurn, Build, Group
from api.asked.reasons import Reason
from api.content.models import Item
from api.conversations.models import Message
from api.errors import HelplineError
from api.labels.models import Sentence
from api.protection.masking import mask

PAGE = 30
EXAMPLES = 50
WEEKS = 12
LATELY = timedelta(days=28)
COMES_BACK = 1.5  # times the size at which it was put aside
NOT_OURS = "not_ours"
_BY_NAME = {str(one.name).lower(): one for one in Reason}

_COUNT = func.count(AskedTurn.turn_id)
_HAS_GROWN = func.coalesce(COMES_BACK * Group.aside_size, 0) <= _COUNT
_IS_ASIDE = Group.aside.is_not(None) & ~_HAS_GROWN
_STANDING: Mapping[schemas.Standing, ColumnElement[bool]] = {
    "open": or_(Group.aside.is_(None), _HAS_GROWN),
    "aside": _IS_ASIDE & (Group.aside != NOT_OURS),
    "not_ours": _IS_ASIDE & (Group.aside == NOT_OURS),
}


class GroupUnknown(HelplineError):
    code = "asked_group_unknown"
    status = HTTPStatus.NOT_FOUND
    title = "没有这一组"
    detail = "没有找到这一组问题：可能对话已经删除，或刚刚重新归并过。请回到列表再看。"


class AnswerUnknown(HelplineError):
    code = "answer_unknown"
    status = HTTPStatus.NOT_FOUND
    title = "没有这条答复"
    detail = "没有找到这条答复，可能已经下架，请刷新后再选。"


async def page(
    session: AsyncSession,
    standing: schemas.Standing,
    reason: schemas.ReasonName | None,
    offset: int,
    *,
    at: datetime,
) -> schemas.Groups:
    """A page of the groups that stand so, with a turn of this reason where one is named."""
    lately = func.sum(case((AskedTurn.asked_at >= at - LATELY, 1), else_=0))
    wanted = select(Group.id).join(AskedTurn, AskedTurn.group_id == Group.id)
    if reason:
        has_bit = AskedTurn.reasons.bitwise_and(int(_BY_NAME[reason])) != 0
        wanted = wanted.where(Group.id.in_(select(AskedTurn.group_id).where(has_bit)))
    found = await session.scalars(
        wanted.group_by(Group.id)
        .having(_STANDING[standing])
        .order_by(lately.desc(), _COUNT.desc(), func.max(AskedTurn.asked_at).desc(), Group.id)
        .offset(offset)
        .limit(PAGE + 1)
    )
    ids = found.all()
    return schemas.Groups(
        items=await _groups(session, ids[:PAGE], at=at),
        counts={one: await _number(session, one) for one in _STANDING},
        next=offset + PAGE if len(ids) > PAGE else None,
        built=await _built(session),
        waiting=await _waiting(session),
    )


async def whole(
    session: AsyncSession,
    group_id: int,
    near: Iterable[tuple[str, float]],
    now: schemas.BotSays | None,
    *,
    at: datetime,
) -> schemas.WholeGroup:
    """A group with its turns; raises GroupUnknown."""
    found = await _groups(session, [group_id], at=at)
    if not found:
        raise GroupUnknown
    turns = (
        await session.scalars(
            select(AskedTurn)
            .where(AskedTurn.group_id == group_id)
            .order_by(AskedTurn.distance, AskedTurn.turn_id)
            .limit(EXAMPLES)
        )
    ).all()
    ids = [one.turn_id for one in turns]
    words = await words_of(session, ids)
    labelled = set(await session.scalars(select(Sentence.turn_id).where(Sentence.turn_id.in_(ids))))
    return schemas.WholeGroup(
        **found[0].model_dump(),
        examples=[
            schemas.Example(
                turn_id=one.turn_id,
                conversation_id=one.conversation_id,
                text=words.get(one.turn_id, ""),
                at=one.asked_at,
                reasons=_names(one.reasons),
                labelled=one.turn_id in labelled,
            )
            for one in turns
        ],
        near=await _nearest(session, near),
        now=now,
    )


async def central(session: AsyncSession, group_id: int) -> str:
    """The most central sentence of a group, masked; raises GroupUnknown."""
    turn_id = await session.scalar(
        select(AskedTurn.turn_id)
        .where(AskedTurn.group_id == group_id)
        .order_by(AskedTurn.distance, AskedTurn.turn_id)
        .limit(1)
    )
    if turn_id is None:
        raise GroupUnknown
    return (await words_of(session, [turn_id])).get(turn_id, "")


async def words_of(session: AsyncSession, turn_ids: Sequence[str]) -> dict[str, str]:
    """Turn → what its visitor said, masked."""
    rows = await session.execute(
        select(Message.turn_id, Message.text).where(
            Message.turn_id.in_(turn_ids), Message.role == "visitor"
        )
    )
    return {str(turn_id): mask(text) for turn_id, text in rows}


async def put_aside(
    session: AsyncSession, group_id: int, done: schemas.PutAside, staff: Staff, *, at: datetime
) -> None:
    """Put a group aside, until it has grown by half; raises GroupUnknown, AnswerUnknown."""
    group = await _locked(session, group_id)
    if done.key is not None and not await _answers(session, [done.key]):
        raise AnswerUnknown
    group.aside, group.aside_key = done.what, done.key
    group.aside_size = await _size(session, group_id)
    group.aside_reason = mask(done.reason) or None
    group.aside_by_id, group.aside_by, group.aside_at = staff.id, staff.display_name, at
    detail = {"what": done.what, "size": group.aside_size, "key": done.key}
    await _note(session, staff, "aside", group_id, detail, at=at)


async def bring_back(session: AsyncSession, group_id: int, staff: Staff, *, at: datetime) -> None:
    """Put a group back among those that wait; raises GroupUnknown."""
    group = await _locked(session, group_id)
    group.aside = group.aside_key = group.aside_reason = group.aside_by = None
    group.aside_size = group.aside_by_id = group.aside_at = None
    await _note(session, staff, "back", group_id, {}, at=at)


async def conversations_of(
    session: AsyncSession, group_id: int, turn_ids: Sequence[str]
) -> dict[str, str]:
    """Turn → conversation, of those that stand in a group."""
    rows = await session.execute(
        select(AskedTurn.turn_id, AskedTurn.conversation_id).where(
            AskedTurn.group_id == group_id, AskedTurn.turn_id.in_(turn_ids)
        )
    )
    return {turn_id: conversation_id for turn_id, conversation_id in rows}


async def _locked(session: AsyncSession, group_id: int) -> Group:
    group = await session.get(Group, group_id, with_for_update=True)
    if group is None:
        raise GroupUnknown
    return group


async def _note(
    session: AsyncSession,
    staff: Staff,
    done: str,
    group_id: int,
    detail: Mapping[str, Any],
    *,
    at: datetime,
) -> None:
    what = f"asked.{done}"
    await audit.record(session, staff, what, "asked", str(group_id), at=at, detail=detail)


async def _size(session: AsyncSession, group_id: int) -> int:
    count = select(func.count()).where(AskedTurn.group_id == group_id)
    return await session.scalar(count) or 0


async def _number(session: AsyncSession, standing: schemas.Standing) -> int:
    groups = (
        select(Group.id)
        .join(AskedTurn, AskedTurn.group_id == Group.id)
        .group_by(Group.id)
        .having(_STANDING[standing])
    )
    return await session.scalar(select(func.count()).select_from(groups.subquery())) or 0


async def _built(session: AsyncSession) -> schemas.Built | None:
    row = await session.scalar(
        select(Build).where(Build.ended_at.is_not(None)).order_by(Build.id.desc()).limit(1)
    )
    if row is None or row.ended_at is None:
        return None
    return schemas.Built(at=row.ended_at, turns=row.turns or 0, groups=row.groups or 0)


async def _waiting(session: AsyncSession) -> int:
    count = select(func.count()).where(AskedTurn.group_id.is_(None))
    return await session.scalar(count) or 0


async def _groups(
    session: AsyncSession, ids: Sequence[int], *, at: datetime
) -> list[schemas.Group]:
    """The groups of these ids, in their order, with what is counted of their turns."""
    turns: dict[int, list[Any]] = defaultdict(list)
    rows = await session.execute(
        select(AskedTurn.group_id, AskedTurn.turn_id, AskedTurn.asked_at, AskedTurn.reasons)
        .where(AskedTurn.group_id.in_(ids))
        .order_by(AskedTurn.distance, AskedTurn.turn_id)
    )
    for group_id, *turn in rows:
        turns[int(group_id or 0)].append(turn)
    words = await words_of(session, [some[0][0] for some in turns.values()])
    found = {one.id: one for one in await session.scalars(select(Group).where(Group.id.in_(ids)))}
    nearest = {
        one.id: one
        for one in await _nearest(
            session,
            [(one.nearest, one.likeness or 0.0) for one in found.values() if one.nearest],
        )
    }
    return [
        _group(found[one], turns[one], words, nearest, at)
        for one in ids
        if one in found and turns[one]
    ]


def _group(
    group: Group,
    turns: Sequence[Any],
    words: Mapping[str, str],
    nearest: Mapping[str, schemas.Nearest],
    at: datetime,
) -> schemas.Group:
    moments = [moment for _, moment, _ in turns]
    near = nearest.get(group.nearest or "")
    likeness = group.likeness or 0.0
    return schemas.Group(
        id=group.id,
        sentence=words.get(turns[0][0], ""),
        count=len(turns),
        lately=sum(moment >= at - LATELY for moment in moments),
        newest_at=max(moments),
        weeks=weeks(moments, at.date()),
        reasons=dict(Counter(name for *_, why in turns for name in _names(why))),
        nearest=near and near.model_copy(update=_apart(likeness)),
        aside=_aside(group),
        grown=group.aside is not None and len(turns) >= COMES_BACK * (group.aside_size or 0),
    )


def weeks(moments: Iterable[datetime], today: date) -> list[schemas.Week]:
    """How many there were in each of the last twelve weeks, Monday to Sunday."""
    counts = Counter(_monday(moment.date()) for moment in moments)
    begins = [_monday(today) - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    return [schemas.Week(begins=one, count=counts[one]) for one in begins]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _aside(group: Group) -> schemas.Aside | None:
    if group.aside is None:
        return None
    return schemas.Aside.model_validate(
        {
            "what": group.aside,
            "by": group.aside_by,
            "at": group.aside_at,
            "size": group.aside_size,
            "key": group.aside_key,
            "reason": group.aside_reason,
        }
    )


def _names(why: int) -> list[Any]:
    return [name for name, bit in _BY_NAME.items() if why & bit]


async def _nearest(
    session: AsyncSession, near: Iterable[tuple[str, float]]
) -> list[schemas.Nearest]:
    """These own answers, as the editor names them."""
    near = list(near)
    known = await _answers(session, [one for one, _ in near])
    return [
        schemas.Nearest(
            id=one,
            title=known[one][1] if one in known else one,
            file=known[one][0] if one in known else None,
            **_apart(likeness),
        )
        for one, likeness in near
    ]


def _apart(likeness: float) -> dict[str, float]:
    return {"likeness": round(likeness, 3), "distance": round(1 - likeness, 3)}


async def _answers(session: AsyncSession, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Answer → its file and title."""
    rows = await session.execute(
        select(Item.key, Item.file, Item.title).where(Item.kind == "answer", Item.key.in_(ids))
    )
    return {key: (file, title) for key, file, title in rows}
