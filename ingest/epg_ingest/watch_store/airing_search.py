"""What watches find in the guide: of one watch in everything that is to come, of all watches in what has changed.

What changed is copied into a temporary search index of the connection. So an import that changes little costs little, however
many watches there are: to ask the whole index for a common word would read every programme that has it.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from ..core.times import iso
from ..watches.airing import WatchedAiring
from ..watches.text_match import folded, query
from ..watches.watch import PATTERN, PERSON, SERIES, TITLE, WORDS, Watch
from .airing_rows import MOST, airing_of, airings_of_contents
from .content_texts import changed_titles, people_of, texts_of, title_of
from .guide_cursor import GuideNews
from .pattern_search import matching_patterns

_TEMPORARY = (
    """
    CREATE TEMP TABLE IF NOT EXISTS watched_airings (
        id INTEGER PRIMARY KEY, channel_id INTEGER NOT NULL, content_id INTEGER NOT NULL)
    """,
    "DELETE FROM temp.watched_airings",
    "CREATE INDEX IF NOT EXISTS temp.watched_contents ON watched_airings (content_id)",
    "DROP TABLE IF EXISTS temp.watched_texts",
    # The words as the guide's own index sees them (`storage.migrations`).
    """
    CREATE VIRTUAL TABLE temp.watched_texts USING fts5(
        title, subtitle, description, content='', columnsize=0, tokenize='unicode61 remove_diacritics 2')
    """,
)
_OF_PROGRAMS = """
    INSERT OR IGNORE INTO temp.watched_airings
    SELECT a.id, a.channel_id, a.content_id
    FROM (SELECT DISTINCT program_id FROM guide_changes WHERE id > :cursor AND subject = 'program') g
    CROSS JOIN airings a ON a.id = g.program_id
    WHERE a.shadowed_by IS NULL AND a.end_time > :now
"""
_OF_CHANNELS = """
    INSERT OR IGNORE INTO temp.watched_airings
    SELECT a.id, a.channel_id, a.content_id
    FROM (SELECT DISTINCT channel_id FROM guide_changes WHERE id > :cursor AND subject = 'programs') g
    CROSS JOIN airings a ON a.channel_id = g.channel_id AND a.start_time >= :earliest
    WHERE a.shadowed_by IS NULL AND a.end_time > :now
"""
_FILL = """
    INSERT INTO temp.watched_texts (rowid, title, subtitle, description)
    SELECT k.id, k.title, k.subtitle, k.description
    FROM (SELECT DISTINCT content_id FROM temp.watched_airings) w CROSS JOIN contents k ON k.id = w.content_id
"""
_CHANGED = """
    SELECT p.id, p.channel_id, c.display_name, p.start_time, p.end_time, p.title, p.subtitle, p.season, p.episode, p.series_id,
           p.episode_id, p.showing, p.showing_reason, a.element_hash, p.description, p.content_id
    FROM json_each(:contents) m
    CROSS JOIN temp.watched_airings w ON w.content_id = m.value
    CROSS JOIN airings a ON a.id = w.id
    CROSS JOIN programs p ON p.id = w.id
    CROSS JOIN channels c ON c.id = p.channel_id AND c.hidden = 0
    CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
    ORDER BY p.start_time, p.id
"""
_IN_CHANGED = "SELECT rowid FROM temp.watched_texts WHERE watched_texts MATCH ?"
_IN_GUIDE = "SELECT rowid FROM contents_fts WHERE contents_fts MATCH ? ORDER BY rowid DESC LIMIT ?"
#: a series that was joined to another one by hand is looked for under its number all the same
_OF_SERIES = """
    SELECT content_id FROM content_episodes
    WHERE series_id = :series OR series_id IN (SELECT series_id FROM series_keys WHERE own_series_id = :series)
"""
_JOINED = "SELECT own_series_id, series_id FROM series_keys WHERE own_series_id IS NOT NULL AND own_series_id <> series_id"
_SERIES_CHANGED = """
    SELECT ce.series_id, ce.content_id FROM (SELECT DISTINCT content_id FROM temp.watched_airings) w
    CROSS JOIN content_episodes ce ON ce.content_id = w.content_id
"""
_LONGEST = "SELECT longest_seconds FROM generation"


def found_of_all(
    conn: sqlite3.Connection, watches: Sequence[Watch], now: int, until: int | None = None
) -> Iterator[tuple[Watch, list[WatchedAiring]]]:
    """`found_in_guide` for many watches. All patterns, and all people, are looked for in one pass over the guide."""
    together: dict[int, set[int]] = {}
    if patterns := [watch for watch in watches if watch.kind == PATTERN]:
        together |= matching_patterns(texts_of(conn), patterns)
    if people := [watch for watch in watches if watch.kind == PERSON]:
        together |= naming(people_of(conn), people)
    for watch in watches:
        contents = together[watch.id] if watch.id in together else contents_in_guide(conn, watch)
        yield watch, airings_of_contents(conn, contents, now, until)


def found_in_guide(
    conn: sqlite3.Connection, watch: Watch, now: int, until: int | None = None
) -> list[WatchedAiring]:
    """Everything that a watch looks for and that ends after `now` and begins before `until` (epoch seconds), by start.

    Its conditions do not count here, and there are at most `airing_rows.MOST`. Raises `EpgError` (`nore2`) for a pattern where
    google-re2 is missing.
    """
    return airings_of_contents(conn, contents_in_guide(conn, watch), now, until)


def contents_in_guide(conn: sqlite3.Connection, watch: Watch) -> set[int]:
    """The contents that have what a watch looks for. A person or a pattern is looked for in every text of the guide."""
    if watch.kind == SERIES:
        return {ident for (ident,) in conn.execute(_OF_SERIES, {"series": int(watch.value)})}
    if watch.kind == PATTERN:
        return matching_patterns(texts_of(conn), [watch])[watch.id]
    if watch.kind == PERSON:
        return naming(people_of(conn), [watch])[watch.id]
    rows = conn.execute(_IN_GUIDE, [query(watch), MOST])
    return _confirmed(conn, watch, {ident for (ident,) in rows})


class ChangedAirings:
    """What changed since a place in the log, in temporary tables of `conn`; `now` in epoch seconds."""

    def __init__(self, conn: sqlite3.Connection, cursor: int, now: int) -> None:
        self.conn, self.indexed = conn, False
        for statement in _TEMPORARY:
            conn.execute(statement)
        (longest,) = conn.execute(_LONGEST).fetchone()
        given = {"cursor": cursor, "now": iso(now), "earliest": iso(now - longest)}
        conn.execute(_OF_PROGRAMS, {name: given[name] for name in ("cursor", "now")})
        conn.execute(_OF_CHANNELS, given)

    def found(self, watches: Sequence[Watch]) -> dict[int, list[WatchedAiring]]:
        """By watch the showings among what changed that it looks for, by start."""
        contents = self._contents(watches)
        wanted = set().union(*contents.values()) if contents else set()
        by_content = self._airings(wanted)
        return {
            ident: sorted(
                (one for content in found for one in by_content[content]),
                key=lambda one: (one.start, one.program_id),
            )
            for ident, found in contents.items()
        }

    def _contents(self, watches: Sequence[Watch]) -> dict[int, set[int]]:
        by_kind: dict[str, list[Watch]] = defaultdict(list)
        for watch in watches:
            by_kind[watch.kind].append(watch)
        found: dict[int, set[int]] = self._of_titles(by_kind[TITLE]) if by_kind[TITLE] else {}
        for watch in by_kind[WORDS]:
            found[watch.id] = self._in_index(watch)
        if by_kind[SERIES]:
            found |= self._of_series(by_kind[SERIES])
        if people := by_kind[PERSON]:
            found |= naming(people_of(self.conn, changed=True), people)
        if patterns := by_kind[PATTERN]:
            found |= matching_patterns(texts_of(self.conn, changed=True), patterns)
        return {ident: contents for ident, contents in found.items() if contents}

    def _of_titles(self, watches: Sequence[Watch]) -> dict[int, set[int]]:
        """All titles are compared in one pass. Of letters beyond ASCII an index may think otherwise, as of `ß` and `ss`: what
        the guide's own index does not find is not found here either."""
        wanted: dict[str, list[Watch]] = defaultdict(list)
        for watch in watches:
            wanted[folded(watch.value)].append(watch)
        found: dict[int, set[int]] = defaultdict(set)
        unsure: dict[int, Watch] = {}
        for ident, title in changed_titles(self.conn):
            for watch in wanted.get(folded(title), ()):
                found[watch.id].add(ident)
                if not (title.isascii() and watch.value.isascii()):
                    unsure[watch.id] = watch
        for watch in unsure.values():
            found[watch.id] &= self._in_index(watch)
        return found

    def _of_series(self, watches: Sequence[Watch]) -> dict[int, set[int]]:
        wanted: dict[int, set[int]] = defaultdict(set)
        for watch in watches:
            wanted[int(watch.value)].add(watch.id)
        for own, joined in self.conn.execute(_JOINED).fetchall():
            wanted[joined] |= wanted[own]
        found: dict[int, set[int]] = {watch.id: set() for watch in watches}
        for series_id, content_id in self.conn.execute(_SERIES_CHANGED):
            for ident in wanted.get(series_id, ()):
                found[ident].add(content_id)
        return found

    def _in_index(self, watch: Watch) -> set[int]:
        if not self.indexed:
            self.conn.execute(_FILL)
            self.indexed = True
        return {ident for (ident,) in self.conn.execute(_IN_CHANGED, [query(watch)])}

    def _airings(self, contents: Iterable[int]) -> dict[int, list[WatchedAiring]]:
        by_content: dict[int, list[WatchedAiring]] = defaultdict(list)
        for row in self.conn.execute(_CHANGED, {"contents": json.dumps(sorted(contents))}):
            by_content[row[-1]].append(airing_of(row[:-1]))
        return by_content


def naming(people: Iterable[tuple[int, tuple[str, ...]]], watches: Sequence[Watch]) -> dict[int, set[int]]:
    """By watch the contents that name the person it looks for. Names are on lines of their own, so that none spans two."""
    wanted: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for watch in watches:
        asked = folded(watch.value)
        wanted[asked.partition(" ")[0]].append((watch.id, f" {asked} "))
    found: dict[int, set[int]] = {watch.id: set() for watch in watches}
    for content, names in people:
        lines = "\n".join([f" {folded(name)} " for name in names])
        for word in wanted.keys() & lines.split():
            for ident, asked in wanted[word]:
                if asked in lines:
                    found[ident].add(content)
    return found


def _confirmed(conn: sqlite3.Connection, watch: Watch, contents: set[int]) -> set[int]:
    """Those of the contents that an index found which are what the watch looks for: an index knows words, not whole titles."""
    if watch.kind != TITLE:
        return contents
    titles = ((ident, title_of(conn, ident)) for ident in contents)
    return {ident for ident, title in titles if folded(title) == folded(watch.value)}


def touched_by(news: GuideNews, airing: WatchedAiring) -> bool:
    """Whether a showing is among what changed."""
    return news.whole or airing.program_id in news.programs or airing.channel_id in news.channels
