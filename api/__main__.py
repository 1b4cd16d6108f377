"""Runs the service: python -m api."""

import uvicorn

from api import logs
from api.app import create_app
from api.edge.connections import GuardedProtocol
from api.settings import Settings


def main() -> None:
    """Serve until told to stop. One worker: the lines in which messages wait are kept in this
    process.
    """
    settings = Settings()
    logs.configure(settings.log_level)
    uvicorn.run(
        create_app(settings),
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


if __name__ == "__main__":
    main()
