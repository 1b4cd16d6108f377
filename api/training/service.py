"""Trainings in the database, one unit of work at a time; the caller commits."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts import audit
from api.accounts.access import Staff
from api.dialogue.chosen import Withdrawn
from api.events import service as events
from api.training import schemas
from api.training.errors import NotUnderWay, RunUnknown, TrainingUnderWay
from api.training.models import UNDER_WAY, Run, State

CHANGED = "training.changed"
PROGRESS = "training.progress"
SILENT_FOR = timedelta(minutes=1)  # after which a run's process counts as dead
CUT_OFF = "训练做到一半停了（服务重启或断电），什么都没有改变，现用的模型照常。请再训练一次。"
PAGE = 30


async def begin(
    session: AsyncSession, staff: Staff, sentences: int, left_out: int, *, at: datetime
) -> int:
    """Note that a training begins; returns its id. Raises TrainingUnderWay."""
    row = Run(
        state=State.WAITING,
        under_way=True,
        started_by_id=staff.id,
        started_by=staff.display_name,
        started_at=at,
        seen_at=at,
        progress=0,
        sentences=sentences,
        left_out=left_out,
    )
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as taken:
        raise TrainingUnderWay from taken
    told = {"sentences": sentences}
    await audit.record(
        session, staff, "training.start", "training", str(row.id), at=at, detail=told
    )
    await events.publish(session, CHANGED, at=at, staff_id=staff.id)
    return row.id


async def move(
    session: AsyncSession, run_id: int, state: State, *, at: datetime, **told: Any
) -> bool:
    """Note how far a run is; False where it is over, because somebody cancelled it."""
    if state not in UNDER_WAY:
        told |= {"under_way": None, "ended_at": at}
    moved = update(Run).where(Run.id == run_id, Run.under_way.is_(True))
    result: Any = await session.execute(moved.values(state=state, seen_at=at, **told))
    await events.publish(session, CHANGED, at=at)
    return bool(result.rowcount)


async def beat(session: AsyncSession, run_id: int, progress: int, *, at: datetime) -> bool:
    """Note that a run goes on; False where it is over."""
    alive = update(Run).where(Run.id == run_id, Run.under_way.is_(True))
    result: Any = await session.execute(alive.values(seen_at=at, progress=progress))
    return bool(result.rowcount)


async def cancel(session: AsyncSession, run_id: int, staff: Staff, *, at: datetime) -> None:
    """End a run; whoever carries it out sees it and stops. Raises RunUnknown, NotUnderWay."""
    await one(session, run_id)
    if not await move(session, run_id, State.CANCELLED, at=at):
        raise NotUnderWay
    await audit.record(session, staff, "training.cancel", "training", str(run_id), at=at)


async def fail_what_was_cut_off(session: AsyncSession, *, at: datetime) -> list[int]:
    """Whoever carried these out died: nobody will finish them. Returns their ids."""
    dead = select(Run).where(Run.under_way.is_(True), Run.seen_at < at - SILENT_FOR)
    rows = (await session.scalars(dead)).all()
    for row in rows:
        row.state, row.under_way, row.ended_at, row.problem = State.FAILED, None, at, CUT_OFF
    if rows:
        await events.publish(session, CHANGED, at=at)
    return [row.id for row in rows]


async def put_in_use(
    session: AsyncSession, name: str, staff: Staff | None, what: str, *, at: datetime
) -> None:
    """Note which model is in use; `what` names in the log what was done. Another one is over."""
    for row in await session.scalars(select(Run).where(Run.state == State.ACTIVE)):
        if row.model != name:
            row.state = State.SUPERSEDED
    run = await session.scalar(select(Run).where(Run.model == name))
    if run is not None:
        run.state, run.activated_at, run.problem = State.ACTIVE, at, None
        run.activated_by = staff.display_name if staff else run.activated_by
    if staff is not None:
        await audit.record(session, staff, what, "model", name, at=at)
    await events.publish(session, CHANGED, at=at, staff_id=staff.id if staff else None)


async def note_withdrawn(session: AsyncSession, gone: Withdrawn, *, at: datetime) -> bool:
    """Note that a model was put out of use by itself, and why; False where that is noted."""
    was_used = (State.ACTIVE, State.SUPERSEDED)
    found = select(Run).where(Run.model == gone.model, Run.state.in_(was_used))
    run = await session.scalar(found)
    if run is None:
        return False
    run.state, run.problem = State.WITHDRAWN, f"{gone.why}。"
    told = {"why": gone.why, "when": gone.at}
    await audit.record(session, None, "model.withdraw", "model", gone.model, at=at, detail=told)
    await events.publish(session, CHANGED, at=at)
    return True


async def under_way(session: AsyncSession) -> int | None:
    """The run that is being carried out, wherever."""
    found: int | None = await session.scalar(select(Run.id).where(Run.under_way.is_(True)))
    return found


async def newest(session: AsyncSession) -> int:
    """The id of the newest run; 0 where there is none."""
    return await session.scalar(select(func.max(Run.id))) or 0


async def active(session: AsyncSession) -> str | None:
    """The model that is noted as in use; None where the checkout's is."""
    found: str | None = await session.scalar(select(Run.model).where(Run.state == State.ACTIVE))
    return found


async def models(session: AsyncSession) -> set[str]:
    """The models that are noted as having a file."""
    found = await session.scalars(select(Run.model).where(Run.model.is_not(None)))
    return {name for name in found if name}


async def forget_models(session: AsyncSession, gone: Iterable[str]) -> None:
    """Note that these models have no file any more."""
    await session.execute(update(Run).where(Run.model.in_(gone)).values(model=None))


async def page(session: AsyncSession) -> list[Run]:
    """The newest runs first."""
    return list(await session.scalars(select(Run).order_by(Run.id.desc()).limit(PAGE)))


async def one(session: AsyncSession, run_id: int) -> Run:
    """A run; raises RunUnknown."""
    row = await session.get(Run, run_id)
    if row is None:
        raise RunUnknown
    return row


def shown(row: Run) -> schemas.RunShown:
    """A run as the API shows it, without its report."""
    refused = (row.report or {}).get("why", []) if row.state == State.REFUSED else []
    names = set(schemas.RunShown.model_fields) - {"refused_for"}
    return schemas.RunShown(refused_for=refused, **{name: getattr(row, name) for name in names})
