"""Episodes that follow the keys of their series, when a person gives those to another series or back.

An episode that the other series knows by the same key is the same one from then on (`same_as`). Its own keys and its ledger
stay as they are, so that it can come back.
"""

from __future__ import annotations

import sqlite3

#: where the keys lead that are a series' own
_LED_TO = """
    SELECT DISTINCT series_id FROM series_keys
    WHERE (series_id = :series AND source = 'title') OR own_series_id = :series
"""
_AWAY = "SELECT id FROM episode_rows WHERE series_id = ? ORDER BY id"
_BACK = "SELECT id FROM episode_rows WHERE moved_from = ? ORDER BY id"
_KEYS = "SELECT series_id, key, provider_id FROM episode_keys WHERE episode_id = ? AND series_id IN (?, ?)"
#: the episode that a series knows by the same key
_KNOWN = """
    SELECT coalesce((SELECT o.same_as FROM episode_rows o WHERE o.id = e.same_as), e.same_as, e.id)
    FROM episode_keys k CROSS JOIN episode_rows e ON e.id = k.episode_id
    WHERE k.series_id = :target AND k.key = :key AND k.provider_id IS :provider AND k.episode_id <> :episode
"""
_MOVE = """
    UPDATE episode_rows SET series_id = :target, ordinal = :ordinal, moved_from = :from, same_as = :same WHERE id = :episode
"""
_MOVE_KEYS = "UPDATE OR IGNORE episode_keys SET series_id = :target WHERE series_id = :series AND episode_id = :episode"
_ORDINAL = "UPDATE series SET ordinals = ordinals + 1 WHERE id = ? RETURNING ordinals"
#: an episode's series, the one that it came from, and what it turned out to be, with the home of that
_PLACE = """
    SELECT e.series_id, e.moved_from, e.same_as, ifnull(o.moved_from, o.series_id)
    FROM episode_rows e LEFT JOIN episode_rows o ON o.id = e.same_as WHERE e.id = ?
"""


def follow_keys(conn: sqlite3.Connection, series: int) -> None:
    """Let the episodes of a series be where its own keys lead: all in one other series, or at home."""
    led_to = {ident for (ident,) in conn.execute(_LED_TO, {"series": series})}
    if series in led_to or not led_to:
        for (episode,) in conn.execute(_BACK, [series]).fetchall():
            _move(conn, episode, series, None)
    elif len(led_to) == 1:
        target = led_to.pop()
        for (episode,) in conn.execute(_AWAY, [series]).fetchall():
            _move(conn, episode, target, series)


def _move(conn: sqlite3.Connection, episode: int, target: int, origin: int | None) -> None:
    """Move an episode to the series `target`; `origin` is where it goes back to, None at home."""
    series, moved_from, before, home = conn.execute(_PLACE, [episode]).fetchone()
    keys = conn.execute(_KEYS, [episode, series, target]).fetchall()
    stays_same = before if home == target else None
    same = stays_same if origin is None else before or _same(conn, episode, target, keys)
    (ordinal,) = conn.execute(_ORDINAL, [target]).fetchone()
    values = {
        "target": target, "series": series, "episode": episode, "ordinal": ordinal, "same": same,
        "from": None if origin is None else moved_from or origin,
    }  # fmt: skip
    conn.execute(_MOVE, values)
    if same is None:
        conn.execute(_MOVE_KEYS, values)


def _same(
    conn: sqlite3.Connection, episode: int, target: int, keys: list[tuple[int, str, int | None]]
) -> int | None:
    """The episode of the other series that this one is, if it knows one by any of its keys."""
    for _, key, provider in keys:
        row = conn.execute(
            _KNOWN, {"target": target, "key": key, "provider": provider, "episode": episode}
        ).fetchone()
        if row is not None:
            return int(row[0])
    return None
