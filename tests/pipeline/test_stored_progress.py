"""How far an import is, as pages read it: rows while it runs, none afterwards, and no trouble for the import."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest
from epg_ingest.pipeline import stored_progress
from epg_ingest.pipeline.stored_progress import StoredProgress

from tests.helpers.support import HOUR, NOON, Guide, feed, show


class Noted:
    """What a person on a terminal would see."""

    def __init__(self) -> None:
        self.calls: list[Any] = []

    def download(self, done: int, total: int | None) -> None:
        self.calls.append((done, total))

    def parsed(self, programmes: int, size: int) -> None:
        self.calls.append((programmes, size))

    def stage(self, name: str) -> None:
        self.calls.append(name)


@pytest.fixture
def running(guide: Guide) -> Guide:
    guide.load("good", feed([show("one", NOON, NOON + HOUR, "t")], [("one", "One")]))
    guide.db.conn.execute(
        'INSERT INTO import_log (provider_id, started_at, status, "trigger")'
        " VALUES (1, '2026-11-22T12:00:00Z', 'running', 'api')"
    )
    return guide


def test_each_stage_is_stored_and_passed_on(running: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_progress, "PAUSE", 0)
    noted = Noted()
    found = "SELECT stage, bytes, total_bytes, programmes FROM import_progress"
    with StoredProgress(str(running.path), 1, noted) as progress:
        for call, row in [
            (lambda: progress.stage("download"), ("download", 0, None, 0)),
            (lambda: progress.download(5, 10), ("download", 5, 10, 0)),
            (lambda: progress.stage("parse"), ("parse", 5, 10, 0)),
            (lambda: progress.parsed(3, 7), ("parse", 7, None, 3)),
        ]:
            call()
            assert [tuple(one.values()) for one in running.rows(found)] == [row]
    assert running.rows(found) == []
    assert noted.calls == ["download", (5, 10), "parse", (3, 7)]


def test_between_two_rows_there_is_a_pause(running: Guide) -> None:
    with StoredProgress(str(running.path), 1) as progress:
        progress.stage("download")
        for done in range(100):
            progress.download(done, 100)
        assert running.rows("SELECT bytes FROM import_progress") == [{"bytes": 0}]


def test_who_holds_the_lock_is_not_disturbed(running: Guide) -> None:
    with closing(sqlite3.connect(running.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with StoredProgress(str(running.path), 1) as progress:
            progress.stage("merge")
            assert running.rows("SELECT * FROM import_progress") == []
            other.execute("ROLLBACK")
            progress.stage("merge")
            assert running.rows("SELECT stage FROM import_progress") == [{"stage": "merge"}]


def test_nothing_is_stored_where_nothing_runs(running: Guide) -> None:
    with StoredProgress(str(running.path), 2) as progress:
        progress.stage("download")
        assert running.rows("SELECT * FROM import_progress") == []
