"""Programmes put into a guide by hand, changed and deleted, as an import would leave them.

A programme is given with the columns of the view `programs`. Its content goes to `contents` and to the search index, unless
the provider has an equal one; the rest goes to `airings`. Each function runs within the caller's transaction, or in autocommit
mode.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from epg_ingest.series_store import assigning
from epg_ingest.stage.columns import CONTENT, MISSING, content_hash

#: the columns of a content with what they have where a test says nothing
DEFAULTS = {
    name: None if value in ("", -1) else value for name, value in zip(CONTENT[1:], MISSING[1:], strict=True)
}
STAMP = "2025-01-01T00:00:00Z"
_CHECK_SEARCH = "INSERT INTO contents_fts (contents_fts, rank) VALUES ('integrity-check', 1)"
_INSERT_CONTENT = """
    INSERT INTO contents (title, subtitle, description, category, episode_num, season, episode, rating, actors, directors,
                          icon_url, is_new, details, hash)
    VALUES (:title, :subtitle, :description, :category, :episode_num, :season, :episode, :rating, :actors, :directors,
            :icon_url, :is_new, :details, :hash)
"""
_INDEX = "INSERT INTO contents_fts (rowid, title, subtitle, description) VALUES (:id, :title, :subtitle, :description)"
_INSERT_AIRING = """
    INSERT INTO airings (id, channel_id, provider_id, start_time, end_time, content_id, end_source, own_stop, unzoned,
                         shadowed_by, element_hash, created_at, updated_at)
    VALUES (:id, :channel_id, :provider_id, :start_time, :end_time, :content_id, :end_source, :own_stop, :unzoned,
            :shadowed_by, :content_hash, :created_at, :updated_at)
"""
_AIRING = {
    "id": None, "end_source": "feed", "own_stop": None, "unzoned": 0, "shadowed_by": None, "content_hash": None,
    "created_at": STAMP, "updated_at": STAMP,
}  # fmt: skip
_UNSHOWN = "SELECT id FROM contents c WHERE NOT EXISTS (SELECT 1 FROM airings a WHERE a.content_id = c.id)"
_UNINDEX = f"""
    INSERT INTO contents_fts (contents_fts, rowid, title, subtitle, description)
    SELECT 'delete', id, title, subtitle, description FROM contents WHERE id IN ({_UNSHOWN})
"""


def insert_programme(conn: sqlite3.Connection, **columns: Any) -> int:
    """Insert a programme and return its id. `columns` are those of `programs`; a `stop` in its details is its own stop."""
    content, airing = _parts(columns)
    row = {**_AIRING, **airing, "content_id": _content(conn, airing["provider_id"], content)}
    return int(conn.execute(_INSERT_AIRING, row).lastrowid or 0)


def update_programme(conn: sqlite3.Connection, program_id: int, **columns: Any) -> None:
    """Change what is said of a programme (columns of `contents`, except `details`); others with its content keep theirs."""
    names = ", ".join(f"c.{name}" for name in DEFAULTS)
    found = conn.execute(
        f"SELECT a.provider_id, {names} FROM airings a JOIN contents c ON c.id = a.content_id WHERE a.id = ?",
        [program_id],
    ).fetchone()
    content = {**dict(zip(DEFAULTS, found[1:], strict=True)), **columns}
    conn.execute(
        "UPDATE airings SET content_id = ? WHERE id = ?", [_content(conn, found[0], content), program_id]
    )
    _drop_unshown(conn)


def delete_programmes(conn: sqlite3.Connection, program_ids: Iterable[int] | None = None) -> None:
    """Delete programmes (None: all) and the contents that nothing shows any more."""
    if program_ids is None:
        conn.execute("DELETE FROM airings")
    else:
        conn.executemany("DELETE FROM airings WHERE id = ?", [[ident] for ident in program_ids])
    _drop_unshown(conn)


def know_series(conn: sqlite3.Connection) -> None:
    """Give all contents their series and episodes, as an import does at its end."""
    assigning.place_all(conn)


def check_contents(conn: sqlite3.Connection) -> None:
    """No content without a programme, no programme without a content, and a search index that agrees with the contents."""
    conn.execute(_CHECK_SEARCH)
    shown = conn.execute("SELECT DISTINCT content_id FROM airings ORDER BY content_id").fetchall()
    assert conn.execute("SELECT id FROM contents ORDER BY id").fetchall() == shown


def programmes_found(conn: sqlite3.Connection, word: str) -> list[int]:
    """The ids of the programmes whose content the search index gives for a word."""
    rows = conn.execute(
        """
        SELECT a.id FROM contents_fts f JOIN airings a ON a.content_id = f.rowid
        WHERE contents_fts MATCH ? ORDER BY a.id
        """,
        [word],
    )
    return [ident for (ident,) in rows]


def _parts(columns: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns of the content with every default, and the given columns of the airing."""
    content = {**DEFAULTS, **{name: value for name, value in columns.items() if name in DEFAULTS}}
    airing = {name: value for name, value in columns.items() if name not in DEFAULTS}
    details = json.loads(content["details"])
    if "stop" in details:
        airing["own_stop"] = details.pop("stop")
        content["details"] = json.dumps(details, separators=(",", ":"), ensure_ascii=False)
    return content, airing


def _content(conn: sqlite3.Connection, provider: int, content: dict[str, Any]) -> int:
    """The id of the provider's content with these values, inserted where there is none."""
    stored = zip(content.values(), MISSING[1:], strict=True)
    hashed = content_hash([missing if value is None else value for value, missing in stored], provider)
    if found := conn.execute("SELECT id FROM contents WHERE hash = ?", [hashed]).fetchone():
        return int(found[0])
    ident = int(conn.execute(_INSERT_CONTENT, {**content, "hash": hashed}).lastrowid or 0)
    conn.execute(_INDEX, {**content, "id": ident})
    return ident


def _drop_unshown(conn: sqlite3.Connection) -> None:
    conn.execute(_UNINDEX)
    conn.execute(f"DELETE FROM contents WHERE id IN ({_UNSHOWN})")
