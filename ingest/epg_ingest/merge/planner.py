"""What a feed changes on each channel: staged elements and stored rows become a plan (spec sections 3 "Merge" and 4).

A feed speaks only for the span it covers on a channel: stored rows inside that span which the feed no longer has are
removed, rows outside it stay.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from ..core.models import Problems
from ..core.times import from_iso, iso
from ..guide import stored
from ..guide.schedule import LONGEST, Entry, Slot, best, clump, reach, settle
from . import plan
from .clump import join
from .plan import Plan, Span, Stretch
from .stored_elements import Known

AGAIN = "the same channel and start again"


@dataclass
class Outcome:
    """What the walk found: programmes kept and skipped, upcoming ones lost and won, the longest programme in seconds."""

    unchanged: int = 0
    skipped: int = 0
    lost: int = 0
    won: int = 0
    longest: int = 0
    channels: list[int] = field(default_factory=list)


class Walk:
    """Plans the merge of one provider. `past` is the end of the retention window (epoch seconds, None = no end)."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        provider_id: int,
        known: Known,
        problems: Problems,
        now: int,
        past: int | None,
    ) -> None:
        self.conn, self.provider_id, self.known, self.problems = conn, provider_id, known, problems
        self.now, self.past = now, past
        self.plan = Plan(conn)
        self.outcome = Outcome()

    def run(self) -> Outcome:
        """Walk all channels that may have changed; the others are only counted."""
        pending = dict(self.known.ranges)
        for stretch in plan.stretches(self.conn, self.now, self.past):
            if pending.pop(stretch.channel, None) is None and stretch.plain:
                self._new(stretch)
            elif not self._in_place(stretch):
                self._channel(stretch.channel, plan.entries(self.conn, stretch), stretch.low)
        for channel, (low, high) in pending.items():
            seen = self.known.seen[low:high]
            if 0 not in seen:
                self.outcome.unchanged += high - low
            elif any(seen):
                self._channel(channel, [])
        self.plan.flush()
        if self.known.duplicates:
            self.problems.add("duplicate", None, None, "the same programme again", self.known.duplicates)
        if self.known.lost:
            self.problems.add("duplicate", None, None, AGAIN, self.known.lost)
        return self.outcome

    def _channel(self, channel: int, fresh: list[Entry], low: int = 0) -> None:
        """Plan one channel from its new elements (in order of start and feed, numbered from `low` on) and its stored rows."""
        present = self._rows(channel)
        candidates = fresh
        if present:
            candidates = sorted(fresh + [row for row in present if row.order], key=itemgetter(0, 2))
        feed = self._one_each(candidates, channel)
        if not feed:
            return
        outside = self._outside(feed, present)
        entries = sorted(feed + outside, key=itemgetter(0)) if outside else feed
        numbers = {entry.order: number for number, entry in enumerate(fresh, low)}
        self._plan(numbers, settle(entries), {row.start: row for row in present})
        self.outcome.channels.append(channel)

    def _new(self, stretch: Stretch) -> None:
        """A new channel that is planned already, because its programmes need no decision: most channels of a first import."""
        outcome = self.outcome
        outcome.longest = max(outcome.longest, stretch.longest)
        outcome.won += stretch.upcoming
        outcome.channels.append(stretch.channel)

    def _in_place(self, stretch: Stretch) -> bool:
        """Plan a channel whose new elements all take the place of a stored row with the same start and stop; False where
        that is not so, or where the feed leaves out a row within its span. Nothing moves then: ends need no decision."""
        if stretch.channel not in self.known.ranges:
            return False
        low, high = self.known.ranges[stretch.channel]
        seen = self.known.seen[low:high]
        fresh = {span.begins: span for span in plan.spans(self.conn, stretch)}
        changes, begun = [], False
        for row, mark in zip(stored.places(self.conn, self.provider_id, stretch.channel), seen, strict=True):
            span = fresh.get(row[1])
            if mark:
                begun = True
            elif span is not None and self._same_place(span, row):
                begun = True
                changes.append((row[0], from_iso(row[2]), row[3], span.stop, span.number))
            elif begun:
                return False
        if len(changes) < stretch.high - stretch.low + 1:
            return False
        self.plan.replace(
            (row, end, source, None if own == end else own, number)
            for row, end, source, own, number in changes
        )
        self.outcome.unchanged += high - low - seen.count(0)
        self.outcome.channels.append(stretch.channel)
        return True

    def _same_place(self, span: Span, row: tuple[int, str, str, str, str | None]) -> bool:
        """Whether an element has the stop of a stored programme, in a schedule that is settled by starts and stops alone."""
        past = -1 if self.past is None else self.past
        return (
            span.hash is not None
            and span.stop is not None
            and span.ends == row[4]
            and span.stop > max(span.start, past)
        )

    def _outside(self, feed: list[Entry], present: list[Entry]) -> list[Entry]:
        """Stored rows outside the span of the feed, which stay; those inside that it no longer has are removed."""
        unseen = [row for row in present if not row.order]
        if not unseen:
            return []
        first, last = feed[0].start, reach(feed)
        taken = {entry.start for entry in feed}
        outside = []
        for row in unseen:
            if row.start in taken:
                continue
            if first <= row.start < last:
                assert row.row is not None
                self.plan.remove(row.row)
                self.outcome.lost += row.end > self.now
            else:
                outside.append(row)
        return outside

    def _plan(self, numbers: dict[int, int], slots: Iterable[Slot], rows: dict[int, Entry]) -> None:
        """Plan the schedule of a channel: staged elements are put in, stored rows change where their end does."""
        outcome, now, longest = self.outcome, self.now, self.outcome.longest
        past = -1 if self.past is None else self.past
        fresh = []
        for slot in slots:
            entry, end, source = slot
            start = entry[0]
            if end - start > longest:
                longest = end - start
            if entry[7] is not None:
                self._keep(entry, end, source)
            elif end <= past and start not in rows:
                outcome.skipped += 1
            else:
                fresh.append(slot)
                if end > now and start not in rows:
                    outcome.won += 1
                if end - start == LONGEST and source == "cut":
                    self.problems.add("toolong", None, None, "a programme longer than 7 days was cut")
        outcome.longest = longest
        self.plan.put(fresh, numbers, rows)

    def _keep(self, entry: Entry, end: int, source: str) -> None:
        """A stored row stays; its end may have moved with its neighbours."""
        if end == entry.end and source == entry.source:
            self.outcome.unchanged += 1 if entry.order else 0
        else:
            assert entry.row is not None
            self.plan.end(entry.row, end, source, entry.own_stop)

    def _one_each(self, entries: Sequence[Entry], channel: int) -> list[Entry]:
        """One entry for each start: clumps joined, duplicates settled and counted."""
        result: list[Entry] = []
        last = None
        for entry in entries:
            if entry.start != last:
                result.append(entry)
                last = entry.start
            else:
                return self._grouped(entries, channel)
        return result

    def _grouped(self, entries: Sequence[Entry], channel: int) -> list[Entry]:
        result = []
        for _, group in groupby(entries, key=itemgetter(0)):
            same = list(group)
            parts = clump(same) if len(same) > 1 else []
            again = len(same) - (len(parts) or 1)
            if again:
                self.problems.add("duplicate", None, None, AGAIN, again)
            chosen = join(self.conn, parts) if parts else best(same)
            if again and not parts:
                self.plan.lose(channel, chosen, same)
            result.append(chosen)
        return result

    def _rows(self, channel: int) -> list[Entry]:
        """The provider's rows on a channel, with what the feed said of them; in the order of `Known`."""
        low, high = self.known.ranges.get(channel, (0, 0))
        return stored.read(self.conn, self.provider_id, channel, self.known.seen[low:high]) if high else []


def upcoming(conn: sqlite3.Connection, provider_id: int, now: int) -> int:
    """How many programmes of a provider have not ended."""
    (count,) = conn.execute(
        "SELECT count(*) FROM programs WHERE provider_id = ? AND end_time > ?", [provider_id, iso(now)]
    ).fetchone()
    return int(count)
