"""Pictures that people sent, which the platforms keep for three days."""

from collections.abc import Mapping

from api.channels.incoming import Media, MediaGone, MediaUnavailable
from api.channels.tencent.calls import Client
from api.channels.tencent.errors import Follows, Refused


class KeptMedia:
    """Fetches what an account was sent; `clients` by the names of their accounts."""

    def __init__(self, clients: Mapping[str, Client]) -> None:
        self._clients = clients

    async def fetch(self, account: str, media_id: str) -> Media:
        """One picture. Raises MediaGone, MediaUnavailable."""
        client = self._clients.get(account)
        if client is None:
            raise MediaGone
        try:
            found = await client.download(media_id)
        except Refused as refused:
            is_gone = refused.problem.follows is Follows.NEVER
            raise (MediaGone if is_gone else MediaUnavailable) from None
        return Media(found.content, found.media_type)
