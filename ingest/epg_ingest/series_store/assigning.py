"""Which series and episode each content is of: for contents that are new, and for those that say something else now.

    agreements   who numbers a series like whom, before its numbers are read
    read         contents in stretches, as what they say of series and episode
    place        their series and episodes, found by key or made
    judge        titles that say nothing, and sub-titles that name no episode; their contents are placed again

Everything runs within the open write transaction. Memory does not grow with the contents but by eight bytes for each
series and each sub-title.
"""

from __future__ import annotations

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
_PUT = "INSERT INTO content_episodes (content_id, series_id, episode_id, basis, claim) VALUES (?, ?, ?, ?, ?)"
_PUT_AGAIN = """
    INSERT INTO content_episodes (content_id, series_id, episode_id, basis, claim) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (content_id) DO UPDATE SET series_id = excluded.series_id, episode_id = excluded.episode_id,
        basis = excluded.basis, claim = excluded.claim
"""
_PROVIDERS = "SELECT id FROM providers ORDER BY id"


def last_airing(conn: sqlite3.Connection) -> int:
    """The highest id of a programme: those that a merge adds have higher ones."""
    return int(conn.execute(_LAST_AIRING).fetchone()[0])


def after_merge(conn: sqlite3.Connection, provider: int, last_airing: int, replaced: Iterable[int]) -> None:
    """Place the contents that a merge has stored, all of one provider.

    `last_airing` is the highest id of a programme before the merge. `replaced` are contents that took new values.
    """
    (last,) = conn.execute(_STATE).fetchone()
    again = [ident for ident in replaced if ident <= last]
    agreements.look(conn, provider, last_airing, last, again)
    made, touched = _run(conn, new_contents(conn, provider, last), again)
    conn.execute(_SET_STATE)
    conn.execute(_SINCE)
    vague_episodes.shown_too_often(conn, made)
    flag_judging.judge(conn, provider, touched.claims)


def place_all(conn: sqlite3.Connection) -> None:
    """Place all contents of a guide that has no series yet. Numbers of providers are compared as their contents change."""
    made, touched = _run(conn, new_contents(conn, None, 0))
    conn.execute(_SET_STATE)
    conn.execute(_SINCE)
    vague_episodes.shown_too_often(conn, made)
    if touched.claims:
        for (provider,) in conn.execute(_PROVIDERS).fetchall():
            flag_judging.judge(conn, provider, True)


def place_again(conn: sqlite3.Connection, contents: Iterable[int]) -> None:
    """Place contents, by id, that say something else now, are shown again, or whose series a person has changed."""
    _run(conn, (), contents)


def _run(
    conn: sqlite3.Connection, stretches: Iterable[list[Told]], again: Iterable[int] = ()
) -> tuple[Iterator[list[int]], common_titles.Touched]:
    """Place new contents and, by id, others again; then judge titles and sub-titles.

    Returns the episodes made by sub-title, in stretches, and what was touched.
    """
    episodes = EpisodeRows(conn)
    touched = common_titles.Touched()
    for contents in stretches:
        conn.executemany(_PUT, _placed(conn, contents, episodes, touched))
    for contents in these_contents(conn, again):
        conn.executemany(_PUT_AGAIN, _placed(conn, contents, episodes, touched))
    vague_episodes.described_differently(conn, episodes.descriptions.several)
    generic = common_titles.newly_generic(conn, touched)
    if generic:
        # Their series is known to be generic now, so this ends.
        _run(conn, (), generic)
    return episodes.descriptions.episodes(), touched


def _placed(
    conn: sqlite3.Connection, contents: list[Told], episodes: EpisodeRows, touched: common_titles.Touched
) -> list[tuple[int, int, int | None, str, str | None]]:
    """The rows of `content_episodes` for these contents, whose series and episodes are found or made."""
    series = SeriesRows(conn)
    rows = []
    for one, place in zip(contents, series.places_of(contents), strict=True):
        found = episodes.episode_of(one, place)
        rows.append((one.content, place.series, found.episode, found.basis, one.claim))
        if one.claim is not None:
            touched.claims = True
        if not place.generic:
            touched.add(place.series, found.episode is not None)
    series.close()
    episodes.close()
    return rows
