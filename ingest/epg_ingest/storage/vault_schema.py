"""The tables of `epg.secrets`, and how an older file gets those of today."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ..core.errors import DatabaseError

SCHEMA_VERSION = 5
#: the first version whose credentials have mirrors and commands
WITH_MIRRORS = 3

_SCHEMA = """
    CREATE TABLE credentials (
        provider TEXT NOT NULL PRIMARY KEY,
        url TEXT,
        headers TEXT NOT NULL DEFAULT '{}',
        private_addresses TEXT NOT NULL CHECK (private_addresses IN ('allow', 'deny'))
    ) WITHOUT ROWID
"""
#: for the second version
_LINEUPS = (
    """
    CREATE TABLE lineup_sources (
        lineup INTEGER PRIMARY KEY,
        url TEXT,
        headers TEXT NOT NULL DEFAULT '{}',
        private_addresses TEXT NOT NULL CHECK (private_addresses IN ('allow', 'deny')),
        playlist_key TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE lineup_sets (
        lineup INTEGER NOT NULL, number INTEGER NOT NULL,
        etag TEXT, last_modified TEXT, sha256 TEXT, guide_state TEXT,
        PRIMARY KEY (lineup, number)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE lineup_streams (
        lineup INTEGER NOT NULL, number INTEGER NOT NULL, entry INTEGER NOT NULL,
        address TEXT NOT NULL, options TEXT NOT NULL,
        PRIMARY KEY (lineup, number, entry)
    ) WITHOUT ROWID
    """,
)
#: for the third version: what is stored of other sources than one address
_SOURCES = (
    "ALTER TABLE credentials ADD COLUMN mirrors TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE credentials ADD COLUMN command TEXT NOT NULL DEFAULT '[]'",
)
#: for the fourth version: watches of people, where their alerts go, and what became of them. Times are epoch seconds.
_WATCHES = (
    """
    CREATE TABLE watches (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        owner TEXT NOT NULL,
        name TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('series', 'words', 'title', 'person', 'pattern')),
        value TEXT NOT NULL,
        channels TEXT NOT NULL DEFAULT '[]',
        lineup_id INTEGER,
        days TEXT NOT NULL DEFAULT '[]',
        from_minute INTEGER,
        to_minute INTEGER,
        timezone TEXT NOT NULL DEFAULT 'UTC',
        new_only INTEGER NOT NULL DEFAULT 0,
        once_per TEXT NOT NULL DEFAULT 'episode' CHECK (once_per IN ('episode', 'day', 'showing')),
        lead_minutes INTEGER,
        tell_match INTEGER NOT NULL DEFAULT 0,
        digest INTEGER NOT NULL DEFAULT 0,
        targets TEXT NOT NULL DEFAULT '[]',
        enabled INTEGER NOT NULL DEFAULT 1,
        revision INTEGER NOT NULL DEFAULT 1,
        scanned INTEGER NOT NULL DEFAULT 0,
        reach INTEGER,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL
    )
    """,
    "CREATE INDEX watches_owner ON watches (owner)",
    """
    CREATE TABLE alert_targets (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        owner TEXT NOT NULL,
        name TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('webhook', 'apprise')),
        url TEXT NOT NULL,
        secret TEXT NOT NULL DEFAULT '',
        private_addresses TEXT NOT NULL CHECK (private_addresses IN ('allow', 'deny')),
        digest_at INTEGER,
        timezone TEXT NOT NULL DEFAULT 'UTC',
        digest_done TEXT NOT NULL DEFAULT '',
        operator INTEGER NOT NULL DEFAULT 0,
        enabled INTEGER NOT NULL DEFAULT 1,
        ended TEXT NOT NULL DEFAULT '',
        created_at INTEGER NOT NULL,
        UNIQUE (owner, name)
    )
    """,
    """
    CREATE TABLE watch_matches (
        watch_id INTEGER NOT NULL,
        program_id INTEGER NOT NULL,
        channel_id INTEGER NOT NULL,
        end INTEGER NOT NULL,
        airing TEXT NOT NULL,
        seen INTEGER NOT NULL,
        known INTEGER NOT NULL,
        before_at INTEGER,
        PRIMARY KEY (watch_id, program_id)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX watch_matches_program ON watch_matches (program_id)",
    "CREATE INDEX watch_matches_channel ON watch_matches (channel_id)",
    "CREATE INDEX watch_matches_before ON watch_matches (before_at) WHERE before_at IS NOT NULL",
    """
    CREATE TABLE watch_told (
        watch_id INTEGER NOT NULL,
        unit TEXT NOT NULL,
        kind TEXT NOT NULL,
        program_id INTEGER NOT NULL,
        airing TEXT NOT NULL,
        keys TEXT NOT NULL,
        told_at INTEGER NOT NULL,
        PRIMARY KEY (watch_id, unit, kind)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL UNIQUE,
        owner TEXT NOT NULL,
        target_id INTEGER NOT NULL,
        watch_id INTEGER,
        kind TEXT NOT NULL,
        message_id TEXT NOT NULL,
        body TEXT NOT NULL,
        expires_at INTEGER,
        state TEXT NOT NULL DEFAULT 'waiting'
            CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'expired', 'dropped')),
        attempts INTEGER NOT NULL DEFAULT 0,
        next_at INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        done_at INTEGER,
        reason TEXT NOT NULL DEFAULT ''
    )
    """,
    "CREATE INDEX outbox_due ON outbox (next_at) WHERE state IN ('waiting', 'sending')",
    "CREATE INDEX outbox_target ON outbox (target_id)",
    "CREATE INDEX outbox_watch ON outbox (watch_id)",
    """
    CREATE TABLE deliveries (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        outbox_id INTEGER NOT NULL,
        at INTEGER NOT NULL,
        attempt INTEGER NOT NULL,
        status INTEGER,
        error TEXT NOT NULL DEFAULT ''
    )
    """,
    "CREATE INDEX deliveries_outbox ON deliveries (outbox_id)",
    "CREATE TABLE alert_state (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE alert_alarms (name TEXT NOT NULL PRIMARY KEY, since INTEGER NOT NULL) WITHOUT ROWID",
    """
    CREATE TABLE watch_undo (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        owner TEXT NOT NULL,
        at INTEGER NOT NULL,
        what TEXT NOT NULL,
        place TEXT NOT NULL CHECK (place IN ('watches', 'alert_targets')),
        row_id INTEGER NOT NULL,
        before TEXT
    )
    """,
)
#: for the fifth version: `mark` stands for the thing that is shown (`match_rows.identity_mark`), NULL where that is not known.
#: What came while a watch told of no new programmes is not new later.
_MARKS = (
    "ALTER TABLE watch_matches ADD COLUMN mark INTEGER",
    "UPDATE watch_matches SET known = known | 1 WHERE watch_id IN (SELECT id FROM watches WHERE NOT tell_match)",
)
#: what empties a file of this version
CLEAR = (
    "DELETE FROM credentials", "DELETE FROM lineup_sources", "DELETE FROM lineup_sets", "DELETE FROM lineup_streams",
    "DELETE FROM watches", "DELETE FROM alert_targets", "DELETE FROM watch_matches", "DELETE FROM watch_told",
    "DELETE FROM outbox", "DELETE FROM deliveries", "DELETE FROM alert_state", "DELETE FROM alert_alarms",
    "DELETE FROM watch_undo",
)  # fmt: skip


def migrate(conn: sqlite3.Connection, path: Path) -> None:
    """Bring the secrets file at `path` to this version, in the transaction of `conn`.

    Raises `DatabaseError` for a newer one.
    """
    (version,) = conn.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        raise DatabaseError(
            f"{path} was made by a newer version of datasette-epg; "
            "upgrade with: pip install -U datasette-epg",
            "newer",
        )
    for step, statements in ((1, (_SCHEMA,)), (2, _LINEUPS), (3, _SOURCES), (4, _WATCHES), (5, _MARKS)):
        if version < step:
            for statement in statements:
                conn.execute(statement)
    if version < SCHEMA_VERSION:
        conn.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
