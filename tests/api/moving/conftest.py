"""A visitor who has said something, and links that the service can make."""

from datetime import timedelta

import pytest

from api.moving.links import PURPOSE, Links
from api.settings import Settings
from tests.api.visitor import Visitor
from tests.conftest import KEYS

PAGE = "https://ip.example.cn"
STORY = "有人在章贡区卖冒牌茶油"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"public_url": PAGE})


@pytest.fixture
async def told(visitor: Visitor) -> Visitor:
    await visitor.says(STORY)
    return visitor


@pytest.fixture
def links() -> Links:
    """Links as the service makes them, from the key that all tests share."""
    return Links(KEYS.of_purpose(PURPOSE), timedelta(minutes=120), PAGE)
