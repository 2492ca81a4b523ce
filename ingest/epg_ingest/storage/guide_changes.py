"""The log of what changed in the guide that people see: `guide_changes`, for programs that keep a copy of it.

An entry only says what to look at: a channel, all programmes of a channel, or one programme. Readers take its present state
from the guide, so an old entry never brings an old state, and an entry too many does no harm.

Ids grow with the clock (milliseconds of the epoch). A guide that goes on from a restored backup therefore does not give out an
id a second time, and a client whose last id is not in the log learns that it must begin again.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Sequence

#: programmes of a channel that change together; with more, all of the channel are read again, which is one entry
MANY = 200
#: days that the log reaches back; a guide of a million programmes gets about 3 MB of it in a day
KEPT_DAYS = 7
_MS = 1000

_NOTE_ADDED = """
    INSERT INTO guide_changes_pending (subject, channel_id, program_id, change)
    SELECT 'program', channel_id, id, 'added' FROM airings WHERE id > :last
    ON CONFLICT DO UPDATE SET change = 'added'
"""
_NOTE_SHOWN = """
    INSERT INTO guide_changes_pending (subject, channel_id, program_id, change) VALUES ('program', ?, ?, ?)
    ON CONFLICT DO UPDATE SET change = iif(change = 'removed' AND excluded.change = 'added', 'changed', excluded.change)
"""
_NOTE_WHOLE = """
    INSERT INTO guide_changes_pending (subject, channel_id) VALUES ('programs', ?) ON CONFLICT DO NOTHING
"""
_ANY = "SELECT EXISTS (SELECT 1 FROM guide_changes_pending)"
_MANY = """
    INSERT INTO guide_changes_pending (subject, channel_id)
    SELECT 'programs', channel_id FROM guide_changes_pending WHERE subject = 'program'
    GROUP BY channel_id HAVING count(*) > :many
    ON CONFLICT DO NOTHING
"""
_DROP_MANY = """
    DELETE FROM guide_changes_pending WHERE subject = 'program'
    AND channel_id IN (SELECT channel_id FROM guide_changes_pending WHERE subject = 'programs')
"""
#: channels before their programmes, so that a copy with foreign keys can follow
_PUBLISH = """
    INSERT INTO guide_changes (id, subject, channel_id, program_id, change)
    SELECT max(:now, (SELECT max(id) FROM guide_changes)) + row_number() OVER (
               ORDER BY subject = 'program', subject = 'programs', channel_id, program_id),
           subject, channel_id, nullif(program_id, 0), iif(subject = 'program', change, NULL)
    FROM guide_changes_pending
"""
_EMPTY = "DELETE FROM guide_changes_pending"
_BEGIN_AGAIN = """
    INSERT INTO guide_changes (id, subject) SELECT max(:after, ifnull((SELECT max(id) FROM guide_changes), 0)) + 1, 'start'
"""
#: the beginning of a new guide, 0, has no age: it goes with the first entry that goes
_OLDER = """
    SELECT EXISTS (SELECT 1 FROM guide_changes WHERE id > 0 AND id < :before AND id < (SELECT max(id) FROM guide_changes))
"""
_PRUNE = "DELETE FROM guide_changes WHERE id < :before AND id < (SELECT max(id) FROM guide_changes)"


def note_added(conn: sqlite3.Connection, last: int) -> None:
    """Note programmes that were inserted, those with an id above `last`. Runs within the open write transaction."""
    conn.execute(_NOTE_ADDED, {"last": last})


def note_whole(conn: sqlite3.Connection, channel_ids: Iterable[int]) -> None:
    """Note that all programmes of these channels are to be read again."""
    conn.executemany(_NOTE_WHOLE, [(ident,) for ident in channel_ids])


def note_shown(
    conn: sqlite3.Connection, channel_id: int, appeared: Sequence[int], vanished: Sequence[int]
) -> None:
    """Note programmes of a channel, by id, that begin or cease to be shown because of other providers' programmes."""
    if len(appeared) + len(vanished) > MANY:
        return note_whole(conn, [channel_id])
    rows = [(channel_id, ident, "added") for ident in appeared]
    conn.executemany(_NOTE_SHOWN, rows + [(channel_id, ident, "removed") for ident in vanished])


def publish(conn: sqlite3.Connection) -> None:
    """Put what the open transaction has noted into the log."""
    if not conn.execute(_ANY).fetchone()[0]:
        return
    conn.execute(_MANY, {"many": MANY})
    conn.execute(_DROP_MANY)
    conn.execute(_PUBLISH, {"now": int(time.time() * _MS)})
    conn.execute(_EMPTY)


def newest(conn: sqlite3.Connection) -> int:
    """The id of the last entry."""
    return int(conn.execute("SELECT max(id) FROM guide_changes").fetchone()[0])


def begin_again(conn: sqlite3.Connection, after: int) -> None:
    """Empty the log and give it a new beginning, above `after`: no copy that followed it can go on."""
    conn.execute(_EMPTY)
    conn.execute(_BEGIN_AGAIN, {"after": max(after, int(time.time() * _MS))})
    conn.execute("DELETE FROM guide_changes WHERE id < (SELECT max(id) FROM guide_changes)")


def older(conn: sqlite3.Connection, before: int) -> bool:
    """Whether `prune` would delete anything."""
    return bool(conn.execute(_OLDER, {"before": before * _MS}).fetchone()[0])


def prune(conn: sqlite3.Connection, before: int) -> int:
    """Delete entries older than `before` (epoch seconds), but never the last one; returns how many."""
    return conn.execute(_PRUNE, {"before": before * _MS}).rowcount
