"""`programs` shows what its table held: the rows that the first release made of each small feed, column by column."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests.helpers.paths import DATA
from tests.helpers.programs import same_rows
from tests.helpers.support import Guide

#: rows of the first release by feed, each with the values of `same_rows.COLUMNS` after the provider's name
FIRST_RELEASE: dict[str, list[list[Any]]] = json.loads(
    (DATA / "first_release" / "programs.json").read_text("utf-8")
)
#: feeds of which more is kept than the first release did: a second list of credits, an element hundreds of levels deep,
#: elements of other dialects, second ones where the DTD allows one, and the address of an image. Their `.json` files say what
#: they give now.
MORE = {"credits", "nesting", "unknown-elements", "values-forbidden", "values-repeated"}


@pytest.mark.parametrize("name", sorted(FIRST_RELEASE.keys() - MORE))
def test_a_feed_gives_the_rows_of_the_first_release(guide: Guide, name: str) -> None:
    settings = json.loads((DATA / f"{name}.json").read_text("utf-8")).get("provider", {})
    guide.load("p", (DATA / f"{name}.xml").read_bytes(), **settings)
    assert [row[1:] for row in same_rows.rows(guide.db.conn)] == FIRST_RELEASE[name]


def test_a_difference_is_named(guide: Guide) -> None:
    guide.load("p", (DATA / "kitchen-sink.xml").read_bytes())
    with closing(sqlite3.connect(":memory:")) as other:
        guide.db.conn.backup(other)
        assert list(same_rows.differences(guide.db.conn, other)) == []
        other.execute("UPDATE contents SET episode = 99 WHERE id = (SELECT min(id) FROM contents)")
        [line] = same_rows.differences(guide.db.conn, other)
        assert " episode: " in line and line.endswith(", 99")
        other.execute("DELETE FROM airings")
        assert "only one guide has" in next(same_rows.differences(guide.db.conn, other))
