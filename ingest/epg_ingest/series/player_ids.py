"""Ids of episodes for players that take `dd_progid`: `EP########.####`, the number of the series and that of the episode in it.

Players take the first part as the show, and `.0000` as "any episode", so nothing gets that.
"""

from __future__ import annotations

#: the highest numbers that the form has place for
MOST_SERIES, MOST_EPISODES = 99_999_999, 9_999


def player_id(series_id: int, ordinal: int) -> str | None:
    """The id of the episode with the number `ordinal` (from 1) of a series; None where the form has no place for it."""
    if not 0 < series_id <= MOST_SERIES or not 0 < ordinal <= MOST_EPISODES:
        return None
    return f"EP{series_id:08d}.{ordinal:04d}"
