"""What happens to a ticket is noted, kept as history, and told: to the desk as an event, to the
visitor as news; the caller commits.
"""

from datetime import datetime
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.access import Staff
from api.conversations import catch_up
from api.events import service as events
from api.tickets import mailing
from api.tickets.models import Ticket, TicketChange, TicketNote

Author = Literal["visitor", "staff", "system"]


async def note(
    session: AsyncSession,
    ticket: Ticket,
    text: str,
    *,
    at: datetime,
    by: Author = "system",
    public: bool = True,
    staff: Staff | None = None,
) -> TicketNote:
    """Write a note. A public one of the staff is news to the visitor, who hears of it at his next
    visit, or before where he can be written to.
    """
    written = TicketNote(
        ticket_id=ticket.id,
        text=text,
        public=public,
        by="staff" if staff else by,
        author_id=staff.id if staff else None,
        author=staff.display_name if staff else None,
        written_at=at,
    )
    session.add(written)
    if public and staff:
        await catch_up.keep(session, ticket.conversation_id, text, at=at, ticket=ticket.number)
    await session.flush()
    if public and staff:
        await mailing.tell(session, ticket, f"note:{written.id}", at=at)
    await publish(session, "ticket.note", ticket, at=at, staff=staff, public=public)
    return written


def change(
    session: AsyncSession,
    ticket: Ticket,
    what: str,
    before: object,
    after: object,
    *,
    at: datetime,
    staff: Staff | None = None,
) -> None:
    """Keep that one thing of a ticket became another, and who did it."""
    session.add(
        TicketChange(
            ticket_id=ticket.id,
            what=what,
            before=None if before is None else str(before),
            after=None if after is None else str(after),
            author_id=staff.id if staff else None,
            author=staff.display_name if staff else None,
            changed_at=at,
        )
    )


async def publish(
    session: AsyncSession,
    kind: str,
    ticket: Ticket,
    *,
    at: datetime,
    staff: Staff | None = None,
    **data: str | int | None,
) -> None:
    """Tell the desk; nothing that a visitor said is among it."""
    told = {
        "status": ticket.status,
        "queue": ticket.queue,
        "priority": ticket.priority,
        "assignee": ticket.assignee_id,
        **data,
    }
    await events.publish(
        session,
        kind,
        conversation_id=ticket.conversation_id,
        ticket_number=ticket.number,
        staff_id=staff.id if staff else None,
        data=told,
        at=at,
    )
