"""Small pictures that tests serve: real ones in every format, and files that only look like one."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><title>Sign in</title><script>alert(1)</script>"


def picture(
    kind: str = "PNG",
    size: tuple[int, int] = (120, 60),
    colour: Any = "red",
    mode: str = "RGB",
    **options: Any,
) -> bytes:
    """An encoded picture of one colour."""
    out = BytesIO()
    Image.new(mode, size, colour).save(out, kind, **options)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it has so many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    body = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def decoded(body: bytes) -> Image.Image:
    """The picture that these bytes are, decoded to its last pixel."""
    image = Image.open(BytesIO(body))
    image.load()
    return image
