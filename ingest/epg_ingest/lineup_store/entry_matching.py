"""Entries matched as parts of their list: which country a list is from, all of it tells, not only its new entries."""

from __future__ import annotations

from collections.abc import Iterable

from ..lineups.entry import LineupEntry
from ..lineups.matched import GuideChannel, Matched
from ..lineups.matching import ChannelIndex, home_of, match_entries


def matched(
    entries: Iterable[LineupEntry], listed: Iterable[LineupEntry], channels: Iterable[GuideChannel]
) -> list[Matched]:
    """What each of the `entries` is, in their order; `listed` are all entries of the list."""
    index = ChannelIndex(channels)
    return match_entries(list(entries), index, home=home_of(listed, index))
