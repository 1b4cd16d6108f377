"""Who of the staff has a conversation open, and who of them writes: kept in memory, told to every
process, never stored.
"""

import time
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from api.accounts.access import Staff
from api.desk.schemas import Viewer
from api.events.hub import Hub
from api.events.service import Event

VIEWERS, TYPING = "conversation.viewers", "conversation.typing"
LOOKS_S = 45.0  # after the last sign; the console gives one every 20 s
TYPES_S = 8.0


@dataclass
class _Viewer:
    name: str
    looks_until: float
    types_until: float = 0.0


class Viewers:
    """Listens to the hub, so that each process knows of all viewers."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._of: dict[str, dict[int, _Viewer]] = {}
        hub.hear(self._heard)

    def of(self, conversation_id: str) -> list[Viewer]:
        """Who has it open at the moment."""
        now = time.monotonic()
        there = self._of.get(conversation_id, {})
        for staff_id in [one for one, viewer in there.items() if viewer.looks_until < now]:
            del there[staff_id]
        if not there:
            self._of.pop(conversation_id, None)
        return [
            Viewer(id=staff_id, name=viewer.name, typing=viewer.types_until > now)
            for staff_id, viewer in there.items()
        ]

    async def look(self, conversation_id: str, staff: Staff, *, left: bool) -> list[Viewer]:
        """Somebody has it open, or left it; who has it open then."""
        data = {"name": staff.display_name, "left": left}
        await self._hub.tell(Event(None, VIEWERS, conversation_id, staff_id=staff.id, data=data))
        return self.of(conversation_id)

    async def types(self, conversation_id: str, staff: Staff, *, typing: bool) -> None:
        """The operator who has the conversation writes, or stopped."""
        data = {"by": "operator", "name": staff.display_name, "typing": typing}
        await self._hub.tell(Event(None, TYPING, conversation_id, staff_id=staff.id, data=data))

    def _heard(self, event: Event) -> None:
        if event.conversation_id is None or event.staff_id is None:
            return
        now = time.monotonic()
        if event.kind == VIEWERS and event.data.get("left"):
            self._of.get(event.conversation_id, {}).pop(event.staff_id, None)
        elif event.kind == VIEWERS:
            there = self._of.setdefault(event.conversation_id, {})
            viewer = there.setdefault(event.staff_id, _Viewer(str(event.data["name"]), now))
            viewer.looks_until = now + LOOKS_S
        elif event.kind == TYPING:
            viewing = self._of.get(event.conversation_id, {}).get(event.staff_id)
            if viewing:
                viewing.types_until = now + TYPES_S if event.data.get("typing") else 0.0


async def _viewers_of(request: Request) -> Viewers:
    viewers: Viewers = request.app.state.viewers
    return viewers


AppViewers = Annotated[Viewers, Depends(_viewers_of)]
