"""Deflate and brotli have no signature. A trial tells whether bytes are one of them: its decoder makes sense of them."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable

from ..core.errors import FeedError
from . import libraries
from .guide_member import looks_like_guide
from .signatures import kind_of

#: packed bytes that a trial decodes, and bytes that it gives
TRIAL, _GIVEN = 4096, 1024


def decoded(kind: str, head: bytes) -> bytes | None:
    """The first bytes that the decoder of `kind` (one of `KINDS`) makes of `head`; None if it refuses them."""
    return _DECODERS[kind](head[:TRIAL])


def proved(head: bytes, kinds: Iterable[str] = ()) -> str | None:
    """The first of `kinds`, then of all, whose decoder makes a guide or a packed file of `head`."""
    for kind in dict.fromkeys([*kinds, *KINDS]):
        data = decoded(kind, head)
        if data is not None and (kind_of(data) or looks_like_guide(data)):
            return kind
    return None


def _inflated(head: bytes, wbits: int) -> bytes | None:
    """The first bytes of a deflate stream; None if `head` does not begin one."""
    decoder = zlib.decompressobj(wbits)
    try:
        data = decoder.decompress(head, _GIVEN)
    except zlib.error:
        return None
    return data if data or (decoder.eof and not decoder.unused_data) else None


def _unbrotlied(head: bytes) -> bytes | None:
    """The same for brotli. It gets one byte after the other: with bytes after its end it gives nothing."""
    try:
        brotli = libraries.brotli()
    except FeedError:
        return None
    decoder, data, at = brotli.Decompressor(), b"", 0
    try:
        while at < len(head) and len(data) < _GIVEN and not decoder.is_finished():
            data += decoder.process(head[at : at + 1], output_buffer_limit=_GIVEN)
            at += 1
    except brotli.error:
        return None
    return data if data or (decoder.is_finished() and at == len(head)) else None


_DECODERS: dict[str, Callable[[bytes], bytes | None]] = {
    "deflate": lambda head: _inflated(head, 15),
    "raw deflate": lambda head: _inflated(head, -15),
    "br": _unbrotlied,
}
KINDS = tuple(_DECODERS)
