"""The same guide with one wide row for each programme, as it was stored before contents were shared: how large its file is.

python benchmarks/wide.py EPG_DB TARGET
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing

_WIDE = """
    CREATE TABLE wide.programs (
        id INTEGER PRIMARY KEY, channel_id INTEGER, provider_id INTEGER, start_time TEXT, end_time TEXT, title TEXT,
        subtitle TEXT, description TEXT, category TEXT, episode_num TEXT, season INTEGER, episode INTEGER, rating TEXT,
        actors TEXT, directors TEXT, icon_url TEXT, is_new INTEGER, details TEXT, end_source TEXT, shadowed_by INTEGER,
        content_hash INTEGER, created_at TEXT, updated_at TEXT, UNIQUE (provider_id, channel_id, start_time)
    );
    CREATE INDEX wide.programs_channel_time ON programs (channel_id, start_time, end_time);
    CREATE VIRTUAL TABLE wide.programs_fts USING fts5(
        title, subtitle, description, content='programs', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
    );
    INSERT INTO wide.programs
        SELECT id, channel_id, provider_id, start_time, end_time, title, subtitle, description, category, episode_num, season,
               episode, rating, actors, directors, icon_url, is_new, details, end_source, shadowed_by, content_hash,
               created_at, updated_at
        FROM main.programs ORDER BY id;
    INSERT INTO wide.programs_fts (programs_fts) VALUES ('rebuild');
    INSERT INTO wide.programs_fts (programs_fts) VALUES ('optimize');
"""


def wide(source: str, target: str) -> None:
    with closing(sqlite3.connect(source)) as conn:
        conn.execute("ATTACH ? AS wide", [target])
        conn.execute("PRAGMA wide.journal_mode = OFF")
        conn.executescript(_WIDE)


if __name__ == "__main__":
    wide(sys.argv[1], sys.argv[2])
