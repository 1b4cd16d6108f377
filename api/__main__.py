"""Runs the service: python -m api."""

import asyncio
import socket
import sys

import uvicorn

from api import logs
from api.app import create_app
from api.database import Database
from api.edge.connections import GuardedProtocol
from api.edge.door import Door
from api.in_use import settle, share_heaps
from api.lanes.alone import AlreadyServed, alone
from api.protection.keys import DataKeyMissing, DataKeys, DataKeyWrong
from api.settings import WRONG, Settings, SettingsWrong, read_or_exit

FINISH_S = 12  # a turn that has begun: the engine's time, and as much again for the rest
NOT_STARTED = 3


class Server(uvicorn.Server):
    """Told to end, it lets those inside finish before it closes its port.

    The engine calls back over a connection of its own: with the port closed at once, it could not
    carry out the turns that have begun.
    """

    def __init__(self, config: uvicorn.Config, door: Door) -> None:
        super().__init__(config)
        self._door = door

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._door.close(FINISH_S)
        await super().shutdown(sockets)


def main() -> None:
    """Serve until told to stop, with one worker; several processes share a PostgreSQL."""
    settings = read_or_exit()
    share_heaps()
    logs.configure(settings.log_level, settings.log_format)
    try:
        with alone(settings.database_url):
            asyncio.run(_check_keys(settings))
            serve(settings)
    except (AlreadyServed, DataKeyMissing, DataKeyWrong) as trouble:
        sys.exit(f"✗ {trouble}")


def serve(settings: Settings) -> None:
    """Serve with these settings; ends the program where that cannot begin."""
    try:
        app = create_app(settings, settle=settle)
    except SettingsWrong as wrong:
        print(*wrong.lines, sep="\n", file=sys.stderr)
        sys.exit(WRONG)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        workers=1,
        log_config=None,  # everything goes through the masked log
        server_header=False,
        http=GuardedProtocol,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=20,
    )
    server = Server(config, app.state.door)
    server.run()
    if not server.started:
        sys.exit(NOT_STARTED)


async def _check_keys(settings: Settings) -> None:
    """Whether what is stored can be opened, before anything is loaded or written."""
    database = Database(settings.database_url, DataKeys.of(settings))
    try:
        await database.check_keys()
    finally:
        await database.close()


if __name__ == "__main__":
    main()
