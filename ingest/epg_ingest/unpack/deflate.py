"""Deflate streams (RFC 1951), as gzip and zip hold them, and their wrappings gzip (RFC 1952) and zlib (RFC 1950).

Small pieces lose nothing: if the stream is damaged in the middle, all that comes before the damage is given out. Large pieces
halve the time, but the decoder keeps back what it has when it meets the damage. So gzip is first read in large pieces, and a
second time in small ones if it is damaged (`ReadAgain`).
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from typing import Any

from .byte_source import BLOCK, PIECE, ByteSource, Damage

fastest: Any
try:
    # It is twice as fast as zlib, but does not exist for every platform.
    from isal import isal_zlib as fastest
except ImportError:
    fastest = zlib

#: Packed bytes taken at a time, at most. The first piece is small: the rest of the last piece is given back, and a file of a
#: million empty members would be copied 64 KiB at a time.
PIECES = 64 * 1024


#: gzip members with a plain header and nothing in them
_EMPTY = re.compile(rb"(?:\x1f\x8b\x08\0.{6}\x03\0\0{8})+", re.DOTALL)


class ReadAgain(Exception):
    """A stream is damaged and was read in large pieces. Only small pieces give all that comes before the damage."""


def gzip_member(source: ByteSource) -> Iterator[bytes]:
    """The content of the next gzip member, in blocks.

    The checksum is compared here and not by zlib, which would keep back decoded bytes if it were wrong.
    """
    if _EMPTY.match(source.peek(20)) and (found := _EMPTY.match(source.peek(PIECES))):
        # All that follow at once: 20 MB of them take 0.1 s, and one by one 4 s.
        source.exactly(found.end(), "gzip")
        return
    _gzip_header(source)
    check, size = 0, 0
    for block in deflated(source, "gzip"):
        check, size = fastest.crc32(block, check), size + len(block)
        yield block
    if struct.pack("<II", check, size & 0xFFFFFFFF) != source.exactly(8, "gzip"):
        raise Damage("damaged gzip: its checksum is wrong")


def zlib_stream(source: ByteSource) -> Iterator[bytes]:
    """The content of the next zlib stream, in blocks. The checksum is compared here, as for gzip."""
    if source.exactly(2, "deflate")[1] & 0x20:  # it needs a dictionary that only its maker has
        raise Damage("damaged deflate")
    check = 1
    for block in deflated(source, "deflate"):
        check = zlib.adler32(block, check)
        yield block
    if check.to_bytes(4, "big") != source.exactly(4, "deflate"):
        raise Damage("damaged deflate: its checksum is wrong")


def _gzip_header(source: ByteSource) -> None:
    flags = source.exactly(10, "gzip")[3]
    if flags & 4:
        source.exactly(int.from_bytes(source.exactly(2, "gzip"), "little"), "gzip")
    for flag in (8, 16):  # file name, comment: up to a zero byte
        if flags & flag:
            source.skip_to_zero("gzip")
    if flags & 2:
        source.exactly(2, "gzip")


def deflated(source: ByteSource, name: str) -> Iterator[bytes]:
    """The content of a raw deflate stream, in blocks. `name` is that of the format, for messages.

    Raises `Damage`, or `ReadAgain` if the source is not `careful`.
    """
    decoder = fastest.decompressobj(-15)
    size = PIECE
    while not decoder.eof:
        packed = source.piece(size)
        size = min(4 * size, PIECES)
        if not packed:
            raise Damage(f"truncated {name}") if source.careful else ReadAgain
        yield from _inflated(decoder, packed, source, name) if source.careful else _at_once(decoder, packed)
    source.back(decoder.unused_data)


def _at_once(decoder: Any, packed: bytes) -> Iterator[bytes]:
    """The content of `packed`, in blocks. Raises `ReadAgain` at damage: the block before it is lost."""
    try:
        while packed and not decoder.eof:
            yield decoder.decompress(packed, BLOCK)
            packed = decoder.unconsumed_tail
    except (zlib.error, fastest.error):
        raise ReadAgain from None


def _inflated(decoder: Any, packed: bytes, source: ByteSource, name: str) -> Iterator[bytes]:
    """The content of `packed`, decoded in small pieces and given out in blocks. `source` gets back the pieces after the end."""
    held: list[bytes] = []
    size = 0
    for at in range(0, len(packed), PIECE):
        try:
            block = decoder.decompress(packed[at : at + PIECE])
        except (zlib.error, fastest.error):
            yield b"".join(held)
            raise Damage(f"damaged {name}") from None
        held.append(block)
        size += len(block)
        if size >= BLOCK:
            yield b"".join(held)
            held, size = [], 0
        if decoder.eof:
            source.back(packed[at + PIECE :])
            break
    yield b"".join(held)
