"""Compressed streams to plain bytes, one small function per format; gzip and deflate are in `deflate.py`.

A decoder gives out bounded blocks, which are handed on at once. So memory stays flat, and a bomb is noticed early. It gets
the compressed bytes in small pieces, so that a stream that is damaged in the middle gives all that comes before the damage.
"""

from __future__ import annotations

import bz2
import lzma
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from . import libraries
from .byte_source import BLOCK, ByteSource, Damage
from .deflate import ReadAgain, deflated, gzip_member, zlib_stream
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
    """The content of all streams in `source`, which are of the same `kind` (one of `COMPRESSIONS` or `WITHOUT_SIGNATURE`), in
    blocks.

    Zero bytes after a stream are padding. Other bytes that begin no stream are left out, with a remark in `notes`. Raises
    `Damage`, and `FeedError` (`encoding`) where the library is missing.
    """
    stream = _ONE[kind]()
    while True:
        yield from stream(source)
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


def zstd_frames() -> Stream:
    """A function that decodes the next frame (RFC 8878). They share one decoder: a new one for each takes long."""
    zstandard = libraries.zstandard()
    maker: Any = zstandard.ZstdDecompressor(max_window_size=MEMORY)

    def frame(source: ByteSource) -> Iterator[bytes]:
        if source.peek(4)[1:] == b"*M\x18":  # a frame to skip: its length follows
            for _ in source.limited(int.from_bytes(source.exactly(8, "zstd")[4:], "little"), "zstd"):
                pass
            return
        decoder = maker.decompressobj()
        while not decoder.eof:
            # Four bytes can stand for 128 KiB of one repeated byte, so the pieces are smaller here.
            piece = source.piece(64)
            if not piece:
                raise Damage("truncated zstd")
            try:
                block = decoder.decompress(piece)
            except zstandard.ZstdError:
                raise Damage("damaged zstd") from None
            yield block
        source.back(decoder.unused_data)

    return frame


def brotli_stream(source: ByteSource) -> Iterator[bytes]:
    """The content of the next brotli stream (RFC 7932), in blocks.

    Raises `Damage`, or `ReadAgain` if the source is not `careful`. The decoder fails on a piece that holds the end of the
    stream and bytes after it, and keeps back what it has of it. So a careful reading has a scout, a second decoder that is a
    piece ahead. Where it fails, bytes are decoded one by one.
    """
    brotli = libraries.brotli()
    decoder, scout = brotli.Decompressor(), brotli.Decompressor() if source.careful else None
    while not decoder.is_finished():
        piece = source.piece()
        if not piece:
            raise Damage("truncated br")
        step = 1 if scout and not _taken(scout, piece, brotli.error) else len(piece)
        for at in range(0, len(piece), step):
            try:
                yield from _unbrotlied(decoder, piece[at : at + step])
            except brotli.error:
                raise (Damage("damaged br") if scout else ReadAgain) from None
            if decoder.is_finished():
                source.back(piece[at + step :])
                break


def _unbrotlied(decoder: Any, piece: bytes) -> Iterator[bytes]:
    # Not until `can_accept_more_data`: that is true also while the last block waits.
    while (block := decoder.process(piece, output_buffer_limit=BLOCK)) or not decoder.can_accept_more_data():
        yield block
        piece = b""


def _taken(decoder: Any, piece: bytes, error: type[Exception]) -> bool:
    """Whether `decoder` takes the whole piece."""
    try:
        for _ in _unbrotlied(decoder, piece):
            pass
    except error:
        return False
    return True


#: decodes the next stream of its kind
Stream = Callable[[ByteSource], Iterator[bytes]]
#: makes the `Stream` of a kind, for one file
_ONE: dict[str, Callable[[], Stream]] = {
    "gzip": lambda: gzip_member,
    "xz": lambda: xz_stream,
    "bzip2": lambda: bzip2_stream,
    "zstd": zstd_frames,
    "deflate": lambda: zlib_stream,
    "raw deflate": lambda: lambda source: deflated(source, "deflate"),
    "br": lambda: brotli_stream,
}
#: what only an HTTP header or a trial tells
WITHOUT_SIGNATURE = ("deflate", "raw deflate", "br")
COMPRESSIONS = frozenset(_ONE) - frozenset(WITHOUT_SIGNATURE)
