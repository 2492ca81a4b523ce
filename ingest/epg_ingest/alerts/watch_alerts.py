"""The alerts of one watch: what it finds now against what it found before."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..watch_store import match_rows, outbox_rows
from ..watch_store.airing_rows import same_episodes
from ..watch_store.guide_cursor import GuideNews
from ..watch_store.match_rows import FoundMatch, ToldAlert
from ..watch_store.outbox_rows import NewAlert
from ..watches import wording
from ..watches.airing import WatchedAiring
from ..watches.planning import PlannedAlert, StoredMatch, planned
from ..watches.target_settings import AlertTarget
from ..watches.watch import DAY, Watch
from .concern import Concern, concerned
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
        touched: frozenset[int] | None = None,
    ) -> int:
        """Store the matches and alerts that follow from `found`; how many alerts. `touched` marks what the watch found before
        where something changed, None for all (`concern`). See `collecting.WatchWork` for the rest."""
        told = match_rows.told_of(self.conn, self.watch.id)
        if told and self._follow_episodes(told):
            told = match_rows.told_of(self.conn, self.watch.id)
        concern = concerned(self.conn, self.watch, told, found, news, touched, self.now)
        search = MatchSearch(self.db, self.watch, concern.before, self.now)
        silent = not (self.watch.tell_match and self.targets)  # then it is no news later either
        there = search.found_now(
            found, news, [one.airing for one in concern.told], whole=whole, known=known or silent
        )
        made = 0
        if concern.told:
            following = Following(self.conn, self.db, self.watch, self.targets, self.now)
            made = following.follow(concern.told, there)
            told = match_rows.told_of(self.conn, self.watch.id)
        made += self._tell(there.current, concern, told, lineup)
        match_rows.store_matches(self.conn, self.watch, concern.before, there.aside | there.current)
        return made

    def _follow_episodes(self, rows: Sequence[ToldAlert]) -> bool:
        """What was told of an episode that turned out to be another one was told of that one. Whether there is any."""
        episodes = {int(told.unit[1:]): told.unit for told in rows if told.unit.startswith("e")}
        if not episodes:
            return False
        same = {episodes[old]: f"e{now}" for old, now in same_episodes(self.db, episodes).items()}
        for told in rows:
            if told.unit in same:
                match_rows.untell(self.conn, self.watch.id, told)
                match_rows.tell(self.conn, self.watch.id, told._replace(unit=same[told.unit]))
        return bool(same)

    def _tell(
        self,
        current: dict[int, FoundMatch],
        concern: Concern,
        told: Sequence[ToldAlert],
        lineup: frozenset[int] | None,
    ) -> int:
        """Store the alerts that are due: for new matches, and before the start. How many."""
        made = 0
        matches = {ident: one.match for ident, one in current.items() if ident not in concern.alone}
        if self.watch.tell_match:
            units = _units_told(told, MATCH)
            fresh = {ident for ident, match in matches.items() if not match.known}
            for one in self._planned(matches, fresh, units, lineup):
                if one.sends and one.unit not in units:
                    made += self._put(one, MATCH, wording.MATCH)
                    if not self.targets:
                        ident = one.airing.program_id
                        current[ident] = current[ident]._replace(match=one.match._replace(known=True))
        due = {
            ident for ident, one in current.items() if one.before_at is not None and one.before_at <= self.now
        }
        units = _units_told(told, BEFORE)
        for one in self._planned(matches, due, units, lineup):
            if one.sends and one.unit not in units:
                made += self._put(one, BEFORE, wording.BEFORE)
        for ident in due:
            current[ident] = current[ident]._replace(before_at=None)
        return made

    def _planned(
        self,
        matches: Mapping[int, StoredMatch],
        wanted: set[int],
        told: Mapping[str, int],
        lineup: frozenset[int] | None,
    ) -> list[PlannedAlert]:
        """What becomes of the matches that are `wanted`, by the ids of programmes. Only others of the same matter to that, or
        of the same day."""
        same = {matches[ident].airing.identity for ident in wanted if ident in matches}
        together = [
            match
            for match in matches.values()
            if same and (self.watch.once_per == DAY or match.airing.identity in same)
        ]
        return [one for one in planned(self.watch, together, told, lineup) if one.airing.program_id in wanted]

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
