"""The channels of one import: their ids settled, what the feed says of them stored, and each mapped, before the programmes are
planned; when those are written, what is noted of the channels. Within the open write transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from ..core.models import Problems
from ..guide.follow import follow, mapped_by
from ..guide.joins import Decided, decide_all
from ..stage.showings import shift
from . import feed_channels, feed_ids, plan, report
from .feed_ids import Spelling
from .mapper import Mapper, ReadFeed, channel_shifts, current_mappings, feed_now
from .presence import presence


class ChannelStep:
    """Takes the channels of a feed into the guide, as it was `decided`; `now` is epoch seconds.

    `found` is what the feed has, `mapper` knows the channel of each id while the programmes are written.
    """

    def __init__(self, conn: sqlite3.Connection, feed: ReadFeed, decided: Decided, now: int) -> None:
        self.conn, self.provider_id, self._declared = conn, feed.provider.id, feed.declared
        ids = [channel[0] for channel in feed.declared]
        stored = feed_channels.known(conn, self.provider_id)
        self.moment = feed_channels.moment_of(stored, now)
        mapped = current_mappings(conn, self.provider_id)
        self.renumbered = feed_ids.renumbered(conn, self.provider_id, feed.declared, mapped, feed.elements)
        spelling = feed_ids.settle(conn, self.provider_id, ids, feed.used, stored)
        if spelling.renamed:
            self.renumbered = {}
        feed_ids.rename(conn, self.provider_id, self.renumbered)
        if spelling.renamed or self.renumbered:
            stored = feed_channels.known(conn, self.provider_id)
        self._last = feed_channels.last_feed(stored)
        self._to_come = [name for name in self._last if stored[name].to_come]
        self._over = [name for name in self._last if stored[name].over]
        used = list(dict.fromkeys(spelling.same.get(name, name) for name in feed.used))
        if not decided.holds(conn):
            decided = decide_all(conn, feed_now(conn, feed))
        said = feed_channels.store(conn, self.provider_id, stored, feed.declared, used, self.moment)
        self.mapper = Mapper(conn, self.provider_id, decided, [*ids, *used], now)
        self._shift_moved(feed, spelling)
        channels = self.mapper.channels
        self.found = presence(ids, used, channels, feed.elements)
        self._changed = bool(said or self.mapper.new or spelling.renamed or self.renumbered)
        plan.set_channels(conn, channels.items())
        plan.set_channels(conn, ((name, channels.get(same)) for name, same in spelling.same.items()))

    def _shift_moved(self, feed: ReadFeed, spelling: Spelling) -> None:
        """Shift the programmes of new ids whose mapping has a shift: when they were read, nobody knew that it is theirs."""
        if not self.mapper.moved:
            return
        shifts = channel_shifts(self.conn, self.provider_id)
        for ident in self.mapper.moved & shifts.keys():
            others = [name for name, same in spelling.same.items() if same == ident]
            for name in (ident, *others) if shifts[ident] else ():
                shift(self.conn, feed.schemas, name, shifts[ident])

    def report(self, problems: Problems) -> None:
        """Note what is odd about the channels."""
        report.note_channels(problems, self._declared, self.found)
        for old, new in self.renumbered.items():
            if new in self.mapper.channels and old != new:
                problems.add("moved", None, new, f"formerly the id {old!r}; it keeps its channel")

    def fed_before(self) -> set[int]:
        """The channels of the guide for which the provider's last import found programmes in the feed that had not ended."""
        channels = (self.mapper.channels.get(name) for name in self._to_come)
        return {channel for channel in channels if channel is not None}

    def regroup(self, problems: Problems) -> None:
        """Move what the decision moves, and note it. Call it when all programmes are written."""
        self._changed |= bool(self.mapper.finish(problems).mappings)

    def finish(self, wrote: bool, ended: Collection[int]) -> bool:
        """Note which channels the feed has, and let those of the guide follow it; returns whether any changed.

        `wrote` says whether programmes changed. On the channels `ended`, all that the feed has is over. Where nothing changed,
        there is nothing to decide: an import that finds nothing new spends a twentieth of its time otherwise.
        """
        found = self.found
        now = {**dict.fromkeys(found.with_programmes, True), **dict.fromkeys(found.without, False)}
        over = [name for name in found.with_programmes if self.mapper.channels.get(name) in ended]
        same = now == self._last and not self._changed
        if same and not wrote and set(over) == set(self._over):
            feed_channels.note_seen_again(self.conn, self.provider_id, self.moment)
            return False
        unmapped = [name for name in found.with_programmes if self.mapper.channels.get(name) is None]
        feed_channels.note_seen(self.conn, self.provider_id, found, unmapped, self.moment)
        feed_channels.note_ended(self.conn, self.provider_id, over, self.moment)
        followed = 0 if same else follow(self.conn, mapped_by(self.conn, self.provider_id))
        return bool(self._changed or followed)
