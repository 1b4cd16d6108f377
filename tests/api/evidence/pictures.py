"""Small pictures, and how a visitor sends them."""

import struct
import zlib
from base64 import b64encode
from io import BytesIO
from typing import Any

import httpx
from PIL import Image

from tests.api.visitor import Visitor


def drawn(kind: str, size: tuple[int, int] = (6, 4), **how: Any) -> bytes:
    """A picture of this kind, red all over."""
    made = BytesIO()
    Image.new("RGB", size, "red").save(made, kind, **how)
    return made.getvalue()


PNG = drawn("PNG")
JPEG = drawn("JPEG")
WEBP = drawn("WEBP")


def a_bomb() -> bytes:
    """A PNG of few bytes that says it is 60,000 by 60,000 pixels."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    return PNG[:8] + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


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
