"""What of all that happens a console is told."""

from api.accounts.access import Staff
from api.events.hub import Wants
from api.events.service import Event

TO_ONE = frozenset({"call.ringing"})  # meant for the person that they name, and nobody else
NOT_HIS_OWN = frozenset({"conversation.typing", "conversation.viewers"})


def of(staff: Staff) -> Wants:
    """What somebody at the desk is told."""

    def told(event: Event) -> Event | None:
        his_own = event.staff_id == staff.id
        left_out = event.kind in (NOT_HIS_OWN if his_own else TO_ONE)
        return None if left_out else event

    return told
