"""A picture is fetched while WeChat keeps it, and told apart from one that it keeps no more."""

from collections.abc import AsyncIterator

import httpx
import pytest

from api.channels.incoming import Media, MediaGone, MediaSource, MediaUnavailable
from api.channels.tencent.media import KeptMedia
from api.channels.wechat.client import WeChatClient
from tests.api.channels.wechat import account
from tests.api.channels.wechat.fake_api import Answer, FakeApi


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
async def media(api: FakeApi) -> AsyncIterator[MediaSource]:
    client = WeChatClient(account(), api)
    yield KeptMedia({"jiangxi": client})
    await client.close()


async def test_a_picture_is_fetched(api: FakeApi, media: MediaSource) -> None:
    api.answers = [b"\xff\xd8\xff"]

    assert await media.fetch("jiangxi", "m") == Media(b"\xff\xd8\xff", "image/jpeg")


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        ({"errcode": 40007, "errmsg": "invalid media_id"}, MediaGone),
        ({"video_url": "https://x.example"}, MediaGone),
        ({"errcode": -1, "errmsg": "system error"}, MediaUnavailable),
        ({"errcode": 45009, "errmsg": "quota"}, MediaUnavailable),
        (httpx.ReadTimeout("x"), MediaUnavailable),
    ],
)
async def test_what_is_gone_is_told_apart_from_what_cannot_be_had_at_the_moment(
    api: FakeApi, media: MediaSource, answer: Answer, raised: type[Exception]
) -> None:
    api.answers = [answer]
    with pytest.raises(raised):
        await media.fetch("jiangxi", "m")


async def test_a_picture_of_an_account_that_is_gone_is_gone(media: MediaSource) -> None:
    with pytest.raises(MediaGone):
        await media.fetch("ganzhou", "m")
