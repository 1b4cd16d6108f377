"""Where Rasa keeps trackers: nowhere. The service remembers conversations, Rasa thinks about turns.

Each turn has a tracker of its own, whose sender is the turn's id. What the turn begins with (that a
form is asking, and for what) the service lays into it before it sends the message.
"""

from typing import Any, Optional

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

MOST_KEPT = 256  # beginnings whose messages never came


class TurnTrackerStore(InMemoryTrackerStore):
    """Keeps how a turn begins until its message comes, and nothing that a visitor said."""

    def __init__(
        self, domain: Domain, event_broker: Optional[EventBroker] = None, **kwargs: Any
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep a tracker without a message; forget one whose turn is over."""
        if tracker.latest_message is not None and tracker.latest_message.text:
            self.store.pop(tracker.sender_id, None)
            return
        await super().save(tracker)
        while len(self.store) > MOST_KEPT:
            self.store.pop(next(iter(self.store)), None)
