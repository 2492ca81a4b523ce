"""Read a list of any kind: the limits, the encoding, and the module that knows the kind."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from itertools import chain
from typing import BinaryIO

from ...core.errors import FeedError
from ..entry import Playlist, SourceKind
from .channel_table import read_sheet
from .detect import detect, encoding_of
from .entry_text import readable
from .json_lists import read_json
from .m3u import read_m3u

#: a larger list is refused: the longest known have 20 MB
MOST_BYTES = 256 * 1024 * 1024
#: bytes that are decoded at once
BLOCK = 1 << 20
#: a line that is longer is cut
_LONGEST_LINE = 4 * BLOCK
_USUAL = bytes([9, 10, 13, *range(32, 127), *range(128, 256)])
#: other forms of them, of which the end of a block may have the half; each with a byte that is found faster
_UNUSUAL = (
    (b"\xc2", re.compile(rb"\xc2(?:[\x80-\x9f]|\Z)").search),
    (b"\xef", re.compile(rb"\xef(?:\xbf|\Z)").search),
    (b"&", re.compile(rb"&(?:#|\Z)").search),
)


def read(
    source: bytes | BinaryIO, kind: SourceKind | None = None, *, groups: Mapping[str, str] | None = None
) -> Playlist:
    """A list with its entries in order. `source` is unpacked, a stream buffered; without `kind`, the first bytes tell.

    `groups` are the names of categories by their id, for an Xtream account, whose streams have only the id. Raises
    `FeedError` of one line for an answer that is no list, has no entry, is cut off or too large.
    """
    blocks = _Watched(_blocks(source))
    head = next(blocks, b"")
    found = detect(head)
    if kind is None:
        kind = found
    elif found != kind and not (kind == "tvheadend" and found == "m3u"):
        raise FeedError(
            f"the list looks like {found}, not like {kind}; check the address or the kind", "notalist"
        )
    with _without_pauses():
        playlist = _read(chain([head], blocks), kind, found, groups or {})
        if blocks.doubtful or found != "m3u":
            playlist = replace(playlist, entries=readable(playlist.entries))
    if not playlist.entries:
        raise FeedError("the list has no entry; check the address and the account", "empty")
    return playlist


@contextmanager
def _without_pauses() -> Iterator[None]:
    """Without garbage collection, which looks at all entries again and again (a sixth of the time) and finds nothing: they hold
    no cycles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(
    blocks: Iterator[bytes], kind: SourceKind, found: SourceKind, groups: Mapping[str, str]
) -> Playlist:
    if found == "m3u":
        return read_m3u(_texts(blocks), kind)
    body = b"".join(blocks)
    if kind == "csv":
        return read_sheet("".join(_texts(iter([body]))))
    codec, mark = encoding_of(body[:4])
    text = body[mark:] if codec == "utf-8" else body.decode(codec, "replace").lstrip("\ufeff").encode()
    return read_json(text, kind, groups)


def _blocks(source: bytes | BinaryIO) -> Iterator[bytes]:
    stream = BytesIO(source) if isinstance(source, bytes) else source
    total = 0
    while block := stream.read(BLOCK):
        total += len(block)
        if total > MOST_BYTES:
            raise FeedError(f"the list is larger than {MOST_BYTES >> 20} MB", "toolarge")
        yield block


class _Watched(Iterator[bytes]):
    """Blocks of bytes. `doubtful` tells whether one may hold control characters: as bytes, in UTF-8 from C2 or EF on, or as
    `&#…;`. To look at the bytes of an M3U takes a fifth of the time of looking at the texts of its entries."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.blocks, self.doubtful = blocks, False

    def __next__(self) -> bytes:
        block = next(self.blocks)
        self.doubtful = self.doubtful or bool(
            block.translate(None, _USUAL) or any(sign in block and found(block) for sign, found in _UNUSUAL)
        )
        return block


def _texts(blocks: Iterator[bytes]) -> Iterator[str]:
    """Blocks of text that end where a line ends. A line that is not UTF-8 is read as windows-1252."""
    rest, codec = b"", ""
    for block in blocks:
        if not codec:
            codec, mark = encoding_of(block[:4])
            block = block[mark:]
        if codec != "utf-8":
            whole = b"".join((block, *blocks))
            yield whole.decode(codec, "replace").lstrip("\ufeff")
            return
        block = rest + block
        end = block.rfind(b"\n") + 1 or (len(block) if len(block) > _LONGEST_LINE else 0)
        rest = block[end:]
        if end:
            yield _decoded(block[:end])
    if rest:
        yield _decoded(rest)


def _decoded(block: bytes) -> str:
    try:
        return block.decode()
    except UnicodeDecodeError:
        return "".join(map(_decoded_line, block.splitlines(keepends=True)))


def _decoded_line(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")
