"""The alerts of one watch: what it finds now against what it found before."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ..watch_store import match_rows, outbox_rows
from ..watch_store.airing_rows import airings_by_id, same_episodes
from ..watch_store.airing_search import touched_by
from ..watch_store.guide_cursor import GuideNews
from ..watch_store.match_rows import FoundMatch, ToldAlert, before_at
from ..watch_store.outbox_rows import NewAlert
from ..watches import wording
from ..watches.airing import WatchedAiring
from ..watches.followed import CANCELLED, KEPT, MOVED, Fate, fate
from ..watches.planning import PlannedAlert, StoredMatch, planned, units_of
from ..watches.target_settings import AlertTarget
from ..watches.watch import Watch
from .digest_alerts import make_again

BEFORE, MATCH, DIGEST = "before", "match", "digest:"
#: seconds that a move or a cancellation is worth telling after the old start
NEWS_LASTS = 86_400


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
        before = {one.match.airing.program_id: one for one in match_rows.matches_of(self.conn, self.watch.id)}
        current = self._current(before, found, news, whole, known)
        fresh = [one.match.airing for ident, one in current.items() if ident not in before]
        made = 0
        told = match_rows.told_of(self.conn, self.watch.id)
        if told:
            self._follow_episodes(told)
            made = self._follow(current, fresh)
            told = match_rows.told_of(self.conn, self.watch.id)
        made += self._tell(current, told, lineup)
        match_rows.store_matches(self.conn, self.watch, before, current)
        return made

    def _current(
        self,
        before: dict[int, FoundMatch],
        found: Sequence[WatchedAiring],
        news: GuideNews,
        whole: bool,
        known: bool,
    ) -> dict[int, FoundMatch]:
        """What the watch finds now, by id: `found`, and what it found before that did not change.

        Where an alert is due, that is read again too: of episodes more may be known by now.
        """
        kept = {
            ident: one
            for ident, one in before.items()
            if not whole and one.match.airing.end > self.now and not touched_by(news, one.match.airing)
        }
        airings = {airing.program_id: airing for airing in found}
        if any(one.before_at is not None and one.before_at <= self.now for one in kept.values()):
            airings = {**airings_by_id(self.db, kept), **airings}
            kept = {}
        return kept | {
            ident: self._match(airing, before.get(ident), known)
            for ident, airing in airings.items()
            if airing.end > self.now
        }

    def _match(self, airing: WatchedAiring, before: FoundMatch | None, known: bool) -> FoundMatch:
        if before is None:
            return FoundMatch(StoredMatch(airing, self.now, known), before_at(self.watch, airing))
        moment = before.before_at
        if before.match.airing.start != airing.start or moment is not None:
            moment = before_at(self.watch, airing)
        return FoundMatch(StoredMatch(airing, before.match.seen, before.match.known), moment)

    # What was told, and what became of it

    def _follow_episodes(self, rows: Sequence[ToldAlert]) -> None:
        """What was told of an episode that turned out to be another one was told of that one."""
        episodes = {int(told.unit[1:]): told.unit for told in rows if told.unit.startswith("e")}
        same = {episodes[old]: f"e{now}" for old, now in same_episodes(self.db, episodes).items()}
        for told in rows:
            if told.unit in same:
                match_rows.untell(self.conn, self.watch.id, told)
                match_rows.tell(self.conn, self.watch.id, told._replace(unit=same[told.unit]))

    def _follow(self, current: dict[int, FoundMatch], fresh: Sequence[WatchedAiring]) -> int:
        """Tell of moves and cancellations where an alert went out; take back alerts that did not. How many alerts were made."""
        made = 0
        showings = self._told_by_showing()
        units = self._units(current) if showings else {}
        for ident, rows in showings.items():
            airing = rows[0].airing
            match = current.get(ident)
            became = fate(airing, match.match.airing if match else None, fresh, self.now)
            if became.what == KEPT and became.now is not None:
                self._retell(rows, became.now, units)
            elif became.what in (MOVED, CANCELLED):
                made += self._tell_news(rows, became, units, current)
        return made

    def _told_by_showing(self) -> dict[int, list[ToldAlert]]:
        """What was told of showings that are not over."""
        found: dict[int, list[ToldAlert]] = defaultdict(list)
        for told in match_rows.told_of(self.conn, self.watch.id):
            if told.airing.end > self.now:
                found[told.airing.program_id].append(told)
        return found

    def _units(self, current: dict[int, FoundMatch]) -> dict[int, str]:
        airings = sorted(
            (one.match.airing for one in current.values()), key=lambda one: (one.start, one.program_id)
        )
        return {
            airing.program_id: unit
            for airing, unit in zip(airings, units_of(self.watch, airings), strict=True)
        }

    def _retell(self, rows: Sequence[ToldAlert], now: WatchedAiring, units: dict[int, str]) -> None:
        """What was told holds for the showing as it is now."""
        for told in rows:
            unit = units.get(now.program_id, told.unit)
            if (unit, now) != (told.unit, told.airing):
                match_rows.untell(self.conn, self.watch.id, told)
                match_rows.tell(self.conn, self.watch.id, told._replace(unit=unit, airing=now))

    def _tell_news(
        self, rows: Sequence[ToldAlert], became: Fate, units: dict[int, str], current: dict[int, FoundMatch]
    ) -> int:
        went_out = self._went_out(rows)
        if became.what == MOVED and became.now is not None and went_out:
            self._retell(rows, became.now, units)
        else:
            for told in rows:
                match_rows.untell(self.conn, self.watch.id, told)
                if not told.kind.startswith(DIGEST):
                    outbox_rows.free(self.conn, told.keys)
            self._may_tell_again(current)
        return sum(self._put_news(rows, became, target) for target in went_out)

    def _went_out(self, rows: Sequence[ToldAlert]) -> list[AlertTarget]:
        """The targets that an alert went to, or may have gone to. Alerts that wait are dropped."""
        went: set[int] = set()
        for told in rows:
            for key, (state, target) in outbox_rows.states(self.conn, told.keys).items():
                if state in ("sent", "sending"):
                    went.add(target)
                if state == "waiting":
                    self._take_back(told, key, target)
        return [target for target in self.targets if target.id in went]

    def _take_back(self, told: ToldAlert, key: str, target: int) -> None:
        if told.kind.startswith(DIGEST):
            make_again(self.conn, key, target, self.now)
        else:
            outbox_rows.drop(
                self.conn, key, "the programme was moved or cancelled before it was sent", self.now
            )

    def _may_tell_again(self, current: dict[int, FoundMatch]) -> None:
        """What was left out because of a showing that is gone has its turn."""
        for ident, one in current.items():
            current[ident] = one._replace(before_at=before_at(self.watch, one.match.airing))

    def _put_news(self, rows: Sequence[ToldAlert], became: Fate, target: AlertTarget) -> bool:
        """Store that a showing moved or is gone. The key has when it was told of, so that it can be gone a second time."""
        before = rows[0].airing
        if became.what == MOVED and became.now is not None:
            body = wording.about(
                wording.MOVED, self.watch, became.now, became.reason, self.now, before=before
            )
            expires = became.now.end
        else:
            body = wording.about(wording.CANCELLED, self.watch, before, became.reason, self.now)
            expires = before.start + NEWS_LASTS
        begins = became.now.start if became.now else before.start
        told_at = max(told.told_at for told in rows)
        key = f"{self.watch.id}:{became.what}:{before.program_id}:{begins}:{told_at}:{target.id}"
        alert = NewAlert(key, self.watch.owner, target.id, self.watch.id, body, expires)
        return outbox_rows.put(self.conn, alert, self.now)

    # New alerts

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
