"""The states of what is to be sent."""

from enum import StrEnum


class State(StrEnum):
    """The value is what the database keeps."""

    PENDING = "pending"  # to be sent from `due_at` on
    LEASED = "leased"  # somebody is sending it, until `leased_until`
    HELD = "held"  # the channel takes nothing now: sent at the next contact
    SENT = "sent"
    DEAD = "dead"  # given up; staff see it
    DROPPED = "dropped"  # nobody needs it any more
