"""The values of matching a list to the guide: the channels as the guide knows them, and what was decided for each entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

#: how an entry found its channel; `none` where a person has to decide, or where there is nothing to find
MatchMethod = Literal["id", "name", "number", "none"]


@dataclass(frozen=True, slots=True)
class GuideChannel:
    """A channel of the guide, as the caller knows it.

    `feed_ids` are its XMLTV ids in all feeds, `names` all display names, `numbers` those that the guide or a feed gives.
    `country` is an ISO 3166 code in lower case, "" where nobody said one; the ends of `feed_ids` (`.uk`) count as well.
    `has_programmes` says that the guide has programmes that have not ended.
    """

    id: int
    feed_ids: tuple[str, ...]
    names: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    country: str = ""
    has_programmes: bool = True


class LineupCandidate(NamedTuple):
    """A channel that an entry may be: `score` is 0 to 1, `reason` one sentence for the person who decides."""

    channel_id: int
    score: float
    reason: str


class Matched(NamedTuple):
    """What was decided for one entry: its channel, or None and the candidates, the best first.

    `score` is 0 to 1, and 0 without a channel. `candidates` are given for a match too, with its channel first.
    """

    channel_id: int | None
    method: MatchMethod
    score: float
    reason: str
    candidates: tuple[LineupCandidate, ...] = ()
