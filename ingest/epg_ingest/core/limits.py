"""The limits of downloads and of retention, as values for the modules that apply them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .. import __version__

DAY = 86_400
GIB = 1024**3


@dataclass(frozen=True)
class Limits:
    """Settings `download.*`. Times in seconds, sizes in bytes.

    `deadline` is for downloading and reading one feed. `retries` counts the attempts after the first. `max_ratio` is
    decompressed to compressed size; it is checked once 64 MiB have come out.
    """

    connect_timeout: float = 15.0
    read_timeout: float = 60.0
    deadline: float = 3600.0
    retries: int = 2
    backoff: float = 2.0
    max_bytes: int = 2 * GIB
    max_unpacked_bytes: int = 16 * GIB
    max_ratio: int = 1000
    max_redirects: int = 10
    user_agent: str = f"datasette-epg/{__version__}"


@dataclass(frozen=True)
class Retention:
    """How many days of ended and of coming programmes, of logs, and of the ledger of showings are kept; None keeps all.
    `archive` is the folder that ended programmes go to before they are deleted, None without an archive."""

    past_days: int | None = 7
    future_days: int | None = 7
    log_days: int | None = 30
    archive: Path | None = None
    ledger_days: int | None = 400

    def past(self, now: int) -> int | None:
        """Programmes that ended by then (epoch seconds) go."""
        return None if self.past_days is None else now - self.past_days * DAY

    def future(self, now: int) -> int | None:
        """Programmes that start after then go."""
        return None if self.future_days is None else now + self.future_days * DAY


def in_words(size: int) -> str:
    """A size in bytes for people: `2 GiB`, `1.5 MiB`, `500 bytes`."""
    for unit, name in ((GIB, "GiB"), (1024**2, "MiB"), (1024, "KiB")):
        if size >= unit:
            return f"{size / unit:.3g} {name}"
    return f"{size} bytes"
