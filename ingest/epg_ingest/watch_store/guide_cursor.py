"""What changed in the guide since watches last looked: a place in `guide_changes`.

That log has everything that alters what people see, in the order of the commits: what imports add, change and remove (also the
first import of a provider, of which `program_changes` has no rows), what another provider's programmes hide or free, hidden
channels, corrected times, changes by hand and what `undo` takes back. It is written in the same transaction as the change.
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

_NEWEST = "SELECT max(id) FROM guide_changes"
_KNOWN = "SELECT EXISTS (SELECT 1 FROM guide_changes WHERE id = ?)"
_PROGRAMS = "SELECT DISTINCT program_id FROM guide_changes WHERE id > ? AND subject = 'program'"
_CHANNELS = "SELECT DISTINCT channel_id FROM guide_changes WHERE id > ? AND subject = 'programs'"
_BEGUN = "SELECT EXISTS (SELECT 1 FROM guide_changes WHERE id > ? AND subject = 'start')"


class GuideNews(NamedTuple):
    """Ids of programmes and of whole channels that changed; `whole`: the log does not say, so everything may have.

    `newest` is the place in the log that this reaches to.
    """

    newest: int
    programs: frozenset[int] = frozenset()
    channels: frozenset[int] = frozenset()
    whole: bool = False

    def __bool__(self) -> bool:
        return bool(self.programs or self.channels or self.whole)


def newest(conn: sqlite3.Connection) -> int:
    """The last place in the log."""
    return int(conn.execute(_NEWEST).fetchone()[0] or 0)


def news_since(conn: sqlite3.Connection, cursor: int | None) -> GuideNews:
    """What changed after the place `cursor`; everything without one, or where the log does not reach back to it."""
    last = newest(conn)
    if (
        cursor is None
        or not conn.execute(_KNOWN, [cursor]).fetchone()[0]
        or conn.execute(_BEGUN, [cursor]).fetchone()[0]
    ):
        return GuideNews(last, whole=True)
    programs = frozenset(ident for (ident,) in conn.execute(_PROGRAMS, [cursor]))
    channels = frozenset(ident for (ident,) in conn.execute(_CHANNELS, [cursor]))
    return GuideNews(last, programs, channels)
