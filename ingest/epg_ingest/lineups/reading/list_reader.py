"""Read a list of any kind: the limits, the encoding, and the module that knows the kind."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from itertools import chain
from typing import BinaryIO

from ...core.errors import FeedError
from ..entry import Playlist, SourceKind
from .channel_table import read_sheet
from .detect import detect, encoding_of
from .json_lists import read_json
from .m3u import read_m3u

#: a larger list is refused: the longest known have 20 MB
MOST_BYTES = 256 * 1024 * 1024
#: bytes that are decoded at once
BLOCK = 1 << 20
#: a line that is longer is cut
_LONGEST_LINE = 4 * BLOCK


def read(
    source: bytes | BinaryIO, kind: SourceKind | None = None, *, groups: Mapping[str, str] | None = None
) -> Playlist:
    """A list with its entries in order. `source` is unpacked, a stream buffered; without `kind`, the first bytes tell.

    `groups` are the names of categories by their id, for an Xtream account, whose streams have only the id. Raises
    `FeedError` of one line for an answer that is no list, has no entry, is cut off or too large.
    """
    blocks = _blocks(source)
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
