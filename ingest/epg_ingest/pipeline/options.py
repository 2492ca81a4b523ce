"""The options of an import, and the protocol by which it reports its progress."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from ..core.clock_evidence import ClockSeen
from ..core.limits import Limits, Retention


class Progress(Protocol):
    """Receives the progress of an import. All calls come from the importing thread."""

    def download(self, done: int, total: int | None) -> None: ...

    def parsed(self, programmes: int, size: int) -> None: ...

    def stage(self, name: str) -> None: ...


class Silent:
    """A progress that shows nothing."""

    def download(self, done: int, total: int | None) -> None:
        """Nothing."""

    def parsed(self, programmes: int, size: int) -> None:
        """Nothing."""

    def stage(self, name: str) -> None:
        """Nothing."""


@dataclass(frozen=True)
class Options:
    """How to import. `trigger` says what asked for it (`cli`, `schedule`, `api`); `workers` None = as many as help. `clock` is
    what is known of the time; imports of one command share it, and add what servers say.

    `day_zone` is the IANA zone whose days count for quotas of providers that have no zone for their schedule.
    """

    retention: Retention
    limits: Limits
    force: bool = False
    trigger: str = "cli"
    workers: int | None = None
    clock: ClockSeen = field(default_factory=ClockSeen)
    day_zone: str = "UTC"
