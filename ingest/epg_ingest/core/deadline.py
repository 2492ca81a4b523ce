"""The moment by which one feed must be downloaded and read (`download.deadline`)."""

from __future__ import annotations

import time

from .errors import FeedError


class Deadline:
    """`seconds` from now on, by a clock that nobody can set."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """The seconds that are left; negative when it has passed."""
        return self._end - time.monotonic()

    def check(self) -> None:
        """Raise `FeedError` (`deadline`) when it has passed."""
        if self.left() < 0:
            raise self.error()

    def error(self) -> FeedError:
        """What to say of a feed that took too long."""
        return FeedError(
            f"the feed was not downloaded and read within {self.seconds:g} s; look at the feed, or raise"
            " download.deadline",
            "deadline",
        )
