"""What a visitor sends over a channel, in one form for all of them, and what the channel keeps."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """The value is what the database keeps."""

    TEXT = "text"
    VOICE = "voice"  # `text`: what was recognised, None where nothing was
    IMAGE = "image"  # `media_id`
    LOCATION = "location"  # `text`: the address that the map names
    SUBSCRIBE = "subscribe"  # `text`: the code that was scanned with it, else None
    UNSUBSCRIBE = "unsubscribe"
    SCAN = "scan"  # `text`: the code
    MENU = "menu"  # `text`: the key of the menu's entry
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True)
class Incoming:
    """One thing that came in. `key` is the channel's own id of it: a repeat has the same.

    `account` is the name of our account in the settings, `peer` the visitor's id there.
    """

    channel: str
    account: str
    peer: str
    key: str
    kind: Kind
    sent_at: datetime
    text: str | None = None
    media_id: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    answer_code: str | None = None  # what the channel wants to see with the answer


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
