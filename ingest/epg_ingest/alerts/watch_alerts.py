"""The alerts of one watch: what it finds now against what it found before."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from ..watch_store import match_rows, outbox_rows
from ..watch_store.airing_rows import same_episodes
from ..watch_store.guide_cursor import GuideNews
from ..watch_store.match_rows import FoundMatch, ToldAlert
from ..watch_store.outbox_rows import NewAlert
from ..watches import wording
from ..watches.airing import WatchedAiring
from ..watches.planning import PlannedAlert, planned
from ..watches.target_settings import AlertTarget
from ..watches.watch import Watch
from .following import Following
from .found_now import MatchSearch

BEFORE, MATCH = "before", "match"


@dataclass
class WatchAlerts:
    """`conn` is the secrets file in a transaction, `db` the guide, `targets` those that take messages of the watch."""

    conn: sqlite3.Connection
    db: sqlite3.Connection
    watch: Watch
    targets: Sequence[AlertTarget]
    now: int

    def look(
        self,
        found: Sequence[WatchedAiring],
        news: GuideNews,
        *,
        whole: bool,
        known: bool,
        lineup: frozenset[int] | None,
    ) -> int:
        """Store the matches and alerts that follow from `found`; how many alerts. See `collecting.WatchWork` for the rest."""
        before = {
            one.match.airing.program_id: one
            for one in match_rows.matches_of(self.conn, self.watch.id, aside=True)
        }
        told = match_rows.told_of(self.conn, self.watch.id)
        if told:
            self._follow_episodes(told)
            told = match_rows.told_of(self.conn, self.watch.id)
        search = MatchSearch(self.db, self.watch, before, self.now)
        there = search.found_now(found, news, [one.airing for one in told], whole=whole, known=known)
        made = 0
        if told:
            following = Following(self.conn, self.db, self.watch, self.targets, self.now)
            made = following.follow(told, there)
            told = match_rows.told_of(self.conn, self.watch.id)
        made += self._tell(there.current, told, lineup)
        match_rows.store_matches(self.conn, self.watch, before, there.aside | there.current)
        return made

    def _follow_episodes(self, rows: Sequence[ToldAlert]) -> None:
        """What was told of an episode that turned out to be another one was told of that one."""
        episodes = {int(told.unit[1:]): told.unit for told in rows if told.unit.startswith("e")}
        same = {episodes[old]: f"e{now}" for old, now in same_episodes(self.db, episodes).items()}
        for told in rows:
            if told.unit in same:
                match_rows.untell(self.conn, self.watch.id, told)
                match_rows.tell(self.conn, self.watch.id, told._replace(unit=same[told.unit]))

    def _tell(
        self, current: dict[int, FoundMatch], told: Sequence[ToldAlert], lineup: frozenset[int] | None
    ) -> int:
        """Store the alerts that are due: for new matches, and before the start. How many."""
        made = 0
        matches = [one.match for one in current.values()]
        if self.watch.tell_match and not all(match.known for match in matches):
            units = _units_told(told, MATCH)
            for one in planned(self.watch, matches, units, lineup):
                if one.sends and not one.match.known and one.unit not in units:
                    made += self._put(one, MATCH, wording.MATCH)
        due = {
            ident for ident, one in current.items() if one.before_at is not None and one.before_at <= self.now
        }
        if due:
            units = _units_told(told, BEFORE)
            for one in planned(self.watch, matches, units, lineup):
                if one.airing.program_id in due and one.sends and one.unit not in units:
                    made += self._put(one, BEFORE, wording.BEFORE)
            for ident in due:
                current[ident] = current[ident]._replace(before_at=None)
        return made

    def _put(self, one: PlannedAlert, kind: str, type_: str) -> int:
        """Store an alert for each target, and that the watch told. Without a target nobody was told."""
        airing = one.airing
        body = wording.about(type_, self.watch, airing, one.reason, self.now)
        keys = {
            target.id: f"{self.watch.id}:{kind}:{one.unit}:{airing.program_id}:{target.id}"
            for target in self.targets
        }
        made = sum(
            outbox_rows.put(
                self.conn,
                NewAlert(key, self.watch.owner, ident, self.watch.id, body, airing.end),
                self.now,
            )
            for ident, key in keys.items()
        )
        if keys:
            match_rows.tell(
                self.conn, self.watch.id, ToldAlert(one.unit, kind, airing, tuple(keys.values()), self.now)
            )
        return made


def _units_told(told: Sequence[ToldAlert], kind: str) -> dict[str, int]:
    return {one.unit: one.airing.program_id for one in told if one.kind == kind}
