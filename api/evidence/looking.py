"""What is sent is looked at before it is kept, and pictures are made anew before staff see them.

Nothing that came from outside reaches a browser of the staff as it was: a thumbnail is drawn from
the pixels alone, so that what a camera wrote into the file, and what somebody hid in it, stays
behind. All of this is plain computing, for a thread.
"""

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from threading import Lock

from PIL import Image, ImageOps

from api.evidence.errors import FileKind, PictureBroken, PictureKind, PictureTooWide
from api.evidence.schemas import MediaType

MOST_PIXELS = 64_000_000  # of a picture: what telephones take, and 250 MB once it is drawn
WIDEST = 20_000  # pixels of a side
THUMBNAIL = (1280, 1280)  # pixels, at most
PDF = "application/pdf"

_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_DRAWN = "RGB"
_QUALITY = 80
# Drawing fills memory: one picture at a time.
_drawing = Lock()


def kind_of(content: bytes) -> MediaType | None:
    """The kind of picture that the first bytes show; None for anything else."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return None


def picture(content: bytes) -> MediaType:
    """The kind of a picture that can be drawn.

    Raises PictureKind, PictureTooWide before anything of it is unpacked, PictureBroken.
    """
    kind = kind_of(content)
    if kind is None:
        raise PictureKind
    with _opened(content, kind):
        return kind


def paper(content: bytes) -> str:
    """The kind of what staff add: a picture or a PDF, which is only kept and given back.

    Raises FileKind, PictureTooWide, PictureBroken.
    """
    if content.startswith(b"%PDF-"):
        return PDF
    if kind_of(content) is None:
        raise FileKind
    return picture(content)


def thumbnail(content: bytes, media_type: str) -> bytes:
    """A picture drawn anew as WebP, upright, at most THUMBNAIL; raises PictureBroken,
    PictureTooWide.
    """
    with _drawing, _opened(content, media_type) as image:
        image.draft(_DRAWN, THUMBNAIL)  # a JPEG is unpacked no larger than that needs
        image.thumbnail(THUMBNAIL, reducing_gap=2)
        drawn = ImageOps.exif_transpose(image)
        flat = _on_white(drawn)
        new = BytesIO()
        # A fresh picture of the same pixels has no notes to carry along.
        Image.frombytes(_DRAWN, flat.size, flat.tobytes()).save(new, "WEBP", quality=_QUALITY)
    return new.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        full = image.convert("RGBA")
        white = Image.new("RGBA", full.size, "white")
        return Image.alpha_composite(white, full).convert(_DRAWN)
    return image.convert(_DRAWN)


@contextmanager
def _opened(content: bytes, media_type: str) -> Iterator[Image.Image]:
    """The picture, of which only the size was read so far."""
    with _told(), warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # we count ourselves
        with Image.open(BytesIO(content), formats=(_FORMATS[media_type],)) as image:
            width, height = image.size
            if width * height > MOST_PIXELS or max(width, height) > WIDEST:
                raise PictureTooWide
            yield image


@contextmanager
def _told() -> Iterator[None]:
    """Whatever Pillow stumbles over is a broken picture."""
    try:
        yield
    except Image.DecompressionBombError as bomb:
        raise PictureTooWide from bomb
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, MemoryError) as broken:
        raise PictureBroken from broken
