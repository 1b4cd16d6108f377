"""Sentences for training, one unit of work at a time; the caller commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession


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


async def agreed(session: AsyncSession) -> Sequence[LabelledSentence]:
    """Every sentence that may be trained with, in the order in which they were added."""
    return ()
