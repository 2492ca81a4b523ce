"""What a feed changes on each channel: from staged elements and stored rows to a plan (spec sections 3 "Merge" and 4).

A feed is the authority only for the span that it covers on a channel: stored rows within that span which the feed no longer
has are removed, rows outside of it stay.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from ..core.models import Problems
from ..core.times import from_iso
from ..guide import stored
from ..guide.schedule import LONGEST, Entry, Slot, assign_ends, best, clump, covered_until
from . import clock_changes, plan
from .bare import mark_bare
from .clump import join
from .plan import Place, Plan, PlannedChannel
from .stored_elements import StoredElements

#: a stored row as `stored.places` gives it
StoredPlace = tuple[int, str, str, str, str | None]
SAME_START = "the same channel and start again"


@dataclass
class ChannelChanges:
    """What the planner found: programmes that stay as they are, programmes skipped because they ended before the retention
    window, upcoming ones removed and added, the longest programme in seconds, and the channels that were planned."""

    unchanged: int = 0
    skipped: int = 0
    upcoming_removed: int = 0
    upcoming_added: int = 0
    longest: int = 0
    channels: list[int] = field(default_factory=list)


class Planner:
    """Plans the merge of one provider.

    `now` and `past`, the start of the retention window (None = no limit), are epoch seconds. With `keep`, rows that the feed no
    longer has are not removed.
    """

    def __init__(
        self,
        conn: sqlite3.Connection,
        provider_id: int,
        elements: StoredElements,
        problems: Problems,
        now: int,
        past: int | None,
        keep: bool = False,
    ) -> None:
        self.conn, self.provider_id, self.elements, self.problems = conn, provider_id, elements, problems
        self.now, self.past, self.keep = now, past, keep
        self.plan = Plan(conn)
        self.changes = ChannelChanges()
        #: rows that are wrong even outside of the span of the feed, by channel
        self.misplaced: dict[int, set[int]] = {}

    def run(self) -> ChannelChanges:
        """Plan all channels that may have changed, and only count the others."""
        without_new = dict(self.elements.ranges)
        planned_channels = plan.planned_channels(self.conn, self.now, self.past)
        self.misplaced = clock_changes.in_other_pass(self.conn, self.provider_id)
        for planned in planned_channels:
            if without_new.pop(planned.channel, None) is None and planned.plain:
                self._take_as_planned(planned)
            elif not self._replace_in_place(planned):
                self._plan_channel(planned.channel, plan.entries(self.conn, planned), planned.low)
        for channel, (low, high) in without_new.items():
            seen = self.elements.seen[low:high]
            if 0 not in seen:
                self.changes.unchanged += high - low
            elif any(seen):
                self._plan_channel(channel, [])
        self.plan.flush()
        self._note_repetitions()
        return self.changes

    def _note_repetitions(self) -> None:
        if self.elements.repeated:
            self.problems.add("duplicate", None, None, "the same programme again", self.elements.repeated)
        if self.elements.left_out:
            self.problems.add("duplicate", None, None, SAME_START, self.elements.left_out)

    def _take_as_planned(self, planned: PlannedChannel) -> None:
        """A new channel whose programmes need no decision, as most channels of a first import: the plan holds them already."""
        changes = self.changes
        changes.longest = max(changes.longest, planned.longest)
        changes.upcoming_added += planned.upcoming
        changes.channels.append(planned.channel)

    def _replace_in_place(self, planned: PlannedChannel) -> bool:
        """Plan a channel whose new elements all take the place of a stored row with the same start and stop.

        False, with nothing planned, if one of them does not, or if the feed leaves out a row within its span. Otherwise
        nothing moves, so no end needs a decision.
        """
        if planned.channel not in self.elements.ranges or planned.channel in self.misplaced:
            return False
        low, high = self.elements.ranges[planned.channel]
        seen = self.elements.seen[low:high]
        found = self._find_in_place(planned, seen)
        if found is None or len(found) < planned.high - planned.low + 1:
            return False
        self.plan.replace(
            (row, end, source, None if own_stop == end else own_stop, number)
            for row, end, source, own_stop, number in found
        )
        self.changes.unchanged += high - low - seen.count(0)
        self.changes.channels.append(planned.channel)
        return True

    def _find_in_place(
        self, planned: PlannedChannel, seen: Sequence[int]
    ) -> list[tuple[int, int, str, int | None, int]] | None:
        """Stored rows that new elements replace, as (row, end, end_source, own stop, number); None if the feed leaves out a
        row after the first one that it has."""
        by_start = {place.start_time: place for place in plan.places(self.conn, planned)}
        found: list[tuple[int, int, str, int | None, int]] = []
        begun = False
        rows = stored.places(self.conn, self.provider_id, planned.channel)
        for row, mark in zip(rows, seen, strict=True):
            place = by_start.get(row[1])
            if mark:
                begun = True
            elif place is not None and self._is_same_place(place, row):
                begun = True
                found.append((row[0], from_iso(row[2]), row[3], place.stop, place.number))
            elif begun:
                return None
        return found

    def _is_same_place(self, place: Place, row: StoredPlace) -> bool:
        """Whether an element has the stop of a stored row, and starts and stops alone decide where it ends."""
        past = -1 if self.past is None else self.past
        return (
            place.hash is not None
            and place.stop is not None
            and place.end_time == row[4]
            and place.stop > max(place.start, past)
        )

    def _plan_channel(self, channel: int, new: list[Entry], low: int = 0) -> None:
        """Plan one channel from its new elements and its stored rows.

        `new` is in order of start and place in the feed, and numbered from `low` in the plan.
        """
        rows = self._stored_rows(channel)
        candidates = new
        if rows:
            candidates = sorted(new + [row for row in rows if row.order], key=itemgetter(0, 2))
        feed = self._one_per_start(candidates, channel)
        if not feed:
            return
        outside = self._rows_outside(feed, rows, self.misplaced.get(channel, ()))
        entries = sorted(feed + outside, key=itemgetter(0)) if outside else feed
        numbers = {entry.order: number for number, entry in enumerate(new, low)}
        self._plan_slots(numbers, assign_ends(entries), {row.start: row for row in rows})
        self.changes.channels.append(channel)

    def _stored_rows(self, channel: int) -> list[Entry]:
        """The provider's rows on a channel, with what the feed said of them; in the order of `StoredElements`."""
        low, high = self.elements.ranges.get(channel, (0, 0))
        if not high:
            return []
        return stored.read(self.conn, self.provider_id, channel, self.elements.seen[low:high])

    def _rows_outside(self, feed: list[Entry], rows: list[Entry], misplaced: Collection[int]) -> list[Entry]:
        """Stored rows outside of the span of the feed, which stay; removes those inside that the feed no longer has, and those
        that are `misplaced`."""
        missing = [row for row in rows if not row.order]
        if not missing:
            return []
        first, last = feed[0].start, covered_until(feed)
        starts = {entry.start for entry in feed}
        outside = []
        for row in missing:
            if row.start in starts:
                continue
            assert row.row is not None
            if (first <= row.start < last and not self.keep) or row.row in misplaced:
                self.plan.remove(row.row)
                self.changes.upcoming_removed += row.end > self.now
            else:
                outside.append(row)
        return outside

    def _plan_slots(self, numbers: dict[int, int], slots: Iterable[Slot], rows: dict[int, Entry]) -> None:
        """Plan the schedule of a channel: staged elements are put in, stored rows change if their end does."""
        changes, now, longest = self.changes, self.now, self.changes.longest
        past = -1 if self.past is None else self.past
        new = []
        for slot in slots:
            entry, end, source = slot
            start = entry[0]
            if end - start > longest:
                longest = end - start
            if entry[7] is not None:
                self._keep_row(entry, end, source)
            elif end <= past and start not in rows:
                changes.skipped += 1
            else:
                new.append(slot)
                if end > now and start not in rows:
                    changes.upcoming_added += 1
                if end - start == LONGEST and source == "cut":
                    self.problems.add("toolong", None, None, "a programme longer than 7 days was cut")
        changes.longest = longest
        self.plan.put(new, numbers, rows)

    def _keep_row(self, entry: Entry, end: int, source: str) -> None:
        """Keep a stored row; its end may have moved with its neighbours."""
        if end == entry.end and source == entry.source:
            self.changes.unchanged += 1 if entry.order else 0
        else:
            assert entry.row is not None
            self.plan.end(entry.row, end, source, entry.own_stop)

    def _one_per_start(self, entries: Sequence[Entry], channel: int) -> list[Entry]:
        """One entry for each start: the parts of a clump joined, the best of several others chosen."""
        starts = {entry.start for entry in entries}
        return list(entries) if len(starts) == len(entries) else self._choose(entries, channel)

    def _choose(self, entries: Sequence[Entry], channel: int) -> list[Entry]:
        groups = map(list, map(itemgetter(1), groupby(mark_bare(self.conn, entries), key=itemgetter(0))))
        return [group[0] if len(group) == 1 else self._choose_one(group, channel) for group in groups]

    def _choose_one(self, same_start: list[Entry], channel: int) -> Entry:
        """The clump of several entries with one start, or the best of them."""
        parts = clump(same_start) if any(map(itemgetter(6), same_start)) else []
        left_out = len(same_start) - (len(parts) or 1)
        if left_out:
            self.problems.add("duplicate", None, None, SAME_START, left_out)
        chosen = join(self.conn, self.provider_id, parts) if parts else best(same_start)
        if left_out and not parts:
            self.plan.leave_out(channel, chosen, same_start)
        return chosen
