"""The hour that a clock change repeats: the order of the feed says which one a time means (spec section 4).

Parsers read such a start as the first of the two and mark it, because the elements of a channel can be in several batches.
When all are staged, `tell_apart` corrects the others. Marked elements are stored without a hash, so every import reads all of
them again and decides from the same elements.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

_READ = """
    SELECT m.seq, s.channel, s.start, m.later, s.stop, m.stop_later, m.clump, s.content_hash, s.part
    FROM temp.marks m CROSS JOIN temp.elements s ON s.seq = m.seq
    WHERE m.later IS NOT NULL ORDER BY s.channel, m.seq
"""
_CORRECT = "UPDATE {part}.staged SET start = :start, stop = :stop WHERE seq = :seq"
_CORRECT_MARK = "UPDATE temp.marks SET own_stop = :stop WHERE seq = :seq"


class Twice(NamedTuple):
    """A programme whose start the clock shows twice, as the parsers staged it.

    `start` is the first of the two (epoch seconds); the second is `later` seconds later, and so is that of a `stop` with
    `stop_later` (0 if that occurs once). `content` is the hash of its title, texts and details, `part` where they are staged.
    """

    seq: int
    channel: str
    start: int
    later: int
    stop: int | None
    stop_later: int = 0
    clump: str | None = None
    content: int = 0
    part: int = 0

    def shares_slot_with(self, other: Twice) -> bool:
        """Whether both are one slot: a duplicate with the same stop, the same element again, or parts of a clump."""
        same_stop = self.stop is not None and self.stop == other.stop and self.stop != self.start
        again = (self.stop, self.content) == (other.stop, other.content)
        return self.start == other.start and (same_stop or again or bool(self.clump and other.clump))

    def follows(self, before: Twice) -> bool:
        """Whether this starts at the clock time at which the one before it stops, as far as that is known."""
        return before.stop is None or before.stop == self.start


def tell_apart(conn: sqlite3.Connection, schemas: Sequence[str]) -> None:
    """Correct start and stop of staged elements that belong to the second pass of a repeated hour.

    Call it after `Stage.gather`, outside of any transaction; `schemas` are those of the stage.
    """
    found = [Twice._make(row) for row in conn.execute(_READ)]
    if not found:
        return
    conn.execute("BEGIN")
    for _, group in groupby(found, key=attrgetter("channel")):
        for programme, second in passes(group):
            start, stop = span(programme, second)
            if (start, stop) != (programme.start, programme.stop):
                values = {"seq": programme.seq, "start": start, "stop": stop}
                conn.execute(_CORRECT.replace("{part}", schemas[programme.part]), values)
                conn.execute(_CORRECT_MARK, values)
    conn.execute("COMMIT")


def passes(programmes: Iterable[Twice]) -> Iterator[tuple[Twice, bool]]:
    """Each programme of a channel, in the order of the feed, with whether it is in the second pass of the repeated hour.

    The clock runs on within a pass. A programme at the same clock time as the one before it, or earlier, begins the other
    pass: the second, or after that the first again, as in a second copy of the feed. It stays where it was if it shares its
    slot with the one before it, repeats an earlier element, or ends where the one before it starts: the feed is not in order
    there. One that follows the one before it by its stop begins the other pass in any case.
    """
    before: Twice | None = None
    second = False
    known: dict[tuple[int, int | None, int], bool] = {}
    for programme in programmes:
        if before is None or abs(programme.start - before.start) >= programme.later:
            second, known = False, {}  # another clock change
        elif programme.start <= before.start and not programme.shares_slot_with(before):
            key = programme.start, programme.stop, programme.content
            backwards = programme.stop == before.start
            if programme.follows(before) or not (backwards or key in known):
                second = not second
            elif key in known:
                second = known[key]
        known[programme.start, programme.stop, programme.content] = second
        before = programme
        yield programme, second


def span(programme: Twice, second: bool) -> tuple[int, int | None]:
    """Start and stop of a programme (epoch seconds) in the first or `second` pass. A stop is the first one after the start."""
    start = programme.start + (programme.later if second else 0)
    stop = programme.stop
    if stop is not None and stop <= start:
        stop += programme.stop_later
    return start, stop
