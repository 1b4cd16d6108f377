"""WeChat as the service joins it."""

import httpx

from api.channels.joining.channel import Channel, Joined
from api.channels.tencent.media import KeptMedia
from api.channels.wechat.accounts import CHANNEL, accounts_of
from api.channels.wechat.client import clients_of
from api.channels.wechat.courier import WeChatCourier
from api.channels.wechat.routes import routes
from api.settings import Settings


def channel_of(settings: Settings) -> Channel | None:
    """The channel; None where no accounts are set. Raises SettingsWrong."""
    accounts = accounts_of(settings)
    if not accounts:
        return None

    def join(transport: httpx.AsyncBaseTransport | None) -> Joined:
        clients = clients_of(accounts, transport)

        async def close() -> None:
            for client in clients.values():
                await client.close()

        return Joined(WeChatCourier(clients), KeptMedia(clients), close)

    return Channel(CHANNEL, routes(accounts), join)
