"""The channels that there are: one line each."""

from collections.abc import Callable, Sequence

from api.channels.joining.channel import Channel
from api.channels.wechat import channel as wechat
from api.channels.wecom import channel as wecom
from api.settings import Settings

_ALL: Sequence[Callable[[Settings], Channel | None]] = (wechat.channel_of, wecom.channel_of)


def channels_of(settings: Settings) -> Sequence[Channel]:
    """Those that the settings name. Raises SettingsWrong where a file of theirs cannot be used."""
    return [channel for channel_of in _ALL if (channel := channel_of(settings))]
