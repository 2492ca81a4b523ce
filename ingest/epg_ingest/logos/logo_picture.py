"""From the bytes that a server sent to small pictures that are safe to hand on.

A picture is known by its first bytes, whatever its name and media type say. Only the decoders of four formats run. What comes
out was encoded here: scripts, metadata and whatever else came with the file stay behind. SVG is refused, because it is a
document that can hold scripts and links, and few players show it.
"""

from __future__ import annotations

import zlib
from io import BytesIO

from PIL import Image, ImageOps

from .logo_state import SIZES

#: bytes of a file, as sent and unpacked
MOST_BYTES = 5 * 1024 * 1024
#: pixels of a picture: 64 MB while it is decoded
MOST_PIXELS = 16 * 1024 * 1024
#: pixels of a side; "no logo" is often a picture of one pixel
FEWEST = 4
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
)
_GZIP = b"\x1f\x8b"


class UnusablePicture(Exception):
    """`code` says why: `format`, `toolarge`, `pixels`, `small` or `broken`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def pictures(body: bytes) -> tuple[str, dict[int, bytes]]:
    """The ending of their names, `png` or `jpg`, and the encoded picture of each size in `SIZES`; none is larger than the
    original.

    An animation gives its first frame. Raises `UnusablePicture`.
    """
    body = _unpacked(body)
    kind = _kind(body)
    if kind is None:
        raise UnusablePicture("format")
    try:
        image = _opened(body, kind)
        ending = "jpg" if kind == "JPEG" else "png"
        return ending, {size: _encoded(image, size, ending) for size in SIZES}
    except UnusablePicture:
        raise
    except Image.DecompressionBombError as error:  # Pillow's own, higher bound
        raise UnusablePicture("pixels") from error
    except Exception as error:
        # Decoders raise nearly anything for damaged files: OSError, SyntaxError, ValueError, struct.error, MemoryError.
        raise UnusablePicture("broken") from error


def _kind(body: bytes) -> str | None:
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "WEBP"
    return next((kind for start, kind in _SIGNATURES if body.startswith(start)), None)


def _unpacked(body: bytes) -> bytes:
    """The body without gzip, which some servers put around everything."""
    if not body.startswith(_GZIP):
        return body
    try:
        plain = zlib.decompressobj(31).decompress(body, MOST_BYTES + 1)
    except zlib.error as error:
        raise UnusablePicture("broken") from error
    if len(plain) > MOST_BYTES:
        raise UnusablePicture("toolarge")
    return plain


def _opened(body: bytes, kind: str) -> Image.Image:
    """The picture, decoded, upright, in RGB or RGBA. Its size is checked before a pixel is decoded."""
    image = Image.open(BytesIO(body), formats=[kind])
    if image.width * image.height > MOST_PIXELS:
        raise UnusablePicture("pixels")
    if min(image.size) < FEWEST:
        raise UnusablePicture("small")
    # JPEG can be decoded at a fraction of its size, which saves most of the work for a photo.
    image.draft("RGB", (2 * SIZES[-1], 2 * SIZES[-1]))
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith(("I", "F")):
        upright = upright.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return upright.convert("RGBA" if upright.has_transparency_data else "RGB")


def _encoded(image: Image.Image, size: int, ending: str) -> bytes:
    small, out = image.copy(), BytesIO()
    small.thumbnail((size, size), Image.Resampling.LANCZOS)
    if ending == "jpg":
        small.save(out, "JPEG", quality=88, optimize=True)
    else:
        small.save(out, "PNG", optimize=True)
    return out.getvalue()
