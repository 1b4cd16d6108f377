"""How far two readers agree. Pure."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence

from api.labels import schemas

Pair = tuple[schemas.Label, schemas.Label]
_FIELDS = {"intent": "意图", "situation": "处境", "right": "权利", "facts": "情况（全部）"}


def kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    """Cohen's kappa of two readers (Cohen 1960): the share of agreement beyond what chance alone
    gives, of what there was to gain, -1 to 1.

    None without pairs, and where both always said the same one thing.
    """
    if not pairs:
        return None
    observed = sum(one == other for one, other in pairs) / len(pairs)
    first, second = (Counter(side) for side in zip(*pairs, strict=True))
    by_chance = sum(first[value] * second[value] for value in first) / len(pairs) ** 2
    return None if by_chance == 1 else (observed - by_chance) / (1 - by_chance)


def fields(pairs: Sequence[Pair], slots: Mapping[str, str]) -> list[schemas.FieldAgreement]:
    """Each field with how far it is agreed on; of the facts also each that anybody labelled.

    `slots`: fact → its name.
    """
    of_fields: dict[str, list[tuple[Hashable, Hashable]]] = {
        name: [(_value(one, name), _value(other, name)) for one, other in pairs] for name in _FIELDS
    }
    of_slots: dict[str, list[tuple[Hashable, Hashable]]] = {
        slot: [(one.facts.get(slot), other.facts.get(slot)) for one, other in pairs]
        for slot in slots
    }
    used = {slot: some for slot, some in of_slots.items() if any(map(any, some))}
    names = {**_FIELDS, **slots}
    return [_shown(field, names[field], some) for field, some in {**of_fields, **used}.items()]


def _value(label: schemas.Label, field: str) -> Hashable:
    if field == "facts":
        return tuple(sorted(label.facts.items()))
    value: str | None = getattr(label, field)
    return value


def _shown(
    field: str, name: str, pairs: Sequence[tuple[Hashable, Hashable]]
) -> schemas.FieldAgreement:
    beyond_chance = kappa(pairs)
    raw = sum(one == other for one, other in pairs) / len(pairs) if pairs else None
    return schemas.FieldAgreement(
        field=field,
        name=name,
        count=len(pairs),
        raw=None if raw is None else round(raw, 3),
        kappa=None if beyond_chance is None else round(beyond_chance, 3),
    )
