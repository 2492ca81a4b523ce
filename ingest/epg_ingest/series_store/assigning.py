"""Which series and episode each content is of: for contents that are new, and for those that say something else now.

    agreements   who numbers a series like whom, before its numbers are read
    read         contents in stretches, as what they say of series and episode
    place        their series and episodes, found by key or made
    judge        titles that say nothing, and sub-titles that name no episode; their contents are placed again

Everything runs within the open write transaction. Memory does not grow with the contents but by a few bytes for each sub-title.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator

from . import agreements, common_titles, flag_judging, vague_episodes
from .episode_rows import EpisodeRows
from .series_rows import SeriesRows
from .told import Told, new_contents, these_contents

_LAST_AIRING = "SELECT ifnull(max(id), 0) FROM airings"
_STATE = "SELECT last_content_id FROM series_state"
_SET_STATE = "UPDATE series_state SET last_content_id = max(last_content_id, (SELECT ifnull(max(id), 0) FROM contents))"
_SINCE = "UPDATE series_state SET since = (SELECT min(start_time) FROM airings) WHERE since IS NULL"
_PUT = """
    INSERT INTO content_episodes (content_id, series_id, episode_id, basis, claim) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (content_id) DO UPDATE SET series_id = excluded.series_id, episode_id = excluded.episode_id,
        basis = excluded.basis, claim = excluded.claim
"""
#: programmes that were added to the guide, of episodes that are known
_NOTE_ADDED = """
    INSERT OR IGNORE INTO episodes_pending
    SELECT ce.episode_id FROM airings a CROSS JOIN content_episodes ce ON ce.content_id = a.content_id
    WHERE a.id > :last AND ce.episode_id IS NOT NULL
"""
_NOTE_THESE = """
    INSERT OR IGNORE INTO episodes_pending
    SELECT ce.episode_id FROM json_each(?) j CROSS JOIN content_episodes ce ON ce.content_id = j.value
    WHERE ce.episode_id IS NOT NULL
"""
_PROVIDERS = "SELECT id FROM providers ORDER BY id"
_NOTE_ALL = "INSERT OR IGNORE INTO episodes_pending SELECT id FROM episodes"


def last_airing(conn: sqlite3.Connection) -> int:
    """The highest id of a programme: those that a merge adds have higher ones."""
    return int(conn.execute(_LAST_AIRING).fetchone()[0])


def after_merge(conn: sqlite3.Connection, provider: int, last_airing: int, replaced: Iterable[int]) -> None:
    """Place the contents that a merge has stored, all of one provider, and count the showings that it has added.

    `last_airing` is the highest id of a programme before the merge. `replaced` are contents that took new values.
    """
    (last,) = conn.execute(_STATE).fetchone()
    again = [ident for ident in replaced if ident <= last]
    agreements.look(conn, provider, last_airing, last, again)
    first, touched = _run(conn, _stretches(conn, provider, last, again))
    conn.execute(_SET_STATE)
    conn.execute(_SINCE)
    conn.execute(_NOTE_ADDED if first else _NOTE_ALL, {"last": last_airing})
    vague_episodes.shown_too_often(conn, first)
    flag_judging.judge(conn, provider, touched.claims)


def place_all(conn: sqlite3.Connection) -> None:
    """Place all contents of a guide that has no series yet. Numbers of providers are compared as their contents change."""
    _, touched = _run(conn, new_contents(conn, None, 0))
    conn.execute(_SET_STATE)
    conn.execute(_SINCE)
    conn.execute(_NOTE_ALL)
    vague_episodes.shown_too_often(conn, 0)
    if touched.claims:
        for (provider,) in conn.execute(_PROVIDERS).fetchall():
            flag_judging.judge(conn, provider, True)


def place_again(conn: sqlite3.Connection, contents: Iterable[int]) -> None:
    """Place contents, by id, that say something else now, are shown again, or whose series a person has changed."""
    ids = list(contents)
    _run(conn, these_contents(conn, ids))
    conn.execute(_NOTE_THESE, [json.dumps(ids)])


def _stretches(conn: sqlite3.Connection, provider: int, last: int, again: list[int]) -> Iterator[list[Told]]:
    yield from new_contents(conn, provider, last)
    yield from these_contents(conn, again)


def _run(conn: sqlite3.Connection, stretches: Iterable[list[Told]]) -> tuple[int, common_titles.Touched]:
    """Place contents, then judge titles and sub-titles. Returns the highest id of an episode before, and what was touched."""
    episodes = EpisodeRows(conn)
    touched = common_titles.Touched()
    for contents in stretches:
        _place(conn, contents, episodes, touched)
    vague_episodes.described_differently(conn, episodes.several)
    generic = common_titles.newly_generic(conn, touched)
    if generic:
        # Their series is known to be generic now, so this ends.
        _run(conn, these_contents(conn, generic))
    return episodes.first, touched


def _place(
    conn: sqlite3.Connection, contents: list[Told], episodes: EpisodeRows, touched: common_titles.Touched
) -> None:
    series = SeriesRows(conn)
    rows = []
    for one, place in zip(contents, series.places_of(contents), strict=True):
        found = episodes.episode_of(one, place)
        rows.append((one.content, place.series, found.episode, found.basis, one.said.claim))
        touched.claims = touched.claims or one.said.claim is not None
        if not place.generic:
            touched.add(place.series, found.episode is not None)
    series.close()
    episodes.close()
    conn.executemany(_PUT, rows)
