"""The map from an older version of a law to the one that is taken in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from api.content.laws import schemas
from api.content.laws.shelf import Beside
from knowledge.law.importing import comparing
from knowledge.law.importing.changes import can_be_written


def shown(
    beside: Beside, new: Mapping[str, str], kept: Sequence[Mapping[str, Any]] | None
) -> list[schemas.LawMoveShown]:
    """The map as people left it, else as it is proposed; of the same version number by number."""
    old = beside.texts
    if beside.same:
        moves: list[schemas.LawMoveShown] = list(_by_number(old, new))
    elif kept is None:
        moves = [
            _move(one.old, one.new, one.by, "", one.score, old, new)
            for one in comparing.proposed(old, new)
        ]
    else:
        moves = [
            _move(one["old"], one["new"], one["by"], one["note"], None, old, new)
            for one in whole(kept, old, new)
        ]
    return moves


def whole(
    moves: Iterable[Mapping[str, Any]], old: Mapping[str, str], new: Mapping[str, str]
) -> list[dict[str, Any]]:
    """A map in which every article of both versions stands: what is not named is gone, or new, and
    what neither version has is left out.
    """
    by_old = {one["old"]: one for one in moves if one["old"] in old}
    added = {number: one for one in moves if one["old"] is None for number in one["new"]}
    made = [_clean(by_old.get(number), number, old[number], new) for number in old]
    taken = {number for one in made for number in one["new"]}
    return made + [
        {
            "old": None,
            "new": [number],
            "by": added[number]["by"] if number in added else comparing.deciding(new[number]),
            "note": added[number]["note"] if number in added else "",
        }
        for number in new
        if number not in taken
    ]


def written(moves: Sequence[schemas.LawMoveShown]) -> list[dict[str, Any]]:
    """What of a map succession.yml can say: an article that it cannot name is left out."""
    rows = []
    for one in moves:
        new = [number for number in one.new if can_be_written(number)]
        is_lost = bool(one.new) and not new
        if (one.old is None or can_be_written(one.old)) and not is_lost:
            rows.append({"old": one.old, "new": new, "by": one.by, "note": one.note})
    return rows


def unwritable(moves: Sequence[schemas.LawMoveShown]) -> list[str]:
    """The articles that succession.yml cannot name."""
    named = (number for one in moves for number in (one.old, *one.new) if number)
    return list(dict.fromkeys(number for number in named if not can_be_written(number)))


def _clean(
    kept: Mapping[str, Any] | None, number: str, text: str, new: Mapping[str, str]
) -> dict[str, Any]:
    if kept is None:
        return {"old": number, "new": [], "by": comparing.deciding(text), "note": ""}
    went = [one for one in dict.fromkeys(kept["new"]) if one in new]
    return {"old": number, "new": went, "by": kept["by"], "note": kept["note"]}


def _by_number(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[schemas.LawMoveShown]:
    for number in comparing.in_order(list({**old, **new})):
        before, after = ([number] if number in one else [] for one in (old, new))
        yield _move(before[0] if before else None, after, "today", "", None, old, new)


def _move(
    old: str | None,
    new: Iterable[str],
    by: schemas.By,
    note: str,
    score: float | None,
    before: Mapping[str, str],
    after: Mapping[str, str],
) -> schemas.LawMoveShown:
    numbers = list(new)
    came = "\n".join(after[number] for number in numbers)
    pieces = comparing.changed_words(before[old] if old else "", came)
    return schemas.LawMoveShown(
        old=old,
        new=numbers,
        by=by,
        note=note,
        score=score,
        pieces=[schemas.LawPiece(op=one.op, text=one.text) for one in pieces],
    )
