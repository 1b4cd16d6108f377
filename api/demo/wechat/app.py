"""The fake as an ASGI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api.demo.wechat import interface, phone
from api.demo.wechat.fake import FakeWeChat


def app_of(fake: FakeWeChat) -> FastAPI:
    """Interfaces, telephone and levers of one fake."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await fake.close()

    app = FastAPI(title="模拟微信", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.include_router(interface.routes(fake))
    app.include_router(phone.routes(fake))
    return app
