"""Which line between the processes the settings name."""

from api.database import Database
from api.events.wakes import Alone, ByPostgreSQL, Wakes
from api.settings import IN_DATABASE, IN_MEMORY, Settings


def wakes_of(settings: Settings, database: Database) -> Wakes:
    """The line that the settings name."""
    if settings.events == IN_MEMORY:
        return Alone()
    if settings.events == IN_DATABASE:
        return ByPostgreSQL(settings.database_url, database)
    from api.events.by_redis import ByRedis  # seven megabytes of memory

    return ByRedis.at(settings.events)
