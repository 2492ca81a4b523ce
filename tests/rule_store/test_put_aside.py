"""Rules reach programmes that a corrected time zone has put aside, and come back out of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.changes.perform import perform_here

from tests.guide.test_clock_changes import AUTUMN, document
from tests.guide.test_corrections import correct
from tests.helpers.guide_rows import check_contents, programmes_found
from tests.helpers.support import NOON, Guide

BERLIN = "Europe/Berlin"


@pytest.fixture
def guide(tmp_path: Path) -> Iterator[Guide]:
    """A guide with all programmes of the repeated hour, each with a mark of quality in its title."""
    made = Guide(tmp_path)
    made.provider("p", timezone=BERLIN)
    made.load("p", document("2026-10-25T02:00:00Z", AUTUMN).replace(b"</title>", b" [HD]</title>"))
    yield made
    made.close()


def do(guide: Guide, operation: str, **arguments: Any) -> None:
    perform_here(guide.path, operation, arguments, actor="test", now=NOON)


def chosen(guide: Guide, enabled: bool) -> None:
    do(guide, "rule_set.choose", sets=["quality"], enabled=enabled)


def titles(guide: Guide) -> list[str]:
    return [row["title"] for row in guide.rows("SELECT title FROM programs ORDER BY id")]


def ids(guide: Guide) -> list[int]:
    return [row["id"] for row in guide.rows("SELECT id FROM programs ORDER BY id")]


def aside(guide: Guide) -> list[str]:
    rows = guide.rows("SELECT programme FROM displaced ORDER BY id")
    return [json.loads(row["programme"])["content"]["title"] for row in rows]


def test_programmes_put_aside_come_back_tidied(guide: Guide) -> None:
    before, known = titles(guide), ids(guide)
    correct(guide, timezone=None)
    assert len(aside(guide)) == 2 and all("[HD]" in title for title in aside(guide))
    chosen(guide, True)
    assert not any("[HD]" in title for title in aside(guide))
    correct(guide, timezone=BERLIN)
    assert ids(guide) == known
    assert titles(guide) == [title.removesuffix(" [HD]") for title in before]
    assert programmes_found(guide.db.conn, "HD") == []
    check_contents(guide.db.conn)
    # As if they had never been away: rules taken out again give all back, and a feed that is read again changes nothing.
    chosen(guide, False)
    assert titles(guide) == before
    check_contents(guide.db.conn)


def test_what_was_tidied_before_it_was_put_aside_comes_back_as_it_was_written(guide: Guide) -> None:
    before = titles(guide)
    chosen(guide, True)
    correct(guide, timezone=None)
    assert len(aside(guide)) == 2
    chosen(guide, False)
    correct(guide, timezone=BERLIN)
    assert titles(guide) == before
    check_contents(guide.db.conn)


def test_a_category_that_only_they_get_has_its_genre(guide: Guide) -> None:
    correct(guide, timezone=None)
    do(
        guide,
        "rule.create",
        field="title",
        pattern="^first",
        action="set_category",
        value="Football",
        provider="p",
    )
    correct(guide, timezone=BERLIN)
    rows = guide.rows("SELECT title, category, genre FROM programs WHERE title LIKE 'first%'")
    assert len(rows) == 2
    assert {(row["category"], row["genre"] // 16) for row in rows} == {('["Football"]', 4)}
