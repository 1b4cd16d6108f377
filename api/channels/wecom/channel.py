"""微信客服 as the service joins it."""

import asyncio

import httpx

from api.channels.joining.channel import Channel, House, Joined
from api.channels.tencent.media import KeptMedia
from api.channels.wecom.accounts import CHANNEL, accounts_of
from api.channels.wecom.client import WecomClient
from api.channels.wecom.courier import WecomCourier
from api.channels.wecom.fetching import Fetcher
from api.channels.wecom.routes import routes
from api.settings import Settings


def channel_of(settings: Settings) -> Channel | None:
    """The channel; None where no accounts are set. Raises SettingsWrong."""
    accounts = accounts_of(settings)
    if not accounts:
        return None
    fetchers: dict[str, Fetcher] = {}

    def join(transport: httpx.AsyncBaseTransport | None) -> Joined:
        clients = {name: WecomClient(account, transport) for name, account in accounts.items()}

        async def fetch(house: House) -> None:
            fetchers.update({name: Fetcher(client, house) for name, client in clients.items()})
            await asyncio.gather(*(fetcher.walk() for fetcher in fetchers.values()))

        async def close() -> None:
            fetchers.clear()
            for client in clients.values():
                await client.close()

        return Joined(WecomCourier(clients), KeptMedia(clients), close, fetch)

    return Channel(CHANNEL, routes(accounts, fetchers), join)
