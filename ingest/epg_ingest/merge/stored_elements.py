"""The elements that a provider has in the guide, by the hash of their bytes: an unchanged programme is recognised unparsed.

Memory is 12 bytes per programme: an array of hashes in the order of channel and start, and an array of where the feed showed
each. Feeds keep the order in which they were stored, so the next hash in the array is nearly always the right one; otherwise
the stretch of the element's own channel is searched.

Of several elements with the same start, one was chosen (`schedule.best`) and the others were left out. Those are known too
(`StoredDuplicates`). One of them is left out again, unread, if the chosen element comes later in the feed again: `best`
prefers the later one unless only the earlier one has a duration or says more, and then it would have chosen that one before.
"""

from __future__ import annotations

import re
import sqlite3
from array import array
from bisect import bisect_left
from collections.abc import Mapping
from html import unescape
from itertools import groupby, repeat
from operator import itemgetter
from typing import NamedTuple

from xxhash import xxh3_64_intdigest

from ..core.names import same_id_key
from ..parse.batch import Batch
from ..parse.jobs import Job

_GENERATION = "SELECT number FROM generation"
_COUNTS = """
    SELECT channel_id, count(*) FROM airings WHERE provider_id = ? GROUP BY channel_id ORDER BY channel_id
"""
_HASHES = "SELECT ifnull(element_hash, 0) FROM airings WHERE provider_id = ? ORDER BY channel_id, start_time"
_DUPLICATES = """
    SELECT p.channel_id, d.content_hash, p.element_hash FROM duplicates d CROSS JOIN airings p ON p.id = d.program_id
    WHERE p.provider_id = ? ORDER BY p.channel_id, d.content_hash
"""
#: results of `_search` other than an index: a new element; one that waits until it is known whether it is left out again
NEW, WAITS = -1, -2
#: at most this many bytes of elements wait for that
WAITING = 16 * 1024 * 1024
_CHANNEL = re.compile(rb"""\schannel\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")


def seed(settings: str) -> int:
    """The seed of the element hashes: with other settings every element counts as new and is read again."""
    return xxh3_64_intdigest(settings.encode())


def digest(raw: bytes, seed: int) -> int:
    """A 63-bit hash of an element, which SQLite stores as an INTEGER. It is compared within one channel only."""
    return xxh3_64_intdigest(raw, seed) >> 1


class WaitingElement(NamedTuple):
    """An element that was left out before: channel, hash, the hash of the chosen element, number in the feed, bytes."""

    channel: int
    hash: int
    chosen: int
    seq: int
    raw: bytes


class StoredDuplicates:
    """Elements of one provider that had the start of a stored programme and were left out: 16 bytes each.

    `waiting` holds those that the feed has shown again, until it is known whether they are left out again.
    """

    def __init__(self, conn: sqlite3.Connection, provider_id: int) -> None:
        self.ranges: dict[int, tuple[int, int]] = {}
        self.hashes, self.chosen = array("q"), array("q")
        for channel, left_out, chosen in conn.execute(_DUPLICATES, [provider_id]):
            low, _ = self.ranges.get(channel, (len(self.hashes), 0))
            self.hashes.append(left_out)
            self.chosen.append(chosen or 0)
            self.ranges[channel] = (low, len(self.hashes))
        self.waiting: list[WaitingElement] = []
        self.waiting_bytes = 0

    def wait(self, channel: int, value: int, raw: bytes, seq: int) -> bool:
        """Keep an element that was left out before; False if it was not, or if too many bytes wait already."""
        low, high = self.ranges.get(channel, (0, 0))
        at = bisect_left(self.hashes, value, low, high)
        if at == high or self.hashes[at] != value or self.waiting_bytes + len(raw) > WAITING:
            return False
        self.waiting.append(WaitingElement(channel, value, self.chosen[at], seq, raw))
        self.waiting_bytes += len(raw)
        return True


class StoredElements:
    """The hashes of one provider's rows, and which of them the feed has shown.

    `ranges[channel_id]` is the stretch of `hashes` of a channel. `seen[i]` is the number (from 1) of the element in the feed
    that matched, 0 if none did. `generation` is that of the database when the hashes were read. `repeated` counts elements
    that came again, to the byte; `left_out` those that were recognised as `StoredDuplicates` and left out again.
    """

    def __init__(
        self, conn: sqlite3.Connection, provider_id: int, mapped: Mapping[str, int], *, read_all: bool = False
    ) -> None:
        """Read them, within an open transaction. `mapped` gives the channel of each provider channel id.

        With `read_all` none is recognised, so that every element is read and compared.
        """
        self.mapped, self.read_all = mapped, read_all
        self._channels: dict[str, int | None] = dict(mapped)
        self._folded: dict[str, int] = {}
        (self.generation,) = conn.execute(_GENERATION).fetchone()
        self.ranges: dict[int, tuple[int, int]] = {}
        self.hashes = array("q")
        self._load(conn, provider_id)
        self.seen = array("I", bytes(4 * len(self.hashes)))
        self.repeated = 0
        self.left_out = 0
        self.recognised = False
        self._duplicates = StoredDuplicates(conn, provider_id)
        self._positions: tuple[int, dict[int, int]] = (0, {})
        self._next = 0
        self._last = -1
        self._next_of: dict[int, int] = {channel: low for channel, (low, _) in self.ranges.items()}

    def _load(self, conn: sqlite3.Connection, provider_id: int) -> None:
        low = 0
        for channel, count in conn.execute(_COUNTS, [provider_id]):
            self.ranges[channel] = low, (low := low + count)
        known = repeat((0,), low) if self.read_all else conn.execute(_HASHES, [provider_id])
        self.hashes.extend(map(itemgetter(0), known))

    def sift(self, batch: Batch, first_seq: int, seed: int) -> Job:
        """The programmes of a batch that must be parsed; those that are stored are marked in `seen`.

        `first_seq` is how many elements came before this batch. A stored element that comes several times in a row is looked
        up once. A new one is passed on each time, so that its problems count as in a first import.
        """
        raws: list[bytes] = []
        digests: list[int] = []
        numbers: list[int] = []
        if not self.hashes:
            return self._all_new(batch, first_seq, seed)
        hashes, seen, position, last = self.hashes, self.seen, self._next, self._last
        size, intdigest = len(hashes), xxh3_64_intdigest
        seq = first_seq
        for piece, start in zip(batch.pieces, batch.starts, strict=True):
            raw = piece[start:] if start else piece
            value = intdigest(raw, seed) >> 1
            seq += 1
            if value == last:
                self.repeated += 1
                continue
            last = -1
            if position < size and hashes[position] == value:
                at = position
            elif position + 1 < size and hashes[position + 1] == value:
                at = position + 1
            else:
                at = self._search(value, raw, seq)
            if at == WAITS:
                continue
            if at >= 0:
                if seen[at]:
                    self.repeated += 1
                seen[at] = seq
                self.recognised = True
                position, last = at + 1, value
                continue
            position += 1
            raws.append(raw)
            digests.append(value)
            numbers.append(seq - first_seq)
        self._next, self._last = position, last
        return self._job(batch, first_seq, numbers, raws, digests)

    def _all_new(self, batch: Batch, first_seq: int, seed: int) -> Job:
        """A first import: nothing is stored, and every element is read, so that every problem is counted."""
        raws = [
            piece[start:] if start else piece for piece, start in zip(batch.pieces, batch.starts, strict=True)
        ]
        digests = [xxh3_64_intdigest(raw, seed) >> 1 for raw in raws]
        return self._job(batch, first_seq, list(range(1, len(raws) + 1)), raws, digests)

    @staticmethod
    def _job(batch: Batch, first_seq: int, numbers: list[int], raws: list[bytes], digests: list[int]) -> Job:
        unclosed = frozenset(index for index, number in enumerate(numbers) if number - 1 in batch.unclosed)
        return Job(first_seq, numbers, raws, digests, [raw for _, raw in batch.channels], unclosed)

    def _search(self, value: int, raw: bytes, seq: int) -> int:
        """The index of a hash in the stretch of the element's own channel, or NEW or WAITS."""
        found = None if self.read_all else _CHANNEL.search(raw, 0, 600)
        if not found:
            return NEW
        name = unescape((found.group(1) or found.group(2) or b"").decode("utf-8", "replace")).strip()
        channel = self._channel_of(name)
        if channel is None or channel not in self.ranges:
            return NEW
        at = self._next_of[channel]
        if not (at < self.ranges[channel][1] and self.hashes[at] == value):
            if self._duplicates.wait(channel, value, raw, seq):
                return WAITS
            at = self._positions_of(channel).get(value, NEW)
            if at == NEW:
                return NEW
        self._next_of[channel] = at + 1
        return at

    def _channel_of(self, name: str) -> int | None:
        """The channel to which an id is mapped, exactly or in another spelling. Each spelling is looked up once."""
        if name not in self._channels:
            if not self._folded:
                self._folded = {same_id_key(known): channel for known, channel in self.mapped.items()}
            self._channels[name] = self._folded.get(same_id_key(name))
        return self._channels[name]

    def _positions_of(self, channel: int) -> dict[int, int]:
        """The index of each hash of a channel. Those of the last channel are kept: new elements come in runs."""
        if self._positions[0] != channel:
            low, high = self.ranges[channel]
            self._positions = channel, dict(zip(self.hashes[low:high], range(low, high), strict=True))
        return self._positions[1]

    def undecided(self) -> Job:
        """At the end of the feed: the waiting elements that must be parsed after all. The others count as `left_out`."""
        job = Job(0, [], [], [])
        for channel, group in groupby(self._duplicates.waiting, key=itemgetter(0)):
            low, high = self.ranges[channel]
            seen_as = dict(zip(self.hashes[low:high], self.seen[low:high], strict=True))
            for found in group:
                if seen_as.get(found.chosen, 0) > found.seq:
                    self.left_out += 1
                    continue
                job.numbers.append(found.seq)
                job.raws.append(found.raw)
                job.hashes.append(found.hash)
        self._duplicates.waiting.clear()
        return job

    def up_to_date(self, conn: sqlite3.Connection, provider_id: int) -> StoredElements:
        """These elements, or a new reading if the database has changed since; what the feed has shown is carried over."""
        (generation,) = conn.execute(_GENERATION).fetchone()
        if generation == self.generation:
            return self
        fresh = StoredElements(conn, provider_id, self.mapped, read_all=self.read_all)
        marks = {value: mark for value, mark in zip(self.hashes, self.seen, strict=True) if mark}
        for index, value in enumerate(fresh.hashes):
            fresh.seen[index] = marks.get(value, 0)
        fresh.repeated, fresh.left_out = self.repeated, self.left_out
        return fresh
