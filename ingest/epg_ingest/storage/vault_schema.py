"""The tables of `epg.secrets`, and how an older file gets those of today."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ..core.errors import DatabaseError

SCHEMA_VERSION = 3

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
    for step, statements in ((1, (_SCHEMA,)), (2, _LINEUPS), (3, _SOURCES)):
        if version < step:
            for statement in statements:
                conn.execute(statement)
    if version < SCHEMA_VERSION:
        conn.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
