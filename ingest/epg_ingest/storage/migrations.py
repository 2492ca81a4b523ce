"""The schema of `epg.db`, as numbered steps. A step that shipped is never edited and never imports our other code.

`sqlite-utils migrate epg.db ingest/epg_ingest/storage/migrations.py --list` works on this file too, so it has no relative
imports.
Times are TEXT, UTC, `YYYY-MM-DDTHH:MM:SSZ`; lists are JSON arrays in TEXT.
"""

from __future__ import annotations

import json
import re
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


def _run(conn: sqlite3.Connection, script: str) -> None:
    """The statements of a script within the open transaction; `executescript` of sqlite3 would commit it, and that of
    sqlite-utils looks for the end of a statement after each letter, which takes a third of a second for all steps."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            conn.execute(statement)
            statement = ""


@migrations(transactional=False)
def m004_contents(db: Any) -> None:
    """Title, texts and details of a programme are stored once: the table `programs` becomes `contents`, `airings` and a view.

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
        _run(conn, _M004_AGAIN + _M004_BEGIN)
    last, copied = conn.execute("SELECT last_id, generation FROM m004_progress").fetchone()
    if conn.execute("SELECT number FROM generation").fetchone() != (copied,):
        _run(conn, _M004_AGAIN + _M004_BEGIN)
        last = 0
    conn.execute(_M004_TAKE, {"last": last, "batch": M004_BATCH})
    (highest,) = conn.execute("SELECT max(id) FROM temp.m004_batch").fetchone()
    if highest is None:
        while conn.execute(_M004_PART_HASHES).rowcount:
            pass
        _run(conn, _M004_END)
        for (number,) in conn.execute(_M004_RAISE).fetchall():
            conn.execute(f"PRAGMA user_version = {int(number)}")
        return True
    conn.execute(_M004_CONTENTS)
    conn.execute(_M004_AIRINGS)
    conn.execute("UPDATE m004_progress SET last_id = ?", [highest])
    return False


_M005_TABLES = """
    CREATE TABLE feed_channels (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        provider_id INTEGER NOT NULL REFERENCES providers(id) ON DELETE CASCADE,
        provider_channel_id TEXT NOT NULL,
        names TEXT NOT NULL DEFAULT '[]',
        icons TEXT NOT NULL DEFAULT '[]',
        urls TEXT NOT NULL DEFAULT '[]',
        number TEXT,
        first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        last_end TEXT,
        UNIQUE (provider_id, provider_channel_id)
    );
    -- The name that people read comes first, as an import writes it. All channels of a provider count as seen by its last good
    -- import: which of them that feed no longer had, nobody noted.
    INSERT INTO feed_channels (provider_id, provider_channel_id, names, icons, urls, number, first_seen, last_seen, last_end)
    SELECT m.provider_id, m.provider_channel_id,
           m005_names(m.display_name, m.details),
           ifnull(json_extract(m.details, '$.icon'), '[]'), ifnull(json_extract(m.details, '$.url'), '[]'),
           m005_number(m.details), m.created_at,
           ifnull((SELECT max(l.started_at) FROM import_log l
                   WHERE l.provider_id = m.provider_id AND l.status IN ('success', 'partial')), m.created_at),
           (SELECT a.end_time FROM airings a WHERE a.provider_id = m.provider_id AND a.channel_id = m.channel_id
            ORDER BY a.start_time DESC LIMIT 1)
    FROM channel_mappings m ORDER BY m.id;
    ALTER TABLE channels ADD COLUMN pinned TEXT NOT NULL DEFAULT '[]';
    CREATE TABLE m005_mappings (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        provider_id INTEGER NOT NULL REFERENCES providers(id) ON DELETE CASCADE,
        provider_channel_id TEXT NOT NULL,
        channel_id INTEGER REFERENCES channels(id) ON DELETE CASCADE,
        method TEXT NOT NULL CHECK (method IN ('id', 'name', 'schedule', 'moved', 'new', 'manual')),
        score REAL,
        reason TEXT,
        shift_minutes INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL,
        UNIQUE (provider_id, provider_channel_id)
    );
    INSERT INTO m005_mappings (id, provider_id, provider_channel_id, channel_id, method, score, created_at)
    SELECT id, provider_id, provider_channel_id, channel_id, method, score, created_at FROM channel_mappings ORDER BY id;
    -- so that no number of a mapping is used twice
    INSERT INTO sqlite_sequence (name, seq) SELECT 'm005_mappings', 0
        WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'm005_mappings');
    UPDATE sqlite_sequence SET seq = max(seq, (SELECT seq FROM sqlite_sequence WHERE name = 'channel_mappings'))
        WHERE name = 'm005_mappings' AND EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'channel_mappings');
    DROP TABLE channel_mappings;
    ALTER TABLE m005_mappings RENAME TO channel_mappings;
    CREATE INDEX channel_mappings_channel_id ON channel_mappings (channel_id);
"""
#: What a person must have set: a field that `write_log` names, or a value that no provider of the channel gives. A display
#: name that is the name of the channel was never set.
_M005_PIN = """
    UPDATE channels SET pinned = (
        SELECT json_group_array(field) FROM (
            SELECT 'display_name' AS field WHERE m005_set(channels.id, 'display_name')
                OR channels.display_name <> channels.name AND NOT EXISTS (
                    SELECT 1 FROM channel_mappings m JOIN feed_channels f
                        ON f.provider_id = m.provider_id AND f.provider_channel_id = m.provider_channel_id
                    WHERE m.channel_id = channels.id AND json_extract(f.names, '$[0].text') = channels.display_name)
            UNION ALL
            SELECT 'icon_url' WHERE m005_set(channels.id, 'icon_url')
                OR channels.icon_url IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM channel_mappings m JOIN feed_channels f
                        ON f.provider_id = m.provider_id AND f.provider_channel_id = m.provider_channel_id
                    WHERE m.channel_id = channels.id AND json_extract(f.icons, '$[0].src') = channels.icon_url)
            UNION ALL
            SELECT 'number' WHERE m005_set(channels.id, 'number')
                OR channels.number IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM channel_mappings m JOIN feed_channels f
                        ON f.provider_id = m.provider_id AND f.provider_channel_id = m.provider_channel_id
                    WHERE m.channel_id = channels.id AND f.number = channels.number)))
"""
#: Of the programmes of an older file it is not known which had times without an offset. Where the last import that stored some
#: reported that for as many times as it stored programmes, all had; otherwise the next reading of the feed tells.
_M005_UNZONED = """
    UPDATE airings SET unzoned = 1 WHERE unzoned = 0 AND provider_id IN (
        SELECT l.provider_id FROM import_log l JOIN import_problems p ON p.import_id = l.id
        WHERE p.code = 'missingtimezone' AND l.id = (
            SELECT max(k.id) FROM import_log k WHERE k.provider_id = l.provider_id
            AND k.status IN ('success', 'partial') AND k.programs_imported + k.programs_updated > 0)
        GROUP BY l.id HAVING sum(p.count) >= l.programs_imported + l.programs_updated)
"""
#: fields of channels that somebody set through the API or a page: the subject is `channel NUMBER NAME`
_M005_WRITTEN = """
    SELECT CAST(substr(w.subject, 9) AS INTEGER), d.key FROM write_log w, json_each(w.details) d
    WHERE w.action IN ('channel.create', 'channel.update') AND w.subject LIKE 'channel %'
"""
_M005_NUMBER = re.compile(r"(\d{1,5})(?:[-.](\d{1,3}))?", re.ASCII)


@migrations()
def m005_channels(db: Any) -> None:
    """What providers say of their channels gets a table of its own; channels note which of their fields a person has set.

    In an older file, `feed_channels.number` is known only where a display name is the number; the next import fills it in.
    """
    conn: sqlite3.Connection = db.conn
    conn.create_function("m005_names", 2, _m005_names, deterministic=True)
    conn.create_function("m005_number", 1, _m005_number, deterministic=True)
    _run(conn, _M005_TABLES)
    written = set(conn.execute(_M005_WRITTEN))
    conn.create_function("m005_set", 2, lambda channel, field: (channel, field) in written)
    conn.execute(_M005_PIN)
    conn.execute(_M005_UNZONED)
    for (number,) in conn.execute(_M004_RAISE).fetchall():
        conn.execute(f"PRAGMA user_version = {int(number)}")


def _m005_names(display_name: str | None, details: str) -> str:
    """All display names, the one that people read first."""
    names = json.loads(details).get("display-name") or [{"text": display_name}] * (display_name is not None)
    names.sort(key=lambda entry: entry.get("text") != display_name)
    return json.dumps(names, ensure_ascii=False, separators=(",", ":"))


def _m005_number(details: str) -> str | None:
    """The first display name that is only a number, `7-1` as `7.1`."""
    for entry in json.loads(details).get("display-name", ()):
        found = _M005_NUMBER.fullmatch(str(entry.get("text", "")).strip())
        if found:
            return f"{found[1]}.{found[2]}" if found[2] else found[1]
    return None


@migrations()
def m006_cuts_and_undo(db: Any) -> None:
    """The own times of programmes that are cut to fit a gap, and what `undo` needs to take a change back.

    An older file starts without cuts: the next imports make them. Changes of before cannot be undone: their `undo` is NULL.
    """
    _run(
        db.conn,
        """
        CREATE TABLE cuts (
            program_id INTEGER PRIMARY KEY REFERENCES airings(id) ON DELETE CASCADE,
            start_time TEXT NOT NULL,
            end_time TEXT NOT NULL,
            end_source TEXT NOT NULL,
            own_stop TEXT
        );
        ALTER TABLE write_log ADD COLUMN undo TEXT;
        """,
    )


@migrations()
def m007_repair_text(db: Any) -> None:
    """Whether the texts of a provider are mended where they were encoded twice: not for the providers of an older file."""
    _run(db.conn, "ALTER TABLE providers ADD COLUMN repair_text INTEGER NOT NULL DEFAULT 0;")


@migrations()
def m008_clock_times(db: Any) -> None:
    """What the feed wrote of times that the stored ones do not tell, and programmes that lost their start to another one.

    An older file starts without both. What a correction deleted or changed for good before comes back with the next import.
    """
    _run(
        db.conn,
        """
        CREATE TABLE clock_times (
            program_id INTEGER PRIMARY KEY REFERENCES airings(id) ON DELETE CASCADE,
            start_clock TEXT,
            start_second INTEGER,
            stop_clock TEXT,
            stop_second INTEGER
        );
        CREATE TABLE displaced (
            id INTEGER PRIMARY KEY,
            provider_id INTEGER NOT NULL REFERENCES providers(id) ON DELETE CASCADE,
            channel_id INTEGER NOT NULL REFERENCES channels(id) ON DELETE CASCADE,
            start_time TEXT NOT NULL,
            end_time TEXT NOT NULL,
            own_stop TEXT,
            programme TEXT NOT NULL
        );
        CREATE INDEX displaced_channel_id ON displaced (channel_id, provider_id);
        """,
    )


@migrations()
def m009_guide_changes(db: Any) -> None:
    """What changed in the guide that people see, in order, so that programs can keep a copy of it in step.

    Triggers note what a write touches in `guide_changes_pending`; `guide_changes.publish` puts it into the log before the
    commit. Code notes what may concern a million rows at once, for which triggers would cost too much: new programmes, and
    which ones are shown (`shadowed_by`). In an older file the log begins now; in a new one it begins with 0, which stands for
    an empty guide.
    """
    _run(
        db.conn,
        """
        CREATE TABLE guide_changes (
            id INTEGER PRIMARY KEY,
            subject TEXT NOT NULL CHECK (subject IN ('start', 'channel', 'programs', 'program')),
            channel_id INTEGER,
            program_id INTEGER,
            change TEXT
        );
        INSERT INTO guide_changes (id, subject)
            SELECT CASE WHEN EXISTS (SELECT 1 FROM channels)
                        THEN CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) ELSE 0 END, 'start';
        CREATE TABLE guide_changes_pending (
            subject TEXT NOT NULL,
            channel_id INTEGER NOT NULL,
            program_id INTEGER NOT NULL DEFAULT 0,
            change TEXT NOT NULL DEFAULT 'changed',
            PRIMARY KEY (channel_id, program_id, subject)
        ) WITHOUT ROWID;
        CREATE TRIGGER airings_changed
        AFTER UPDATE OF channel_id, provider_id, start_time, end_time, content_id, end_source, own_stop, updated_at
        ON airings WHEN new.shadowed_by IS NULL
        BEGIN
            INSERT INTO guide_changes_pending (subject, channel_id, program_id, change)
            VALUES ('program', new.channel_id, new.id, 'changed')
            ON CONFLICT DO UPDATE SET change = iif(change = 'removed', 'changed', change);
        END;
        CREATE TRIGGER airings_moved AFTER UPDATE OF channel_id ON airings WHEN new.channel_id <> old.channel_id
        BEGIN
            INSERT INTO guide_changes_pending (subject, channel_id, program_id, change)
            VALUES ('program', old.channel_id, old.id, 'removed')
            ON CONFLICT DO UPDATE SET change = 'removed';
        END;
        CREATE TRIGGER airings_deleted AFTER DELETE ON airings WHEN old.shadowed_by IS NULL
        BEGIN
            INSERT INTO guide_changes_pending (subject, channel_id, program_id, change)
            VALUES ('program', old.channel_id, old.id, 'removed')
            ON CONFLICT DO UPDATE SET change = 'removed';
        END;
        CREATE TRIGGER channels_added AFTER INSERT ON channels
        BEGIN
            INSERT INTO guide_changes_pending (subject, channel_id) VALUES ('channel', new.id) ON CONFLICT DO NOTHING;
        END;
        CREATE TRIGGER channels_changed AFTER UPDATE OF name, display_name, icon_url, number, hidden ON channels
        WHEN (new.name, new.display_name, new.icon_url, new.number, new.hidden)
            IS NOT (old.name, old.display_name, old.icon_url, old.number, old.hidden)
        BEGIN
            INSERT INTO guide_changes_pending (subject, channel_id) VALUES ('channel', new.id) ON CONFLICT DO NOTHING;
            INSERT INTO guide_changes_pending (subject, channel_id) SELECT 'programs', new.id
            WHERE (new.name, new.display_name, new.hidden) IS NOT (old.name, old.display_name, old.hidden)
            ON CONFLICT DO NOTHING;
        END;
        CREATE TRIGGER channels_deleted AFTER DELETE ON channels
        BEGIN
            INSERT INTO guide_changes_pending (subject, channel_id) VALUES ('channel', old.id) ON CONFLICT DO NOTHING;
        END;
        CREATE TRIGGER providers_changed AFTER UPDATE OF name, enabled ON providers
        WHEN (new.name, new.enabled) IS NOT (old.name, old.enabled)
        BEGIN
            INSERT INTO guide_changes_pending (subject, channel_id) SELECT 'programs', channels.id FROM channels
            WHERE EXISTS (SELECT 1 FROM airings a WHERE a.provider_id = new.id AND a.channel_id = channels.id)
            ON CONFLICT DO NOTHING;
        END;
        """,
    )


@migrations()
def m010_lineups(db: Any) -> None:
    """Line-ups: the channels that somebody has, in their order, under the ids of their player. An older file begins without.

    Addresses are in `epg.secrets`. `address_set` says which set of them there belongs to the rows here. A channel that is
    deleted leaves its entries open, so that the next refresh finds another one for them.
    """
    _run(
        db.conn,
        """
        CREATE TABLE lineups (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            title TEXT NOT NULL,
            source_kind TEXT NOT NULL,
            source_url TEXT,
            kinds TEXT NOT NULL DEFAULT '["tv"]',
            id_scheme TEXT NOT NULL DEFAULT 'source' CHECK (id_scheme IN ('source', 'guide', 'number', 'safe')),
            filler INTEGER NOT NULL DEFAULT 0 CHECK (filler >= 0),
            address_set INTEGER NOT NULL DEFAULT 0,
            left_out TEXT NOT NULL DEFAULT '[]',
            updated_at TEXT NOT NULL
        );
        CREATE TABLE lineup_channels (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            lineup_id INTEGER NOT NULL REFERENCES lineups(id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            number TEXT,
            name TEXT NOT NULL,
            group_name TEXT,
            icon_url TEXT,
            kind TEXT NOT NULL DEFAULT 'tv',
            source_id TEXT,
            source_name TEXT,
            other_ids TEXT NOT NULL DEFAULT '[]',
            channel_id INTEGER REFERENCES channels(id) ON DELETE SET NULL,
            method TEXT,
            score REAL,
            reason TEXT,
            candidates TEXT NOT NULL DEFAULT '[]',
            output_id TEXT,
            shift_minutes INTEGER NOT NULL DEFAULT 0,
            hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)),
            pinned TEXT NOT NULL DEFAULT '[]',
            gone_at TEXT
        );
        CREATE INDEX lineup_channels_lineup ON lineup_channels (lineup_id, position);
        CREATE INDEX lineup_channels_channel_id ON lineup_channels (channel_id);
        CREATE TRIGGER lineup_channels_open BEFORE DELETE ON channels
        BEGIN
            UPDATE lineup_channels SET channel_id = NULL, method = NULL, score = NULL, reason = NULL
            WHERE channel_id = old.id;
        END;
        CREATE TABLE lineup_refreshes (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            lineup_id INTEGER NOT NULL REFERENCES lineups(id) ON DELETE CASCADE,
            started_at TEXT NOT NULL,
            completed_at TEXT NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('success', 'unchanged', 'failed')),
            "trigger" TEXT NOT NULL,
            entries INTEGER NOT NULL DEFAULT 0,
            added INTEGER NOT NULL DEFAULT 0,
            removed INTEGER NOT NULL DEFAULT 0,
            matched INTEGER NOT NULL DEFAULT 0,
            problems INTEGER NOT NULL DEFAULT 0,
            error_code TEXT,
            error_message TEXT
        );
        CREATE INDEX lineup_refreshes_lineup ON lineup_refreshes (lineup_id, id);
        """,
    )


@migrations()
def m011_last_retention(db: Any) -> None:
    """The retention settings of the last cleanup. Of an older file they are not known."""
    _run(db.conn, "ALTER TABLE generation ADD COLUMN retention TEXT;")


@migrations()
def m012_rules(db: Any) -> None:
    """Rules that tidy titles and texts, and genres. An older file begins without rules: its programmes say what was written.

    The genres of its categories are filled in by the next import. They are stored once for each list of categories and each
    title, so no row of `contents` changes. A provider without a row in `rule_states` has programmes as they were written.
    """
    _run(
        db.conn,
        """
        CREATE TABLE rules (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            position INTEGER NOT NULL,
            provider_id INTEGER REFERENCES providers(id) ON DELETE CASCADE,
            field TEXT NOT NULL CHECK (field IN ('title', 'subtitle', 'description', 'category')),
            pattern TEXT NOT NULL,
            action TEXT NOT NULL CHECK (action IN ('remove', 'replace', 'extract', 'set_category')),
            value TEXT NOT NULL DEFAULT '',
            enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1))
        );
        CREATE INDEX rules_provider_id ON rules (provider_id);
        CREATE TABLE rule_choices (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            provider_id INTEGER REFERENCES providers(id) ON DELETE CASCADE,
            enabled INTEGER NOT NULL CHECK (enabled IN (0, 1))
        );
        CREATE UNIQUE INDEX rule_choices_name ON rule_choices (name, ifnull(provider_id, 0));
        CREATE INDEX rule_choices_provider_id ON rule_choices (provider_id);
        CREATE TABLE rule_proofs (
            provider_id INTEGER NOT NULL REFERENCES providers(id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            right_count INTEGER NOT NULL,
            wrong_count INTEGER NOT NULL,
            verdict TEXT NOT NULL CHECK (verdict IN ('proved', 'refuted', 'open')),
            reason TEXT NOT NULL,
            proved_at TEXT NOT NULL,
            PRIMARY KEY (provider_id, name)
        );
        CREATE TABLE rule_states (
            provider_id INTEGER PRIMARY KEY REFERENCES providers(id) ON DELETE CASCADE,
            fingerprint TEXT NOT NULL
        );
        CREATE TABLE category_genres (
            category TEXT PRIMARY KEY,
            genre INTEGER,
            sure INTEGER NOT NULL DEFAULT 0,
            reason TEXT
        ) WITHOUT ROWID;
        CREATE TABLE title_genres (
            title TEXT PRIMARY KEY,
            genre INTEGER
        ) WITHOUT ROWID;
        CREATE TABLE genre_state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            version INTEGER NOT NULL,
            last_content_id INTEGER NOT NULL,
            last_title_id INTEGER NOT NULL
        );
        INSERT INTO genre_state VALUES (1, 0, 0, 0);
        DROP VIEW programs;
        DROP VIEW guide;
        -- Genres are subqueries, not joins: a query that reads no genre pays nothing for them, even if it is an aggregate.
        CREATE VIEW programs AS
            SELECT airings.id, airings.channel_id, airings.provider_id, airings.start_time, airings.end_time, contents.title,
                   contents.subtitle, contents.description, contents.category, contents.episode_num, contents.season,
                   contents.episode, contents.rating, contents.actors, contents.directors, contents.icon_url, contents.is_new,
                   CASE WHEN airings.own_stop IS NULL THEN contents.details
                        ELSE json_set(contents.details, '$.stop', airings.own_stop) END AS details,
                   airings.end_source, airings.shadowed_by, airings.element_hash AS content_hash, airings.created_at,
                   airings.updated_at, airings.content_id,
                   ifnull((SELECT g.genre FROM category_genres g WHERE g.category = contents.category),
                          (SELECT t.genre FROM title_genres t WHERE t.title = lower(contents.title))) AS genre,
                   CASE WHEN EXISTS (SELECT 1 FROM category_genres g
                                     WHERE g.category = contents.category AND g.genre IS NOT NULL) THEN 'category'
                        WHEN EXISTS (SELECT 1 FROM title_genres t
                                     WHERE t.title = lower(contents.title) AND t.genre IS NOT NULL) THEN 'learned'
                   END AS genre_source
            FROM airings LEFT JOIN contents ON contents.id = airings.content_id;
        CREATE VIEW guide AS
            SELECT airings.id, airings.channel_id, channels.name AS channel, channels.display_name, channels.number,
                   providers.name AS provider, airings.start_time, airings.end_time, contents.title, contents.subtitle,
                   contents.description, contents.category, contents.episode_num, contents.season, contents.episode,
                   contents.rating, contents.actors, contents.directors, contents.icon_url, contents.is_new,
                   CASE WHEN airings.own_stop IS NULL THEN contents.details
                        ELSE json_set(contents.details, '$.stop', airings.own_stop) END AS details,
                   airings.end_source, airings.provider_id, airings.updated_at, airings.content_id,
                   ifnull((SELECT g.genre FROM category_genres g WHERE g.category = contents.category),
                          (SELECT t.genre FROM title_genres t WHERE t.title = lower(contents.title))) AS genre,
                   CASE WHEN EXISTS (SELECT 1 FROM category_genres g
                                     WHERE g.category = contents.category AND g.genre IS NOT NULL) THEN 'category'
                        WHEN EXISTS (SELECT 1 FROM title_genres t
                                     WHERE t.title = lower(contents.title) AND t.genre IS NOT NULL) THEN 'learned'
                   END AS genre_source
            FROM airings
            JOIN channels ON channels.id = airings.channel_id
            JOIN providers ON providers.id = airings.provider_id
            LEFT JOIN contents ON contents.id = airings.content_id
            WHERE airings.shadowed_by IS NULL AND channels.hidden = 0 AND providers.enabled = 1;
        """,
    )


@migrations()
def m013_sources(db: Any) -> None:
    """Where a provider's feed comes from, and when: mirrors, Xtream accounts, commands; schedules and quotas of their own.

    Whole addresses, accounts and commands are in `epg.secrets`. The providers of an older file have one address and follow the
    schedule of the settings. `installation` makes the delays of one machine differ from those of another.
    """
    _run(
        db.conn,
        """
        ALTER TABLE providers ADD COLUMN kind TEXT NOT NULL DEFAULT 'url' CHECK (kind IN ('url', 'xtream', 'command'));
        ALTER TABLE providers ADD COLUMN mirrors TEXT NOT NULL DEFAULT '[]';
        ALTER TABLE providers ADD COLUMN schedule TEXT;
        ALTER TABLE providers ADD COLUMN schedule_timezone TEXT;
        ALTER TABLE providers ADD COLUMN downloads_per_day INTEGER CHECK (downloads_per_day > 0);
        ALTER TABLE import_log ADD COLUMN source INTEGER;
        ALTER TABLE import_log ADD COLUMN downloads INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE import_plan (
            provider_id INTEGER PRIMARY KEY REFERENCES providers(id) ON DELETE CASCADE,
            next_at TEXT NOT NULL,
            reason TEXT NOT NULL,
            planned_at TEXT NOT NULL
        );
        CREATE TABLE installation (id TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;
        INSERT INTO installation VALUES (lower(hex(randomblob(8))));
        """,
    )


@migrations()
def m014_series(db: Any) -> None:
    """Series, episodes, and what each content is of; the ledger of what was shown; what a showing is, in the views.

    The next import fills the tables of an older file. `episode_rows` has what does not follow from the programmes, the view
    `episodes` the rest, so nothing has to be kept in step. `own_series_id` is the series that a key has by itself, where a
    person gave it to another one. `ordinal` counts the episodes of a series and is not used twice. An episode that turned out
    to be another one stays as a row with `same_as`.
    """
    _run(
        db.conn,
        """
        ALTER TABLE lineups ADD COLUMN episode_ids INTEGER NOT NULL DEFAULT 0 CHECK (episode_ids IN (0, 1));
        CREATE TABLE series (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            title TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('series', 'film')),
            generic INTEGER NOT NULL DEFAULT 0 CHECK (generic IN (0, 1)),
            pinned INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1)),
            ordinals INTEGER NOT NULL DEFAULT 0,
            gone_on TEXT
        );
        CREATE TABLE series_keys (
            key TEXT NOT NULL PRIMARY KEY,
            series_id INTEGER NOT NULL REFERENCES series(id) ON DELETE CASCADE,
            source TEXT NOT NULL CHECK (source IN ('title', 'manual')),
            by_channel INTEGER NOT NULL DEFAULT 0 CHECK (by_channel IN (0, 1)),
            own_series_id INTEGER
        ) WITHOUT ROWID;
        CREATE INDEX series_keys_series_id ON series_keys (series_id);
        CREATE INDEX series_keys_manual ON series_keys (source) WHERE source = 'manual';
        CREATE TABLE episode_rows (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            series_id INTEGER NOT NULL,
            season INTEGER,
            episode INTEGER,
            ordinal INTEGER NOT NULL,
            same_as INTEGER,
            moved_from INTEGER
        );
        CREATE INDEX episode_rows_same_as ON episode_rows (same_as) WHERE same_as IS NOT NULL;
        CREATE INDEX episode_rows_moved_from ON episode_rows (moved_from) WHERE moved_from IS NOT NULL;
        -- An episode_id of 0 stands for a sub-title that names no episode.
        CREATE TABLE episode_keys (
            series_id INTEGER NOT NULL,
            key TEXT NOT NULL,
            episode_id INTEGER NOT NULL,
            provider_id INTEGER,
            PRIMARY KEY (series_id, key, episode_id)
        ) WITHOUT ROWID;
        CREATE TABLE content_episodes (
            content_id INTEGER PRIMARY KEY,
            series_id INTEGER NOT NULL,
            episode_id INTEGER,
            basis TEXT NOT NULL,
            claim TEXT
        );
        CREATE INDEX content_episodes_series_id ON content_episodes (series_id, episode_id);
        CREATE TABLE episode_ledger (
            episode_id INTEGER PRIMARY KEY REFERENCES episode_rows(id) ON DELETE CASCADE,
            subtitle TEXT,
            first_start TEXT,
            first_channel_id INTEGER,
            last_start TEXT NOT NULL,
            showings INTEGER NOT NULL
        );
        -- A foreign key would look up the content of each new row.
        CREATE TRIGGER contents_deleted AFTER DELETE ON contents
        BEGIN
            DELETE FROM content_episodes WHERE content_id = old.id;
        END;
        CREATE TABLE series_numberings (
            series_id INTEGER NOT NULL REFERENCES series(id) ON DELETE CASCADE,
            provider_id INTEGER NOT NULL REFERENCES providers(id) ON DELETE CASCADE,
            other_id INTEGER NOT NULL REFERENCES providers(id) ON DELETE CASCADE,
            agreed INTEGER NOT NULL DEFAULT 0,
            differed INTEGER NOT NULL DEFAULT 0,
            verdict TEXT NOT NULL CHECK (verdict IN ('common', 'apart')),
            PRIMARY KEY (series_id, provider_id, other_id)
        ) WITHOUT ROWID;
        CREATE INDEX series_numberings_provider_id ON series_numberings (provider_id);
        CREATE INDEX series_numberings_other_id ON series_numberings (other_id);
        CREATE TABLE provider_flags (
            provider_id INTEGER NOT NULL REFERENCES providers(id) ON DELETE CASCADE,
            flag TEXT NOT NULL CHECK (flag IN ('new', 'premiere', 'shown')),
            counts INTEGER NOT NULL CHECK (counts IN (0, 1)),
            showings INTEGER NOT NULL,
            flagged INTEGER NOT NULL,
            repeats INTEGER NOT NULL,
            flagged_repeats INTEGER NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY (provider_id, flag)
        ) WITHOUT ROWID;
        CREATE TABLE series_state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            last_content_id INTEGER NOT NULL,
            since TEXT,
            swept_on TEXT
        );
        INSERT INTO series_state VALUES (1, 0, NULL, NULL);
        -- What is known of an episode's showings: programmes, and the ledger, also of episodes that turned out to be this one.
        CREATE VIEW episodes AS
            SELECT r.id, r.series_id, r.season, r.episode,
                   ifnull((SELECT c.subtitle FROM content_episodes ce CROSS JOIN contents c ON c.id = ce.content_id
                           WHERE ce.series_id = r.series_id AND ce.episode_id = r.id AND c.subtitle IS NOT NULL LIMIT 1),
                          (SELECT l.subtitle FROM episode_ledger l WHERE l.episode_id = r.id)) AS subtitle,
                   (SELECT min(k.start_time) FROM (
                        SELECT a.start_time FROM content_episodes ce CROSS JOIN airings a ON a.content_id = ce.content_id
                        WHERE ce.series_id = r.series_id AND ce.episode_id = r.id
                        UNION ALL SELECT l.first_start FROM episode_ledger l WHERE l.episode_id = r.id
                        UNION ALL SELECT l.first_start FROM episode_rows s CROSS JOIN episode_ledger l ON l.episode_id = s.id
                        WHERE s.same_as = r.id) k) AS first_start,
                   (SELECT k.channel_id FROM (
                        SELECT a.start_time, a.channel_id FROM content_episodes ce
                        CROSS JOIN airings a ON a.content_id = ce.content_id
                        WHERE ce.series_id = r.series_id AND ce.episode_id = r.id
                        UNION ALL SELECT l.first_start, l.first_channel_id FROM episode_ledger l WHERE l.episode_id = r.id
                        UNION ALL SELECT l.first_start, l.first_channel_id FROM episode_rows s
                        CROSS JOIN episode_ledger l ON l.episode_id = s.id WHERE s.same_as = r.id) k
                    WHERE k.start_time IS NOT NULL ORDER BY k.start_time, k.channel_id LIMIT 1) AS first_channel_id,
                   (SELECT max(k.start_time) FROM (
                        SELECT a.start_time FROM content_episodes ce CROSS JOIN airings a ON a.content_id = ce.content_id
                        WHERE ce.series_id = r.series_id AND ce.episode_id = r.id
                        UNION ALL SELECT l.last_start FROM episode_ledger l WHERE l.episode_id = r.id
                        UNION ALL SELECT l.last_start FROM episode_rows s CROSS JOIN episode_ledger l ON l.episode_id = s.id
                        WHERE s.same_as = r.id) k) AS last_start,
                   ifnull((SELECT sum(k.before IS NULL
                                      OR k.start_time > strftime('%Y-%m-%dT%H:%M:%SZ', k.before, '+2 hours')) FROM (
                        SELECT a.start_time, lag(a.start_time) OVER (ORDER BY a.start_time) AS before
                        FROM content_episodes ce CROSS JOIN airings a ON a.content_id = ce.content_id
                        WHERE ce.series_id = r.series_id AND ce.episode_id = r.id) k), 0)
                   + ifnull((SELECT l.showings FROM episode_ledger l WHERE l.episode_id = r.id), 0)
                   + ifnull((SELECT sum(l.showings) FROM episode_rows s CROSS JOIN episode_ledger l ON l.episode_id = s.id
                             WHERE s.same_as = r.id), 0) AS showings,
                   r.ordinal, r.same_as, r.moved_from
            FROM episode_rows r;
        DROP VIEW programs;
        DROP VIEW guide;
        -- Series, episodes and showings are subqueries, too: a query that reads none of them pays nothing for them.
        CREATE VIEW programs AS
            SELECT airings.id, airings.channel_id, airings.provider_id, airings.start_time, airings.end_time, contents.title,
                   contents.subtitle, contents.description, contents.category, contents.episode_num, contents.season,
                   contents.episode, contents.rating, contents.actors, contents.directors, contents.icon_url, contents.is_new,
                   CASE WHEN airings.own_stop IS NULL THEN contents.details
                        ELSE json_set(contents.details, '$.stop', airings.own_stop) END AS details,
                   airings.end_source, airings.shadowed_by, airings.element_hash AS content_hash, airings.created_at,
                   airings.updated_at, airings.content_id,
                   ifnull((SELECT g.genre FROM category_genres g WHERE g.category = contents.category),
                          (SELECT t.genre FROM title_genres t WHERE t.title = lower(contents.title))) AS genre,
                   CASE WHEN EXISTS (SELECT 1 FROM category_genres g
                                     WHERE g.category = contents.category AND g.genre IS NOT NULL) THEN 'category'
                        WHEN EXISTS (SELECT 1 FROM title_genres t
                                     WHERE t.title = lower(contents.title) AND t.genre IS NOT NULL) THEN 'learned'
                   END AS genre_source,
                   (SELECT ce.series_id FROM content_episodes ce WHERE ce.content_id = airings.content_id) AS series_id,
                   (SELECT ce.episode_id FROM content_episodes ce WHERE ce.content_id = airings.content_id) AS episode_id,
                   ifnull((SELECT CASE
                       WHEN ce.episode_id IS NOT NULL AND (EXISTS (
                           SELECT 1 FROM content_episodes o CROSS JOIN airings b ON b.content_id = o.content_id
                           WHERE o.series_id = ce.series_id AND o.episode_id = ce.episode_id
                             AND b.start_time < airings.start_time AND airings.start_time > strftime(
                                 '%Y-%m-%dT%H:%M:%SZ', b.start_time,
                                 iif(b.channel_id = airings.channel_id, '+15 minutes', '+2 hours')))
                       OR EXISTS (
                           SELECT 1 FROM episode_ledger l WHERE l.episode_id = ce.episode_id
                             AND airings.start_time > strftime('%Y-%m-%dT%H:%M:%SZ', l.first_start, '+2 hours'))
                       OR EXISTS (
                           SELECT 1 FROM episode_rows s CROSS JOIN episode_ledger l ON l.episode_id = s.id
                           WHERE s.same_as = ce.episode_id
                             AND airings.start_time > strftime('%Y-%m-%dT%H:%M:%SZ', l.first_start, '+2 hours'))) THEN 'repeat'
                       WHEN f.counts AND ce.claim = 'shown' THEN 'repeat'
                       WHEN f.counts THEN 'first'
                       WHEN ce.episode_id IS NOT NULL THEN 'first_here'
                       END
                    FROM content_episodes ce
                    LEFT JOIN provider_flags f ON f.provider_id = airings.provider_id AND f.flag = ce.claim
                    WHERE ce.content_id = airings.content_id), 'unknown') AS showing,
                   ifnull((SELECT coalesce(
                       'repeat of ' || (SELECT max(k.start_time) FROM (
                           SELECT b.start_time FROM content_episodes o CROSS JOIN airings b ON b.content_id = o.content_id
                           WHERE o.series_id = ce.series_id AND o.episode_id = ce.episode_id
                             AND b.start_time < airings.start_time AND airings.start_time > strftime(
                                 '%Y-%m-%dT%H:%M:%SZ', b.start_time,
                                 iif(b.channel_id = airings.channel_id, '+15 minutes', '+2 hours'))
                           UNION ALL SELECT l.last_start FROM episode_ledger l WHERE l.episode_id = ce.episode_id
                             AND airings.start_time > strftime('%Y-%m-%dT%H:%M:%SZ', l.first_start, '+2 hours')
                           UNION ALL SELECT l.last_start FROM episode_rows s
                           CROSS JOIN episode_ledger l ON l.episode_id = s.id WHERE s.same_as = ce.episode_id
                             AND airings.start_time > strftime('%Y-%m-%dT%H:%M:%SZ', l.first_start, '+2 hours')) k),
                       CASE WHEN f.counts AND ce.claim = 'shown' THEN 'the feed says that it was shown before'
                            WHEN f.counts AND ce.claim = 'premiere' THEN 'the feed says premiere'
                            WHEN f.counts THEN 'the feed says new'
                            WHEN ce.episode_id IS NOT NULL
                                THEN 'first time here since ' || (SELECT date(s.since) FROM series_state s) END)
                    FROM content_episodes ce
                    LEFT JOIN provider_flags f ON f.provider_id = airings.provider_id AND f.flag = ce.claim
                    WHERE ce.content_id = airings.content_id), 'no episode is known') AS showing_reason
            FROM airings LEFT JOIN contents ON contents.id = airings.content_id;
        CREATE VIEW guide AS
            SELECT airings.id, airings.channel_id, channels.name AS channel, channels.display_name, channels.number,
                   providers.name AS provider, airings.start_time, airings.end_time, contents.title, contents.subtitle,
                   contents.description, contents.category, contents.episode_num, contents.season, contents.episode,
                   contents.rating, contents.actors, contents.directors, contents.icon_url, contents.is_new,
                   CASE WHEN airings.own_stop IS NULL THEN contents.details
                        ELSE json_set(contents.details, '$.stop', airings.own_stop) END AS details,
                   airings.end_source, airings.provider_id, airings.updated_at, airings.content_id,
                   ifnull((SELECT g.genre FROM category_genres g WHERE g.category = contents.category),
                          (SELECT t.genre FROM title_genres t WHERE t.title = lower(contents.title))) AS genre,
                   CASE WHEN EXISTS (SELECT 1 FROM category_genres g
                                     WHERE g.category = contents.category AND g.genre IS NOT NULL) THEN 'category'
                        WHEN EXISTS (SELECT 1 FROM title_genres t
                                     WHERE t.title = lower(contents.title) AND t.genre IS NOT NULL) THEN 'learned'
                   END AS genre_source,
                   (SELECT ce.series_id FROM content_episodes ce WHERE ce.content_id = airings.content_id) AS series_id,
                   (SELECT ce.episode_id FROM content_episodes ce WHERE ce.content_id = airings.content_id) AS episode_id,
                   ifnull((SELECT CASE
                       WHEN ce.episode_id IS NOT NULL AND (EXISTS (
                           SELECT 1 FROM content_episodes o CROSS JOIN airings b ON b.content_id = o.content_id
                           WHERE o.series_id = ce.series_id AND o.episode_id = ce.episode_id
                             AND b.start_time < airings.start_time AND airings.start_time > strftime(
                                 '%Y-%m-%dT%H:%M:%SZ', b.start_time,
                                 iif(b.channel_id = airings.channel_id, '+15 minutes', '+2 hours')))
                       OR EXISTS (
                           SELECT 1 FROM episode_ledger l WHERE l.episode_id = ce.episode_id
                             AND airings.start_time > strftime('%Y-%m-%dT%H:%M:%SZ', l.first_start, '+2 hours'))
                       OR EXISTS (
                           SELECT 1 FROM episode_rows s CROSS JOIN episode_ledger l ON l.episode_id = s.id
                           WHERE s.same_as = ce.episode_id
                             AND airings.start_time > strftime('%Y-%m-%dT%H:%M:%SZ', l.first_start, '+2 hours'))) THEN 'repeat'
                       WHEN f.counts AND ce.claim = 'shown' THEN 'repeat'
                       WHEN f.counts THEN 'first'
                       WHEN ce.episode_id IS NOT NULL THEN 'first_here'
                       END
                    FROM content_episodes ce
                    LEFT JOIN provider_flags f ON f.provider_id = airings.provider_id AND f.flag = ce.claim
                    WHERE ce.content_id = airings.content_id), 'unknown') AS showing
            FROM airings
            JOIN channels ON channels.id = airings.channel_id
            JOIN providers ON providers.id = airings.provider_id
            LEFT JOIN contents ON contents.id = airings.content_id
            WHERE airings.shadowed_by IS NULL AND channels.hidden = 0 AND providers.enabled = 1;
        """,
    )


@migrations()
def m015_lineup_hosts(db: Any) -> None:
    """The public tables of line-ups name no host of a source. Addresses are in `epg.secrets`. Messages of earlier refreshes go;
    their codes stay."""
    _run(
        db.conn,
        """
        UPDATE lineups SET source_url = substr(source_url, 1, instr(source_url, '://') + 2) || '…'
            WHERE source_url LIKE '%://%' AND source_url NOT LIKE 'file:%';
        UPDATE lineup_refreshes SET error_message = NULL WHERE error_message IS NOT NULL;
        """,
    )


@migrations()
def m016_groups(db: Any) -> None:
    """Groups of channels, and an order that people give. The channels of an older file keep the order of their numbers."""
    _run(
        db.conn,
        """
        ALTER TABLE channels ADD COLUMN position INTEGER;
        CREATE TABLE groups (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE COLLATE NOCASE,
            position INTEGER NOT NULL
        );
        CREATE TABLE channel_groups (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            channel_id INTEGER NOT NULL REFERENCES channels(id) ON DELETE CASCADE,
            group_id INTEGER NOT NULL REFERENCES groups(id) ON DELETE CASCADE,
            UNIQUE (channel_id, group_id)
        );
        CREATE INDEX channel_groups_group_id ON channel_groups (group_id);
        """,
    )


@migrations()
def m017_import_progress(db: Any) -> None:
    """How far the running imports are. A row goes when its import ends."""
    _run(
        db.conn,
        """
        CREATE TABLE import_progress (
            import_id INTEGER PRIMARY KEY REFERENCES import_log(id) ON DELETE CASCADE,
            stage TEXT NOT NULL CHECK (stage IN ('download', 'parse', 'merge')),
            bytes INTEGER NOT NULL DEFAULT 0,
            total_bytes INTEGER,
            programmes INTEGER NOT NULL DEFAULT 0,
            at TEXT NOT NULL
        );
        """,
    )


@migrations()
def m018_commands_written(db: Any) -> None:
    """The public list of what people changed had whole commands, whose arguments may be passwords. Their bytes are wiped."""
    (before,) = db.conn.execute("PRAGMA secure_delete").fetchone()
    db.conn.execute("PRAGMA secure_delete = ON")
    _run(
        db.conn,
        """
        UPDATE write_log SET details = json_set(details, '$.command', '…')
            WHERE json_valid(details) AND json_type(details, '$.command') IS NOT NULL;
        """,
    )
    db.conn.execute(f"PRAGMA secure_delete = {int(before)}")
