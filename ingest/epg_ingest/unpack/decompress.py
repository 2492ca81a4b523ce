"""Compressed streams to plain bytes, one small function per format: gzip (in `deflate.py`), xz, bzip2 and zstd.

A decoder gives out bounded blocks, which are handed on at once. So memory stays flat, and a bomb is noticed early. It gets
the compressed bytes in small pieces, so that a stream that is damaged in the middle gives all that comes before the damage.
"""

from __future__ import annotations

import bz2
import lzma
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import zstandard

from .byte_source import BLOCK, ByteSource, Damage
from .deflate import gzip_member
from .signatures import kind_of

#: Dictionaries of xz -9 (64 MiB) and zstd --long (128 MiB) fit. A header that asks for more is refused.
MEMORY = 160 * 1024 * 1024


class Decoder(Protocol):
    """The common interface of the decoders of bz2 and lzma."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


def decompressed(kind: str, source: ByteSource, notes: list[str]) -> Iterator[bytes]:
    """The content of all streams in `source`, which are of the same `kind` (one of `COMPRESSIONS`), in blocks.

    Zero bytes after a stream are padding. Other bytes that begin no stream are left out, with a remark in `notes`. Raises
    `Damage`.
    """
    while True:
        yield from _ONE[kind](source)
        source.skip_zeros()
        head = source.peek(16)
        if not head:
            # Nothing is left. If the layer outside is damaged, this raises.
            source.piece()
            return
        if kind_of(head) != kind:
            notes.append(f"what follows the {kind} data was left out")
            return


def bzip2_stream(source: ByteSource) -> Iterator[bytes]:
    return _decoded(source, bz2.BZ2Decompressor(), "bzip2")


def xz_stream(source: ByteSource) -> Iterator[bytes]:
    return _decoded(source, lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MEMORY), "xz")


def _decoded(source: ByteSource, decoder: Decoder, name: str) -> Iterator[bytes]:
    while not decoder.eof:
        piece = source.piece() if decoder.needs_input else b""
        if decoder.needs_input and not piece:
            raise Damage(f"truncated {name}")
        try:
            yield decoder.decompress(piece, BLOCK)
        except (OSError, EOFError, lzma.LZMAError):
            raise Damage(f"damaged {name}") from None
    source.back(decoder.unused_data)


def zstd_frame(source: ByteSource) -> Iterator[bytes]:
    """RFC 8878. Four bytes can stand for 128 KiB of one repeated byte, so the pieces are smaller here."""
    decoder: Any = zstandard.ZstdDecompressor(max_window_size=MEMORY).decompressobj()
    while not decoder.eof:
        piece = source.piece(64)
        if not piece:
            raise Damage("truncated zstd")
        try:
            block = decoder.decompress(piece)
        except zstandard.ZstdError:
            raise Damage("damaged zstd") from None
        yield block
    source.back(decoder.unused_data)


_ONE: dict[str, Callable[[ByteSource], Iterator[bytes]]] = {
    "gzip": gzip_member,
    "xz": xz_stream,
    "bzip2": bzip2_stream,
    "zstd": zstd_frame,
}
COMPRESSIONS = frozenset(_ONE)
