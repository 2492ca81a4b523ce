"""The search index of the very first programmes, made by a process of its own, is the one that SQLite would have made."""

from __future__ import annotations

import sqlite3
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.parse.pool import ParserPool
from epg_ingest.pipeline import feed_import
from epg_ingest.stage.search_index import IndexBuilder, first_ever
from epg_ingest.stage.tables import PREFIX

from tests.helpers.guide_rows import check_contents
from tests.helpers.support import NOON, Guide, feed, show

HOUR = 3600
WORDS = ("lorem", "ipsum", "dolor", "amet", "elit")


def shows(count: int, channel: str = "one", first: int = 0) -> list[str]:
    inner = "<sub-title>{}</sub-title><desc>The {} and number {}</desc>"
    return [
        show(
            channel,
            NOON + at * HOUR,
            NOON + (at + 1) * HOUR,
            f"{WORDS[at % 5]} {at}",
            inner.format(WORDS[at % 3], WORDS[at % 4], at) if at % 7 else "",
        )
        for at in range(first, first + count)
    ]


def body(count: int = 600) -> bytes:
    clump = [
        show("two", NOON + 9 * HOUR, NOON + 10 * HOUR, f"Part{part}", attributes=f' clumpidx="{part}/2"')
        for part in (0, 1)
    ]
    return feed(shows(count) + clump + shows(count, "two", 20), [("one", "One"), ("two", "Two")])


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every feed counts as a large one; the names of what was called of the index."""
    calls: list[str] = []
    monkeypatch.setattr(feed_import, "ParserPool", partial(ParserPool, small=1000))
    for name in ("ready", "begin", "take"):
        monkeypatch.setattr(IndexBuilder, name, counted(getattr(IndexBuilder, name), name, calls))
    return calls


def counted(original: Any, name: str, calls: list[str]) -> Any:
    def call(self: IndexBuilder) -> Any:
        calls.append(name)
        return original(self)

    return call


def check(guide: Guide) -> None:
    """The index agrees with the rows (an exception otherwise), and finds what stands in them."""
    check_contents(guide.db.conn)
    for word in (*WORDS, "number", "Part0", "nothing"):
        found = guide.db.execute(
            "SELECT rowid FROM contents_fts WHERE contents_fts MATCH ?", [word]
        ).fetchall()
        rows = guide.db.execute(
            "SELECT id FROM contents WHERE title || ' ' || ifnull(subtitle, '') || ' ' || ifnull(description, '') LIKE ?"
            " ORDER BY id",
            [f"%{word}%"],
        ).fetchall()
        assert found == rows


def index_of(guide: Guide) -> list[list[Any]]:
    tables = ("data", "idx", "docsize", "config")
    return [
        guide.db.execute(f"SELECT * FROM contents_fts_{name} ORDER BY 1, 2").fetchall() for name in tables
    ]


def test_it_is_the_index_that_sqlite_makes(guide: Guide, tmp_path: Path, large: list[str]) -> None:
    assert first_ever(guide.db.conn)
    guide.load("p", body(), workers=2)
    assert "take" in large and not first_ever(guide.db.conn)
    check(guide)
    (tmp_path / "other").mkdir()
    other = Guide(tmp_path / "other")
    large.clear()
    other.load("p", body(), workers=0)
    assert "take" not in large
    assert index_of(guide)[2:] == index_of(other)[2:]
    assert guide.rows("SELECT id, title, subtitle, description FROM contents") == other.rows(
        "SELECT id, title, subtitle, description FROM contents"
    )
    other.close()


def test_later_imports_on_the_same_connection_go_on_with_it(guide: Guide, large: list[str]) -> None:
    guide.load("p", body(), workers=2)
    large.clear()
    guide.load("p", body().replace(b"lorem", b"changed"), workers=2)
    guide.load("q", feed(shows(300, "three"), [("three", "Three")]), workers=2)
    assert large == []
    check(guide)
    assert (
        guide.db.execute("SELECT count(*) FROM contents_fts WHERE contents_fts MATCH 'changed'").fetchone()[0]
        > 100
    )


@pytest.mark.parametrize("moment", ["ready", "begin", "take"])
def test_without_the_process_the_importer_makes_it(
    guide: Guide, large: list[str], monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Killed before it has opened its files, before it knows what is new, and while it makes the index."""
    original = getattr(IndexBuilder, moment)

    def killed(self: IndexBuilder) -> Any:
        self.child.kill()
        return original(self)

    monkeypatch.setattr(IndexBuilder, moment, killed)
    assert guide.load("p", body(), workers=2)["status"] == "success"
    assert moment in large
    check(guide)


def test_where_sqlite_keeps_the_tables_for_itself(guide: Guide, large: list[str]) -> None:
    """As on machines whose SQLite is built to be defensive: refused halfway, here after the first table."""
    refused: list[str | None] = []

    def authorize(action: int, table: str | None, *_: Any) -> int:
        if action == sqlite3.SQLITE_INSERT and table == "contents_fts_idx" and not refused:
            refused.append(table)
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK

    guide.db.conn.set_authorizer(authorize)
    assert guide.load("p", body(), workers=2)["status"] == "success"
    guide.db.conn.set_authorizer(None)
    assert refused and "take" in large
    check(guide)


def test_an_import_that_stops_leaves_nothing(
    guide: Guide, large: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of ours stays behind, and the index is as empty as the guide."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    empty = feed([show("one", NOON, NOON + HOUR, " ") for _ in range(90)], [("one", "One")])
    assert guide.load("p", empty, workers=2)["status"] == "failed"
    assert list(tmp_path.glob(f"{PREFIX}*")) == []
    assert [row[1] for row in guide.db.execute("PRAGMA database_list")] == ["main", "temp"]
    guide.load("p", body(), workers=2)
    check(guide)
