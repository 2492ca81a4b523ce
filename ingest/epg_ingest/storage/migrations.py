"""The schema of `epg.db`, as numbered steps. A step that shipped is never edited and never imports our other code.

`sqlite-utils migrate epg.db ingest/migrations.py --list` works on this file too, so it has no relative imports.
Times are TEXT, UTC, `YYYY-MM-DDTHH:MM:SSZ`; lists are JSON arrays in TEXT.
"""

from __future__ import annotations

from typing import Any

from sqlite_utils import Migrations

migrations = Migrations("datasette_epg")


@migrations()
def m001_guide(db: Any) -> None:
    """The tables of the first release. WAL and auto_vacuum are set when the file is made, outside any transaction."""
    db.executescript(
        """
        CREATE TABLE providers (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            xmltv_url TEXT,
            public_url INTEGER NOT NULL DEFAULT 0 CHECK (public_url IN (0, 1)),
            enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
            priority INTEGER NOT NULL DEFAULT 100,
            timezone TEXT,
            shift_minutes INTEGER NOT NULL DEFAULT 0,
            language TEXT NOT NULL DEFAULT '[]',
            channel_policy TEXT NOT NULL DEFAULT 'all' CHECK (channel_policy IN ('all', 'mapped')),
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL
        );
        CREATE TABLE channels (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            display_name TEXT NOT NULL,
            icon_url TEXT,
            number TEXT,
            hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)),
            created_at TEXT NOT NULL
        );
        CREATE TABLE channel_mappings (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            provider_id INTEGER NOT NULL REFERENCES providers(id) ON DELETE CASCADE,
            provider_channel_id TEXT NOT NULL,
            channel_id INTEGER REFERENCES channels(id) ON DELETE CASCADE,
            method TEXT NOT NULL CHECK (method IN ('id', 'name', 'new', 'manual')),
            score REAL,
            display_name TEXT,
            details TEXT NOT NULL DEFAULT '{}',
            created_at TEXT NOT NULL,
            UNIQUE (provider_id, provider_channel_id)
        );
        CREATE INDEX channel_mappings_channel_id ON channel_mappings (channel_id);
        CREATE TABLE programs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            channel_id INTEGER NOT NULL REFERENCES channels(id) ON DELETE CASCADE,
            provider_id INTEGER NOT NULL REFERENCES providers(id) ON DELETE CASCADE,
            start_time TEXT NOT NULL,
            end_time TEXT NOT NULL,
            title TEXT NOT NULL,
            subtitle TEXT,
            description TEXT,
            category TEXT NOT NULL DEFAULT '[]',
            episode_num TEXT,
            season INTEGER,
            episode INTEGER,
            rating TEXT,
            actors TEXT NOT NULL DEFAULT '[]',
            directors TEXT NOT NULL DEFAULT '[]',
            icon_url TEXT,
            is_new INTEGER NOT NULL DEFAULT 0,
            details TEXT NOT NULL DEFAULT '{}',
            end_source TEXT NOT NULL,
            shadowed_by INTEGER,
            content_hash INTEGER,
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL,
            UNIQUE (provider_id, channel_id, start_time)
        );
        -- No index on start_time alone: SQLite would pick it for "on now" and scan a hundred times more rows.
        CREATE INDEX programs_channel_time ON programs (channel_id, start_time, end_time);
        CREATE VIRTUAL TABLE programs_fts USING fts5(
            title, subtitle, description, content="programs", content_rowid="id",
            tokenize="unicode61 remove_diacritics 2"
        );
        -- Terms kept in memory before a segment is written: 16 MB make a bulk load a third faster than the default 1 MB.
        INSERT INTO programs_fts (programs_fts, rank) VALUES ('hashsize', 16777216);
        CREATE TABLE import_log (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            provider_id INTEGER REFERENCES providers(id) ON DELETE CASCADE,
            started_at TEXT NOT NULL,
            completed_at TEXT,
            status TEXT NOT NULL CHECK (status IN ('running', 'success', 'partial', 'failed')),
            "trigger" TEXT NOT NULL,
            programs_imported INTEGER NOT NULL DEFAULT 0,
            programs_updated INTEGER NOT NULL DEFAULT 0,
            programs_unchanged INTEGER NOT NULL DEFAULT 0,
            programs_removed INTEGER NOT NULL DEFAULT 0,
            programs_skipped INTEGER NOT NULL DEFAULT 0,
            channels_added INTEGER NOT NULL DEFAULT 0,
            bytes_downloaded INTEGER,
            http_status INTEGER,
            etag TEXT,
            last_modified TEXT,
            sha256 TEXT,
            settings_hash TEXT,
            next_start TEXT,
            problems INTEGER NOT NULL DEFAULT 0,
            error_code TEXT,
            error_message TEXT
        );
        CREATE INDEX import_log_provider ON import_log (provider_id, id);
        CREATE TABLE import_problems (
            import_id INTEGER NOT NULL REFERENCES import_log(id) ON DELETE CASCADE,
            code TEXT NOT NULL,
            line INTEGER,
            subject TEXT,
            message TEXT,
            count INTEGER NOT NULL DEFAULT 1
        );
        CREATE INDEX import_problems_import ON import_problems (import_id, code);
        CREATE TABLE program_changes (
            import_id INTEGER NOT NULL REFERENCES import_log(id) ON DELETE CASCADE,
            program_id INTEGER NOT NULL,
            channel_id INTEGER NOT NULL REFERENCES channels(id) ON DELETE CASCADE,
            start_time TEXT NOT NULL,
            title TEXT NOT NULL,
            change TEXT NOT NULL CHECK (change IN ('added', 'changed', 'removed')),
            before TEXT,
            after TEXT
        );
        CREATE INDEX program_changes_import ON program_changes (import_id);
        CREATE INDEX program_changes_channel ON program_changes (channel_id, start_time);
        CREATE TABLE generation (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            number INTEGER NOT NULL,
            longest_seconds INTEGER NOT NULL,
            changed_at TEXT NOT NULL
        );
        INSERT INTO generation VALUES (1, 0, 0, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'));
        CREATE VIEW guide AS
            SELECT p.id, p.channel_id, c.name AS channel, c.display_name, c.number, v.name AS provider,
                   p.start_time, p.end_time, p.title, p.subtitle, p.description, p.category, p.episode_num,
                   p.season, p.episode, p.rating, p.actors, p.directors, p.icon_url, p.is_new, p.details,
                   p.end_source, p.provider_id, p.updated_at
            FROM programs p
            JOIN channels c ON c.id = p.channel_id
            JOIN providers v ON v.id = p.provider_id
            WHERE p.shadowed_by IS NULL AND c.hidden = 0 AND v.enabled = 1;
        """
    )


@migrations()
def m002_write_log(db: Any) -> None:
    """Who changed what. An older file starts without rows: nobody noted earlier changes."""
    db.executescript(
        """
        CREATE TABLE write_log (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at TEXT NOT NULL,
            actor TEXT NOT NULL,
            action TEXT NOT NULL,
            subject TEXT NOT NULL,
            details TEXT NOT NULL DEFAULT '{}'
        );
        """
    )


@migrations()
def m003_duplicates(db: Any) -> None:
    """Elements that lost their start to another one of the same feed. An older file begins without: they are read once more."""
    db.executescript(
        """
        CREATE TABLE duplicates (
            program_id INTEGER NOT NULL REFERENCES programs(id) ON DELETE CASCADE,
            content_hash INTEGER NOT NULL,
            PRIMARY KEY (program_id, content_hash)
        ) WITHOUT ROWID;
        """
    )
