"""A downloaded file to the plain documents in it. Its first bytes say what it is packed with, never its name.

Layers are removed one after the other (a tar in a gzip, a gzip that was gzipped again), each as a stream. Each guide in a tar
archive is a document. From a truncated or damaged file comes all that can be decoded, and then `Unpacked.damage` says what is
wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from ..core.deadline import Deadline
from ..core.limits import Limits
from .bounds import Bounds
from .deflate import ReadAgain
from .documents import Reading, packed_size


def unpack(
    path: Path, limits: Limits, encodings: Sequence[str] = (), deadline: Deadline | None = None
) -> Unpacked:
    """The plain bytes of the file at `path`. The file is read when you iterate over the result.

    `encodings` are the names in the Content-Encoding of the answer, in lower case: they help where the bytes have no
    signature. The iteration raises `FeedError`: `bomb` and `toolarge` (a limit; the message names its setting), `deadline`,
    `noxml`, `encrypted` and `method` (archives), `encoding`, `packing` and `mangled` (what cannot be unpacked), `diskfull`.
    """
    return Unpacked(path, limits, encodings, deadline)


class Unpacked:
    """An iterable of blocks of up to 256 KiB. Each iteration opens the file and reads it from its beginning."""

    def __init__(
        self, path: Path, limits: Limits, encodings: Sequence[str] = (), deadline: Deadline | None = None
    ) -> None:
        self.path, self.limits, self.encodings, self.deadline = path, limits, encodings, deadline
        self._reading: Reading | None = None

    @property
    def kind(self) -> str:
        """The layers, outermost first: `plain`, `gzip`, `gzip+tar` … It is known with the first block."""
        return "+".join(self._reading.kinds if self._reading else ()) or "plain"

    @property
    def member(self) -> str | None:
        """The file of an archive that the document is whose block came last; None outside of a tar."""
        return self._reading.members[-1] if self._reading and self._reading.members else None

    @property
    def damages(self) -> list[tuple[str, str | None]]:
        """What is wrong with a truncated or damaged file, in one line each, and in which of several guides; known at the end
        of the iteration."""
        reading = self._reading
        if reading is None:
            return []
        several = len(reading.members) > 1
        return [(damage, member if several else None) for damage, member in reading.damages]

    @property
    def damage(self) -> str | None:
        """The first damages in one line, None if there are none."""
        return "; ".join(f"{text} in {where}" if where else text for text, where in self.damages[:9]) or None

    def is_damaged(self, member: str | None) -> bool:
        """Whether damage was met in this file of an archive."""
        return self._reading is not None and member in self._reading.damaged

    @property
    def notes(self) -> list[str]:
        """Remarks on what was left out; known at the end of the iteration."""
        return self._reading.remarks.notes if self._reading else []

    @property
    def guides_left_out(self) -> bool:
        """Whether the file holds guides that are not read; known at the end of the iteration."""
        return self._reading is not None and self._reading.remarks.guides_left_out

    def __iter__(self) -> Iterator[bytes]:
        return (block for _, block in self._numbered())

    def documents(self) -> Iterator[Iterator[bytes]]:
        """The blocks of each document. Several come from a tar archive only; an empty file is one empty document."""
        found = False
        for _, pairs in groupby(self._numbered(), itemgetter(0)):
            found = True
            yield (block for _, block in pairs)
        if not found:
            yield iter(())

    def _numbered(self) -> Iterator[tuple[int, bytes]]:
        """The blocks with the numbers of their documents."""
        given = 0
        try:
            for number, block in self._blocks(careful=False):
                yield number, block
                given += len(block)
        except ReadAgain:
            # Damage is rare. So reading the file again from its beginning costs less than small pieces all the time.
            for number, block in self._blocks(careful=True):
                if len(block) > given:
                    yield number, block[given:]
                given -= min(given, len(block))

    def _blocks(self, *, careful: bool) -> Iterator[tuple[int, bytes]]:
        """The blocks in one attempt. Raises `ReadAgain` if this attempt is not `careful` and meets damage in a gzip."""
        with self.path.open("rb") as file:
            bounds = Bounds(self.limits, packed_size(file), self.deadline)
            self._reading = Reading(file, bounds, self.encodings, careful)
            yield from self._reading.blocks()
