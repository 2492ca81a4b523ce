"""Guides that make candidates slow: twice as many channels take about twice the time, and give at most twice as many."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from epg_ingest.core.compact_json import dumps
from epg_ingest.guide.candidates import Suggestion, candidates
from epg_ingest.storage.database import open_database

from tests.helpers.support import Guide

#: the names of the channel with this number in each feed
KINDS: dict[str, Callable[[int], list[str]]] = {
    "one name": lambda number: ["BBC One"],
    "one name and its delay": lambda number: ["BBC One +1" if number % 2 else "BBC One"],
    "two of each name": lambda number: [f"Sport {number // 2}"],
    "one word": lambda number: [f"Channel {number} of many"],
    "many names": lambda number: [f"Name {number} {variant}" for variant in range(4)],
    "one start": lambda number: [f"ABC{number:06}"],
}
LIMIT = 3


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[str, int], Path]]:
    """A guide of two feeds with so many channels each, none of which are joined."""

    def made(kind: str, channels: int) -> Path:
        folder = tmp_path / f"{channels}"
        folder.mkdir()
        with closing(Guide(folder)) as guide:
            for provider in ("a", "b"):
                add(guide.db.conn, guide.provider(provider).id, KINDS[kind], channels)
            guide.db.conn.commit()
        return folder / "epg.db"

    yield made


def add(conn: sqlite3.Connection, provider: int, names: Callable[[int], list[str]], channels: int) -> None:
    for number in range(channels):
        ident, said = f"{provider}-{number}", names(number)
        (channel,) = conn.execute(
            "INSERT INTO channels (name, display_name, created_at) VALUES (?, ?, 'x') RETURNING id",
            [ident, said[0]],
        ).fetchone()
        conn.execute(
            "INSERT INTO channel_mappings (provider_id, provider_channel_id, channel_id, method, created_at)"
            " VALUES (?, ?, ?, 'new', 'x')",
            [provider, ident, channel],
        )
        conn.execute(
            "INSERT INTO feed_channels (provider_id, provider_channel_id, names, first_seen, last_seen)"
            " VALUES (?, ?, ?, '2026-11-22T12:00:00Z', '2026-11-22T12:00:00Z')",
            [provider, ident, dumps([{"text": text} for text in said])],
        )


def cost(path: Path) -> tuple[float, list[Suggestion]]:
    """The CPU seconds of the candidates, and the candidates."""
    with closing(open_database(path)) as db:
        before = time.process_time()
        found = candidates(db, limit=LIMIT)
        return time.process_time() - before, found


# Where others share the cores and their caches, the CPU time of one run says little about that of the next.
@pytest.mark.alone
@pytest.mark.parametrize("kind", KINDS)
def test_twice_the_channels_take_twice_the_time(kind: str, make: Callable[[str, int], Path]) -> None:
    # As many names in each guide, however many a channel has.
    channels = 250 // len(KINDS[kind](0))
    few, many = make(kind, channels), make(kind, 2 * channels)
    once = twice = float("inf")
    # What else runs on the machine only adds to a time. It must not make the shorter one longer, which is measured twice.
    for _ in range(6):
        (seconds, some), (again, _), (longer, more) = cost(few), cost(few), cost(many)
        once, twice = min(once, seconds, again), min(twice, longer)
        assert len(some) <= 2 * channels * LIMIT and len(more) <= 4 * channels * LIMIT
        if twice <= 2.8 * once:
            return
    pytest.fail(f"{once:.3f} s of CPU, and {twice:.3f} s for twice the channels")
