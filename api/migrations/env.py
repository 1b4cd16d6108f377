"""How Alembic reaches the database: the same settings as the service, with a synchronous driver."""

from pathlib import Path

from alembic import context
from sqlalchemy import create_engine, make_url

import api.conversations.models
import api.edge.models
import api.referrals.models
import api.tickets.models  # noqa: F401 - importing a noun's models is what makes its tables known
from api.database import Base
from api.settings import Settings


def migrate() -> None:
    """Run the migrations that were asked for, in one transaction."""
    url = make_url(Settings().database_url)
    if url.get_backend_name() == "sqlite":
        url = url.set(drivername="sqlite")
        Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url)
    with engine.begin() as connection:
        # SQLite cannot alter most of a table: "batch" copies it instead.
        context.configure(connection, target_metadata=Base.metadata, render_as_batch=True)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


migrate()
