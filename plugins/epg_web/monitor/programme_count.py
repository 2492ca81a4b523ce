"""How many programmes there are. Counting them takes long, so a thread does it in the background."""

import threading
import time
from pathlib import Path

from ..base.sql import sql
from .health_reading import Unreadable, opened

SQL = sql("metrics_count")
#: seconds one count may take
LIMIT = 60.0
#: seconds that a scrape waits for a running count, enough for a small guide
WAIT = 0.5
#: rest after a count, as a multiple of its length
REST = 20


class ProgrammeCounter:
    """Programmes in the database and programmes that are shown, counted once for each generation on a thread.

    Counting reads the whole table. So a count is stopped after a minute, and the next one begins after a rest of at least
    20 times its length: a guide that changes all the time costs at most a twentieth of one core.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.Lock()
        self.counted: int | None = None
        self.result: tuple[int, int] | None = None
        self.rest_until = 0.0
        self.thread: threading.Thread | None = None

    def latest(self, generation: int) -> tuple[int, int] | None:
        """(all, shown) of the last count, None before the first. Starts a new count where the guide has changed since."""
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
