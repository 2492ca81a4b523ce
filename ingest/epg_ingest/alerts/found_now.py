"""What a watch finds now against what it found before: what is the same, what is new, what went where."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..watch_store.airing_rows import airings_by_id
from ..watch_store.airing_search import touched_by
from ..watch_store.guide_cursor import GuideNews
from ..watch_store.match_rows import FoundMatch, before_at
from ..watches.airing import WatchedAiring
from ..watches.followed import alike, moves
from ..watches.planning import StoredMatch
from ..watches.watch import Watch


@dataclass
class FoundNow:
    """By the ids of programmes: the matches that are `current`, and those that are set `aside`: the watch found them and does
    not find them now, whether the guide has them or not.

    `lasting` are showings that it does not find while the guide has them, as it has them now; `moved` is where others went.
    """

    current: dict[int, FoundMatch] = field(default_factory=dict)
    aside: dict[int, FoundMatch] = field(default_factory=dict)
    lasting: dict[int, WatchedAiring] = field(default_factory=dict)
    moved: dict[int, WatchedAiring] = field(default_factory=dict)

    def place(self, told: WatchedAiring) -> WatchedAiring | None:
        """Where a showing is now, None where it is not known to be anywhere."""
        here = self.current.get(told.program_id)
        if here is not None and alike(told, here.match.airing):
            return here.match.airing
        return self.lasting.get(told.program_id) or self.moved.get(told.program_id)


@dataclass
class MatchSearch:
    """`db` is the guide, `watch` what is looked for, `before` what it found before, `now` in epoch seconds."""

    db: sqlite3.Connection
    watch: Watch
    before: Mapping[int, FoundMatch]
    now: int

    def found_now(
        self,
        found: Sequence[WatchedAiring],
        news: GuideNews,
        told: Iterable[WatchedAiring],
        *,
        whole: bool,
        known: bool,
    ) -> FoundNow:
        """What follows from `found`; `told` are showings that somebody was told of. See `collecting.WatchWork` for the rest.

        A showing that moved is as known as it was before.
        """
        airings, kept = self._airings(found, news, whole)
        matches = {airing.program_id: self._match(airing, known) for airing in airings}
        done = FoundNow(kept | matches)
        fresh = [airing for airing in airings if self._prior(airing) is None]
        gone = self._gone(done.current, fresh, told)
        done.lasting = self._lasting(gone)
        done.moved = moves([one for ident, one in gone.items() if ident not in done.lasting], fresh)
        for ident, there in done.moved.items():
            if ident in self.before:
                match = done.current[there.program_id]
                known_before = match.match._replace(known=self.before[ident].match.known)
                done.current[there.program_id] = match._replace(match=known_before)
        done.aside = {
            ident: one._replace(before_at=None, aside=True)
            for ident, one in self.before.items()
            if one.match.airing.end > self.now and ident not in done.current and ident not in done.moved
        }
        return done

    def _airings(
        self, found: Sequence[WatchedAiring], news: GuideNews, whole: bool
    ) -> tuple[list[WatchedAiring], dict[int, FoundMatch]]:
        """What the watch finds now, and besides what it found before that did not change.

        Where an alert is due, that is read again too: of episodes more may be known by now.
        """
        kept = {
            ident: one
            for ident, one in self.before.items()
            if not (
                whole or one.aside or one.match.airing.end <= self.now or touched_by(news, one.match.airing)
            )
        }
        airings = {airing.program_id: airing for airing in found}
        if any(one.before_at is not None and one.before_at <= self.now for one in kept.values()):
            airings = {**airings_by_id(self.db, kept), **airings}
            kept = {}
        return [airing for airing in airings.values() if airing.end > self.now], kept

    def _prior(self, airing: WatchedAiring) -> FoundMatch | None:
        """What the watch found before in this place, if it is the same programme."""
        prior = self.before.get(airing.program_id)
        return prior if prior is not None and alike(prior.match.airing, airing) else None

    def _match(self, airing: WatchedAiring, known: bool) -> FoundMatch:
        prior = self._prior(airing)
        if prior is None:
            return FoundMatch(StoredMatch(airing, self.now, known), before_at(self.watch, airing))
        moment = prior.before_at
        if prior.aside or prior.match.airing.start != airing.start or moment is not None:
            moment = before_at(self.watch, airing)
        seen = self.now if prior.aside else prior.match.seen
        return FoundMatch(StoredMatch(airing, seen, prior.match.known), moment)

    def _gone(
        self, current: Mapping[int, FoundMatch], fresh: Sequence[WatchedAiring], told: Iterable[WatchedAiring]
    ) -> dict[int, WatchedAiring]:
        """What the watch does not find any more, as it was. On a channel where nothing is new, nothing has moved: there only
        what was told counts."""
        channels = {airing.channel_id for airing in fresh}
        asked = [one.match.airing for one in self.before.values() if one.match.airing.channel_id in channels]
        asked += told
        others = {airing.program_id for airing in fresh}
        return {
            one.program_id: one
            for one in asked
            if one.end > self.now and (one.program_id not in current or one.program_id in others)
        }

    def _lasting(self, gone: Mapping[int, WatchedAiring]) -> dict[int, WatchedAiring]:
        there = airings_by_id(self.db, gone) if gone else {}
        return {ident: airing for ident, airing in there.items() if alike(gone[ident], airing)}
