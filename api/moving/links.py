"""Links that open one conversation on the helpline's page for a time.

A link holds the conversation's id and its end, sealed with a key that is derived from the data key
for this alone. It stands in the fragment of the address, which browsers send to nobody.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Self
from uuid import UUID

from api.errors import HelplineError
from api.protection.keys import DataKeys, DataKeyWrong
from api.settings import Settings

PURPOSE = "link to a conversation"
FRAGMENT = "#go="
LONGEST = 400  # characters of a sealed link, with room to spare
_ID, _END = 16, 8  # bytes


class LinkWrong(HelplineError):
    code = "link_wrong"
    status = HTTPStatus.NOT_FOUND
    title = "链接打不开"
    detail = (
        "这个链接打不开：可能没有复制完整，或者过了时间。请回到给您链接的地方再要一个，"
        "或者用接续码。"
    )


@dataclass(frozen=True)
class Links:
    """Makes links and opens them. `page` is where visitors reach the helpline, empty where the
    settings do not say.
    """

    keys: DataKeys
    lasts: timedelta
    page: str

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Raises DataKeyMissing, DataKeyWrong."""
        keys = DataKeys.of(settings).of_purpose(PURPOSE)
        return cls(keys, timedelta(minutes=settings.link_minutes), settings.public_url)

    def url(self, conversation_id: str, *, at: datetime) -> str | None:
        """The address of a conversation's page; None where HELPLINE_PUBLIC_URL is empty."""
        return f"{self.page}/{FRAGMENT}{self.sealed(conversation_id, at=at)}" if self.page else None

    def sealed(self, conversation_id: str, *, at: datetime) -> str:
        """What stands behind `#go=`, in characters that every program keeps in a link."""
        end = int((at + self.lasts).timestamp())
        content = UUID(conversation_id).bytes + end.to_bytes(_END, "big")
        return self.keys.seal_bytes(content).decode().rstrip("=")

    def opened(self, text: str, *, at: datetime) -> str:
        """The id of the conversation; raises LinkWrong, also where the link is over."""
        try:
            content = self.keys.opened_bytes((text + "=" * (-len(text) % 4)).encode())
        except DataKeyWrong:
            raise LinkWrong from None
        end = datetime.fromtimestamp(int.from_bytes(content[_ID:], "big"), UTC)
        if at >= end:
            raise LinkWrong
        return str(UUID(bytes=content[:_ID]))
