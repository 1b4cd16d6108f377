"""How Alembic reaches the database: the same settings as the service, with a synchronous driver."""

import sys
from pathlib import Path

from alembic import context
from sqlalchemy import create_engine, make_url

import api.conversations.models
import api.privacy.models
import api.referrals.models
import api.tickets.models  # noqa: F401 - importing a noun's models is what makes its tables known
from api.database import Base
from api.protection.checks import keys_for
from api.protection.keys import DataKeyMissing, DataKeyWrong
from api.settings import Settings


def migrate() -> None:
    """Run the migrations that were asked for, in one transaction."""
    settings = Settings()
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        url = url.set(drivername="sqlite")
        Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            if url.get_backend_name() == "sqlite":
                # What was written in plain is written over.
                connection.exec_driver_sql("PRAGMA secure_delete = ON")
            # SQLite cannot alter most of a table: "batch" copies it instead.
            context.configure(
                connection,
                target_metadata=Base.metadata,
                render_as_batch=True,
                data_keys=keys_for(connection, settings),
            )
            with context.begin_transaction():
                context.run_migrations()
    except (DataKeyMissing, DataKeyWrong) as trouble:
        sys.exit(f"✗ {trouble}")
    finally:
        engine.dispose()


migrate()
