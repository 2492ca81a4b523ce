"""What of the retention window counts for one import: nothing of it where the clock is wrong, so that nothing is lost by it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace

from ..core.clock_evidence import ClockEvidence, ClockSeen, all_over, likely, wrong_clock
from ..core.limits import Retention
from ..expiry import clock_evidence


@dataclass
class ImportWindow:
    """The window of one import at `clock.now`. Epoch seconds throughout.

    With a `wrong` clock, everything of the feed is taken, and no stored programme is removed. While that is `doubtful`, ended
    programmes are read too: `settle` decides when the feed is known.
    """

    retention: Retention
    clock: ClockEvidence
    wrong: bool = False
    doubtful: bool = False

    @classmethod
    def of(cls, conn: sqlite3.Connection, retention: Retention, now: int, seen: ClockSeen) -> ImportWindow:
        """The window of a feed that was just downloaded."""
        found = clock_evidence(conn, now, seen)
        return cls(retention, found, bool(wrong_clock(found)), bool(all_over(found)))

    def settle(self, reach: int | None) -> None:
        """Decide what was doubtful: `reach` is when the last programme that is new in the feed ends, None without any."""
        if self.doubtful and (reach is None or reach <= self.clock.now):
            self.wrong = True
        self.doubtful = False

    @property
    def now(self) -> int:
        """The time to note, and to compare with."""
        return likely(self.clock) if self.wrong else self.clock.now

    @property
    def past(self) -> int | None:
        """Programmes that ended by then are not taken; None for no limit."""
        return None if self.wrong or self.doubtful else self.retention.past(self.clock.now)

    @property
    def future(self) -> int | None:
        """Programmes that start after then are not taken; None for no limit."""
        return None if self.wrong else self.retention.future(self.clock.now)

    @property
    def counted(self) -> Retention:
        """The settings for the log: with others, the next import reads the same feed again."""
        return replace(self.retention, past_days=None, future_days=None) if self.wrong else self.retention
