"""The daily digests that are due."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ..watch_store import match_rows, outbox_rows, target_rows, watch_rows
from ..watch_store.airing_rows import airings_by_id, lineup_channels
from ..watch_store.match_rows import ToldAlert
from ..watch_store.outbox_rows import NewAlert
from ..watches import digests, wording
from ..watches.airing import WatchedAiring
from ..watches.planning import StoredMatch, planned
from ..watches.target_settings import AlertTarget
from ..watches.watch import Watch

DigestRow = tuple[Watch, WatchedAiring, str]


def put_digests(
    conn: sqlite3.Connection, db: sqlite3.Connection, targets: Sequence[AlertTarget], now: int
) -> int:
    """Store the digests that are due at `now` (epoch seconds); how many. `conn` is the secrets file, `db` the guide."""
    made = 0
    done = target_rows.digests_done(conn)
    for target in targets:
        if target.digest_at is None or not target.enabled or target.ended:
            continue
        due = digests.due_digest(target.digest_at, target.timezone, done[target.id], now)
        if due is not None:
            made += _put(conn, db, target, *due, now)
            target_rows.note_digest(conn, target.id, due[0])
    return made


def _put(
    conn: sqlite3.Connection, db: sqlite3.Connection, target: AlertTarget, date: str, moment: int, now: int
) -> int:
    kind, key = f"digest:{target.id}", f"digest:{target.id}:{date}"
    rows: list[tuple[str, DigestRow]] = []
    for stored in watch_rows.listed(conn, target.owner, enabled=True):
        watch = stored.watch
        if watch.digest and (not watch.targets or target.id in watch.targets):
            rows += _of_watch(conn, db, watch, kind, moment + digests.SPAN, now)
    rows.sort(key=lambda row: (row[1][1].start, row[1][1].program_id, row[1][0].id))
    if not rows:
        return 0
    body = wording.digest(moment, target.timezone, [row for _, row in rows], now)
    made = outbox_rows.put(
        conn, NewAlert(key, target.owner, target.id, None, body, moment + digests.SPAN), now
    )
    for unit, (watch, airing, _) in rows:
        match_rows.tell(conn, watch.id, ToldAlert(unit, kind, airing, (key,), now))
    return int(made)


def _of_watch(
    conn: sqlite3.Connection, db: sqlite3.Connection, watch: Watch, kind: str, until: int, now: int
) -> list[tuple[str, DigestRow]]:
    """What a watch has for a digest, each with its unit."""
    stored = {one.match.airing.program_id: one.match for one in match_rows.matches_of(conn, watch.id)}
    current = airings_by_id(db, stored)
    matches = [
        StoredMatch(airing, stored[ident].seen) for ident, airing in current.items() if airing.end > now
    ]
    told = {one.unit: one.airing.program_id for one in match_rows.told_of(conn, watch.id) if one.kind == kind}
    return [
        (one.unit, (watch, one.airing, one.reason))
        for one in planned(watch, matches, told, lineup_channels(db, watch.lineup_id))
        if one.sends and one.unit not in told and now < one.airing.start < until
    ]


def make_again(conn: sqlite3.Connection, key: str, target_id: int, now: int) -> None:
    """Drop a digest that waits, because something in it moved or is gone: `put_digests` makes it as it is now."""
    outbox_rows.drop(conn, key, "something in it was moved or cancelled before it was sent", now)
    outbox_rows.free(conn, [key])
    match_rows.untell_key(conn, key)
    target_rows.note_digest(conn, target_id, "")
