"""What became of the showings that a watch told of: moves and cancellations, where an alert went out.

Only a showing that the guide has lost is cancelled. Where the watch just does not find it any more (another title, other
conditions, a repeat by now), nothing is said, and that it was told is remembered.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..watch_store import match_rows, outbox_rows
from ..watch_store.airing_rows import airings_near
from ..watch_store.match_rows import FoundMatch, ToldAlert, before_at
from ..watch_store.outbox_rows import NewAlert
from ..watches import wording
from ..watches.airing import WatchedAiring
from ..watches.followed import CANCELLED, FARTHEST, MOVED, NOTICED, Fate, alike, fate, moves
from ..watches.planning import StoredMatch, units_of
from ..watches.target_settings import AlertTarget
from ..watches.watch import Watch
from .digest_alerts import make_again
from .found_now import FoundNow

DIGEST = "digest:"
#: seconds that a move or a cancellation is worth telling after the old start
NEWS_LASTS = 86_400


class _News(NamedTuple):
    """What became of a showing since a target last heard of it, as `before`."""

    before: WatchedAiring
    became: Fate
    target: AlertTarget


@dataclass
class Following:
    """`conn` is the secrets file in a transaction, `db` the guide, `targets` those that take messages of the watch."""

    conn: sqlite3.Connection
    db: sqlite3.Connection
    watch: Watch
    targets: Sequence[AlertTarget]
    now: int

    def follow(self, told: Sequence[ToldAlert], found: FoundNow) -> int:
        """Tell of moves and cancellations where an alert went out; take back alerts that did not. How many alerts were made."""
        units = self._units(found.current)
        changes: list[tuple[ToldAlert, ToldAlert | None]] = []
        news: list[_News] = []
        for rows in _by_showing(told, self.now):
            became = self._fate(rows[0], found)
            went = self._went_out(rows) if became.what in (MOVED, CANCELLED) else set()
            news += [self._news(rows[0].airing, became, one) for one in self.targets if one.id in went]
            changes += self._changes(rows, became, went, units, found)
        self._write(changes)
        self._remember(changes, found)
        return sum(self._put_news(one) for one in news)

    def _fate(self, told: ToldAlert, found: FoundNow) -> Fate:
        """What became of a showing. A programme may only have got another name, so a cancellation says what is in its place."""
        there = found.place(told.airing) or self._elsewhere(told, found)
        became = fate(told.airing, there, self.now)
        if became.what != CANCELLED:
            return became
        near = airings_near(self.db, told.airing.channel_id, told.airing.start, NOTICED - 1)
        instead = next((f"the guide has {one.title} there now" for one, _ in near), became.reason)
        return became._replace(reason=instead)

    def _elsewhere(self, told: ToldAlert, found: FoundNow) -> WatchedAiring | None:
        """Where a showing is that the watch does not find: in its place from another provider, or where it came to since it was
        told. Of what the watch found all the time nothing has come."""
        before = told.airing
        near = airings_near(self.db, before.channel_id, before.start, FARTHEST)
        for one, _ in near:
            if abs(one.start - before.start) < NOTICED and alike(before, one):
                return one
        fresh = [
            one
            for one, changed in near
            if changed >= told.told_at
            and one.program_id not in found.current
            and one.program_id not in found.aside
        ]
        return moves([before], fresh).get(before.program_id)

    def _units(self, current: dict[int, FoundMatch]) -> dict[int, str]:
        airings = sorted(
            (one.match.airing for one in current.values()), key=lambda one: (one.start, one.program_id)
        )
        return {
            airing.program_id: unit
            for airing, unit in zip(airings, units_of(self.watch, airings), strict=True)
        }

    def _changes(
        self, rows: Sequence[ToldAlert], became: Fate, went: set[int], units: dict[int, str], found: FoundNow
    ) -> list[tuple[ToldAlert, ToldAlert | None]]:
        """What was told, each with what holds now; None where it is as if it had not been told."""
        untold = became.what in (MOVED, CANCELLED) and not went
        if untold or (became.what == CANCELLED and any(one.id in went for one in self.targets)):
            self._forget(rows, found, units)
            return [(told, None) for told in rows]
        if became.now is None:
            return []
        return [(told, after) for told in rows if (after := self._as_it_is(told, became.now, units)) != told]

    def _forget(self, rows: Sequence[ToldAlert], found: FoundNow, units: dict[int, str]) -> None:
        """What was left out because of a showing that is gone has its turn, and so has that showing when it comes back."""
        told_as = {told.unit for told in rows}
        for told in rows:
            if not told.kind.startswith(DIGEST):
                outbox_rows.free(self.conn, told.keys)
        for ident, one in found.current.items():
            airing = one.match.airing
            if units[ident] in told_as or airing.identity == rows[0].airing.identity:
                found.current[ident] = one._replace(before_at=before_at(self.watch, airing))

    def _as_it_is(self, told: ToldAlert, now: WatchedAiring, units: dict[int, str]) -> ToldAlert:
        """What was told, of the showing as it is now. Its old place may be that of another programme, which is told anew."""
        before, unit, keys = told.airing.program_id, told.unit, told.keys
        if now.program_id != before:
            unit = f"s{now.program_id}" if unit == f"s{before}" else unit
            keys = keys if told.kind.startswith(DIGEST) else outbox_rows.free(self.conn, keys)
        return told._replace(unit=units.get(now.program_id, unit), airing=now, keys=keys)

    def _write(self, changes: Sequence[tuple[ToldAlert, ToldAlert | None]]) -> None:
        """All that was told goes before anything comes: showings may have changed places."""
        for before, _ in changes:
            match_rows.untell(self.conn, self.watch.id, before)
        for _, after in changes:
            if after is not None:
                match_rows.tell(self.conn, self.watch.id, after)

    def _remember(self, changes: Sequence[tuple[ToldAlert, ToldAlert | None]], found: FoundNow) -> None:
        """What moved to where the watch does not find it is set aside, so that its next change is seen."""
        for _, after in changes:
            if after is not None and after.airing.program_id not in found.current:
                match = FoundMatch(StoredMatch(after.airing, self.now, True), None, aside=True)
                found.aside.setdefault(after.airing.program_id, match)

    def _went_out(self, rows: Sequence[ToldAlert]) -> set[int]:
        """The targets that an alert went to, or may have gone to. Alerts that wait are dropped."""
        went: set[int] = set()
        for told in rows:
            for key, (state, target) in outbox_rows.states(self.conn, told.keys).items():
                if state in ("sent", "sending"):
                    went.add(target)
                if state == "waiting":
                    self._take_back(told, key, target)
        return went

    def _take_back(self, told: ToldAlert, key: str, target: int) -> None:
        if told.kind.startswith(DIGEST):
            make_again(self.conn, key, target, self.now)
        else:
            outbox_rows.drop(
                self.conn, key, "the programme was moved or cancelled before it was sent", self.now
            )

    def _news(self, told: WatchedAiring, became: Fate, target: AlertTarget) -> _News:
        """What a target is to hear of a showing. A move that it has not got yet it does not get any more: then it believes the
        showing where it was before that."""
        waiting = outbox_rows.waiting_about(
            self.conn, self.watch.id, target.id, wording.MOVED, told.program_id
        )
        for key, _ in waiting:
            outbox_rows.drop(
                self.conn, key, "the programme moved again, or was cancelled, before it was sent", self.now
            )
        outbox_rows.free(self.conn, [key for key, _ in waiting])
        if not waiting:
            return _News(told, became, target)
        heard = wording.before_of(waiting[0][1])
        since = fate(heard, became.now, self.now)
        return _News(heard, since if since.what != CANCELLED else became, target)

    def _put_news(self, news: _News) -> bool:
        """Store that a showing moved or is gone. The key has the moment, so that it can move or be gone a second time."""
        before, became, target = news
        if became.what == MOVED and became.now is not None:
            body = wording.about(
                wording.MOVED, self.watch, became.now, became.reason, self.now, before=before
            )
            expires = became.now.end
        elif became.what == CANCELLED:
            body = wording.about(wording.CANCELLED, self.watch, before, became.reason, self.now)
            expires = before.start + NEWS_LASTS
        else:
            return False
        key = f"{self.watch.id}:{became.what}:{before.program_id}:{before.start}:{self.now}:{target.id}"
        alert = NewAlert(key, self.watch.owner, target.id, self.watch.id, body, expires)
        return outbox_rows.put(self.conn, alert, self.now)


def _by_showing(told: Sequence[ToldAlert], now: int) -> list[list[ToldAlert]]:
    """What was told of showings that are not over, by showing."""
    found: dict[int, list[ToldAlert]] = defaultdict(list)
    for one in told:
        if one.airing.end > now:
            found[one.airing.program_id].append(one)
    return list(found.values())
