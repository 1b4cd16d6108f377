"""What the routes of the desk about tickets share: who asks, the office, and a ticket that is read
or changed under audit.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts import audit
from api.accounts.access import Staff, TicketWorker
from api.clock import AppClock
from api.database import AppDatabase, Database
from api.replicas.reading import AppReadings, Readings
from api.tickets.models import Ticket
from api.tickets.staff import showing
from api.tickets.staff.schemas import FullTicket
from knowledge.office.office import Office


async def _office_of(request: Request) -> Office:
    office: Office = request.app.state.voice().office
    return office


AppOffice = Annotated[Office, Depends(_office_of)]


@dataclass(frozen=True)
class Desk:
    """A member of the staff at work: his database, what lists are read by, the office and the
    moment of his request.
    """

    staff: Staff
    database: Database
    readings: Readings
    office: Office
    at: datetime

    @asynccontextmanager
    async def ticket(
        self, number: str, what: str, detail: Mapping[str, Any] | None = None
    ) -> AsyncIterator[tuple[AsyncSession, Ticket]]:
        """A unit of work on a ticket, locked and written into the audit log as `what`; raises
        TicketNotFound.
        """
        async with self.database.session() as session:
            [ticket] = await showing.lock(session, number)
            await audit.record(
                session, self.staff, what, "ticket", ticket.number, at=self.at, detail=detail
            )
            yield session, ticket

    @asynccontextmanager
    async def both(
        self, number: str, other: str, what: str
    ) -> AsyncIterator[tuple[AsyncSession, Ticket, Ticket]]:
        """A unit of work on two tickets, locked; raises TicketNotFound."""
        async with self.database.session() as session:
            ticket, second = await showing.lock(session, number, other)
            detail = {"other": second.number}
            await audit.record(
                session, self.staff, what, "ticket", ticket.number, at=self.at, detail=detail
            )
            yield session, ticket, second

    async def shown(self, session: AsyncSession, ticket: Ticket) -> FullTicket:
        return await showing.full(session, ticket, self.office, at=self.at)


async def _desk(
    staff: TicketWorker,
    database: AppDatabase,
    readings: AppReadings,
    office: AppOffice,
    clock: AppClock,
) -> Desk:
    return Desk(staff, database, readings, office, clock.now())


AppDesk = Annotated[Desk, Depends(_desk)]
