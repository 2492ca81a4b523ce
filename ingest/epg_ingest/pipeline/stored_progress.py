"""How far an import is, in the table `import_progress`, where pages read it. A row goes when its import ends."""

from __future__ import annotations

import logging
import sqlite3
import time
from types import TracebackType

from ..core.times import iso
from .options import Progress, Silent

log = logging.getLogger(__name__)

#: seconds between two rows: each is a write, and people read once a second
PAUSE = 0.8
_RUNNING = "SELECT max(id) FROM import_log WHERE provider_id = ? AND status = 'running'"
_PUT = """
    INSERT INTO import_progress (import_id, stage, bytes, total_bytes, programmes, at)
    VALUES (:import_id, :stage, :bytes, :total_bytes, :programmes, :at)
    ON CONFLICT (import_id) DO UPDATE SET stage = excluded.stage, bytes = excluded.bytes, total_bytes = excluded.total_bytes,
        programmes = excluded.programmes, at = excluded.at
"""
_END = "DELETE FROM import_progress WHERE import_id IN (SELECT id FROM import_log WHERE provider_id = ?)"


class StoredProgress:
    """A progress that is stored on a connection of its own, and passed on to `shown`, which a person on a terminal sees.

    What cannot be stored, because somebody holds the lock or the disk is full, is left out: the next row says more, and the
    import itself says what is wrong with the disk.
    """

    def __init__(self, path: str, provider_id: int, shown: Progress | None = None) -> None:
        self._conn = sqlite3.connect(path, timeout=0, isolation_level=None)
        self._conn.execute("PRAGMA synchronous = NORMAL")
        self._provider, self._shown, self._last = provider_id, shown or Silent(), 0.0
        self._stage, self._bytes, self._programmes = "download", 0, 0
        self._total: int | None = None

    def download(self, done: int, total: int | None) -> None:
        self._bytes, self._total = done, total
        self._shown.download(done, total)
        self._store()

    def parsed(self, programmes: int, size: int) -> None:
        self._programmes, self._bytes, self._total = programmes, size, None
        self._shown.parsed(programmes, size)
        self._store()

    def stage(self, name: str) -> None:
        self._stage = name
        self._shown.stage(name)
        self._store(at_once=True)

    def _store(self, *, at_once: bool = False) -> None:
        moment = time.monotonic()
        if not at_once and moment - self._last < PAUSE:
            return
        self._last = moment
        self._write()

    def _write(self) -> None:
        try:
            (ident,) = self._conn.execute(_RUNNING, [self._provider]).fetchone()
            if ident is not None:
                row = {
                    "import_id": ident, "stage": self._stage, "bytes": self._bytes, "total_bytes": self._total,
                    "programmes": self._programmes, "at": iso(int(time.time())),
                }  # fmt: skip
                self._conn.execute(_PUT, row)
        except sqlite3.OperationalError as error:
            log.debug("the progress of an import was not stored: %s", error)

    def __enter__(self) -> StoredProgress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        """Take the row away. Where that cannot be, the next import of the provider does it."""
        try:
            self._conn.execute("PRAGMA busy_timeout = 2000")
            self._conn.execute(_END, [self._provider])
        except sqlite3.OperationalError as problem:
            log.debug("the progress of an import was not taken away: %s", problem)
        finally:
            self._conn.close()
