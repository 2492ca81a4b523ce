"""One reading of a file, from its packed bytes to the plain documents in it."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator, Sequence
from typing import BinaryIO, TypeVar

from ..core.errors import FeedError
from .bounds import Bounds, LayerSize
from .byte_source import BLOCK, ByteSource, Damage
from .decompress import decompressed
from .guide_member import (
    HEAD,
    Remarks,
    is_guide_name,
    is_other_document,
    left_out,
    looks_like_guide,
    no_guide,
    printable,
)
from .packing import packing_of
from .signatures import kind_of
from .tar_archive import tar_members
from .zip_archive import from_zip

MAX_LAYERS = 4
_T = TypeVar("_T")


class Reading:
    """Reads `file` within `bounds`, once. `careful` and `ReadAgain`: see `deflate.py`.

    `encodings` are the names in its Content-Encoding. `kinds` are the layers, outermost first. `damages` has what was wrong,
    each with the member of the archive in which it was met, None outside of archives.
    """

    def __init__(self, file: BinaryIO, bounds: Bounds, encodings: Sequence[str], careful: bool) -> None:
        self.file, self.bounds, self.encodings, self.careful = file, bounds, encodings, careful
        self.remarks = Remarks()
        self.kinds: list[str] = []
        self.damages: list[tuple[str, str | None]] = []
        self.damaged: set[str | None] = set()
        #: for each document so far, the member of an archive that it is
        self.members: list[str | None] = []
        self._others: list[str] = []
        #: archives in a tar that cannot be opened
        self._closed: dict[str, FeedError] = {}

    def blocks(self) -> Iterator[tuple[int, bytes]]:
        """The number of a document, counted from 0, and a block of it, up to 256 KiB; the documents one after the other."""
        for number, blocks in enumerate(self._undamaged(self._documents(), None)):
            for block in _joined(self._undamaged(blocks, self.members[-1])):
                yield number, block

    def _documents(self) -> Iterator[Iterator[bytes]]:
        blocks = iter(lambda: self.file.read(BLOCK), b"")
        yield from self._inside(ByteSource(LayerSize(self.bounds).counted(blocks), self.careful), None)
        if self._others:
            self.remarks.notes.append(left_out("tar", self._others, len(self._others)))
        if self._closed:
            self.remarks.notes.append(left_out("tar", list(self._closed), len(self._closed)))
            self.remarks.guides_left_out = True
        if not self.members and "tar" in self.kinds:
            raise next(iter(self._closed.values()), no_guide("tar"))

    def _inside(self, source: ByteSource, member: str | None, depth: int = 0) -> Iterator[Iterator[bytes]]:
        """The documents in `source`, under `depth` layers: itself when it is plain. `member` is its name in a tar."""
        kind = kind_of(source.peek(512)) if member else self._packing(source)
        if kind is None:
            if member is None or self._is_guide(member, source.peek(HEAD)):
                self.members.append(member and printable(member))
                yield source.rest()
            return
        if depth == len(self.kinds) and not self.members:
            self.kinds.append(kind)
        if depth == MAX_LAYERS:
            raise FeedError(f"the feed is packed more than {MAX_LAYERS} times; look at the file", "bomb")
        if kind == "tar":
            yield from self._in_tar(source, depth)
        else:
            inner = ByteSource(self._unpacked(kind, source, depth), self.careful)
            yield from self._inside(inner, member, depth + 1)

    def _in_tar(self, source: ByteSource, depth: int) -> Iterator[Iterator[bytes]]:
        """The documents in a tar archive. An archive in it that holds no guide is no loss."""
        for name, content in tar_members(source):
            head = content.peek(HEAD)
            if not (is_guide_name(name) or looks_like_guide(head) or kind_of(head)):
                continue
            try:
                yield from self._inside(content, name, depth + 1)
            except FeedError as error:
                if error.code not in ("noxml", "encrypted", "method"):
                    raise
                if error.code != "noxml":
                    self._closed[name] = error
        if source.peek(1):
            self.remarks.notes.append("what follows the tar data was left out")

    def _packing(self, source: ByteSource) -> str | None:
        return packing_of(source, self.encodings, self.remarks.notes)

    def _is_guide(self, member: str, head: bytes) -> bool:
        """Whether a plain file in a tar is a guide. XML of another kind is noted."""
        other = is_other_document(head)
        if other and is_guide_name(member):
            self._others.append(member)
        return not other and (is_guide_name(member) or looks_like_guide(head))

    def _unpacked(self, kind: str, source: ByteSource, depth: int) -> Iterator[bytes]:
        """The content of a layer of `kind`."""
        if kind != "zip":
            return LayerSize(self.bounds).counted(decompressed(kind, source, self.remarks.notes))
        if depth == 0 and not self.remarks.notes:
            return from_zip(self.file, self.bounds, self.remarks)
        return self._inner_zip(source)

    def _inner_zip(self, source: ByteSource) -> Iterator[bytes]:
        """The guide of a zip archive inside another layer, or after text. Its directory is at its end, so a temporary file
        takes it first."""
        try:
            with tempfile.TemporaryFile() as spool:
                damage = _spooled(source, spool)
                yield from from_zip(spool, self.bounds, self.remarks)
        except OSError as error:
            # Closing the file may raise this too, because it writes what is still in the buffer.
            if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise
            raise _no_room() from error
        if damage:
            raise damage

    def _undamaged(self, items: Iterator[_T], member: str | None) -> Iterator[_T]:
        """The items up to the first damage, which is noted."""
        try:
            yield from items
        except Damage as damage:
            # Damage of a layer outside is met again, outside.
            if (
                not self.damages
                or str(damage) != self.damages[-1][0]
                or member not in (None, self.damages[-1][1])
            ):
                self.damages.append((str(damage), member))
                self.damaged.add(member)


def packed_size(file: BinaryIO) -> int:
    """The size of an open file."""
    return os.fstat(file.fileno()).st_size


def _spooled(source: ByteSource, spool: BinaryIO) -> Damage | None:
    """Write all of `source` to the file `spool`. Returns the damage at its end, None if there is none."""
    try:
        for block in source.rest():
            spool.write(block)
    except Damage as damage:
        return damage
    return None


def _joined(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks of 128 to 256 KiB: a piece of bzip2 or zstd can become many megabytes, or a few bytes."""
    held: list[bytes] = []
    size = 0
    for block in blocks:
        held.append(block)
        size += len(block)
        if size >= BLOCK // 2:
            yield from _cut(b"".join(held))
            held, size = [], 0
    yield from _cut(b"".join(held))


def _cut(data: bytes) -> Iterator[bytes]:
    for at in range(0, len(data), BLOCK):
        yield data[at : at + BLOCK]


def _no_room() -> FeedError:
    return FeedError(
        "no room left on the disk for the temporary file; free some space or set TMPDIR to another place",
        "diskfull",
    )
