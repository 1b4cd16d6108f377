"""Pictures and the like that a channel keeps for us for a while."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Media:
    """What was sent, as the channel gives it back."""

    content: bytes
    media_type: str


class MediaGone(Exception):
    """The channel keeps it no longer, or never knew it."""


class MediaUnavailable(Exception):
    """The channel cannot give it back at the moment."""


class MediaSource(Protocol):
    """Gives back what a channel keeps."""

    async def fetch(self, account: str, media_id: str) -> Media:
        """One medium of an account of ours; raises MediaGone, MediaUnavailable."""
        ...
