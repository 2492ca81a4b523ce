"""Which programmes say nothing but when, where and their title: they lose their start to one that says more."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence

from ..guide.schedule import Entry
from ..guide.stored import bare_rows

#: Of a staged element every column but title and `details` is empty, and `details` holds no element of the DTD but the
#: title: its languages, the attributes of `<programme>`, and what other dialects add.
_NEW = """
    SELECT seq FROM temp.element_contents
    WHERE seq IN (SELECT value FROM json_each(:elements)) AND subtitle IS NULL AND description IS NULL AND category = '[]'
      AND episode_num IS NULL AND season IS NULL AND episode IS NULL AND rating IS NULL AND actors = '[]' AND directors = '[]'
      AND icon_url IS NULL AND is_new = 0
      AND NOT EXISTS (SELECT 1 FROM json_each(details) said WHERE said.key IN (
        'sub-title', 'desc', 'credits', 'category', 'date', 'keyword', 'language', 'orig-language', 'length', 'icon', 'url',
        'country', 'episode-num', 'video', 'audio', 'previously-shown', 'premiere', 'last-chance', 'subtitles', 'rating',
        'star-rating', 'review', 'image', 'clump'))
"""


def mark_bare(conn: sqlite3.Connection, entries: Sequence[Entry]) -> list[Entry]:
    """The entries of a channel, staged and stored ones, with `bare` set on those that share their start and say nothing."""
    times = Counter(entry.start for entry in entries)
    shared = [entry for entry in entries if times[entry.start] > 1]
    elements = json.dumps([entry.order for entry in shared if entry.row is None])
    bare: set[tuple[int | None, int | None]] = {
        (None, seq) for (seq,) in conn.execute(_NEW, {"elements": elements})
    }
    bare |= {(row, None) for row in bare_rows(conn, (entry.row for entry in shared if entry.row is not None))}
    return [entry._replace(bare=True) if _key(entry) in bare else entry for entry in entries]


def _key(entry: Entry) -> tuple[int | None, int | None]:
    """The row of a stored entry, the place in the feed of a new one."""
    return entry.row, entry.order if entry.row is None else None
