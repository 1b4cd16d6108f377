"""Which messages a batch of items goes out in: few, in order, and whole items where they fit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from api.outgoing.wording import wording

Fitted = Callable[[Sequence[str]], list[str]]


@dataclass(frozen=True)
class Written:
    """An item of the outbox with the texts that are still to be sent of it."""

    item_id: int
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Parcel:
    """One message. `ends`: the items that are sent whole once it is; `rest`: what is left then of
    an item that is longer than a message.
    """

    text: str
    ends: tuple[int, ...]
    begins: int  # the first item that has words in it
    rest: tuple[str, ...] = ()


def packed(items: Sequence[Written], fitted: Fitted) -> list[Parcel]:
    """The messages of a batch. An item joins those before it where it needs no message more."""
    parcels: list[Parcel] = []
    group: list[Written] = []
    for item in items:
        if group and not _joins(group, item, fitted):
            parcels += _of_group(group, fitted)
            group = []
        group.append(item)
    return parcels + (_of_group(group, fitted) if group else [])


def within(parcels: Sequence[Parcel], left: int | None, fitted: Fitted) -> list[Parcel]:
    """As many messages as may be sent; the last of them tells that more waits, where that fits."""
    if left is None or left >= len(parcels):
        return list(parcels)
    allowed = list(parcels[:left])
    if allowed:
        with_hint = fitted([allowed[-1].text, wording("sending", "more").text])
        if len(with_hint) == 1:
            allowed[-1] = replace(allowed[-1], text=with_hint[0])
    return allowed


def _joins(group: Sequence[Written], item: Written, fitted: Fitted) -> bool:
    return len(fitted(_texts([*group, item]))) == len(fitted(_texts(group)))


def _of_group(group: Sequence[Written], fitted: Fitted) -> list[Parcel]:
    """All but the last message are filled by the first item alone."""
    texts, first = fitted(_texts(group)), group[0]
    alone = fitted(first.texts)
    parcels = [
        Parcel(text, (), first.item_id, tuple(alone[number + 1 :]))
        for number, text in enumerate(texts[:-1])
    ]
    return [*parcels, Parcel(texts[-1], tuple(one.item_id for one in group), first.item_id)]


def _texts(group: Sequence[Written]) -> list[str]:
    return [text for one in group for text in one.texts]
