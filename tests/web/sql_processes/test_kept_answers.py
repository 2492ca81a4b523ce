"""Whole counts and facets are asked once for a state of the guide, and again as soon as something is written."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from datasette.database import QueryInterrupted
from epg_web.sql_processes.kept_answers import MOST, key_of
from epg_web.sql_processes.visitor_sql import IsolatedReads

from tests.helpers.datasette_helpers import add, make_guide, moment, serving

COUNT = "select count(*) from guide "
FACET = """
    select channel_id as value, count(*) as count from (
        select id, channel_id, [start_time] from guide
    )
    where channel_id is not null
    group by channel_id order by count desc, value limit 21
"""
SPELT = "select name from sqlite_master where type in ('table', 'view') and name = ? collate nocase"


@pytest.fixture(name="guide")
def filled(tmp_path: Path) -> sqlite3.Connection:
    conn = make_guide(tmp_path / "epg.db")
    add(conn, 1, moment(-1), moment(1), "Now")
    conn.commit()
    return conn


@pytest.fixture(name="ds")
async def instance(guide: sqlite3.Connection, tmp_path: Path) -> AsyncIterator[Datasette]:
    (tmp_path / "other").mkdir()
    other = sqlite3.connect(tmp_path / "other" / "other.db")
    other.execute("CREATE TABLE guide (id INTEGER PRIMARY KEY)")
    other.close()
    async with serving(tmp_path / "epg.db", tmp_path / "other" / "other.db") as found:
        yield found
    guide.close()


def watched(ds: Datasette, database: str = "epg") -> list[str]:
    """The statements that go to a process from now on."""
    reads = ds.get_database(database).execute.__self__
    assert isinstance(reads, IsolatedReads)
    asked: list[str] = []
    run = reads.processes.run

    async def noted(statement: str, *rest: Any) -> Any:
        asked.append(" ".join(statement.split()))
        return await run(statement, *rest)

    reads.processes.run = noted  # type: ignore[method-assign, assignment]
    return asked


async def rows(ds: Datasette, sql: str, database: str = "epg", **options: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in (await ds.get_database(database).execute(sql, **options)).rows]


async def test_a_count_is_asked_again_after_a_write_only(ds: Datasette, guide: sqlite3.Connection) -> None:
    asked = watched(ds)
    for sql, first, second in ((COUNT, [(1,)], [(2,)]), (FACET, [(1, 1)], [(1, 1), (2, 1)])):
        assert [await rows(ds, sql) for _ in range(3)] == [first] * 3
        assert len(asked) == 1
        add(guide, 2, moment(0), moment(1), "More")
        guide.commit()
        assert [await rows(ds, sql) for _ in range(3)] == [second] * 3
        assert len(asked) == 2
        guide.execute("DELETE FROM airings WHERE channel_id = 2")
        guide.commit()
        asked.clear()


async def test_rows_that_somebody_gets_are_their_own(ds: Datasette) -> None:
    (await ds.get_database("epg").execute(COUNT)).rows.clear()
    assert await rows(ds, COUNT) == [(1,)]


async def test_a_table_is_spelt_as_the_schema_has_it(ds: Datasette, guide: sqlite3.Connection) -> None:
    asked = watched(ds)
    for name in ("GUIDE", "later"):
        found = [await rows(ds, SPELT, params=(name,)) for _ in range(2)]
        assert found == [[("guide",)] if name == "GUIDE" else []] * 2
    assert len(asked) == 2
    guide.execute("CREATE TABLE Later (id INTEGER PRIMARY KEY)")
    guide.commit()
    assert await rows(ds, SPELT, params=("later",)) == [("Later",)]


async def test_what_took_too_long_is_tried_again(ds: Datasette, guide: sqlite3.Connection) -> None:
    guide.executescript(
        """
        CREATE TABLE many (id INTEGER PRIMARY KEY, text TEXT);
        WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO many SELECT i, 'x' FROM n;
        CREATE VIEW pairs AS SELECT m.text FROM many m JOIN many n ON n.id % 10 = m.id % 7;
        """
    )
    for _ in range(2):
        with pytest.raises(QueryInterrupted):
            await rows(ds, "select count(*) from pairs", custom_time_limit=5)


async def test_other_statements_are_asked_each_time(ds: Datasette) -> None:
    asked = watched(ds)
    for sql in (
        "select count(*) from guide where title = 'Now'",
        "select random()",
        "select count(*) from guide, airings",
    ):
        assert key_of(sql, {}, None) is None
        await rows(ds, sql)
        await rows(ds, sql)
    assert len(asked) == 6
    assert key_of(COUNT, {"p0": 1}, None) is None
    assert key_of(FACET.replace("channel_id", "current_time"), {}, None) is None
    assert key_of(COUNT, {}, 10) != key_of(COUNT, {}, None)
    other = watched(ds, "other")
    assert [await rows(ds, COUNT, "other") for _ in range(2)] == [[(0,)]] * 2
    assert len(other) == 2


async def test_so_many_are_kept(ds: Datasette) -> None:
    for number in range(MOST + 3):
        await rows(ds, SPELT, params=(f"t{number}",))
    # Those that the start asks for count, too.
    assert len(ds.get_database("epg").execute.__self__.kept.answers) in range(3, 100)


async def test_a_page_asks_for_its_counts_and_facets_once(ds: Datasette) -> None:
    asked = watched(ds)
    for path in ("/epg/guide", "/epg/programs", "/epg/airings"):
        assert (await ds.client.get(path)).status_code == 200
        assert any("count(*)" in statement for statement in asked), path
        asked.clear()
        assert (await ds.client.get(path)).status_code == 200
        assert not any("count(*)" in statement for statement in asked), path
        asked.clear()


def test_no_view_of_the_guide_depends_on_the_moment(guide: sqlite3.Connection) -> None:
    views = guide.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'").fetchall()
    assert {"guide", "programs", "episodes"} <= {name for name, _ in views}
    for name, sql in views:
        assert not re.search(r"'now'|current_|random|changes\(", sql, re.IGNORECASE), name
