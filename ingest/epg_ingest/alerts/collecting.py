"""One look at the guide for all watches: matches that are new or gone, and the alerts that follow.

    guide_changes after the cursor → showings that changed → watches that find one, or found one → decisions → one transaction

The transaction stores matches, alerts and cursor together. A look that is killed before it is made again from the same cursor;
one that is made twice finds nothing new.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from ..core.errors import EpgError
from ..rules.compiling import library
from ..storage.database import connect_readonly, translated
from ..storage.vault import Vault
from ..watch_store import guide_cursor, match_rows, target_rows, watch_rows
from ..watch_store.airing_rows import lineup_channels
from ..watch_store.airing_search import ChangedAirings, found_of_all
from ..watch_store.alert_clock import CURSOR, WHOLE, WHOLE_AT, set_state, state
from ..watch_store.watch_rows import StoredWatch
from ..watches.airing import WatchedAiring
from ..watches.conditions import refusal
from ..watches.target_settings import AlertTarget
from ..watches.watch import PATTERN
from .digest_alerts import put_digests
from .watch_alerts import WatchAlerts

#: showings that are kept for a watch; of one that finds more, the soonest
MOST_KEPT = 2_000
#: seconds before the first alert past the end of what is kept at which the guide is searched again
AHEAD = 2 * 3600
#: days that it is remembered what was told
LEDGER_DAYS = 400


@dataclass
class Looked:
    """What a look found: watches that were looked at, alerts made, and watches that cannot be asked, with the reason."""

    watches: int = 0
    alerts: int = 0
    failed: dict[int, str] = field(default_factory=dict)


@dataclass
class WatchWork:
    """A watch to look at. `found` are the showings that it finds: all of them if `whole`, else those that changed.

    `known`: what it finds was there before the watch. `reach` is the start up to which matches are kept, None for all.
    `touched` marks what it found before where something changed; None: all is looked at.
    """

    stored: StoredWatch
    whole: bool = False
    known: bool = False
    found: list[WatchedAiring] = field(default_factory=list)
    lineup: frozenset[int] | None = None
    reach: int | None = None
    touched: frozenset[int] | None = None


def collect(guide: Path, vault: Vault, now: int) -> Looked:
    """Look at the guide as it is at `now` (epoch seconds) and store the alerts that follow. Raises `DatabaseError`."""
    with vault.writing() as conn:
        watches = watch_rows.listed(conn, enabled=True)
        cursor, whole_at = state(conn, CURSOR), state(conn, WHOLE_AT)
    done = Looked()
    with translated(guide), closing(connect_readonly(guide)) as db:
        db.execute("BEGIN")
        news = guide_cursor.news_since(db, cursor)
        again = news.whole or now - (whole_at or 0) >= WHOLE
        with vault.reading() as conn:
            touched = match_rows.touched(conn, news.programs, news.channels)
            due = match_rows.due(conn, now)
        works = _works(db, watches, news, touched, due, again, now, done, cursor)
        with vault.writing() as conn:
            conn.execute("PRAGMA cache_size = -16000")  # matches lie on all pages of the file
            _store(conn, db, works, news, now, done)
            set_state(conn, CURSOR, news.newest)
            if again:
                set_state(conn, WHOLE_AT, now)
            match_rows.prune(conn, now, LEDGER_DAYS)
        db.execute("COMMIT")
    return done


def _works(
    db: sqlite3.Connection,
    watches: Iterable[StoredWatch],
    news: guide_cursor.GuideNews,
    touched: Mapping[int, frozenset[int]],
    due: set[int],
    again: bool,
    now: int,
    done: Looked,
    cursor: int | None,
) -> list[WatchWork]:
    """The watches that have to be looked at, with what they find."""
    changed: list[StoredWatch] = []
    works = []
    for stored in _askable(watches, done):
        fresh = stored.scanned != stored.revision
        lead = 60 * (stored.watch.lead_minutes or 0)
        ends = stored.reach is not None and stored.reach - now < AHEAD + lead
        if fresh or ends or again:
            works.append(WatchWork(stored, whole=True, known=fresh or ends))
        else:
            changed.append(stored)
    _search(db, works, now)
    found = (
        ChangedAirings(db, cursor or 0, now).found([one.watch for one in changed]) if news and changed else {}
    )
    for stored in changed:
        ident = stored.watch.id
        if ident in found or ident in touched or ident in due:
            marks = None if ident in due else touched.get(ident, frozenset())
            works.append(WatchWork(stored, found=found.get(ident, []), reach=stored.reach, touched=marks))
    for work in works:
        work.lineup = lineup_channels(db, work.stored.watch.lineup_id)
        _keep_fitting(work)
    return works


def _askable(watches: Iterable[StoredWatch], done: Looked) -> list[StoredWatch]:
    """The watches without those for patterns where these are not possible; why is in `done`. The others go on."""
    found = list(watches)
    try:
        library()
    except EpgError as error:
        done.failed |= {one.watch.id: error.message for one in found if one.watch.kind == PATTERN}
    return [one for one in found if one.watch.id not in done.failed]


def _search(db: sqlite3.Connection, works: list[WatchWork], now: int) -> None:
    """Look for watches in the whole guide."""
    by_id = {work.stored.watch.id: work for work in works}
    for watch, found in found_of_all(db, [work.stored.watch for work in works], now):
        by_id[watch.id].found = found


def _keep_fitting(work: WatchWork) -> None:
    """Leave out what does not fit the conditions of the watch, and what is too much."""
    watch = work.stored.watch
    work.found = [airing for airing in work.found if refusal(watch, airing, work.lineup) is None]
    if work.whole and len(work.found) > MOST_KEPT:
        work.found = work.found[:MOST_KEPT]
        work.reach = work.found[-1].start
    elif work.reach is not None:
        work.found = [airing for airing in work.found if airing.start <= (work.reach or 0)]


def _store(
    conn: sqlite3.Connection,
    db: sqlite3.Connection,
    works: list[WatchWork],
    news: guide_cursor.GuideNews,
    now: int,
    done: Looked,
) -> None:
    """Store what follows for the watches that nobody has changed meanwhile, and the digests that are due."""
    revisions = watch_rows.revisions(conn)
    targets = target_rows.targets_of(conn)
    for work in works:
        watch = work.stored.watch
        if revisions.get(watch.id) == work.stored.revision:
            alerts = WatchAlerts(conn, db, watch, targets_for(watch.owner, watch.targets, targets), now)
            done.alerts += alerts.look(
                work.found,
                news,
                whole=work.whole,
                known=work.known,
                lineup=work.lineup,
                touched=work.touched,
            )
            done.watches += 1
            if work.whole:
                watch_rows.note_look(conn, watch.id, work.reach)
    for ident in done.failed:  # until it is changed, or the whole guide is searched again
        conn.execute("UPDATE watches SET scanned = revision WHERE id = ?", [ident])
    done.alerts += put_digests(conn, db, targets, now)


def targets_for(owner: str, wanted: tuple[int, ...], targets: Iterable[AlertTarget]) -> list[AlertTarget]:
    """The targets of an owner that take messages: those with the ids `wanted`, or all."""
    return [
        target
        for target in targets
        if target.owner == owner
        and target.enabled
        and not target.ended
        and (not wanted or target.id in wanted)
    ]
