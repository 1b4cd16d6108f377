"""An e-mail for a visitor who left an address: that his ticket moved, and how to look."""

import re
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from api.outbox import service as outbox
from api.outgoing.wording import wording
from api.tickets.models import Ticket

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)
TOGETHER = timedelta(minutes=2)  # what is noted within becomes one message; a default of ours


async def tell(session: AsyncSession, ticket: Ticket, ref: str, *, at: datetime) -> None:
    """Let an e-mail be sent where mail is set up and the contact holds an address. `ref` names
    what it is about, so that the same is told once; the caller commits.
    """
    found = ADDRESS.search(ticket.contact or "")
    if found is None or not outbox.carries(session, outbox.MAIL):
        return
    address = found.group()
    lines = [
        wording("sending", f"mail_{part}", number=ticket.number).text
        for part in ("subject", "text")
    ]
    await outbox.put(
        session,
        lane=outbox.mail_lane(session, address),
        channel=outbox.MAIL,
        contact_id=None,
        conversation_id=ticket.conversation_id,
        kind=outbox.MAIL,
        ref=f"{ticket.number}:{ref}",
        at=at,
        due_at=at + TOGETHER,
        payload={"to": address, "texts": ["\n".join(lines)]},
    )
