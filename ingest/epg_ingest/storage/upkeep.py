"""Keeps the file of a guide from growing while the guide does not: merges the search index, gives free pages back.

FTS5 writes each transaction's changes as a new segment of its index, and what is taken out as an entry that says so. Both the
old entry and this one go only when their segments are merged. FTS5 merges segments of similar size by itself, so the oldest and
largest one hardly ever takes part: over 90 days of four feeds, the index of as many programmes became four times as large.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .database import write

if TYPE_CHECKING:
    from sqlite_utils import Database

#: Pages given back to the file system in one transaction: it holds the write lock for about 0.15 s. Not fewer, because readers
#: lose their page cache with each commit.
VACUUM_PAGES = 8000
#: pages of the search index written in one transaction, for the same time
MERGE_PAGES = 2000
#: an index with fewer pages may grow: 400 kB
FEW_PAGES = 100
#: The index is merged when all other segments together are larger than this part of the largest one. So it becomes at most
#: about half as large again as it must be, and is written once for every such growth.
GROWTH = 0.5

#: Documented: a row for each page of a segment on which a word begins (https://www.sqlite.org/fts5.html, section 9)
_PAGES = "SELECT count(*) FROM contents_fts_idx GROUP BY segid"
#: Negative: of all segments. It goes on where the one before stopped.
_MERGE = "INSERT INTO contents_fts (contents_fts, rank) VALUES ('merge', -:pages)"


def merge_search_index(db: Database) -> int:
    """Merge the segments of the search index into one where that is due, in short transactions; returns how many.

    Readers and writers go on in between. If it is ended early, the next call goes on.
    """
    pages = [count for (count,) in db.conn.execute(_PAGES).fetchall()]
    if not is_due(pages):
        return 0
    # What others write meanwhile is merged too, but not without end.
    for done in range(2 + 2 * sum(pages) // MERGE_PAGES):
        if not _merge_some(db):
            return done
    return done + 1


def is_due(pages: Sequence[int]) -> bool:
    """Whether an index with segments of so many pages should be merged."""
    largest = max(pages, default=0)
    return sum(pages) >= FEW_PAGES and sum(pages) - largest > GROWTH * largest


def _merge_some(db: Database) -> bool:
    """One transaction of merging; False where there was nothing to do, which FTS5 tells by making fewer than two changes."""
    with write(db, changes_guide=False) as conn:
        before = conn.total_changes
        conn.execute(_MERGE, {"pages": MERGE_PAGES})
        return conn.total_changes - before >= 2


def vacuum(conn: sqlite3.Connection) -> int:
    """Give free pages back to the file system, `VACUUM_PAGES` at a time; returns how many."""
    (before,) = conn.execute("PRAGMA freelist_count").fetchone()
    left = before
    while left:
        # Each step of this statement frees one page. `execute` makes a single step, so each page would be a commit.
        conn.executescript(f"PRAGMA incremental_vacuum({VACUUM_PAGES})")
        (now,) = conn.execute("PRAGMA freelist_count").fetchone()
        if now >= left:
            break
        left = now
    return int(before - left)
