"""Which of the things that a watch found and told have to be read to see what follows from a change of the guide.

What a showing is told as depends on the other showings of the same (`WatchedAiring.identity`). So these are read together, and
what nothing has happened to stays where it is, in the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..watch_store import match_rows
from ..watch_store.airing_search import touched_by
from ..watch_store.guide_cursor import GuideNews
from ..watch_store.match_rows import FoundMatch, ToldAlert
from ..watches.airing import WatchedAiring
from ..watches.watch import DAY, Watch


@dataclass(frozen=True)
class Concern:
    """What a watch found `before`, by the ids of programmes, and the alerts that it `told`, as far as they are concerned.

    `alone` are those programmes of which the others of the same were not read: what is told as what cannot be said of them.
    """

    before: Mapping[int, FoundMatch]
    told: Sequence[ToldAlert]
    alone: frozenset[int] = frozenset()


def concerned(
    conn: sqlite3.Connection,
    watch: Watch,
    told: Sequence[ToldAlert],
    found: Sequence[WatchedAiring],
    news: GuideNews,
    touched: frozenset[int] | None,
    now: int,
) -> Concern:
    """What `news` and the showings that were `found` in them concern; everything where `touched` is None.

    `conn` is the secrets file. `touched` marks what the watch found before in the places that changed, `told` has all that it
    told, `now` is in epoch seconds.
    """
    if touched is None or watch.once_per == DAY:
        rows = match_rows.matches_of(conn, watch.id, aside=True)
        return Concern({one.match.airing.program_id: one for one in rows}, told)
    coming = [one for one in told if one.airing.end > now]
    there = match_rows.found_among(conn, watch.id, [one.airing.program_id for one in coming])
    changed = [one for one in coming if one.airing.program_id not in there or touched_by(news, one.airing)]
    said = {airing.identity for airing in found}
    said |= {one.airing.identity for one in changed} | {one.unit for one in changed}
    marks = touched.union(map(match_rows.identity_mark, said))
    places = {airing.program_id for airing in found}
    read = match_rows.matches_with(conn, watch.id, marks, places)
    before = {one.match.airing.program_id: one for one, _ in read}
    others = [one for one in coming if one in changed or _marked(one.airing, marks)]
    alone = {
        one.match.airing.program_id
        for one, whole in read
        if not (whole or one.match.airing.program_id in places or _marked(one.match.airing, marks))
    }
    return Concern(before, others, frozenset(alone))


def _marked(airing: WatchedAiring, marks: frozenset[int]) -> bool:
    return match_rows.identity_mark(airing.identity) in marks
