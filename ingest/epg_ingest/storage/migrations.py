"""The schema of `epg.db`, as numbered steps. A step that shipped is never edited and never imports our other code.

`sqlite-utils migrate epg.db ingest/epg_ingest/storage/migrations.py --list` works on this file too, so it has no relative
imports.
Times are TEXT, UTC, `YYYY-MM-DDTHH:MM:SSZ`; lists are JSON arrays in TEXT.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlite_utils import Migrations
from xxhash import xxh3_64_intdigest

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


#: programmes that one transaction of `m004_contents` moves: its log stays below 100 MB
M004_BATCH = 20_000
#: the places of season and episode among the values of a content
_M004_NUMBERS = (5, 6)
_M004_BEGIN = """
    CREATE TABLE contents (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
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
        hash INTEGER NOT NULL
    );
    CREATE INDEX contents_hash ON contents (hash);
    CREATE TABLE airings (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        channel_id INTEGER NOT NULL REFERENCES channels(id) ON DELETE CASCADE,
        provider_id INTEGER NOT NULL REFERENCES providers(id) ON DELETE CASCADE,
        start_time TEXT NOT NULL,
        end_time TEXT NOT NULL,
        content_id INTEGER NOT NULL REFERENCES contents(id),
        end_source TEXT NOT NULL,
        own_stop TEXT,
        unzoned INTEGER NOT NULL DEFAULT 0,
        shadowed_by INTEGER,
        element_hash INTEGER,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        UNIQUE (provider_id, channel_id, start_time)
    );
    -- Where the copying stands. `generation` is the guide that is copied: another one means that somebody wrote in between.
    CREATE TABLE m004_progress (last_id INTEGER NOT NULL, generation INTEGER NOT NULL);
    INSERT INTO m004_progress SELECT 0, number FROM generation;
"""
_M004_AGAIN = """
    DROP TABLE IF EXISTS airings;
    DROP TABLE IF EXISTS contents;
    DROP TABLE IF EXISTS m004_progress;
"""
_M004_TAKE = """
    CREATE TEMP TABLE m004_batch AS
        SELECT p.*, json_extract(p.details, '$.stop') AS own_stop,
               CASE WHEN json_extract(p.details, '$.stop') IS NULL THEN p.details
                    ELSE json_remove(p.details, '$.stop') END AS facts,
               m004_hash(p.provider_id, p.title, p.subtitle, p.description, p.category, p.episode_num, p.season, p.episode,
                         p.rating, p.actors, p.directors, p.icon_url, p.is_new,
                         CASE WHEN json_extract(p.details, '$.stop') IS NULL THEN p.details
                              ELSE json_remove(p.details, '$.stop') END) AS hash
        FROM main.programs p WHERE p.id > :last ORDER BY p.id LIMIT :batch
"""
_M004_CONTENTS = """
    INSERT INTO main.contents (title, subtitle, description, category, episode_num, season, episode, rating, actors, directors,
                               icon_url, is_new, details, hash)
    SELECT b.title, b.subtitle, b.description, b.category, b.episode_num, b.season, b.episode, b.rating, b.actors, b.directors,
           b.icon_url, b.is_new, b.facts, b.hash
    FROM temp.m004_batch b
    WHERE NOT EXISTS (
        SELECT 1 FROM main.contents c WHERE c.hash = b.hash
        AND (c.title, c.subtitle, c.description, c.category, c.episode_num, c.season, c.episode, c.rating, c.actors,
             c.directors, c.icon_url, c.is_new, c.details)
         IS (b.title, b.subtitle, b.description, b.category, b.episode_num, b.season, b.episode, b.rating, b.actors,
             b.directors, b.icon_url, b.is_new, b.facts))
    GROUP BY b.hash, b.title, b.subtitle, b.description, b.category, b.episode_num, b.season, b.episode, b.rating, b.actors,
             b.directors, b.icon_url, b.is_new, b.facts
    ORDER BY min(b.id)
"""
_M004_AIRINGS = """
    INSERT INTO main.airings (id, channel_id, provider_id, start_time, end_time, content_id, end_source, own_stop, shadowed_by,
                              element_hash, created_at, updated_at)
    SELECT b.id, b.channel_id, b.provider_id, b.start_time, b.end_time,
           (SELECT c.id FROM main.contents c WHERE c.hash = b.hash
            AND (c.title, c.subtitle, c.description, c.category, c.episode_num, c.season, c.episode, c.rating, c.actors,
                 c.directors, c.icon_url, c.is_new, c.details)
             IS (b.title, b.subtitle, b.description, b.category, b.episode_num, b.season, b.episode, b.rating, b.actors,
                 b.directors, b.icon_url, b.is_new, b.facts)),
           b.end_source, b.own_stop, b.shadowed_by, b.content_hash, b.created_at, b.updated_at
    FROM temp.m004_batch b ORDER BY b.id
"""
#: Where the hashes of different contents meet, the later one takes the next hash, as in an import; repeated until none meet.
_M004_PART_HASHES = """
    UPDATE contents SET hash = CASE WHEN hash >= 0x7fffffffffff THEN 0 ELSE hash + 1 END
    WHERE EXISTS (SELECT 1 FROM contents c WHERE c.hash = contents.hash AND c.id < contents.id)
"""
_M004_END = """
    DROP INDEX contents_hash;
    CREATE UNIQUE INDEX contents_hash ON contents (hash);
    CREATE INDEX airings_channel_time ON airings (channel_id, start_time, end_time);
    CREATE INDEX airings_content ON airings (content_id);
    CREATE TABLE airing_duplicates (
        program_id INTEGER NOT NULL REFERENCES airings(id) ON DELETE CASCADE,
        content_hash INTEGER NOT NULL,
        PRIMARY KEY (program_id, content_hash)
    ) WITHOUT ROWID;
    INSERT INTO airing_duplicates SELECT program_id, content_hash FROM duplicates;
    DROP TABLE duplicates;
    ALTER TABLE airing_duplicates RENAME TO duplicates;
    INSERT INTO sqlite_sequence (name, seq) SELECT 'airings', 0
        WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'airings');
    UPDATE sqlite_sequence SET seq = max(seq, (SELECT seq FROM sqlite_sequence WHERE name = 'programs'))
        WHERE name = 'airings' AND EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'programs');
    DROP VIEW guide;
    DROP TABLE programs_fts;
    DROP TABLE programs;
    DROP TABLE m004_progress;
    -- All that the table of this name had. A query that reads no column of `contents`, and is no aggregate, leaves it out.
    CREATE VIEW programs AS
        SELECT airings.id, airings.channel_id, airings.provider_id, airings.start_time, airings.end_time, contents.title,
               contents.subtitle, contents.description, contents.category, contents.episode_num, contents.season,
               contents.episode, contents.rating, contents.actors, contents.directors, contents.icon_url, contents.is_new,
               CASE WHEN airings.own_stop IS NULL THEN contents.details
                    ELSE json_set(contents.details, '$.stop', airings.own_stop) END AS details,
               airings.end_source, airings.shadowed_by, airings.element_hash AS content_hash, airings.created_at,
               airings.updated_at, airings.content_id
        FROM airings LEFT JOIN contents ON contents.id = airings.content_id;
    CREATE VIEW guide AS
        SELECT airings.id, airings.channel_id, channels.name AS channel, channels.display_name, channels.number,
               providers.name AS provider, airings.start_time, airings.end_time, contents.title, contents.subtitle,
               contents.description, contents.category, contents.episode_num, contents.season, contents.episode,
               contents.rating, contents.actors, contents.directors, contents.icon_url, contents.is_new,
               CASE WHEN airings.own_stop IS NULL THEN contents.details
                    ELSE json_set(contents.details, '$.stop', airings.own_stop) END AS details,
               airings.end_source, airings.provider_id, airings.updated_at, airings.content_id
        FROM airings
        JOIN channels ON channels.id = airings.channel_id
        JOIN providers ON providers.id = airings.provider_id
        LEFT JOIN contents ON contents.id = airings.content_id
        WHERE airings.shadowed_by IS NULL AND channels.hidden = 0 AND providers.enabled = 1;
    CREATE VIRTUAL TABLE contents_fts USING fts5(
        title, subtitle, description, content="contents", content_rowid="id",
        tokenize="unicode61 remove_diacritics 2"
    );
    -- Terms kept in memory before a segment is written: 16 MB make a bulk load a third faster than the default 1 MB.
    INSERT INTO contents_fts (contents_fts, rank) VALUES ('hashsize', 16777216);
    INSERT INTO contents_fts (contents_fts) VALUES ('rebuild');
"""
#: so that replicas notice; in a new file nothing has changed yet
_M004_RAISE = """
    UPDATE generation SET number = number + 1, changed_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now')
    WHERE number > 0 RETURNING number
"""


@migrations(transactional=False)
def m004_contents(db: Any) -> None:
    """What is said of a programme is stored once: the table `programs` becomes `contents`, `airings` and a view.

    Rows are copied in batches, each a transaction of its own, while readers go on with the old table. A run that was killed
    goes on where it stopped; one transaction at the end drops the old table. In a row that was there before, `unzoned` is 0
    until the next import reads its element again.
    """
    conn: sqlite3.Connection = db.conn
    conn.create_function("m004_hash", 14, _m004_hash, deterministic=True)
    while not _m004_step(conn):
        pass


def _m004_hash(provider: int, *values: Any) -> int:
    """The hash by which an import finds an equal content of the same provider: a missing number counts as -1, a text as ''."""
    texts = [
        str(value) if value is not None else "-1" if place in _M004_NUMBERS else ""
        for place, value in enumerate(values)
    ]
    text = "\x1f".join(texts)
    return xxh3_64_intdigest(text.encode("utf-8", "surrogatepass"), provider) >> 17


def _m004_step(conn: sqlite3.Connection) -> bool:
    """One transaction of `m004_contents`: begin, a batch or the end; True when nothing is left to do."""
    conn.execute("BEGIN IMMEDIATE")
    try:
        done = _m004_work(conn)
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise
    finally:
        if not conn.in_transaction:
            conn.execute("DROP TABLE IF EXISTS temp.m004_batch")
    return done


def _m004_work(conn: sqlite3.Connection) -> bool:
    kind = "SELECT type FROM sqlite_master WHERE name = 'programs'"
    if conn.execute(kind).fetchone() == ("view",):
        return True
    if not conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'm004_progress'").fetchone():
        _m004_run(conn, _M004_AGAIN + _M004_BEGIN)
    last, copied = conn.execute("SELECT last_id, generation FROM m004_progress").fetchone()
    if conn.execute("SELECT number FROM generation").fetchone() != (copied,):
        _m004_run(conn, _M004_AGAIN + _M004_BEGIN)
        last = 0
    conn.execute(_M004_TAKE, {"last": last, "batch": M004_BATCH})
    (highest,) = conn.execute("SELECT max(id) FROM temp.m004_batch").fetchone()
    if highest is None:
        while conn.execute(_M004_PART_HASHES).rowcount:
            pass
        _m004_run(conn, _M004_END)
        for (number,) in conn.execute(_M004_RAISE).fetchall():
            conn.execute(f"PRAGMA user_version = {int(number)}")
        return True
    conn.execute(_M004_CONTENTS)
    conn.execute(_M004_AIRINGS)
    conn.execute("UPDATE m004_progress SET last_id = ?", [highest])
    return False


def _m004_run(conn: sqlite3.Connection, script: str) -> None:
    """The statements of a script within the open transaction; `executescript` would commit it."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            conn.execute(statement)
            statement = ""
