"""What /readyz would say of the files and the database, while no helpline runs.

`python -m api.readiness` prints the parts as one JSON object; `./helpline status` shows it.
"""

import asyncio
import json
import sys
from pathlib import Path

from sqlalchemy import make_url

from api.database import Database
from api.protection.keys import DataKeys
from api.readiness import parts
from api.readiness.monitor import Monitor
from api.settings import Settings, read_or_exit
from knowledge.search.index import trouble_of

NO_DATABASE = "还没有数据库。请运行 ./helpline migrate"


def index_files_check(var: Path) -> parts.Check:
    """The files of the index are whole. It stands here because a service that starts must not wait
    for the search's libraries before it answers.
    """

    async def check() -> str | None:
        return trouble_of(var / "index")

    return check


async def examined(settings: Settings) -> dict[str, dict[str, object]]:
    """The parts of /readyz that are files or the database."""
    address = make_url(settings.database_url)
    is_sqlite = address.get_backend_name() == "sqlite"
    missing = is_sqlite and not Path(address.database or "").is_file()
    database = Database(settings.database_url, DataKeys.of(settings))
    checks = {
        "model": parts.model_check(settings.var),
        "index": index_files_check(settings.var),
        # opening an SQLite file that is not there would make one
        "database": parts.constant_check(NO_DATABASE) if missing else database.trouble,
        "disk": parts.disk_check(settings.var, settings.min_free_mb),
    }
    readiness = await Monitor(checks).look()
    await database.close()
    return readiness.model_dump()["parts"]


def main() -> None:
    json.dump(asyncio.run(examined(read_or_exit())), sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
