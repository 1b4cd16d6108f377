"""What a visitor's page is told of what happens: his own conversation and tickets, and that the
queue moved; nothing of colleagues and of other visitors.
"""

from dataclasses import replace

from api.events.hub import Wants
from api.events.service import Event

FOR_VISITORS = frozenset(
    f"conversation.{what}"
    for what in (
        *("waiting", "claimed", "transferred", "handed_back", "closed", "abandoned"),
        *("message", "facts"),
    )
) | {"approval.done", "ticket.opened", "ticket.changed"}
# After these the others who wait have another place.
QUEUE_MOVES = frozenset(
    f"conversation.{what}" for what in ("waiting", "claimed", "transferred", "abandoned")
)
QUEUE = "conversation.queue"  # the place may have changed: the page asks for it


def of(conversation_id: str) -> Wants:
    """What the visitor of this conversation is told."""

    def told(event: Event) -> Event | None:
        if event.conversation_id == conversation_id:
            return _of_his_own(event)
        return Event(event.id, QUEUE, at=event.at) if event.kind in QUEUE_MOVES else None

    return told


def _of_his_own(event: Event) -> Event | None:
    if event.kind == "conversation.typing":
        return None if event.data.get("by") == "visitor" else replace(event, staff_id=None)
    public_note = event.kind == "ticket.note" and event.data.get("public") is True
    if event.kind not in FOR_VISITORS and not public_note:
        return None
    # Who of the staff did it, and what else colleagues are told, is none of his business.
    shown = {
        name: event.data[name] for name in ("message_id", "role", "state") if name in event.data
    }
    return Event(
        event.id, event.kind, event.conversation_id, event.ticket_number, None, shown, event.at
    )
