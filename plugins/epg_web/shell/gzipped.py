"""Answers that come without compression, gzipped on their way out, block by block."""

import zlib
from typing import Any

from ..base.cache import LEVEL, MIN_GZIP
from ..base.http import Send

#: bytes of a first block from which on time counts more than a tenth of the size, and the level for those
LONG, QUICK = 300_000, 3
#: zlib's name for a gzip header around 32 kB of history
GZIP = 16 + zlib.MAX_WBITS
#: types that are text; pictures and archives are compressed already
TEXT = (
    b"text/",
    b"application/json",
    b"application/javascript",
    b"application/x-javascript",
    b"image/svg+xml",
)

FOR_GOOD = (b"cache-control", b"public, max-age=31536000, immutable")


class Gzipped:
    """Takes the place of `send` for one GET. What has an encoding, is short or is no text passes as it is."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.start: dict[str, Any] | None = None
        self.packer: Any = None

    async def __call__(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            # The first block says whether it is worth it.
            self.start = message
        elif message["type"] == "http.response.body":
            await self.body(message)
        else:
            await self.send(message)

    async def body(self, message: dict[str, Any]) -> None:
        more = message.get("more_body", False)
        if self.start is not None:
            start, self.start = self.start, None
            length = len(message.get("body", b""))
            if worth_it(start, length, more):
                self.packer = zlib.compressobj(LEVEL if length < LONG else QUICK, zlib.DEFLATED, GZIP)
                start = with_encoding(start)
            await self.send(start)
        await self.send(message if self.packer is None else {**message, "body": self.packed(message, more)})

    def packed(self, message: dict[str, Any], more: bool) -> bytes:
        """The block compressed. A stream is flushed, so that the client reads on while the rest is made."""
        body: bytes = self.packer.compress(message.get("body", b""))
        return body + bytes(self.packer.flush(zlib.Z_SYNC_FLUSH if more else zlib.Z_FINISH))


def worth_it(start: dict[str, Any], length: int, more: bool) -> bool:
    """Whether an answer with a first block of so many bytes is text that nobody has compressed yet."""
    headers = {name.lower(): value for name, value in start.get("headers", [])}
    if start["status"] in (204, 206, 304) or b"content-encoding" in headers or b"content-range" in headers:
        return False
    return headers.get(b"content-type", b"").startswith(TEXT) and (more or length >= MIN_GZIP)


def with_encoding(start: dict[str, Any]) -> dict[str, Any]:
    """The start of an answer whose body is gzipped. Its length is not known yet, and its tag names other bytes."""
    kept = [
        (name, value)
        for name, value in start.get("headers", [])
        if name.lower() not in (b"content-length", b"etag")
    ]
    return {**start, "headers": [*kept, (b"content-encoding", b"gzip"), (b"vary", b"Accept-Encoding")]}


def keeping(send: Send) -> Send:
    """`send`, with the permission to keep a good answer for a year: its address names its content."""

    async def answer(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            message = {**message, "headers": [*message.get("headers", []), FOR_GOOD]}
        await send(message)

    return answer
