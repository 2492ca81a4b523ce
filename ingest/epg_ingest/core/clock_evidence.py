"""Whether this machine's clock is right, judged by what else is known of the time. Pure; all moments are epoch seconds.

The best evidence is what the servers of feeds say (`Date`): one that agrees proves the clock right, and where all disagree it
is wrong. Without a server, the log of imports and the guide speak: an import cannot have begun in the future, and a guide that
was left alone for a week is not all over when its feeds have just been read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .limits import DAY
from .times import from_iso, iso

#: no version of this program is older, so a clock that says less is wrong: one without a battery starts in 1970 or 2000
RELEASED = from_iso("2026-01-01T00:00:00Z")
#: seconds by which a clock, or a server's, may differ
PATIENCE = DAY
#: seconds without a good import after which a clock may have leapt ahead
LONG = 7 * DAY


@dataclass
class ClockSeen:
    """What a command has seen of the time. `newest`: when the newest import of the log began, before this command. `good`: the
    newest that did not fail. `ahead`: by how many seconds the clock was ahead of each server that said what time it is."""

    newest: int | None = None
    good: int | None = None
    ahead: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class ClockEvidence:
    """What is known at `now`, as the clock has it.

    `newest` and `good` as in `ClockSeen`. `reach`: when the last programme that is known ends. `on_now`: whether one is on.
    `servers`: what time it is by those who said it.
    """

    now: int
    newest: int | None = None
    good: int | None = None
    reach: int | None = None
    on_now: bool = False
    servers: Sequence[int] = ()


def confirmed(found: ClockEvidence) -> bool:
    """Whether a server agrees with the clock."""
    return any(abs(found.now - server) <= PATIENCE for server in found.servers)


def wrong_clock(found: ClockEvidence) -> str:
    """What is wrong with the clock, "" where nothing is known to be."""
    said = f"the clock of this machine says {iso(found.now)}"
    if found.now < RELEASED:
        return f"{said}, when this program was not made yet; set it"
    if confirmed(found):
        return ""
    if found.servers:
        nearest = min(found.servers, key=lambda server: abs(server - found.now))
        return f"{said}, but servers of feeds say {iso(nearest)}; set it"
    if found.newest is None or found.now >= found.newest - PATIENCE:
        return ""
    # The clock was ahead at that import if there is a guide for now, and none for then.
    if found.on_now and found.reach is not None and found.reach < found.newest:
        return ""
    return f"{said}, but an import began at {iso(found.newest)}; set it"


def all_over(found: ClockEvidence) -> str:
    """Why the clock may have leapt ahead: there was no good import for long, and no programme is left to come. "" where that is
    not so."""
    if found.servers or found.good is None or found.reach is None:
        return ""
    if found.now - found.good < LONG or found.reach > found.now:
        return ""
    return (
        f"the clock of this machine says {iso(found.now)}, but the last good import began at {iso(found.good)} and no"
        " programme is left that is still to come; check the clock"
    )


def likely(found: ClockEvidence) -> int:
    """The time to note instead of that of a wrong clock: what a server says, or else that of the newest good import."""
    if found.servers:
        return min(found.servers, key=lambda server: abs(server - found.now))
    known = [moment for moment in (found.good, found.newest) if moment is not None]
    return max(known, default=found.now)
