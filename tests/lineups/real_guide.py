"""The channels of five real feeds of one week, as a guide has them after importing all: ids by feed, names, has programmes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from epg_ingest.lineups.matched import GuideChannel, Matched
from epg_ingest.lineups.matching import ChannelIndex


@dataclass(frozen=True)
class RealGuide:
    """The channels, ready for matching, and the ids of each channel in each feed."""

    index: ChannelIndex
    ids: dict[tuple[int, str], set[str]]

    def ids_of(self, match: Matched, feed: str) -> set[str]:
        """The ids that the matched channel has in a feed; none without a match."""
        return set() if match.channel_id is None else self.ids.get((match.channel_id, feed), set())

    def first(self, match: Matched, feed: str) -> set[str]:
        """The ids that the first candidate has in a feed."""
        return self.ids.get((match.candidates[0].channel_id, feed), set()) if match.candidates else set()


@cache
def real_guide(only: str | None = None) -> RealGuide:
    """The guide of all five feeds, or of one of them: `uk1`, `ie1`, `fr1`, `be2`, `de1`."""
    rows = json.loads(Path(__file__).with_name("same_week.json").read_text(encoding="utf-8"))
    channels: list[GuideChannel] = []
    ids: dict[tuple[int, str], set[str]] = {}
    for number, (mapped, names, has_programmes) in enumerate(rows, 1):
        here = [(feed, ident) for feed, ident in mapped if only in (None, feed)]
        if here:
            feed_ids = tuple(dict.fromkeys(ident for _, ident in here))
            channels.append(GuideChannel(number, feed_ids, tuple(names), has_programmes=bool(has_programmes)))
        for feed, ident in here:
            ids.setdefault((number, feed), set()).add(ident)
    return RealGuide(ChannelIndex(channels), ids)
