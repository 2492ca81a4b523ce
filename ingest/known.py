"""What a provider already has, by the hash of each element's raw bytes: an unchanged programme is recognised unparsed.

Memory is 12 bytes a programme: an array of hashes in the order (channel, start) and one of where each was seen. Feeds keep
the order they were stored in, so the next expected hash is nearly always the right one; otherwise the channel's own
stretch of the array is searched.
"""

from __future__ import annotations

import re
import sqlite3
from array import array
from collections.abc import Mapping
from html import unescape
from operator import itemgetter

from xxhash import xxh3_64_intdigest

from .parsing import Job
from .split import Batch

_COUNTS = (
    "SELECT channel_id, count(*) FROM programs WHERE provider_id = ? GROUP BY channel_id ORDER BY channel_id"
)
_HASHES = "SELECT ifnull(content_hash, 0) FROM programs WHERE provider_id = ? ORDER BY channel_id, start_time"
_CHANNEL = re.compile(rb"""\schannel\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")


def seed(settings: str) -> int:
    """The seed of the element hashes: with other settings every element counts as new and is read again."""
    return xxh3_64_intdigest(settings.encode())


def digest(raw: bytes, seed: int) -> int:
    """A 63-bit hash of an element, which SQLite stores as an INTEGER. It is compared within one channel only."""
    return xxh3_64_intdigest(raw, seed) >> 1


class Known:
    """The hashes of one provider's rows, and which of them the feed has shown.

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
        self._next = 0
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
        hashes, seen, position = self.hashes, self.seen, self._next
        size, intdigest = len(hashes), xxh3_64_intdigest
        seq = first_seq
        for piece, start in zip(batch.pieces, batch.starts, strict=True):
            raw = piece[start:] if start else piece
            value = intdigest(raw, seed) >> 1
            seq += 1
            if position < size and hashes[position] == value:
                at = position
            elif position + 1 < size and hashes[position + 1] == value:
                at = position + 1
            else:
                at = self._search(value, raw)
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
        self._next = position
        unclosed = frozenset(index for index, number in enumerate(numbers) if number - 1 in batch.unclosed)
        return Job(first_seq, numbers, raws, digests, [raw for _, raw in batch.channels], unclosed)

    @staticmethod
    def _all_new(batch: Batch, first_seq: int, seed: int) -> Job:
        """A first import: nothing is known."""
        raws = [
            piece[start:] if start else piece for piece, start in zip(batch.pieces, batch.starts, strict=True)
        ]
        digests = [xxh3_64_intdigest(raw, seed) >> 1 for raw in raws]
        channels = [raw for _, raw in batch.channels]
        return Job(
            first_seq, list(range(1, len(raws) + 1)), raws, digests, channels, frozenset(batch.unclosed)
        )

    def _search(self, value: int, raw: bytes) -> int:
        """Look for a hash in the stretch of the element's own channel; -1 when it is new."""
        found = _CHANNEL.search(raw, 0, 600)
        if not found:
            return -1
        name = unescape((found.group(1) or found.group(2) or b"").decode("utf-8", "replace")).strip()
        channel = self.mapped.get(name)
        if channel is None or channel not in self.ranges:
            return -1
        low, high = self.ranges[channel]
        at = self._next_of[channel]
        if not (at < high and self.hashes[at] == value):
            try:
                at = self.hashes.index(value, low, high)
            except ValueError:
                return -1
        self._next_of[channel] = at + 1
        return at

    def carry_over(self, fresh: Known) -> None:
        """Hand what was seen to a newer reading of the database, after somebody else changed it meanwhile."""
        marks = {value: mark for value, mark in zip(self.hashes, self.seen, strict=True) if mark}
        for index, value in enumerate(fresh.hashes):
            fresh.seen[index] = marks.get(value, 0)
        fresh.duplicates = self.duplicates
