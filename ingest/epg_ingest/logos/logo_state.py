"""What is known of the address of a picture, and when it is asked for again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

#: the longest side of each picture, in pixels: for lists on dense screens, for pages, and for players
SIZES = (96, 192, 384)
#: seconds for which a picture is not asked for again
FRESH = 7 * 86_400
#: seconds after a first failure; doubled after each further one, up to `FRESH`
AFTER_FAILURE = 3_600
#: raised when pictures are made in another way, so that all addresses are asked again
VERSION = 1


@dataclass(frozen=True)
class LogoState:
    """`pictures` maps each size to the name of a file; it is empty while there was never a usable picture.

    `etag` and `last_modified` came with the picture. `next` is the epoch second from which the address may be asked again.
    `failures` counts those since the last success, and `code` says why the last one failed.
    """

    pictures: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    last_modified: str | None = None
    next: float = 0.0
    failures: int = 0
    code: str | None = None
    version: int = VERSION

    def picture(self, size: int) -> str | None:
        """The name of the picture of this size, None without one."""
        return self.pictures.get(str(size))

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def from_json(value: Any) -> LogoState | None:
    """The state that `as_json` gave; None for one of another version and for anything else."""
    try:
        state = LogoState(**value)
    except TypeError:
        return None
    return state if state.version == VERSION and isinstance(state.pictures, dict) else None


def due(state: LogoState | None, now: float) -> bool:
    """Whether the address should be asked at `now` (epoch seconds). A clock that was set back does not put it off for ever."""
    return state is None or now >= state.next or state.next > now + 2 * FRESH


def fetched(
    pictures: Mapping[str, str], etag: str | None, last_modified: str | None, now: float
) -> LogoState:
    """The state after a usable picture came at `now`."""
    return LogoState(dict(pictures), etag, last_modified, now + FRESH)


def unchanged(state: LogoState, now: float) -> LogoState:
    """The state after the server said that the picture is the same."""
    return replace(state, next=now + FRESH, failures=0, code=None)


def failed(state: LogoState | None, code: str, now: float) -> LogoState:
    """The state after a failure. A picture that was there stays."""
    before = state or LogoState()
    wait = min(AFTER_FAILURE * 2.0 ** min(before.failures, 30), FRESH)
    return replace(before, next=now + wait, failures=before.failures + 1, code=code)
