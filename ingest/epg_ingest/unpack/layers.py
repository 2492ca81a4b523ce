"""A file to blocks of plain XML bytes, by its first bytes and never by its name.

Layers are undone one after the other (a tar in a gzip, a gzip sent gzipped), each as a stream. A stream
that is truncated or damaged gives what could be decoded, and then says so in `Unpacked.damage`.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ..core.errors import FeedError
from ..core.limits import Limits, in_words
from .compression import BLOCK, Again, Damage, Feed, decompressed, kind_of
from .tar_archive import from_tar
from .zip_archive import from_zip

MAX_LAYERS = 4
#: bytes that may come out before the expansion ratio counts: a small file of blanks is no bomb
FREE_BYTES = 64 * 1024 * 1024


def unpack(path: Path, limits: Limits) -> Unpacked:
    """The plain bytes of the file at `path`, read when the result is iterated over.

    The iteration raises FeedError: `bomb` and `toolarge` (a cap; the message names its setting), `noxml`,
    `encrypted` and `method` (archives), `diskfull`.
    """
    return Unpacked(path, limits)


class Unpacked:
    """Blocks of about 256 KiB. Each iteration reads the file from its beginning; it is closed at the end of
    one.

    `damage` is a one-line reason when the file ended early or was damaged, None when not: known at the end.
    `notes` are remarks on what was left out. `kind` is known with the first block.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path = path
        self.limits = limits
        self._reset()

    def _reset(self) -> None:
        self.damage: str | None = None
        self.notes: list[str] = []
        self._kinds: list[str] = []

    @property
    def kind(self) -> str:
        """The layers, outermost first: `plain`, `gzip`, `gzip+tar` …"""
        return "+".join(self._kinds) or "plain"

    def __iter__(self) -> Iterator[bytes]:
        given = 0
        try:
            for block in self._blocks(fine=False):
                yield block
                given += len(block)
        except Again:
            # Damage is rare, so that reading the beginning twice costs less than care all the time.
            for block in self._blocks(fine=True):
                if len(block) > given:
                    yield block[given:]
                given -= min(given, len(block))

    def _blocks(self, *, fine: bool) -> Iterator[bytes]:
        """The same in one attempt. Raises `Again` if it was not `fine` and should be."""
        self._reset()
        held: list[bytes] = []
        size = 0
        with self.path.open("rb") as file:
            for block in self._undamaged(self._plain(file, fine)):
                held.append(block)
                size += len(block)
                if size >= BLOCK // 2:
                    yield from _cut(b"".join(held))
                    held, size = [], 0
            yield from _cut(b"".join(held))

    def _undamaged(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        try:
            yield from blocks
        except Damage as damage:
            self.damage = str(damage)

    def _plain(self, file: BinaryIO, fine: bool) -> Iterator[bytes]:
        """Undo layer after layer until the first bytes are those of no known packing."""
        packed = os.fstat(file.fileno()).st_size
        feed = Feed(self._capped(iter(lambda: file.read(BLOCK), b""), packed), fine)
        while kind := kind_of(feed.peek(512)):
            self._kinds.append(kind)
            if len(self._kinds) > MAX_LAYERS:
                raise FeedError(f"the feed is packed more than {MAX_LAYERS} times; look at the file", "bomb")
            feed = Feed(self._capped(self._layer(kind, feed, file), packed), fine)
        yield from feed.rest()

    def _layer(self, kind: str, feed: Feed, file: BinaryIO) -> Iterator[bytes]:
        if kind == "tar":
            return from_tar(feed, self.notes)
        if kind != "zip":
            return decompressed(kind, feed, self.notes)
        if len(self._kinds) == 1:
            return from_zip(file, self.notes)
        return self._inner_zip(feed)

    def _inner_zip(self, feed: Feed) -> Iterator[bytes]:
        """A zip archive inside something else. Its directory is at its end, so it is first written out."""
        try:
            with tempfile.TemporaryFile() as spool:
                damage = _spooled(feed, spool)
                yield from from_zip(spool, self.notes)
        except OSError as error:
            # also from closing the file, which writes what is still to be written
            if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise
            raise _no_room() from error
        if damage:
            raise damage

    def _capped(self, blocks: Iterator[bytes], packed: int) -> Iterator[bytes]:
        """`blocks` as long as they are within the limits; `packed` is the size of the file."""
        size = 0
        most = self.limits.max_unpacked_bytes
        ratio = max(FREE_BYTES, self.limits.max_ratio * packed)
        for block in blocks:
            size += len(block)
            if size > most:
                raise _too_large(most)
            if size > ratio:
                raise _bomb(self.limits.max_ratio)
            yield block


def _spooled(feed: Feed, spool: BinaryIO) -> Damage | None:
    """Write all of `feed`; returns what was wrong at its end."""
    try:
        for block in feed.rest():
            spool.write(block)
    except Damage as damage:
        return damage
    return None


def _cut(data: bytes) -> Iterator[bytes]:
    """`data` in blocks: one piece of bzip2 or zstd can be many megabytes."""
    for at in range(0, len(data), BLOCK):
        yield data[at : at + BLOCK]


def _too_large(most: int) -> FeedError:
    return FeedError(
        f"the feed is larger than {in_words(most)} when decompressed; "
        "raise download.max_unpacked_bytes if it should be",
        "toolarge",
    )


def _bomb(ratio: int) -> FeedError:
    return FeedError(
        f"the feed grows to more than {ratio} times its size when decompressed, as a bomb would; "
        "raise download.max_ratio if it should",
        "bomb",
    )


def _no_room() -> FeedError:
    return FeedError(
        "no room left on the disk for the temporary file; free some space or set TMPDIR to another place",
        "diskfull",
    )
