"""Runs the service: python -m api."""

import asyncio
import sys

import uvicorn

from api import logs
from api.app import create_app
from api.database import Database
from api.protection.keys import DataKeyMissing, DataKeys, DataKeyWrong
from api.settings import Settings


def main() -> None:
    """Serve until told to stop. One worker: the lines in which messages wait are kept in this
    process.
    """
    settings = Settings()
    logs.configure(settings.log_level)
    try:
        asyncio.run(_check_keys(settings))
    except (DataKeyMissing, DataKeyWrong) as trouble:
        sys.exit(f"✗ {trouble}")
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        workers=1,
        log_config=None,  # everything goes through the masked log
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
        limit_concurrency=256,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=20,
    )


async def _check_keys(settings: Settings) -> None:
    """Whether what is stored can be opened, before anything is loaded or written."""
    database = Database(settings.database_url, DataKeys.of(settings))
    try:
        await database.check_keys()
    finally:
        await database.close()


if __name__ == "__main__":
    main()
