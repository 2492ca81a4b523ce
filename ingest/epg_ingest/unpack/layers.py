"""A downloaded file to blocks of plain XML bytes. Its first bytes say what it is packed with, never its name.

Layers are removed one after the other (a tar in a gzip, a gzip that was gzipped again), each as a stream. From a truncated or
damaged file comes all that can be decoded, and then `Unpacked.damage` says what is wrong.
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
from .byte_source import BLOCK, ByteSource, Damage
from .decompress import decompressed
from .deflate import ReadAgain
from .signatures import kind_of
from .tar_archive import from_tar
from .zip_archive import from_zip

MAX_LAYERS = 4
#: bytes that may come out before the limit on the ratio applies: a small file of blanks is no bomb
FREE_BYTES = 64 * 1024 * 1024


def unpack(path: Path, limits: Limits) -> Unpacked:
    """The plain bytes of the file at `path`. The file is read when you iterate over the result.

    The iteration raises `FeedError`: `bomb` and `toolarge` (a limit; the message names its setting), `noxml`, `encrypted` and
    `method` (archives), `diskfull`.
    """
    return Unpacked(path, limits)


class Unpacked:
    """An iterable of blocks of up to 256 KiB. Each iteration opens the file and reads it from its beginning.

    `damage` is a one-line reason if the file is truncated or damaged, else None; it is known at the end of the iteration, as
    are `notes`, remarks on what was left out. `kind` is known with the first block.
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
            for block in self._blocks(careful=False):
                yield block
                given += len(block)
        except ReadAgain:
            # Damage is rare. So reading the file again from its beginning costs less than small pieces all the time.
            for block in self._blocks(careful=True):
                if len(block) > given:
                    yield block[given:]
                given -= min(given, len(block))

    def _blocks(self, *, careful: bool) -> Iterator[bytes]:
        """The blocks in one attempt. Raises `ReadAgain` if this attempt is not `careful` and meets damage in a gzip."""
        self._reset()
        held: list[bytes] = []
        size = 0
        with self.path.open("rb") as file:
            for block in self._undamaged(self._plain(file, careful)):
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

    def _plain(self, file: BinaryIO, careful: bool) -> Iterator[bytes]:
        """Remove layer after layer until the first bytes are those of no known packing."""
        packed = os.fstat(file.fileno()).st_size
        source = ByteSource(self._capped(iter(lambda: file.read(BLOCK), b""), packed), careful)
        while kind := kind_of(source.peek(512)):
            self._kinds.append(kind)
            if len(self._kinds) > MAX_LAYERS:
                raise FeedError(f"the feed is packed more than {MAX_LAYERS} times; look at the file", "bomb")
            source = ByteSource(self._capped(self._layer(kind, source, file), packed), careful)
        yield from source.rest()

    def _layer(self, kind: str, source: ByteSource, file: BinaryIO) -> Iterator[bytes]:
        if kind == "tar":
            return from_tar(source, self.notes)
        if kind != "zip":
            return decompressed(kind, source, self.notes)
        if len(self._kinds) == 1:
            return from_zip(file, self.notes)
        return self._inner_zip(source)

    def _inner_zip(self, source: ByteSource) -> Iterator[bytes]:
        """The guide of a zip archive inside another layer. Its directory is at its end, so a temporary file takes it first."""
        try:
            with tempfile.TemporaryFile() as spool:
                damage = _spooled(source, spool)
                yield from from_zip(spool, self.notes)
        except OSError as error:
            # Closing the file may raise this too, because it writes what is still in the buffer.
            if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise
            raise _no_room() from error
        if damage:
            raise damage

    def _capped(self, blocks: Iterator[bytes], packed: int) -> Iterator[bytes]:
        """`blocks`, as long as they are within the limits. `packed` is the size of the file."""
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


def _spooled(source: ByteSource, spool: BinaryIO) -> Damage | None:
    """Write all of `source` to the file `spool`. Returns the damage at its end, None if there is none."""
    try:
        for block in source.rest():
            spool.write(block)
    except Damage as damage:
        return damage
    return None


def _cut(data: bytes) -> Iterator[bytes]:
    """`data` in blocks of up to 256 KiB: one piece of bzip2 or zstd can become many megabytes."""
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
