"""Pictures that begin as real ones do, and how a visitor sends them."""

from base64 import b64encode

import httpx

from tests.api.visitor import Visitor

PNG = b"\x89PNG\r\n\x1a\n" + b"shop front"
JPEG = b"\xff\xd8\xff\xe0" + b"receipt"
WEBP = b"RIFF\x10\x00\x00\x00WEBPVP8 " + b"chat"


async def sends(
    visitor: Visitor, name: str, content: bytes, kind: str = "image/png"
) -> httpx.Response:
    """A picture is added."""
    return await sends_text(visitor, name, b64encode(content).decode(), kind)


async def sends_text(
    visitor: Visitor, name: str, data: str, kind: str = "image/png"
) -> httpx.Response:
    """The same, with whatever stands for its bytes."""
    return await visitor.client.post(
        f"/api/conversations/{visitor.id}/files",
        json={"name": name, "type": kind, "data": data},
        headers=visitor.headers,
    )
