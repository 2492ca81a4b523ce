"""XMLTV block by block: the places for exports, a document from the guide or from a file, and its way to the client."""

import asyncio
import lzma
import sqlite3
import threading
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

from ..base.answer import Refused
from ..base.connections import connect
from ..bounds.block_sending import DocumentSource, sent
from ..pages.visit import Visit
from .xmltv_files import ExportFiles, FileInMaking
from .xmltv_request import ExportRequest, Packing
from .xmltv_selection import Snapshot, look

#: exports that are sent at once, most of them to clients that are reading; blocks are made one after the other: they are work
#: for the processor, and more threads make no more of them, but keep the pages waiting
AT_ONCE, THREADS = 16, 1
#: seconds that one more waits for a place, and how many may wait
PATIENCE, WAITING = 20.0, 20
#: of gzip, and of xz: 30 MB of a guide in a second of CPU, to half of what gzip makes of it
LEVEL, PRESET = 3, 2
#: bytes of a file that are sent at a time
CHUNK = 1024 * 1024


class Packer(Protocol):
    """A compressor of the standard library."""

    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self) -> bytes: ...


def packer(packing: Packing) -> Packer | None:
    if packing == "xz":
        return lzma.LZMACompressor(lzma.FORMAT_XZ, preset=PRESET)
    return zlib.compressobj(LEVEL, zlib.DEFLATED, 31) if packing else None


class FileSource:
    """A document that is kept as a file. An open file stays readable when a newer guide removes its name."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("rb", buffering=0)
        self.size = path.stat().st_size

    def block(self) -> bytes | None:
        return self.file.read(CHUNK) or None

    def close(self) -> None:
        self.file.close()


class ExportStream:
    """One export on its own connection. Its methods may be called from any thread, and a lock lets only one run.

    With `files`, what it packs becomes a file too, if no other is in making.
    """

    def __init__(self, path: str, asked: ExportRequest, files: ExportFiles | None = None) -> None:
        self.path, self.asked, self.files = path, asked, files
        self.lock = threading.Lock()
        self.conn: sqlite3.Connection | None = None
        self.packer = packer(asked.packing)
        self.making: FileInMaking | None = None

    def begin(self) -> Snapshot:
        with self.lock:
            self.conn = connect(self.path)
            self.conn.execute("BEGIN")
            seen = look(self.conn, self.asked)
            self.blocks = seen.blocks(self.asked.form)
            if self.files is not None:
                self.making = self.files.begin(self.asked.file_name(seen.generation), seen.generation.stamp)
            return seen

    def block(self) -> bytes | None:
        """The next bytes, None after the last ones."""
        with self.lock:
            found = self._next()
            if self.making is not None:
                if found is None:
                    self.making.keep()
                else:
                    self.making.write(found)
            return found

    def _next(self) -> bytes | None:
        for _, block in self.blocks:
            if found := self.packer.compress(block) if self.packer else block:
                return found
        last, self.packer = self.packer and self.packer.flush(), None
        return last or None

    def close(self) -> None:
        with self.lock:
            if self.making is not None:
                self.making.drop()
            if self.conn is not None:
                self.conn.close()


class ExportSlots:
    """The places for exports of one Datasette instance."""

    def __init__(self) -> None:
        self.places = asyncio.Semaphore(AT_ONCE)
        self.waiting = 0
        self.executor = ThreadPoolExecutor(THREADS, thread_name_prefix="epg-export")

    async def run(self, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.executor, work)

    async def enter(self) -> None:
        """Take a place. Raises `Refused` (503) when none becomes free in time."""
        busy = Refused(503, "too many exports are being read; try again", headers={"Retry-After": "30"})
        if self.waiting >= WAITING:
            raise busy
        self.waiting += 1
        try:
            await asyncio.wait_for(self.places.acquire(), PATIENCE)
        except asyncio.TimeoutError:
            raise busy from None
        finally:
            self.waiting -= 1


def slots_of(datasette: Any) -> ExportSlots:
    found: ExportSlots | None = getattr(datasette, "_epg_exports", None)
    if found is None:
        found = datasette._epg_exports = ExportSlots()
    return found


async def streamed(visit: Visit, places: ExportSlots, work: DocumentSource) -> bool:
    """Send `work` to who asks. Whether the client got everything."""
    return await sent(visit.request.receive, visit.send, places.run, work)
