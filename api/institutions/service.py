"""The directory in use, with the revisions of it that are not in use yet."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml
from pydantic import ValidationError
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.content.models import Item, Release, Revision, State
from api.institutions import schemas
from knowledge.places.directory import FILE, NEW_AREA, Directory, Institution, next_check
from knowledge.places.institutions import Institutions
from knowledge.places.regions import Regions

KIND = "institution"


@dataclass(frozen=True)
class Known:
    """What the database knows of an entry: its version, and what is to come of it."""

    version: int
    pending: schemas.PendingRevision | None


async def known(session: AsyncSession) -> dict[str, Known]:
    """What the database knows, by the entry's key."""
    changes = await session.scalar(select(Release.changes).where(Release.in_use.is_(True)))
    in_use = {one["revision_id"] for one in changes or ()}
    items = (await session.scalars(select(Item).where(Item.kind == KIND))).all()
    newest: dict[int, Revision] = {}
    written = select(Revision).where(Revision.item_id.in_(_of_kind()))
    for row in await session.scalars(written.order_by(Revision.number)):
        newest[row.item_id] = row
    return {one.key: Known(one.version, _pending(newest.get(one.id), in_use)) for one in items}


def overview(
    institutions: Institutions,
    regions: Regions,
    held: Mapping[str, Known],
    on: date,
) -> schemas.InstitutionsOverview:
    """The directory as it stands on a day. It takes a moment: call it in a thread."""
    directory = institutions.directory
    in_use = {one.id: one for one in directory.institutions}
    coming = [key for key, one in held.items() if key not in in_use and one.pending]
    return schemas.InstitutionsOverview(
        day=on,
        file=FILE,
        institutions=[
            _shown(key, in_use.get(key), held.get(key), on) for key in (*coming, *in_use)
        ],
        kinds=_kinds(directory, institutions),
        cities=[
            schemas.CityShown(name=city, counties=list(regions.counties(city)))
            for city in regions.cities
        ]
        + [schemas.CityShown(name=NEW_AREA, counties=[])],
        alike=[schemas.AlikeShown(why=one.why, ids=list(one.ids)) for one in directory.alike()],
        gaps=[
            schemas.GapShown(kind=one.kind, cities=list(one.cities), counties=list(one.counties))
            for one in directory.gaps()
        ],
    )


def _of_kind() -> Select[Any]:
    return select(Item.id).where(Item.kind == KIND)


def _kinds(directory: Directory, institutions: Institutions) -> list[schemas.InstitutionKind]:
    return [
        schemas.InstitutionKind(
            key=key,
            name=kind.name,
            group=kind.group,
            everywhere=kind.everywhere,
            told=key in institutions.kinds,
        )
        for key, kind in directory.kinds.items()
    ]


def _shown(
    key: str, one: Institution | None, held: Known | None, on: date
) -> schemas.InstitutionShown:
    is_dated = one is not None and one.verified_on is not None
    return schemas.InstitutionShown(
        id=key,
        version=held.version if held else 0,
        fields=schemas.InstitutionFields.model_validate(one.model_dump()) if one else None,
        checked=one is not None and one.is_checked(on),
        check_by=next_check(one) if one and is_dated else None,
        pending=held.pending if held else None,
    )


def _pending(row: Revision | None, in_use: Container[int]) -> schemas.PendingRevision | None:
    """The newest revision, unless it is what is in use, or was put away."""
    if row is None or row.state == State.ARCHIVED or row.id in in_use:
        return None
    fields, unreadable = _fields(row.body)
    return schemas.PendingRevision.model_validate(
        {
            "revision_id": row.id,
            "state": row.state,
            "author": row.author,
            "author_id": row.author_id,
            "reason": row.reason,
            "made_at": row.made_at,
            "effective_from": row.effective_from,
            "fields": fields,
            "unreadable": unreadable,
        }
    )


def _fields(body: str | None) -> tuple[schemas.InstitutionFields | None, bool]:
    """What a draft says, and whether it cannot be read: somebody may have written it by hand."""
    if body is None:
        return None, False
    try:
        return schemas.InstitutionFields.model_validate(yaml.safe_load(body)), False
    except (yaml.YAMLError, ValidationError):
        return None, True
