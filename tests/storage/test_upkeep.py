"""The file of a guide stays as large as it is while the guide does: the search index is merged, free pages are given back."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from epg_ingest.core.limits import Retention
from epg_ingest.retention import cleanup
from epg_ingest.storage import upkeep
from epg_ingest.storage.upkeep import is_due, merge_search_index

from tests.helpers.support import DAY, HOUR, NOON, Guide, feed, show

pytestmark = pytest.mark.slow

#: what is kept of past days, future days and logs: after a fortnight, as many rows go as come
WINDOW = Retention(3, 14, 10)
FEEDS, CHANNELS, SLOTS, DAYS = 2, 4, 12, 90
_WORDS = random.Random(1)
WORDS = ["".join(_WORDS.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(4000)]


def programme(number: int, channel: int, day: int, slot: int, today: int) -> str:
    """A series that is shown every day, with episodes that come again, and texts that are corrected from time to time."""
    fixed = random.Random(f"{number} {channel} {slot} {day if slot % 3 else day % 9}")
    text = " ".join(fixed.choices(WORDS, k=40))
    corrected = random.Random(f"{number} {channel} {slot} {day} {today}").random() < 0.05
    start = NOON + day * DAY + slot * DAY // SLOTS
    inner = f"<desc>{text}{f' {today}' if corrected else ''}</desc>"
    return show(f"{number}.{channel}", start, start + DAY // SLOTS, f"Series {slot}", inner)


def body(number: int, today: int) -> bytes:
    days = range(today - 1, today + 5)
    return feed(
        programme(number, channel, day, slot, today)
        for channel in range(CHANNELS)
        for day in days
        for slot in range(SLOTS)
    )


@pytest.fixture
def months(guide: Guide, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[int, int]]]:
    """Bytes of the file and programmes on each of ninety days, in which two feeds were imported every day."""
    monkeypatch.setattr(upkeep, "FEW_PAGES", 20)  # as for a guide of ordinary size
    clock, found = [0.0], []
    monkeypatch.setattr("epg_ingest.storage.guide_changes.time.time", lambda: clock[0])
    for today in range(DAYS):
        for number in range(FEEDS):
            now = NOON + today * DAY + number * HOUR
            clock[0] = float(now)
            row = guide.load(f"p{number}", body(number, today), now=now, retention=WINDOW)
            assert row["status"] == "success"
            cleanup(guide.db, WINDOW, now)
        pages, size, rows = (
            int(guide.db.execute(sql).fetchone()[0])
            for sql in ("PRAGMA page_count", "PRAGMA page_size", "SELECT count(*) FROM airings")
        )
        found.append((pages * size, rows))
    yield found


def test_the_file_stays_as_large_as_it_is_over_ninety_days(
    guide: Guide, months: list[tuple[int, int]]
) -> None:
    assert len({rows for _, rows in months[20:]}) == 1, "the guide itself does not grow"
    sizes = [size for size, _ in months]
    second, third = sizes[30:60], sizes[60:]
    assert sum(third) < 1.03 * sum(second)
    assert max(third) < 1.03 * max(second)
    # Without merging it swings: what was taken out stays in the index until the largest segment happens to take part.
    assert max(second + third) < 1.15 * min(second + third)
    guide.db.execute("INSERT INTO contents_fts (contents_fts, rank) VALUES ('integrity-check', 1)")
    assert guide.db.execute("PRAGMA freelist_count").fetchone()[0] == 0


@pytest.mark.parametrize(
    ("pages", "due"),
    [
        ([], False),
        ([1000], False),
        ([1000, 500], False),
        ([1000, 501], True),
        ([400, 1000, 101], True),
        ([100, 100, 1000], False),
        ([30, 30, 30], False),  # so little may grow
        ([1] * 100, True),
    ],
)
def test_when_segments_are_merged(pages: list[int], due: bool) -> None:
    assert is_due(pages) is due


def many_segments(guide: Guide, contents: int) -> None:
    """A search index of several segments, from whose largest one a lot was taken out."""
    for part in range(4):
        shows = []
        for n in range(contents):
            text = " ".join(WORDS[n % 3900 :][:60])
            shows.append(
                show("c", NOON + n * HOUR, NOON + (n + 1) * HOUR, f"T {n}", f"<desc>{text} {part}</desc>")
            )
        guide.load("p", feed(shows))


def segments(conn: sqlite3.Connection) -> int:
    return int(conn.execute("SELECT count(DISTINCT segid) FROM contents_fts_idx").fetchone()[0])


def hits(conn: sqlite3.Connection) -> list[tuple[int, int]]:
    found = "SELECT (SELECT count(*) FROM contents_fts WHERE contents_fts MATCH ?), ?"
    return [conn.execute(found, [word, n]).fetchone() for n, word in enumerate(WORDS[:300])]


def test_merging_changes_no_answer_and_lets_writers_in(guide: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    many_segments(guide, 1500)
    before, number = hits(guide.db.conn), segments(guide.db.conn)
    assert number > 1
    monkeypatch.setattr(upkeep, "MERGE_PAGES", 20)
    statements: list[str] = []
    guide.db.conn.set_trace_callback(statements.append)
    done = merge_search_index(guide.db)
    guide.db.conn.set_trace_callback(None)
    assert done > 3
    assert statements.count("COMMIT") >= done, "each step is a transaction of its own"
    assert (hits(guide.db.conn), segments(guide.db.conn)) == (before, 1)
    guide.db.execute("INSERT INTO contents_fts (contents_fts, rank) VALUES ('integrity-check', 1)")
    assert merge_search_index(guide.db) == 0


def test_merging_goes_on_where_it_was_ended(guide: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    many_segments(guide, 1500)
    before = hits(guide.db.conn)
    monkeypatch.setattr(upkeep, "MERGE_PAGES", 20)
    for _ in range(3):
        assert upkeep._merge_some(guide.db)
    with closing(sqlite3.connect(Path(guide.path))) as other:
        assert hits(other) == before, "what was merged so far is a whole index too"
    while upkeep._merge_some(guide.db):
        pass
    assert (hits(guide.db.conn), segments(guide.db.conn)) == (before, 1)
