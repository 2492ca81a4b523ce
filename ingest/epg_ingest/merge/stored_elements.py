"""What a provider already has, by the hash of each element's raw bytes: an unchanged programme is recognised unparsed.

Memory is 12 bytes a programme: an array of hashes in the order (channel, start) and one of where each was seen. Feeds keep
the order they were stored in, so the next expected hash is nearly always the right one; otherwise the channel's own
stretch of the array is searched.

An element that lost its start to another one before (`Duplicates`) loses again when that one comes later in the feed again:
`schedule.best` lets the later one win, unless only the earlier one has a duration, and then it would have won before.
"""

from __future__ import annotations

import re
import sqlite3
from array import array
from bisect import bisect_left
from collections.abc import Mapping
from html import unescape
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from xxhash import xxh3_64_intdigest

from ..parse.reader import Job
from ..parse.splitter import Batch

_COUNTS = (
    "SELECT channel_id, count(*) FROM programs WHERE provider_id = ? GROUP BY channel_id ORDER BY channel_id"
)
_HASHES = "SELECT ifnull(content_hash, 0) FROM programs WHERE provider_id = ? ORDER BY channel_id, start_time"
_LOST = """
    SELECT p.channel_id, d.content_hash, p.content_hash FROM duplicates d CROSS JOIN programs p ON p.id = d.program_id
    WHERE p.provider_id = ? ORDER BY p.channel_id, d.content_hash
"""
#: what `_search` gives beside an index
NEW, WAITS = -1, -2
#: bytes of elements that are kept until it is known whether they lose again
WAITING = 16 * 1024 * 1024
_CHANNEL = re.compile(rb"""\schannel\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")


def seed(settings: str) -> int:
    """The seed of the element hashes: with other settings every element counts as new and is read again."""
    return xxh3_64_intdigest(settings.encode())


def digest(raw: bytes, seed: int) -> int:
    """A 63-bit hash of an element, which SQLite stores as an INTEGER. It is compared within one channel only."""
    return xxh3_64_intdigest(raw, seed) >> 1


class Lost(NamedTuple):
    """An element that lost before: its channel, its hash and that of the programme that won, its number in the feed."""

    channel: int
    hash: int
    winner: int
    seq: int
    raw: bytes


class Duplicates:
    """Elements of one provider that lost their start to a stored programme of the same channel: 16 bytes each.

    `waiting` are those that the feed has shown, until it is known whether they lose again.
    """

    def __init__(self, conn: sqlite3.Connection, provider_id: int) -> None:
        self.ranges: dict[int, tuple[int, int]] = {}
        self.hashes, self.winners = array("q"), array("q")
        for channel, lost, winner in conn.execute(_LOST, [provider_id]):
            low, _ = self.ranges.get(channel, (len(self.hashes), 0))
            self.hashes.append(lost)
            self.winners.append(winner or 0)
            self.ranges[channel] = (low, len(self.hashes))
        self.waiting: list[Lost] = []
        self.kept = 0

    def wait(self, channel: int, value: int, raw: bytes, seq: int) -> bool:
        """Keep an element that lost before; False when it did not, or when too much is kept already."""
        low, high = self.ranges.get(channel, (0, 0))
        at = bisect_left(self.hashes, value, low, high)
        if at == high or self.hashes[at] != value or self.kept + len(raw) > WAITING:
            return False
        self.waiting.append(Lost(channel, value, self.winners[at], seq, raw))
        self.kept += len(raw)
        return True


class Known:
    """The hashes of one provider's rows, and which of them the feed has shown. In a feed that was
    imported before, an element that comes twice in a row, to the byte, counts as a duplicate and is passed on once.

    `ranges[channel_id]` is the stretch of `hashes` of a channel; `seen[i]` is 1 + the number of the element in the feed
    that matched, 0 when none did.
    """

    def __init__(self, conn: sqlite3.Connection, provider_id: int, mapped: Mapping[str, int]) -> None:
        """`mapped` gives the channel of each provider channel id."""
        self.mapped = mapped
        self.ranges: dict[int, tuple[int, int]] = {}
        self.hashes = array("q")
        self._load(conn, provider_id)
        self.seen = array("I", bytes(4 * len(self.hashes)))
        self.duplicates = 0
        self.lost = 0
        self._duplicates = Duplicates(conn, provider_id)
        self._placed: tuple[int, dict[int, int]] = (0, {})
        self._next = 0
        self._last = -1
        self._next_of: dict[int, int] = {channel: low for channel, (low, _) in self.ranges.items()}

    def _load(self, conn: sqlite3.Connection, provider_id: int) -> None:
        low = 0
        for channel, count in conn.execute(_COUNTS, [provider_id]):
            self.ranges[channel] = (low, low + count)
            low += count
        self.hashes.extend(map(itemgetter(0), conn.execute(_HASHES, [provider_id])))

    def sift(self, batch: Batch, first_seq: int, seed: int) -> Job:
        """The programmes of a batch that are not known; those that are become `seen`. Numbers count from `first_seq`."""
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
                self.duplicates += 1
                continue
            last = value
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
                    self.duplicates += 1
                seen[at] = seq
                position = at + 1
                continue
            position += 1
            raws.append(raw)
            digests.append(value)
            numbers.append(seq - first_seq)
        self._next, self._last = position, last
        return self._job(batch, first_seq, numbers, raws, digests)

    def _all_new(self, batch: Batch, first_seq: int, seed: int) -> Job:
        """A first import: nothing is known, and each element is read, so that all that is wrong is counted."""
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
        """Look for a hash in the stretch of the element's own channel; NEW when it is not there, WAITS when it lost before."""
        found = _CHANNEL.search(raw, 0, 600)
        if not found:
            return NEW
        name = unescape((found.group(1) or found.group(2) or b"").decode("utf-8", "replace")).strip()
        channel = self.mapped.get(name)
        if channel is None or channel not in self.ranges:
            return NEW
        at = self._next_of[channel]
        if not (at < self.ranges[channel][1] and self.hashes[at] == value):
            if self._duplicates.wait(channel, value, raw, seq):
                return WAITS
            at = self._places(channel).get(value, NEW)
            if at == NEW:
                return NEW
        self._next_of[channel] = at + 1
        return at

    def _places(self, channel: int) -> dict[int, int]:
        """Where each hash of a channel stands. That of the last channel is kept: what is new comes in runs."""
        if self._placed[0] != channel:
            low, high = self.ranges[channel]
            self._placed = channel, dict(zip(self.hashes[low:high], range(low, high), strict=True))
        return self._placed[1]

    def unsettled(self) -> Job:
        """At the end of the feed: the elements that lost before and do not lose for certain now. The others count as `lost`."""
        job = Job(0, [], [], [])
        for channel, group in groupby(self._duplicates.waiting, key=itemgetter(0)):
            low, high = self.ranges[channel]
            shown = dict(zip(self.hashes[low:high], self.seen[low:high], strict=True))
            for found in group:
                if shown.get(found.winner, 0) > found.seq:
                    self.lost += 1
                    continue
                job.numbers.append(found.seq)
                job.raws.append(found.raw)
                job.hashes.append(found.hash)
        self._duplicates.waiting.clear()
        return job

    def carry_over(self, fresh: Known) -> None:
        """Hand what was seen to a newer reading of the database, after somebody else changed it meanwhile."""
        marks = {value: mark for value, mark in zip(self.hashes, self.seen, strict=True) if mark}
        for index, value in enumerate(fresh.hashes):
            fresh.seen[index] = marks.get(value, 0)
        fresh.duplicates, fresh.lost = self.duplicates, self.lost
