"""Compressed streams to plain bytes: gzip, xz, bzip2, zstd. One small function or class per format.

What comes out of a decoder is bounded and handed on at once, so that memory stays flat and a bomb is noticed early.
Compressed bytes are given to it in small pieces, so that a stream that is damaged in the middle gives what stands before
the damage; gzip only once damage was met (`Again`).
"""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import zstandard

fastest: Any = zlib
try:
    # twice as fast as zlib; not for every platform
    from isal import isal_zlib
except ImportError:
    pass
else:
    fastest = isal_zlib

#: 512 bytes of deflate become at most 0.5 MiB
PIECE = 512
#: taken from what is packed at a time
PIECES = 64 * 1024
BLOCK = 256 * 1024
#: dictionaries of xz -9 (64 MiB) and zstd --long (128 MiB) fit; a header that asks for more is refused
MEMORY = 160 * 1024 * 1024


class Damage(Exception):
    """The bytes end too early or cannot be decoded. All that was before has been given out."""


class Again(Exception):
    """A stream that was read in large pieces is damaged: only small ones give all that is before the damage."""


class Feed:
    """Bytes from an iterator, taken in pieces, with a look ahead and what was not needed given back.

    Damage in the iterator is raised when all that came before it has been taken, never by `peek`. What inflates a feed that is
    not `fine` takes large pieces, which halves the time, and raises `Again` at damage.
    """

    def __init__(self, blocks: Iterator[bytes], fine: bool = True) -> None:
        self.fine = fine
        self._blocks = blocks
        self._held = b""
        self._at = 0
        self._damage: Damage | None = None

    def peek(self, size: int) -> bytes:
        """The next `size` bytes, fewer at the end, which stay where they are."""
        while len(self._held) - self._at < size:
            block = self._next()
            if not block:
                break
            self._held = self._held[self._at :] + block
            self._at = 0
        return self._held[self._at : self._at + size]

    def piece(self, size: int = PIECE) -> bytes:
        """At most `size` bytes, b"" at the end. Raises Damage at a damaged end."""
        if self._at >= len(self._held):
            self._held, self._at = self._next(), 0
            if not self._held and self._damage:
                raise self._damage
        piece = self._held[self._at : self._at + size]
        self._at += len(piece)
        return piece

    def exactly(self, size: int, name: str) -> bytes:
        """`size` bytes. Raises Damage (`truncated …`) when there are fewer."""
        taken = b""
        while len(taken) < size:
            piece = self.piece(size - len(taken))
            if not piece:
                raise Damage(f"truncated {name}")
            taken += piece
        return taken

    def back(self, rest: bytes) -> None:
        """Give back the end of the last piece."""
        self._at -= len(rest)

    def skip_zeros(self) -> None:
        """Pass over the zero bytes that tapes and block devices leave between and behind streams."""
        while (head := self.peek(PIECE)) and not head.strip(b"\0"):
            self._at += len(head)
        self._at += len(head) - len(head.lstrip(b"\0"))

    def skip(self, size: int) -> None:
        """Pass over `size` bytes, or what there is of them."""
        self._at += len(self.peek(size))

    def limited(self, size: int, name: str) -> Iterator[bytes]:
        """The next `size` bytes in blocks. Raises Damage (`truncated …`) when there are fewer."""
        while size > 0:
            piece = self.piece(min(BLOCK, size))
            if not piece:
                raise Damage(f"truncated {name}")
            size -= len(piece)
            yield piece

    def rest(self) -> Iterator[bytes]:
        """All that is left, in blocks."""
        while block := self.piece(BLOCK):
            yield block

    def _next(self) -> bytes:
        if self._damage is None:
            try:
                return next(filter(None, self._blocks), b"")
            except Damage as damage:
                self._damage = damage
        return b""


class Decoder(Protocol):
    """What bz2 and lzma have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


def gzip_member(feed: Feed) -> Iterator[bytes]:
    """RFC 1952. The check sum is compared here and not by zlib, which would keep back what it has decoded."""
    _gzip_header(feed)
    check, size = 0, 0
    for block in deflated(feed, "gzip"):
        check, size = fastest.crc32(block, check), size + len(block)
        yield block
    if struct.pack("<II", check, size & 0xFFFFFFFF) != feed.exactly(8, "gzip"):
        raise Damage("damaged gzip: its check sum differs")


def _gzip_header(feed: Feed) -> None:
    flags = feed.exactly(10, "gzip")[3]
    if flags & 4:
        feed.exactly(int.from_bytes(feed.exactly(2, "gzip"), "little"), "gzip")
    for flag in (8, 16):  # file name, comment: up to a zero byte
        while flags & flag and feed.exactly(1, "gzip") != b"\0":
            pass
    if flags & 2:
        feed.exactly(2, "gzip")


def deflated(feed: Feed, name: str) -> Iterator[bytes]:
    """A raw deflate stream (RFC 1951), as inside gzip and zip. What came before damage is given out first."""
    decoder = fastest.decompressobj(-15)
    while not decoder.eof:
        packed = feed.piece(PIECES)
        if not packed:
            raise Damage(f"truncated {name}") if feed.fine else Again
        yield from _inflated(decoder, packed, feed, name) if feed.fine else _at_once(decoder, packed)
    feed.back(decoder.unused_data)


def _at_once(decoder: Any, packed: bytes) -> Iterator[bytes]:
    """What `packed` holds, in blocks. Raises `Again`, without what the last one would have held, where it is damaged."""
    try:
        while packed and not decoder.eof:
            yield decoder.decompress(packed, BLOCK)
            packed = decoder.unconsumed_tail
    except (zlib.error, fastest.error):
        raise Again from None


def _inflated(decoder: Any, packed: bytes, feed: Feed, name: str) -> Iterator[bytes]:
    """What `packed` holds, in blocks, as each one passes through several hands; `feed` gets back what was not looked at."""
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
            feed.back(packed[at + PIECE :])
            break
    yield b"".join(held)


def bzip2_stream(feed: Feed) -> Iterator[bytes]:
    return _decoded(feed, bz2.BZ2Decompressor(), "bzip2")


def xz_stream(feed: Feed) -> Iterator[bytes]:
    return _decoded(feed, lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MEMORY), "xz")


def _decoded(feed: Feed, decoder: Decoder, name: str) -> Iterator[bytes]:
    while not decoder.eof:
        piece = feed.piece() if decoder.needs_input else b""
        if decoder.needs_input and not piece:
            raise Damage(f"truncated {name}")
        try:
            yield decoder.decompress(piece, BLOCK)
        except (OSError, EOFError, lzma.LZMAError):
            raise Damage(f"damaged {name}") from None
    feed.back(decoder.unused_data)


def zstd_frame(feed: Feed) -> Iterator[bytes]:
    """RFC 8878. A block of one repeated byte is 4 bytes for 128 KiB, so the pieces are smaller still."""
    decoder: Any = zstandard.ZstdDecompressor(max_window_size=MEMORY).decompressobj()
    while not decoder.eof:
        piece = feed.piece(64)
        if not piece:
            raise Damage("truncated zstd")
        try:
            block = decoder.decompress(piece)
        except zstandard.ZstdError:
            raise Damage("damaged zstd") from None
        yield block
    feed.back(decoder.unused_data)


def decompressed(kind: str, feed: Feed, notes: list[str]) -> Iterator[bytes]:
    """Stream after stream of one of `COMPRESSIONS`, to the end of `feed`.

    Zero bytes behind a stream are padding; other bytes that begin no stream are left out, which `notes` says.
    """
    while True:
        yield from _ONE[kind](feed)
        feed.skip_zeros()
        head = feed.peek(16)
        if not head:
            # nothing is left, unless what feeds us broke off: then this raises
            feed.piece()
            return
        if kind_of(head) != kind:
            notes.append(f"what follows the {kind} data was left out")
            return


def kind_of(head: bytes) -> str | None:
    """What a file that begins with `head` (512 bytes, or all of it) is packed with; None for plain bytes."""
    for kind, begins in _MAGIC.items():
        if begins(head):
            return kind
    return None


def is_tar_header(block: bytes) -> bool:
    """Whether these 512 bytes begin a tar archive or a member of one: the sum in the header is right (POSIX
    ustar).
    """
    try:
        stated = int(block[148:156].strip(b" \0") or b"-1", 8)
    except ValueError:
        return False
    return len(block) >= 512 and stated == sum(block[:148]) + 8 * 32 + sum(block[156:512])


def _is_bzip2(head: bytes) -> bool:
    # the first block, or the end mark of an empty file
    marks = (b"1AY&SY", b"\x17rE8P\x90")
    return head[:3] == b"BZh" and head[3:4] in b"123456789" and head[4:10] in marks


def _is_zstd(head: bytes) -> bool:
    # a frame of data, or one to be skipped
    return head[:4] == b"(\xb5/\xfd" or (head[1:4] == b"*M\x18" and head[0] & 0xF0 == 0x50)


_MAGIC: dict[str, Callable[[bytes], bool]] = {
    "gzip": lambda head: head[:3] == b"\x1f\x8b\x08",
    "xz": lambda head: head[:6] == b"\xfd7zXZ\0",
    "bzip2": _is_bzip2,
    "zstd": _is_zstd,
    "zip": lambda head: head[:4] in (b"PK\3\4", b"PK\5\6", b"PK\7\x08"),
    "tar": is_tar_header,
}
_ONE: dict[str, Callable[[Feed], Iterator[bytes]]] = {
    "gzip": gzip_member,
    "xz": xz_stream,
    "bzip2": bzip2_stream,
    "zstd": zstd_frame,
}
COMPRESSIONS = frozenset(_ONE)
