"""How many programmes there are: a number that is dear to get, so it is got beside everything else."""

import threading
import time
from pathlib import Path

from ..base.sql import sql
from .health_reading import Unreadable, opened

SQL = sql("metrics_count")
#: seconds one count may take
LIMIT = 60.0
#: seconds a scrape waits for a count under way: that of a small guide is done by then
WAIT = 0.5
#: rest after a count, as a multiple of its length
REST = 20


class ProgrammeCounter:
    """Programmes in the guide and shown, counted once for each generation in a thread of its own.

    Counting reads the whole table. So a count is stopped after a minute, and the next one comes after a rest of 20
    times its length at the earliest: a guide that changes all the time costs at most a twentieth of one core.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.Lock()
        self.counted: int | None = None
        self.result: tuple[int, int] | None = None
        self.rest_until = 0.0
        self.thread: threading.Thread | None = None

    def latest(self, generation: int) -> tuple[int, int] | None:
        """(all, shown) of the last count, None before the first; starts one when the guide changed since."""
        with self.lock:
            idle = self.thread is None or not self.thread.is_alive()
            if idle and generation != self.counted and time.monotonic() >= self.rest_until:
                self.thread = threading.Thread(
                    target=self._count, args=[generation], name="epg-count", daemon=True
                )
                self.thread.start()
            thread = self.thread
        if thread is not None:
            thread.join(WAIT)
        return self.result

    def _count(self, generation: int) -> None:
        started = time.monotonic()
        try:
            with opened(self.path, LIMIT) as conn:
                self.result = tuple(conn.execute(SQL).fetchone())
                self.counted = generation
        except Unreadable:
            # An older count is better than none; epg_database_up says what is wrong.
            pass
        finally:
            ended = time.monotonic()
            self.rest_until = ended + REST * (ended - started)
