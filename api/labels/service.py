"""Sentences for training, one unit of work at a time; the caller commits."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts import audit
from api.accounts.access import NotAllowed, Staff
from api.accounts.roles import MAY, Permission
from api.database import insert_missing
from api.labels import agreement, schemas
from api.labels.errors import AlreadyRead, NeedsThirdPerson, SentenceSettled, SentenceUnknown
from api.labels.models import Reading, Sentence, State
from api.labels.vocabulary import Vocabulary
from api.protection.masking import mask

FIRST, SECOND, THIRD = 1, 2, 3
PAGE = 30


@dataclass(frozen=True)
class LabelledSentence:
    """A sentence with the label that two readers agree on, or that a third decided.

    `facts`: slot → value of a closed vocabulary; several values of one slot are joined by 、.
    """

    text: str
    intent: str
    situation: str | None
    right: str | None
    facts: Mapping[str, str]


@dataclass(frozen=True)
class Said:
    """A visitor's sentence to label, with his conversation and turn."""

    text: str
    proposed: schemas.Label | None
    conversation_id: str
    turn_id: str


async def agreed(session: AsyncSession) -> Sequence[LabelledSentence]:
    """Every sentence that may be trained with, in the order in which they were added."""
    rows = await session.scalars(
        select(Sentence).where(Sentence.state == State.AGREED).order_by(Sentence.id)
    )
    return [LabelledSentence(text=row.text, **row.label) for row in rows if row.label]


async def add(session: AsyncSession, said: Sequence[Said], staff: Staff, *, at: datetime) -> int:
    """Take sentences in, personal data masked; returns how many are new."""
    known = set(
        await session.scalars(
            select(Sentence.turn_id).where(Sentence.turn_id.in_([one.turn_id for one in said]))
        )
    )
    rows = [
        _row(one.text, one.proposed, staff, at)
        | {"conversation_id": one.conversation_id, "turn_id": one.turn_id}
        for one in said
        if one.turn_id not in known
    ]
    if rows:
        await insert_missing(session, Sentence, rows)
    added = len(rows)
    detail = {"sentences": added}
    await audit.record(session, staff, "sentence.add", "sentence", "", at=at, detail=detail)
    return added


async def add_own(
    session: AsyncSession, text: str, proposed: schemas.Label | None, staff: Staff, *, at: datetime
) -> schemas.ToRead:
    """Take in a sentence of the office's own, personal data masked, for its writer to read first;
    a colleague reads it second.
    """
    row = Sentence(**_row(text, proposed, staff, at))
    session.add(row)
    await session.flush()
    await _note(session, staff, "add", row, at=at)
    return schemas.ToRead(id=row.id, text=row.text, place=1, own=True, proposed=proposed)


async def next_for(
    session: AsyncSession, staff: Staff, skipped: Collection[int]
) -> schemas.ToRead | None:
    """What somebody may read next: first what a colleague has read, so that it is settled."""
    row = await session.scalar(
        select(Sentence)
        .where(_is_for(staff), Sentence.id.not_in(skipped))
        .order_by(_READINGS.desc(), Sentence.id)
        .limit(1)
    )
    if row is None:
        return None
    is_second = bool(await _readings(session, row.id))
    proposed = None if is_second or row.proposed is None else schemas.Label(**row.proposed)
    return schemas.ToRead(
        id=row.id,
        text=row.text,
        place=2 if is_second else 1,
        own=row.turn_id is None,
        proposed=proposed,
    )


async def read(
    session: AsyncSession, sentence_id: int, label: schemas.Label, staff: Staff, *, at: datetime
) -> State:
    """Keep what a reader makes of a sentence; the second one settles it, or it is disputed.

    Raises SentenceUnknown, SentenceSettled, AlreadyRead.
    """
    row = await _locked(session, sentence_id)
    if row.state != State.WAITING:
        raise SentenceSettled
    before = await _readings(session, sentence_id)
    if any(one.reader_id == staff.id for one in before):
        raise AlreadyRead
    _add_reading(session, row, len(before) + FIRST, label, staff, at)
    if before:
        is_same = schemas.Label(**before[0].label) == label
        row.state = State.AGREED if is_same else State.DISPUTED
        row.label = label.model_dump() if is_same else None
    await _note(session, staff, "read", row, at=at)
    return State(row.state)


async def decide(
    session: AsyncSession, sentence_id: int, label: schemas.Label, staff: Staff, *, at: datetime
) -> None:
    """Settle what two readers see differently; raises SentenceUnknown, SentenceSettled,
    NeedsThirdPerson.
    """
    row = await _locked(session, sentence_id)
    if row.state != State.DISPUTED:
        raise SentenceSettled
    if any(one.reader_id == staff.id for one in await _readings(session, sentence_id)):
        raise NeedsThirdPerson
    _add_reading(session, row, THIRD, label, staff, at)
    row.state, row.label = State.AGREED, label.model_dump()
    await _note(session, staff, "decide", row, at=at)


async def leave_out(session: AsyncSession, sentence_id: int, staff: Staff, *, at: datetime) -> None:
    """Let nobody train with a sentence. One that is settled is for whoever publishes; raises
    SentenceUnknown, NotAllowed.
    """
    row = await _locked(session, sentence_id)
    if row.state != State.WAITING and Permission.PUBLISH not in MAY[staff.role]:
        raise NotAllowed
    row.state, row.label = State.LEFT_OUT, None
    await _note(session, staff, "leave_out", row, at=at)


async def waiting(session: AsyncSession, staff: Staff) -> schemas.StillToRead:
    """How many sentences wait for whom."""
    states = await session.execute(select(Sentence.state, func.count()).group_by(Sentence.state))
    counts = {state: number for state, number in states}
    mine = await session.execute(
        select(_READINGS, func.count()).where(_is_for(staff)).group_by(_READINGS)
    )
    by_readings = {readings: number for readings, number in mine}
    return schemas.StillToRead(
        first=by_readings.get(0, 0),
        second=by_readings.get(1, 0),
        disputed=counts.get(State.DISPUTED, 0),
        agreed=counts.get(State.AGREED, 0),
    )


async def page(
    session: AsyncSession, state: schemas.StateName, staff: Staff, before: int | None
) -> schemas.SentencesPage:
    """The sentences in a state, the newest first."""
    wanted = select(Sentence).where(Sentence.state == state).order_by(Sentence.id.desc())
    if before is not None:
        wanted = wanted.where(Sentence.id < before)
    rows = (await session.scalars(wanted.limit(PAGE + 1))).all()
    shown = rows[:PAGE]
    readings = await _readings_of(session, [one.id for one in shown])
    return schemas.SentencesPage(
        items=[_shown(row, readings[row.id], staff) for row in shown],
        before=shown[-1].id if len(rows) > PAGE else None,
    )


async def agreement_of(session: AsyncSession, known: Vocabulary) -> list[schemas.FieldAgreement]:
    """How far the two readers of all sentences agree, before anybody decided between them."""
    rows = await session.execute(
        select(Reading.sentence_id, Reading.label)
        .where(Reading.place.in_((FIRST, SECOND)))
        .order_by(Reading.sentence_id, Reading.place)
    )
    by_sentence: dict[int, list[schemas.Label]] = defaultdict(list)
    for sentence_id, label in rows:
        by_sentence[sentence_id].append(schemas.Label(**label))
    pairs = [(some[0], some[1]) for some in by_sentence.values() if len(some) == SECOND]
    return agreement.fields(pairs, known.slots)


_READINGS = (
    select(func.count()).where(Reading.sentence_id == Sentence.id).correlate(Sentence)
).scalar_subquery()


def _row(
    text: str, proposed: schemas.Label | None, staff: Staff, at: datetime
) -> dict[str, object]:
    return {
        "text": mask(text),
        "state": State.WAITING,
        "proposed": proposed and proposed.model_dump(),
        "label": None,
        "added_by_id": staff.id,
        "added_by": staff.display_name,
        "added_at": at,
    }


def _is_for(staff: Staff) -> ColumnElement[bool]:
    """The sentences that somebody may read: those that wait and that he has not read."""
    is_read = exists().where(Reading.sentence_id == Sentence.id, Reading.reader_id == staff.id)
    return (Sentence.state == State.WAITING) & ~is_read


async def _locked(session: AsyncSession, sentence_id: int) -> Sentence:
    row = await session.get(Sentence, sentence_id, with_for_update=True)
    if row is None:
        raise SentenceUnknown
    return row


async def _readings(session: AsyncSession, sentence_id: int) -> Sequence[Reading]:
    return (await _readings_of(session, [sentence_id]))[sentence_id]


async def _readings_of(
    session: AsyncSession, sentence_ids: Sequence[int]
) -> Mapping[int, list[Reading]]:
    found: dict[int, list[Reading]] = defaultdict(list)
    rows = await session.scalars(
        select(Reading).where(Reading.sentence_id.in_(sentence_ids)).order_by(Reading.place)
    )
    for row in rows:
        found[row.sentence_id].append(row)
    return found


def _add_reading(
    session: AsyncSession,
    row: Sentence,
    place: int,
    label: schemas.Label,
    staff: Staff,
    at: datetime,
) -> None:
    session.add(
        Reading(
            sentence_id=row.id,
            place=place,
            reader_id=staff.id,
            reader=staff.display_name,
            label=label.model_dump(),
            read_at=at,
        )
    )


async def _note(
    session: AsyncSession, staff: Staff, done: str, row: Sentence, *, at: datetime
) -> None:
    what, detail = f"sentence.{done}", {"state": str(row.state)}
    await audit.record(session, staff, what, "sentence", str(row.id), at=at, detail=detail)


def _shown(row: Sentence, readings: Sequence[Reading], staff: Staff) -> schemas.SentenceShown:
    """Nobody sees what others made of it before two have read it."""
    is_read = len(readings) >= SECOND
    return schemas.SentenceShown(
        id=row.id,
        text=row.text,
        state=State(row.state).value,
        own=row.turn_id is None,
        added_by=row.added_by,
        added_at=row.added_at,
        readings=[
            schemas.ReadingShown(
                place=one.place, reader=one.reader, label=schemas.Label(**one.label)
            )
            for one in readings
            if is_read
        ],
        label=schemas.Label(**row.label) if row.label else None,
        mine=any(one.reader_id == staff.id for one in readings),
    )
